//! Reads IP and MAC addresses, quoted or not.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use atat::heapless::Vec;

use crate::fields::{decimal, unquote};

/// IPv6 addresses are built in.
pub(crate) const IPV6: bool = cfg!(feature = "ipv6");

/// An IPv4 or IPv6 address; quotes around it and a zone behind it are dropped.
pub(crate) fn ip(text: &[u8]) -> Option<IpAddr> {
    let text = unquote(text);
    if text.contains(&b':') { ipv6(text).map(IpAddr::V6) } else { ipv4(text).map(IpAddr::V4) }
}

/// The address that a text is, as `core` reads it: without quotes, zone and leading zeros.
///
/// ```
/// use usocket_commands::numeric_address;
/// assert_eq!(numeric_address("::1"), "::1".parse().ok());
/// assert_eq!(numeric_address("example.com"), None);
/// ```
///
/// (`core`'s own reader can panic as far as a linker can tell: it takes any radix.)
#[must_use]
pub fn numeric_address(text: &str) -> Option<IpAddr> {
    let text = text.as_bytes();
    let dotted = text.rsplit(|&byte| byte == b':').next()?;
    let padded = dotted.contains(&b'.')
        && dotted
            .split(|&byte| byte == b'.')
            .any(|octet| octet.len() > 1 && octet.first() == Some(&b'0'));
    let more = text.contains(&b'"') || text.contains(&b'%') || (!IPV6 && text.contains(&b':'));
    if padded || more { None } else { ip(text) }
}

/// An address as [`ip`] reads it, or IPv6 in the sixteen dotted octets of 3GPP TS 27.007.
pub(crate) fn ip_or_octets(text: &[u8]) -> Option<IpAddr> {
    ip(text).or_else(|| octets(unquote(text)).map(|octets: [u8; 16]| octets.into()))
}

/// An IPv4 address in dotted decimal.
pub(crate) fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    octets(unquote(text)).map(|octets: [u8; 4]| octets.into())
}

/// Exactly `N` octets in decimal, separated by dots.
fn octets<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut octets = [0; N];
    let mut parts = text.split(|&byte| byte == b'.');
    for octet in &mut octets {
        *octet = u8::try_from(decimal(parts.next()?)?).ok()?;
    }
    parts.next().is_none().then_some(octets)
}

/// An IPv6 address, `::` and a dotted IPv4 tail included.
///
/// Where IPv6 is not built in, a line with such an address is understood, and the address is nobody's.
pub(crate) fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    if !IPV6 {
        return Some(Ipv6Addr::UNSPECIFIED);
    }
    let text = unquote(text).split(|&byte| byte == b'%').next()?;
    let mut segments = [0; 8];
    match text.windows(2).position(|pair| pair == b"::") {
        Some(at) => {
            let (head, tail) = text.split_at_checked(at)?;
            if head.contains(&b'.') {
                return None;
            }
            let head = groups(head)?;
            let tail = groups(tail.get(2..)?)?;
            // `::` stands for one group at least.
            if head.len().saturating_add(tail.len()) > 7 {
                return None;
            }
            segments.iter_mut().zip(&head).for_each(|(to, from)| *to = *from);
            segments.iter_mut().rev().zip(tail.iter().rev()).for_each(|(to, from)| *to = *from);
        }
        None => {
            let all = groups(text)?;
            if all.len() != segments.len() {
                return None;
            }
            segments.iter_mut().zip(&all).for_each(|(to, from)| *to = *from);
        }
    }
    Some(Ipv6Addr::from(segments))
}

/// Groups separated by colons; the last may be an IPv4 address.
fn groups(text: &[u8]) -> Option<Vec<u16, 8>> {
    let mut list = Vec::new();
    if text.is_empty() {
        return Some(list);
    }
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        if part.contains(&b'.') {
            let [a, b, c, d] = ipv4(part)?.octets();
            list.push(u16::from_be_bytes([a, b])).ok()?;
            list.push(u16::from_be_bytes([c, d])).ok()?;
            return parts.next().is_none().then_some(list);
        }
        if part.len() > 4 {
            return None;
        }
        list.push(u16::try_from(hexadecimal(part)?).ok()?).ok()?;
    }
    Some(list)
}

/// A MAC address `xx:xx:xx:xx:xx:xx`.
pub(crate) fn mac(text: &[u8]) -> Option<[u8; 6]> {
    let mut mac = [0; 6];
    let mut parts = unquote(text).split(|&byte| byte == b':');
    for octet in &mut mac {
        let part = parts.next()?;
        if part.len() != 2 {
            return None;
        }
        *octet = u8::try_from(hexadecimal(part)?).ok()?;
    }
    parts.next().is_none().then_some(mac)
}

/// A hexadecimal number of one to eight digits, without `0x`.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some((number << 4) | value)
    })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn ipv6_addresses_read_as_the_standard_library_reads_them() {
        for text in [
            "::",
            "::1",
            "1::",
            "fe80::1234:5678:9abc:def0",
            "FE80::32AE:A4FF:FE80:6549",
            "2001:db8:0:0:0:0:0:1",
            "::ffff:192.168.4.1",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:8",
            "1::3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            ":1",
            "1:",
            ":",
            ":::",
            "12345::",
            "g::",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1.2.3.4::",
            "::1.2.3",
            "::1.2.3.4:5",
            "",
        ] {
            assert_eq!(ipv6(text.as_bytes()), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn numeric_addresses_read_as_the_standard_library_reads_them() {
        for text in [
            "10.0.0.1",
            "010.0.0.1",
            "10.0.0.00",
            "0.0.0.0",
            "+1.0.0.0",
            " 1.0.0.0",
            "1.0.0.0 ",
            "::1",
            "0001::",
            "::192.168.4.1",
            "::192.168.04.1",
            "::0192.168.4.1",
            "fe80::1%1",
            "\"10.0.0.1\"",
            "\"::1\"",
            "1.2.3.4:80",
            "[::1]",
            "+1::",
            "1.2.3.4567",
            "99999999999.2.3.4",
            "example.com",
            "3",
            "",
        ] {
            assert_eq!(numeric_address(text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn ipv4_addresses_read_as_the_standard_library_reads_them() {
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "192.168.4.1",
            "256.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "1..3.4",
            "a.b.c.d",
            "",
        ] {
            assert_eq!(ipv4(text.as_bytes()), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn ipv6_addresses_may_be_sixteen_octets() {
        let ip = |text: &[u8]| ip_or_octets(text).map(|ip| ip.to_string());
        assert_eq!(ip(b"\"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1\"").unwrap(), "2001:db8::1");
        assert_eq!(ip(b"10.0.0.1").unwrap(), "10.0.0.1");
        assert_eq!(ip(b"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0"), None);
        assert_eq!(ip(b"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.256"), None);
    }

    #[test]
    fn a_zone_and_quotes_are_dropped() {
        assert_eq!(ip(b"\"fe80::1%st1\"").unwrap().to_string(), "fe80::1");
        assert_eq!(ip(b"\"10.0.0.1\"").unwrap().to_string(), "10.0.0.1");
    }
}
