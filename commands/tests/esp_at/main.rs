//! The ESP-AT vocabulary, byte for byte: one module per noun.

mod access_point;
mod basic;
#[path = "../shared/damage.rs"]
mod damage;
mod data;
mod dialogue;
mod dns;
mod join;
mod links;
mod open;
mod options;
mod receive;
mod result;
mod robustness;
mod scan;
mod send;
mod server;
mod station;
mod time;
mod tls;
mod uart;
mod urc;
mod version;
#[path = "../shared/written.rs"]
mod written;

use usocket_commands::Command;
use usocket_commands::esp_at::MAX_COMMAND;

use written::bytes;

/// The text of a command without its terminator.
fn text<C: Command>(command: &C) -> String {
    let text = String::from_utf8(bytes(command)).expect("UTF-8");
    text.strip_suffix("\r\n").expect("terminator").to_owned()
}

/// Text that doubles its length when it is escaped.
fn quotes(len: usize) -> String {
    "\"".repeat(len)
}
