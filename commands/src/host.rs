//! The other side of a connection.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Host<'a> {
    /// A name, which the module looks up; not empty, and no longer than the `MAX_HOST` of the
    /// module's family.
    Name(&'a str),
    /// An address.
    Ip(IpAddr),
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
