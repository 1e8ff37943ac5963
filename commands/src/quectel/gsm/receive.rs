//! Fetching what a socket has received (Quectel digest §9).
//!
//! [`GsmReceived`](crate::quectel::urc::Urc::GsmReceived) tells once that a buffer is no longer
//! empty; it is not repeated until a read has found the buffer empty.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::data::{Header, Shape};
//! use usocket_commands::quectel::gsm::receive::Read;
//!
//! let mut buffer = [0; 352];
//! let len = Read::new(0, 1500)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIRD=0,1,0,1500\r");
//!
//! let header = Header::parse(b"+QIRD: 93.184.216.34:80,TCP,1332", Shape::GsmRead).unwrap();
//! assert_eq!(header.len, 1332);
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::ArgumentError;
use crate::command::cr_command as command;
use crate::number::check_len;
use crate::quectel::MAX_READ;

use super::{NoResponse, check_link, within};

command! {
    /// `AT+QIRD=0,<role>,<id>,<len>`: fetches data that a socket has received
    /// (Quectel digest §9).
    ///
    /// The answer is a counted body, which [`Header`](crate::quectel::data::Header) announces; a
    /// bare `OK` is an empty buffer.
    pub struct Read {
        server: bool,
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "+QIRD:", within within::SOCKET;
    |read, line| {
        line.text("AT+QIRD=0").field().number(if read.server { 2 } else { 1 });
        line.field().number(u32::from(read.link)).field().number(u32::from(read.len))
    }
}

impl Read {
    /// At most `len` bytes from `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 5 and `len` 1 to 1500.
    pub fn new(link: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { server: false, link, len: check_len(len, MAX_READ)? })
    }

    /// From the sockets that the module's server has accepted.
    #[must_use]
    pub const fn of_server(self) -> Self {
        Self { server: true, ..self }
    }
}
