//! The addresses of the module, as far as the network has to know them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses that a module has at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Interface {
    /// IPv4 address and netmask.
    pub(crate) ipv4: Option<(Ipv4Addr, Ipv4Addr)>,
    pub(crate) link_local: Option<Ipv6Addr>,
    pub(crate) global: Option<Ipv6Addr>,
}

impl Interface {
    /// The address that datagrams to `remote` come from.
    pub(crate) fn source(&self, remote: IpAddr) -> Option<IpAddr> {
        match remote {
            IpAddr::V4(_) => self.ipv4.map(|(address, _)| address.into()),
            IpAddr::V6(remote) => self.source_v6(remote).map(IpAddr::V6),
        }
    }

    fn source_v6(&self, remote: Ipv6Addr) -> Option<Ipv6Addr> {
        let multicast_scope = remote.is_multicast().then(|| remote.segments()[0] & 0xf);
        let on_link = remote.is_unicast_link_local()
            || remote.is_loopback()
            || multicast_scope.is_some_and(|scope| scope <= 2);
        if on_link {
            self.link_local
        } else if remote.is_unspecified() || multicast_scope.is_some() {
            self.global.or(self.link_local)
        } else {
            self.global
        }
    }

    /// Whether `address` is that of all hosts, or of all hosts of the subnet.
    pub(crate) fn is_broadcast(&self, address: IpAddr) -> bool {
        let IpAddr::V4(address) = address else { return false };
        let subnet = self.ipv4.map(|(own, netmask)| own | !netmask);
        address.is_broadcast() || subnet == Some(address)
    }
}
