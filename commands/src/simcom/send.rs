//! Sending.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::send::Send;
//!
//! let mut buffer = [0; 352];
//! let len = Send::new(0, 4)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CASEND=0,4\r");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::ArgumentError;
use crate::command::cr_command as command;
use crate::number::check_len;

use super::{MAX_SEND, NoResponse, check_link, within};

command! {
    /// `AT+CASEND=<id>,<len>`: sends through a socket (Quectel digest §15.2).
    ///
    /// After [`PROMPT`](super::PROMPT) the next [`len`](Self::len) bytes go to the module, as they
    /// are. It answers with `OK` when it has them, or with `ERROR`, which may come in place of the
    /// prompt. The time of this command is the one until the prompt.
    pub struct Send {
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "", within within::PROMPT;
    |send, line| {
        line.text("AT+CASEND=").number(u32::from(send.link)).field().number(u32::from(send.len))
    }
}

impl Send {
    /// `len` bytes through `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 12 and `len` 1 to 1459.
    pub fn new(link: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, len: check_len(len, MAX_SEND)? })
    }

    /// The socket's id.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }

    /// Number of bytes announced.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // it is never 0
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}
