//! Closing sockets.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::close::Close;
//!
//! let mut buffer = [0; 352];
//! let len = Close::new(0)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CACLOSE=0\r");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::ArgumentError;
use crate::command::cr_command as command;

use super::{NoResponse, check_link, within};

command! {
    /// `AT+CACLOSE=<id>`: closes a socket and frees its id (Quectel digest §15.2).
    ///
    /// It is needed too when the peer has closed the connection. Data that have not been read are
    /// lost.
    pub struct Close {
        link: u8,
    }
    answer NoResponse, prefix "", within within::CLOSE;
    |close, line| line.text("AT+CACLOSE=").number(u32::from(close.link))
}

impl Close {
    /// The socket `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 12.
    pub const fn new(link: u8) -> Result<Self, ArgumentError> {
        match check_link(link) {
            Ok(()) => Ok(Self { link }),
            Err(error) => Err(error),
        }
    }

    /// The socket's id.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }
}
