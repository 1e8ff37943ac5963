//! Names and the servers that resolve them.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::dns::*;
//! use usocket_commands::quectel::urc::Urc;
//!
//! let mut buffer = [0; 352];
//! let len = Resolve::new(1, "example.com")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIDNSGIP=1,\"example.com\"\r");
//!
//! let address = Urc::parse(b"+QIURC: \"dnsgip\",\"192.0.2.10\"").unwrap();
//! assert_eq!(address, Urc::LookupAddress { ip: [192, 0, 2, 10].into() });
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::IpAddr;

use crate::answer::line;
use crate::cellular::context::check_context;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::{ArgumentError, address, text};

use super::{MAX_HOST, NoResponse, within};

command! {
    /// `AT+QIDNSGIP=`: looks a name up (Quectel digest §5.9).
    ///
    /// After `OK` comes [`LookupDone`](super::urc::Urc::LookupDone) with the number of addresses,
    /// then as many [`LookupAddress`](super::urc::Urc::LookupAddress), within
    /// [`RESOLVE_TIMEOUT_MS`](super::RESOLVE_TIMEOUT_MS). They do not repeat the name: one look-up
    /// at a time.
    pub struct Resolve<'a> {
        context: u8,
        name: &'a str,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |resolve, line| {
        line.text("AT+QIDNSGIP=").number(u32::from(resolve.context)).field().string(resolve.name)
    }
}

impl<'a> Resolve<'a> {
    /// The addresses of `name`, by way of `context`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, and the name 1 to 150 bytes without quotes
    /// and control characters.
    pub fn new(context: u8, name: &'a str) -> Result<Self, ArgumentError> {
        check_context(context)?;
        text::check_plain("name", name, 1, MAX_HOST)?;
        Ok(Self { context, name })
    }
}

command! {
    /// `AT+QIDNSCFG=<context>,…`: chooses the servers that resolve names (Quectel digest §5.9).
    ///
    /// The context must be active, and forgets it when it is not.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::quectel::dns::SetDns;
    ///
    /// let mut buffer = [0; 352];
    /// let len = SetDns::new(1, [9, 9, 9, 9].into(), None)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+QIDNSCFG=1,\"9.9.9.9\"\r");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SetDns {
        context: u8,
        primary: IpAddr,
        secondary: Option<IpAddr>,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        line.text("AT+QIDNSCFG=").number(u32::from(set.context));
        line.field().ip(set.primary);
        if let Some(ip) = set.secondary {
            line.field().ip(ip);
        }
    }
}

impl SetDns {
    /// One or two servers for `context`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `context` is 0 to 16.
    pub const fn new(
        context: u8,
        primary: IpAddr,
        secondary: Option<IpAddr>,
    ) -> Result<Self, ArgumentError> {
        match check_context(context) {
            Ok(()) => Ok(Self { context, primary, secondary }),
            Err(error) => Err(error),
        }
    }
}

command! {
    /// `AT+QIDNSCFG=<context>`: asks which servers resolve names (Quectel digest §5.9).
    ///
    /// Some modules answer `ERROR` if the context is not active.
    pub struct GetDns {
        /// The context; not checked here.
        pub context: u8,
    }
    answer DnsServers, prefix "+QIDNSCFG:", within within::LOCAL;
    |get, line| line.text("AT+QIDNSCFG=").number(u32::from(get.context))
}

/// The servers that resolve names (Quectel digest §5.9).
///
/// ```
/// use usocket_commands::quectel::dns::DnsServers;
///
/// let dns = DnsServers::parse_line(br#"+QIDNSCFG: 1,"10.1.1.1","0.0.0.0""#).unwrap();
/// assert_eq!((dns.primary, dns.secondary), (Some([10, 1, 1, 1].into()), None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DnsServers {
    /// The context.
    pub context: u8,
    /// The server that is asked first.
    pub primary: Option<IpAddr>,
    /// The other one.
    pub secondary: Option<IpAddr>,
}

line!(DnsServers, "+QIDNSCFG:");

impl DnsServers {
    /// Reads the line `+QIDNSCFG: <context>,"<ip>"[,"<ip>"]`; anything after that is ignored. An
    /// address of zeros counts as none.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QIDNSCFG:")?;
        let context = fields.number()?;
        let primary = server(fields.next_field()?)?;
        let secondary = match fields.next_field() {
            Some(field) => server(field)?,
            None => None,
        };
        Some(Self { context, primary, secondary })
    }
}

/// A server, or none; the outer `None` is neither.
fn server(field: &[u8]) -> Option<Option<IpAddr>> {
    match field {
        b"" | b"\"\"" => Some(None),
        _ => Some(Some(address::ip(field)?).filter(|ip| !ip.is_unspecified())),
    }
}
