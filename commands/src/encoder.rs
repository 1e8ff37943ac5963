//! Writes a command line into a buffer, without `core::fmt` and without a way to panic.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::slice::IterMut;

use crate::address::IPV6;

/// A command line in the making.
///
/// `field` announces the next parameter. Its comma is written only when something follows, so
/// that omitted parameters become empty in the middle and vanish at the end, as the module
/// wants it (ESP-AT digest §2.1, Quectel digest §1.1).
pub(crate) struct Encoder<'b> {
    room: IterMut<'b, u8>,
    size: usize,
    commas: u8,
    overflow: bool,
}

impl<'b> Encoder<'b> {
    // Called for every command: once in flash is enough.
    #[inline(never)]
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { size: buffer.len(), room: buffer.iter_mut(), commas: 0, overflow: false }
    }

    /// Ends the line; the number of bytes written, or 0 if they did not fit.
    pub(crate) fn finish(mut self, terminator: &str) -> usize {
        self.commas = 0;
        self.text(terminator);
        if self.overflow { 0 } else { self.size.saturating_sub(self.room.len()) }
    }

    /// Begins the next parameter.
    #[inline(never)]
    pub(crate) fn field(&mut self) -> &mut Self {
        self.commas = self.commas.saturating_add(1);
        self
    }

    // Called from everywhere: once in flash is enough.
    #[inline(never)]
    fn byte(&mut self, byte: u8) {
        while self.commas > 0 {
            self.commas = self.commas.saturating_sub(1);
            self.put(b',');
        }
        self.put(byte);
    }

    fn put(&mut self, byte: u8) {
        match self.room.next() {
            Some(slot) => *slot = byte,
            None => self.overflow = true,
        }
    }

    /// Bytes as they are.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for &byte in text.as_bytes() {
            self.byte(byte);
        }
        self
    }

    /// A string parameter of ESP-AT: in quotes, with its escapes.
    pub(crate) fn quoted(&mut self, text: &[u8]) -> &mut Self {
        self.byte(b'"');
        for &byte in text {
            if crate::text::is_escaped(byte) {
                self.byte(b'\\');
            }
            self.byte(byte);
        }
        self.byte(b'"');
        self
    }

    /// A string parameter of a cellular module: in quotes, and as it is. There are no escapes
    /// (Quectel digest §1.1), so that [`check_plain`](crate::text::check_plain) comes before.
    pub(crate) fn string(&mut self, text: &str) -> &mut Self {
        self.byte(b'"');
        self.text(text);
        self.byte(b'"');
        self
    }

    pub(crate) fn flag(&mut self, on: bool) -> &mut Self {
        self.byte(if on { b'1' } else { b'0' });
        self
    }

    pub(crate) fn number(&mut self, number: u32) -> &mut Self {
        // Subtraction instead of division: a Cortex-M0 has no divider.
        const POWERS: [u32; 9] =
            [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10];
        let mut rest = number;
        let mut leading = true;
        for power in POWERS {
            let mut digit = b'0';
            while let Some(less) = rest.checked_sub(power) {
                rest = less;
                digit = digit.saturating_add(1);
            }
            leading &= digit == b'0';
            if !leading {
                self.byte(digit);
            }
        }
        self.byte(b'0' | (rest & 0x0F) as u8);
        self
    }

    pub(crate) fn signed(&mut self, number: i32) -> &mut Self {
        if number < 0 {
            self.byte(b'-');
        }
        self.number(number.unsigned_abs())
    }

    fn hex_digit(&mut self, nibble: u16) {
        let nibble = (nibble & 0x0F) as u8;
        self.byte(if nibble < 10 {
            b'0' | nibble
        } else {
            b'a'.wrapping_add(nibble.wrapping_sub(10))
        });
    }

    /// Bytes as hexadecimal digits, in quotes.
    pub(crate) fn hex(&mut self, bytes: &[u8]) -> &mut Self {
        self.byte(b'"');
        for &byte in bytes {
            self.hex_digit(u16::from(byte >> 4));
            self.hex_digit(u16::from(byte));
        }
        self.byte(b'"');
        self
    }

    /// A MAC address in quotes.
    pub(crate) fn mac(&mut self, mac: [u8; 6]) -> &mut Self {
        let mut separator = b'"';
        for octet in mac {
            self.byte(separator);
            separator = b':';
            self.hex_digit(u16::from(octet >> 4));
            self.hex_digit(u16::from(octet));
        }
        self.byte(b'"');
        self
    }

    /// An address in quotes; IPv6 with all eight groups, without brackets and zone (§12).
    pub(crate) fn ip(&mut self, ip: IpAddr) -> &mut Self {
        self.byte(b'"');
        match ip {
            IpAddr::V4(ip) => self.ipv4(ip),
            IpAddr::V6(ip) if IPV6 => self.ipv6(ip),
            IpAddr::V6(_) => self.overflow = true,
        }
        self.byte(b'"');
        self
    }

    fn ipv4(&mut self, ip: Ipv4Addr) {
        let mut dot = false;
        for octet in ip.octets() {
            if dot {
                self.byte(b'.');
            }
            dot = true;
            self.number(u32::from(octet));
        }
    }

    fn ipv6(&mut self, ip: Ipv6Addr) {
        let mut colon = false;
        for group in ip.segments() {
            if colon {
                self.byte(b':');
            }
            colon = true;
            let mut leading = true;
            for shift in [12_u32, 8, 4] {
                let nibble = (group >> shift) & 0x0F;
                leading &= nibble == 0;
                if !leading {
                    self.hex_digit(nibble);
                }
            }
            self.hex_digit(group);
        }
    }
}
