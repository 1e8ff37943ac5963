//! Receiving: fetching data, and how much there is.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::receive::*;
//!
//! let mut buffer = [0; 352];
//! let len = Read::new(0, 1459)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CARECV=0,1459\r");
//!
//! let waiting = Waiting::parse_line(b"+CARECV: 2,519").unwrap();
//! assert_eq!((waiting.link, waiting.len), (2, 519));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use atat::heapless::Vec;

use crate::ArgumentError;
use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::number::check_len;

use super::{MAX_READ, NoResponse, check_link, link, within};

command! {
    /// `AT+CARECV=<id>,<len>`: fetches data that a socket has received (Quectel digest §15.2).
    ///
    /// The answer is a counted body, which [`Header`](super::data::Header) announces, or the word
    /// that there is [nothing](super::data::is_empty). `ERROR` if the socket is not open.
    pub struct Read {
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "+CARECV:", within within::SOCKET;
    |read, line| {
        line.text("AT+CARECV=").number(u32::from(read.link)).field().number(u32::from(read.len))
    }
}

impl Read {
    /// At most `len` bytes from `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 12 and `len` 1 to 1459.
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
    /// `AT+CARECV?`: asks how much waits in each socket; those without data are not listed.
    ///
    /// The lines of the answer look like the [heads](super::data::Header) of bodies: whoever asks
    /// must not look for heads until the answer is complete.
    pub struct GetWaiting;
    answer Vec<Waiting, 13>, prefix "+CARECV:", within within::SOCKET;
    |get, line| line.text("AT+CARECV?")
}

/// What waits in a socket; see [`GetWaiting`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Waiting {
    /// The socket.
    pub link: u8,
    /// Bytes that can be read.
    pub len: u32,
}

line!(Waiting, "+CARECV:");

impl Waiting {
    /// Reads the line `+CARECV: <id>,<len>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CARECV:")?;
        let (link, len) = (link(fields.number()?)?, fields.number()?);
        fields.at_end().then_some(Self { link, len })
    }
}
