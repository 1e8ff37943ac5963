//! Look-up of names.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::dns::*;
//!
//! let mut buffer = [0; 352];
//! let len = Resolve::new("example.com")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CDNSGIP=\"example.com\"\r");
//!
//! let lookup = Lookup::parse_line(br#"+CDNSGIP: 1,"example.com","192.0.2.10""#).unwrap();
//! assert_eq!(lookup, Lookup::Found([Some([192, 0, 2, 10].into()), None]));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::IpAddr;

use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::{ArgumentError, address, text};

use super::result::DnsError;
use super::{MAX_HOST, NoResponse, RESOLVE_TIMEOUT_MS};

command! {
    /// `AT+CDNSGIP=`: looks a name up.
    ///
    /// [`Lookup`](super::urc::Urc::Lookup) tells the result, after the `OK` as a rule, within
    /// [`RESOLVE_TIMEOUT_MS`].
    pub struct Resolve<'a> {
        name: &'a str,
    }
    answer NoResponse, prefix "", within RESOLVE_TIMEOUT_MS;
    |resolve, line| line.text("AT+CDNSGIP=").string(resolve.name)
}

impl<'a> Resolve<'a> {
    /// The addresses of `name`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless it is 1 to 128 bytes without quotes and control characters.
    pub fn new(name: &'a str) -> Result<Self, ArgumentError> {
        text::check_plain("name", name, 1, MAX_HOST)?;
        Ok(Self { name })
    }
}

/// The result of a [`Resolve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Lookup {
    /// The first two addresses, as far as they can be read.
    Found([Option<IpAddr>; 2]),
    /// There is none, or it could not be had.
    Failed(DnsError),
}

impl Lookup {
    /// Reads the line `+CDNSGIP: 1,"<name>","<address>"[,"<address>"]` or `+CDNSGIP: 0,<error>`.
    ///
    /// Of a line that was cut off the whole addresses count.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CDNSGIP:")?;
        if !fields.flag()? {
            let error = DnsError::new(fields.number()?);
            return fields.at_end().then_some(Self::Failed(error));
        }
        fields.quoted()?;
        let mut next = || fields.quoted().and_then(address::ip);
        Some(Self::Found([next(), next()]))
    }
}
