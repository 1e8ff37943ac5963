//! Module families: which command an operation needs, and what a line means.

mod capabilities;
pub(crate) mod cellular;
mod dialect;
pub(crate) mod esp_at;
mod meaning;
pub(crate) mod quectel;
pub(crate) mod simcom;
mod steps;

pub use capabilities::Capabilities;
pub(crate) use capabilities::Habits;
pub(crate) use dialect::{Context, Dialect, Encoded, Step, Subject, Wanted};
pub use esp_at::EspAt;
pub(crate) use meaning::{Body, MAX_LINKS, Meaning, Opened};
pub use quectel::Quectel;
pub use simcom::SimCom;

/// Whether a line is the command itself, or the part of it that fits the line buffer.
fn is_echo(line: &[u8], sent: &[u8], terminator: &[u8]) -> bool {
    let command = sent.strip_suffix(terminator).unwrap_or(sent);
    line == command || (line.len() >= crate::wire::LINE && command.starts_with(line))
}
