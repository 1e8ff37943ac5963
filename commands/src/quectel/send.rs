//! Sending, and how much the peer has.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::send::*;
//!
//! let mut buffer = [0; 352];
//! let len = Send::new(0, 4)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QISEND=0,4\r");
//!
//! let sent = Sent::parse_line(b"+QISEND: 14,9,5").unwrap();
//! assert_eq!(sent.unacknowledged, 5);
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::SocketAddr;

use crate::ArgumentError;
use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::number::{check_len, check_port};

use super::{MAX_SEND, NoResponse, check_link, within};

command! {
    /// `AT+QISEND=<id>,<len>`: sends through a socket (Quectel digest §5.2).
    ///
    /// After [`PROMPT`](super::PROMPT) the next [`len`](Self::len) bytes go to the module, as
    /// they are. It answers within [`SEND_RESULT_TIMEOUT_MS`](super::SEND_RESULT_TIMEOUT_MS) with
    /// [`SendOk`](super::result::Final::SendOk), [`SendFail`](super::result::Final::SendFail) or
    /// [`Error`](super::result::Final::Error), the last one perhaps in place of the prompt.
    /// NB-IoT modules print `OK` before `SEND OK`. The time of this command is the one until the
    /// prompt.
    pub struct Send {
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "", within within::PROMPT;
    |send, line| {
        line.text("AT+QISEND=").number(u32::from(send.link));
        line.field().number(u32::from(send.len))
    }
}

impl Send {
    /// `len` bytes through `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 11 and `len` 1 to 1460. Some families
    /// take less ([`Family::max_send`](super::model::Family::max_send)).
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

command! {
    /// `AT+QISEND=<id>,<len>,"<ip>",<port>`: sends one datagram to somebody through a
    /// [UDP service](super::open::Open::udp_service) (Quectel digest §5.2).
    ///
    /// Goes on like [`Send`].
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::quectel::send::SendTo;
    ///
    /// let mut buffer = [0; 352];
    /// let to = "10.7.76.34:7687".parse().unwrap();
    /// let len = SendTo::new(2, 10, to)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+QISEND=2,10,\"10.7.76.34\",7687\r");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SendTo {
        link: u8,
        len: u16,
        to: SocketAddr,
    }
    answer NoResponse, prefix "", within within::PROMPT;
    |send, line| {
        line.text("AT+QISEND=").number(u32::from(send.link));
        line.field().number(u32::from(send.len));
        line.field().ip(send.to.ip());
        line.field().number(u32::from(send.to.port()))
    }
}

impl SendTo {
    /// A datagram of `len` bytes through `link` to `to`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 11, `len` 1 to 1460, and the port not
    /// 0.
    pub fn new(link: u8, len: usize, to: SocketAddr) -> Result<Self, ArgumentError> {
        check_link(link)?;
        let len = check_len(len, MAX_SEND)?;
        check_port(to.port())?;
        Ok(Self { link, len, to })
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

command! {
    /// `AT+QISEND=<id>,0`: asks how much has been sent and acknowledged (Quectel digest §5.2).
    pub struct GetSent {
        /// The socket's id; not checked here.
        pub link: u8,
    }
    answer Sent, prefix "+QISEND:", within within::SOCKET;
    |get, line| line.text("AT+QISEND=").number(u32::from(get.link)).field().number(0)
}

/// Bytes that a TCP socket has sent since it was opened (Quectel digest §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sent {
    /// All that the module has taken.
    pub total: u32,
    /// Those that the peer has acknowledged.
    pub acknowledged: u32,
    /// Those that it has not.
    pub unacknowledged: u32,
}

line!(Sent, "+QISEND:");

impl Sent {
    /// Reads the line `+QISEND: <total>,<acknowledged>,<unacknowledged>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QISEND:")?;
        Self::from_fields(&mut fields)
    }

    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let sent = Self {
            total: fields.number()?,
            acknowledged: fields.number()?,
            unacknowledged: fields.number()?,
        };
        fields.at_end().then_some(sent)
    }
}
