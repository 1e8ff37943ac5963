//! Names and the servers that resolve them.

use core::net::IpAddr;

use atat::heapless::Vec;

use crate::answer::line;
use crate::command::command;
use crate::fields::Fields;
use crate::{ArgumentError, address, text};

use super::{NoResponse, within};

command! {
    /// `AT+CIPDOMAIN=`: looks a name up (ESP-AT digest §11).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::Resolve;
    ///
    /// let resolve = Resolve::new("example.org", None)?;
    /// let mut buffer = [0; 256];
    /// let len = resolve.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPDOMAIN=\"example.org\"\r\n");
    ///
    /// let answer = resolve.parse(Ok(b"+CIPDOMAIN:\"93.184.215.14\"\r\n")).unwrap();
    /// assert!(answer.ip.is_ipv4());
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct Resolve<'a> {
        name: &'a str,
        family: Option<Family>,
    }
    answer Address, prefix "+CIPDOMAIN:", within within::RESOLVE;
    |resolve, line| {
        line.text("AT+CIPDOMAIN=").quoted(resolve.name.as_bytes()).field();
        if let Some(family) = resolve.family {
            line.number(family as u32);
        }
    }
}

/// Which addresses of a name are wanted; see [`Resolve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Family {
    /// IPv4 if there is one, else IPv6.
    PreferV4 = 1,
    /// IPv4 only.
    V4 = 2,
    /// IPv6 only.
    V6 = 3,
}

impl<'a> Resolve<'a> {
    /// Longest name in bytes: what fits into a command, its escapes included.
    pub const MAX_NAME: usize = 237;

    /// The address of `name`; a `family` can be asked for from 2.2 on.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the name is 1 to 237 bytes without NUL, CR and LF.
    pub fn new(name: &'a str, family: Option<Family>) -> Result<Self, ArgumentError> {
        text::check("name", name.as_bytes(), 1, Self::MAX_NAME)?;
        if text::escaped_len(name.as_bytes()) > Self::MAX_NAME {
            return Err(ArgumentError::TooLong { field: "name", max: Self::MAX_NAME });
        }
        Ok(Self { name, family })
    }
}

/// The answer of [`Resolve`] (ESP-AT digest §11).
///
/// ```
/// use usocket_commands::esp_at::tcpip::Address;
///
/// // Versions before 2.2 print no quotes.
/// let address = Address::parse_line(b"+CIPDOMAIN:10.0.0.1").unwrap();
/// assert_eq!(address.ip, std::net::IpAddr::from([10, 0, 0, 1]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
}

line!(Address, "+CIPDOMAIN:");

impl Address {
    /// Reads the line `+CIPDOMAIN:"<ip>"`; the quotes may be missing.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        Fields::after(line, "+CIPDOMAIN:")?.ip().map(|ip| Self { ip })
    }
}

command! {
    /// `AT+CIPDNS=`: chooses the servers that resolve names (ESP-AT digest §11).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::SetDns;
    ///
    /// let mut buffer = [0; 256];
    /// let len = SetDns::manual(&[[9, 9, 9, 9].into()])?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPDNS=1,\"9.9.9.9\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SetDns {
        servers: [Option<IpAddr>; 3],
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CIPDNS=").flag(set.servers != [None; 3]);
        for ip in set.servers.into_iter().flatten() {
            line.field().ip(ip);
        }
    }
}

impl SetDns {
    /// Those that the DHCP server names.
    #[must_use]
    pub const fn automatic() -> Self {
        Self { servers: [None; 3] }
    }

    /// These, one to three.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::TooShort`] without a server, [`ArgumentError::TooLong`] with more than
    /// three.
    pub fn manual(servers: &[IpAddr]) -> Result<Self, ArgumentError> {
        let servers = match *servers {
            [] => return Err(ArgumentError::TooShort { field: "servers", min: 1 }),
            [a] => [Some(a), None, None],
            [a, b] => [Some(a), Some(b), None],
            [a, b, c] => [Some(a), Some(b), Some(c)],
            _ => return Err(ArgumentError::TooLong { field: "servers", max: 3 }),
        };
        Ok(Self { servers })
    }
}

command! {
    /// `AT+CIPDNS?`: asks which servers resolve names (ESP-AT digest §11).
    pub struct GetDns;
    answer DnsServers, prefix "+CIPDNS:", within within::ORDINARY;
    |get, line| line.text("AT+CIPDNS?")
}

/// The servers that resolve names (ESP-AT digest §11).
///
/// ```
/// use usocket_commands::esp_at::tcpip::DnsServers;
///
/// let dns = DnsServers::parse_line(b"+CIPDNS:0,\"192.168.3.1\"").unwrap();
/// assert_eq!((dns.manual, dns.servers.len()), (false, 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DnsServers {
    /// Whether they were set by [`SetDns`], not by DHCP.
    pub manual: bool,
    /// Their addresses, in the order in which they are asked.
    pub servers: Vec<IpAddr, 3>,
}

line!(DnsServers, "+CIPDNS:");

impl DnsServers {
    /// Reads the line `+CIPDNS:<manual>[,"<ip>"…]`; anything after the third is ignored.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+CIPDNS:")?;
        let manual = fields.flag()?;
        let mut servers = Vec::new();
        while let Some(field) = fields.next_field() {
            if servers.push(address::ip(field)?).is_err() {
                break;
            }
        }
        Some(Self { manual, servers })
    }
}
