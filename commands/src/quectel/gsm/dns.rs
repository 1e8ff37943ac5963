//! Names and the servers that resolve them (Quectel digest §9).
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::gsm::dns::*;
//!
//! let mut buffer = [0; 352];
//! let len = Resolve::new("example.com")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIDNSGIP=\"example.com\"\r");
//! assert_eq!(Lookup::parse_line(b"93.184.216.34"), Some(Lookup::Address([93, 184, 216, 34].into())));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::Ipv4Addr;

use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::quectel::MAX_HOST;
use crate::quectel::result::TcpIpError;
use crate::{ArgumentError, text};

use super::context::LocalAddress;
use super::{NoResponse, within};

command! {
    /// `AT+QIDNSGIP=`: looks a name up (Quectel digest §9).
    ///
    /// After `OK` comes a line that [`Lookup`] reads, within
    /// [`RESOLVE_TIMEOUT_MS`](crate::quectel::RESOLVE_TIMEOUT_MS).
    pub struct Resolve<'a> {
        name: &'a str,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |resolve, line| line.text("AT+QIDNSGIP=").string(resolve.name)
}

impl<'a> Resolve<'a> {
    /// The address of `name`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the name is 1 to 150 bytes without quotes and control characters.
    pub fn new(name: &'a str) -> Result<Self, ArgumentError> {
        text::check_plain("name", name, 1, MAX_HOST)?;
        Ok(Self { name })
    }
}

/// The result of a [`Resolve`]. Its lines look like no URC: read them only when a look-up is
/// under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Lookup {
    /// `<ip>`: the address.
    Address(Ipv4Addr),
    /// `ERROR: <n>`: there is none.
    Failed(TcpIpError),
}

impl Lookup {
    /// Reads the line `<ip>` or `ERROR: <n>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        if let Some(mut fields) = Fields::named(line, "ERROR:") {
            let error = fields.number().map(TcpIpError::new)?;
            return fields.at_end().then_some(Self::Failed(error));
        }
        LocalAddress::parse_line(line).map(|address| Self::Address(address.ip))
    }
}

command! {
    /// `AT+QIDNSCFG=`: chooses the servers that resolve names (Quectel digest §9).
    pub struct SetDns {
        /// The server that is asked first.
        pub primary: Ipv4Addr,
        /// The other one.
        pub secondary: Option<Ipv4Addr>,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        line.text("AT+QIDNSCFG=").ip(set.primary.into());
        if let Some(ip) = set.secondary {
            line.field().ip(ip.into());
        }
    }
}
