//! Module families: which command an operation needs, and what a line means.

mod capabilities;
mod dialect;
pub(crate) mod esp_at;
mod meaning;

pub use capabilities::Capabilities;
pub(crate) use capabilities::Habits;
pub(crate) use dialect::{Context, Dialect, Encoded, Step, Subject, Wanted};
pub use esp_at::EspAt;
pub(crate) use meaning::{Body, MAX_LINKS, Meaning, Opened};
