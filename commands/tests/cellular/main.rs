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

use usocket_commands::Command;
use usocket_commands::cellular::MAX_COMMAND;

/// The text of a command without its terminator. It must fit the longest command and nothing
/// shorter than itself.
fn text<C: Command>(command: &C) -> String {
    let mut buffer = [0xAA; MAX_COMMAND];
    let len = command.write(&mut buffer);
    assert_ne!(len, 0, "the command does not fit");
    for short in 0..len {
        assert_eq!(command.write(&mut [0; MAX_COMMAND][..short]), 0, "{short} of {len} bytes");
    }
    assert_eq!(command.write(&mut [0; 2 * MAX_COMMAND]), len);
    let text = String::from_utf8(buffer[..len].to_vec()).expect("UTF-8");
    text.strip_suffix('\r').expect("a bare CR").to_owned()
}
