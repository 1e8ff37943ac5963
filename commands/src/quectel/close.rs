//! Closing sockets.
//!
//! ```
//! use usocket_commands::Command;
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::close::Close;
//!
//! let close = Close::new(0)?.wait_s(3);
//! let mut buffer = [0; 352];
//! let len = close.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QICLOSE=0,3\r");
//! assert_eq!(close.timeout_ms(), 8_000);
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::ArgumentError;
use crate::command::cr_command as command;

use super::{NoResponse, check_link, within};

command! {
    /// `AT+QICLOSE=`: closes a socket and frees its id (Quectel digest §5.5).
    ///
    /// Data that have not been read are lost. Until the peer confirms the module takes no other
    /// command, 10 seconds at most unless [`wait_s`](Self::wait_s) says otherwise. It is needed
    /// too after [`Closed`](super::urc::Urc::Closed) and after an open that failed. `OK` for a
    /// socket that is not open.
    ///
    /// NB-IoT modules answer `OK` and then
    /// [`CloseOk`](super::result::Final::CloseOk) (Quectel digest §7).
    pub struct Close {
        link: u8,
        wait_s: Option<u16>,
    }
    answer NoResponse, prefix "", within within::CLOSE, or |close| match close.wait_s {
        Some(seconds) => {
            u32::from(seconds).saturating_mul(1000).saturating_add(within::CLOSE_MARGIN)
        }
        None => within::CLOSE,
    };
    |close, line| {
        line.text("AT+QICLOSE=").number(u32::from(close.link)).field();
        if let Some(seconds) = close.wait_s {
            line.number(u32::from(seconds));
        }
    }
}

impl Close {
    /// The socket `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 11.
    pub const fn new(link: u8) -> Result<Self, ArgumentError> {
        match check_link(link) {
            Ok(()) => Ok(Self { link, wait_s: None }),
            Err(error) => Err(error),
        }
    }

    /// Waits so many seconds for the peer, then resets the connection; 0 does so at once.
    #[must_use]
    pub const fn wait_s(self, seconds: u16) -> Self {
        Self { wait_s: Some(seconds), ..self }
    }

    /// The socket's id.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }
}
