//! The vocabulary of Quectel's modules, byte for byte: one module per noun.

mod close;
mod config;
mod context;
#[path = "../shared/damage.rs"]
mod damage;
mod data;
mod dialogue;
mod dns;
mod gsm;
mod identity;
mod model;
mod open;
mod options;
mod ping;
mod power;
mod receive;
mod result;
mod robustness;
mod send;
mod signal;
mod sim;
mod state;
mod time;
mod tls;
mod urc;
#[path = "../shared/written.rs"]
mod written;

use usocket_commands::Command;
use usocket_commands::quectel::MAX_COMMAND;

use written::bytes;

/// The text of a command without its terminator.
fn text<C: Command>(command: &C) -> String {
    let text = String::from_utf8(bytes(command)).expect("UTF-8");
    text.strip_suffix('\r').expect("a bare CR").to_owned()
}

/// Texts that have no place in a string, because there are no escapes.
const ILLEGAL: [&str; 6] = ["a\"b", "a\rAT", "a\nb", "a\0b", "\u{1B}", "\u{1A}"];
