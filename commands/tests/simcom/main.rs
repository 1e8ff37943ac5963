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

use usocket_commands::Command;
use usocket_commands::simcom::MAX_COMMAND;

/// The bytes of a command, which must fit the longest command and nothing shorter than itself.
fn bytes<C: Command>(command: &C) -> Vec<u8> {
    let mut buffer = [0xAA; MAX_COMMAND];
    let len = command.write(&mut buffer);
    assert_ne!(len, 0, "the command does not fit");
    for short in 0..len {
        assert_eq!(command.write(&mut [0; MAX_COMMAND][..short]), 0, "{short} of {len} bytes");
    }
    buffer[..len].to_vec()
}

/// The text of a command without its terminator.
fn text<C: Command>(command: &C) -> String {
    let text = String::from_utf8(bytes(command)).expect("UTF-8");
    text.strip_suffix('\r').expect("terminator").to_owned()
}
