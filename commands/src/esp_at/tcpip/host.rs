//! The other side of a link.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::encoder::Encoder;
use crate::esp_at::MAX_HOST;
use crate::{ArgumentError, text};

/// A host by name or by address.
///
/// ```
/// use usocket_commands::esp_at::tcpip::{Host, Open};
///
/// Open::tcp(0, Host::Name("example.org"), 80)?;
/// Open::tcp(0, Host::from([192, 168, 3, 102]), 80)?;
/// # Ok::<(), usocket_commands::ArgumentError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host<'a> {
    /// A name, 1 to 64 bytes. The module looks it up.
    Name(&'a str),
    /// An address.
    Ip(IpAddr),
}

impl Host<'_> {
    pub(super) fn check(&self) -> Result<(), ArgumentError> {
        match self {
            Self::Name(name) => text::check("host", name.as_bytes(), 1, MAX_HOST),
            Self::Ip(_) => Ok(()),
        }
    }

    pub(super) fn encode(&self, line: &mut Encoder<'_>) {
        match self {
            Self::Name(name) => line.quoted(name.as_bytes()),
            Self::Ip(ip) => line.ip(*ip),
        };
    }
}

impl<'a> From<&'a str> for Host<'a> {
    fn from(name: &'a str) -> Self {
        Self::Name(name)
    }
}

impl From<IpAddr> for Host<'_> {
    fn from(ip: IpAddr) -> Self {
        Self::Ip(ip)
    }
}

impl From<Ipv4Addr> for Host<'_> {
    fn from(ip: Ipv4Addr) -> Self {
        Self::Ip(IpAddr::V4(ip))
    }
}

impl From<Ipv6Addr> for Host<'_> {
    fn from(ip: Ipv6Addr) -> Self {
        Self::Ip(IpAddr::V6(ip))
    }
}

impl From<[u8; 4]> for Host<'_> {
    fn from(octets: [u8; 4]) -> Self {
        Ipv4Addr::from(octets).into()
    }
}
