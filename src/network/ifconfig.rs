//! Addresses of an interface.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

/// Addresses of an interface: what MicroPython's `ifconfig()` returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfConfig {
    /// Address; `0.0.0.0` if there is none.
    pub address: Ipv4Addr,
    /// Netmask.
    pub netmask: Ipv4Addr,
    /// Gateway.
    pub gateway: Ipv4Addr,
    /// First name server; `0.0.0.0` if the module does not say.
    pub dns: IpAddr,
}

impl fmt::Display for IfConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "('{}', '{}', '{}', '{}')", self.address, self.netmask, self.gateway, self.dns)
    }
}
