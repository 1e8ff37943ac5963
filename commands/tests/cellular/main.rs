//! The vocabulary that all cellular modules share, byte for byte: one module per noun.

mod basic;
mod clock;
mod context;
#[path = "../shared/damage.rs"]
mod damage;
mod identity;
mod operator;
mod registration;
mod result;
mod robustness;
mod scan;
mod sim;
mod urc;
#[path = "../shared/written.rs"]
mod written;

use usocket_commands::Command;
use usocket_commands::cellular::MAX_COMMAND;

use written::bytes;

/// The text of a command without its terminator.
fn text<C: Command>(command: &C) -> String {
    let text = String::from_utf8(bytes(command)).expect("UTF-8");
    text.strip_suffix('\r').expect("a bare CR").to_owned()
}
