//! Addresses of an interface.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
        let [address, netmask, gateway] = [self.address, self.netmask, self.gateway].map(Dotted);
        write!(f, "('{address}', '{netmask}', '{gateway}', '")?;
        match self.dns {
            IpAddr::V4(dns) => write!(f, "{}", Dotted(dns))?,
            IpAddr::V6(dns) => write!(f, "{}", Groups(dns))?,
        }
        f.write_str("')")
    }
}

// `core` prints these addresses, too, by way of a buffer that could be too short as far as a linker can
// tell: a way to panic.

/// An IPv4 address, to be printed.
struct Dotted(Ipv4Addr);

impl fmt::Display for Dotted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0.octets();
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

/// An IPv6 address, to be printed as RFC 5952 has it.
struct Groups(Ipv6Addr);

impl fmt::Display for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(mapped) = self.0.to_ipv4_mapped() {
            return write!(f, "::ffff:{}", Dotted(mapped));
        }
        let groups = self.0.segments();
        // the first of the longest runs of zeros: its length, and where it ends
        let (mut longest, mut end, mut run) = (0_u8, 0_u8, 0_u8);
        for (place, group) in (1..).zip(groups) {
            run = if group == 0 { run.saturating_add(1) } else { 0 };
            if run > longest {
                (longest, end) = (run, place);
            }
        }
        let start = if longest > 1 { end.saturating_sub(longest) } else { end };
        for (place, group) in (0..).zip(groups) {
            if place == start && place < end {
                f.write_str("::")?;
            } else if !(start..end).contains(&place) {
                let colon = if place == 0 || (place == end && start < end) { "" } else { ":" };
                write!(f, "{colon}{group:x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn addresses_are_printed_as_the_standard_library_prints_them() {
        for dns in [
            "0.0.0.0",
            "192.168.4.1",
            "255.255.255.255",
            "::",
            "::1",
            "1::",
            "2001:db8::8:800:200c:417a",
            "2001:db8:0:0:1:0:0:1",
            "2001:0:0:1:0:0:0:1",
            "1:0:3:4:5:6:7:8",
            "0:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:0",
            "1:2:3:4:5:6:0:0",
            "0:0:3:4:5:6:7:8",
            "::ffff:192.168.4.1",
            "fe80::32ae:a4ff:fe80:6549",
        ] {
            let dns: IpAddr = dns.parse().unwrap();
            let [address, netmask, gateway] =
                [[10, 0, 0, 2], [255, 255, 255, 0], [10, 0, 0, 1]].map(Ipv4Addr::from);
            let config = IfConfig { address, netmask, gateway, dns };
            let expected = format!("('{address}', '{netmask}', '{gateway}', '{dns}')");
            assert_eq!(format!("{config}"), expected);
        }
    }
}
