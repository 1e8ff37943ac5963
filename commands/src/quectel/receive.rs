//! Receiving: fetching data, and how much there is.
//!
//! [`Received`](super::urc::Urc::Received) tells once that a buffer is no longer empty; it is not
//! repeated until the buffer has been read out (Quectel digest §5.3).
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::receive::*;
//!
//! let mut buffer = [0; 352];
//! let len = Read::new(0, 1500)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIRD=0,1500\r");
//!
//! let counters = Counters::parse_line(b"+QIRD: 3524,3005,519").unwrap();
//! assert_eq!(counters.unread, 519);
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::ArgumentError;
use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::number::check_len;

use super::{MAX_READ, NoResponse, check_link, within};

command! {
    /// `AT+QIRD=<id>,<len>`: fetches data that a socket has received (Quectel digest §5.3).
    ///
    /// The answer is a counted body, which [`Header`](super::data::Header) announces; a count of
    /// 0 is an empty buffer. `ERROR` if the socket is not open.
    pub struct Read {
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "+QIRD:", within within::SOCKET;
    |read, line| {
        line.text("AT+QIRD=").number(u32::from(read.link)).field().number(u32::from(read.len))
    }
}

impl Read {
    /// At most `len` bytes from `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 11 and `len` 1 to 1500. Some families
    /// give less ([`Family::max_read`](super::model::Family::max_read)).
    pub fn new(link: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, len: check_len(len, MAX_READ)? })
    }

    /// The socket's id.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }

    /// Most bytes that the answer may hold.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // it is never 0
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}

command! {
    /// `AT+QIRD=<id>`: fetches one datagram from a
    /// [UDP service](super::open::Open::udp_service) (Quectel digest §5.3).
    ///
    /// Other sockets give up to 1500 bytes.
    pub struct ReadDatagram {
        /// The socket's id; not checked here.
        pub link: u8,
    }
    answer NoResponse, prefix "+QIRD:", within within::SOCKET;
    |read, line| line.text("AT+QIRD=").number(u32::from(read.link))
}

command! {
    /// `AT+QIRD=<id>,0`: asks how much a socket has received (Quectel digest §5.3).
    pub struct GetCounters {
        /// The socket's id; not checked here.
        pub link: u8,
    }
    answer Counters, prefix "+QIRD:", within within::SOCKET;
    |get, line| line.text("AT+QIRD=").number(u32::from(get.link)).field().number(0)
}

/// Bytes that a socket has received since it was opened (Quectel digest §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Counters {
    /// All of them.
    pub total: u32,
    /// Those that have been read.
    pub read: u32,
    /// Those that wait to be read.
    pub unread: u32,
}

line!(Counters, "+QIRD:");

impl Counters {
    /// Reads the line `+QIRD: <total>,<read>,<unread>`, which is never the head of a body.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QIRD:")?;
        let counters =
            Self { total: fields.number()?, read: fields.number()?, unread: fields.number()? };
        fields.at_end().then_some(counters)
    }
}
