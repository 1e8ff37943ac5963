//! Commands as they are written, into buffers of every size.

use usocket_commands::Command;

// That of the family whose commands are written.
use super::MAX_COMMAND;

/// The bytes of a command, which must fit the longest command and nothing shorter than itself.
pub(crate) fn bytes<C: Command>(command: &C) -> Vec<u8> {
    let mut buffer = [0xAA; MAX_COMMAND];
    let len = command.write(&mut buffer);
    assert_ne!(len, 0, "the command does not fit");
    for short in 0..len {
        assert_eq!(command.write(&mut [0; MAX_COMMAND][..short]), 0, "{short} of {len} bytes");
    }
    assert_eq!(command.write(&mut [0; 2 * MAX_COMMAND]), len);
    buffer[..len].to_vec()
}
