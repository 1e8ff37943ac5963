//! The vocabulary of SIMCom's modules, byte for byte: one module per noun.

mod context;
#[path = "../shared/damage.rs"]
mod damage;
mod data;
mod dns;
mod module;
mod robustness;
mod sockets;
mod urc;
#[path = "../shared/written.rs"]
mod written;

use usocket_commands::Command;
use usocket_commands::simcom::MAX_COMMAND;

use written::bytes;

/// The text of a command without its terminator.
fn text<C: Command>(command: &C) -> String {
    let text = String::from_utf8(bytes(command)).expect("UTF-8");
    text.strip_suffix('\r').expect("terminator").to_owned()
}
