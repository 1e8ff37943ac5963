//! The bytes that are sent: each depends on where it is.

/// Bytes that look random, and of which each can be computed from its place: one that is missing,
/// doubled or at another place shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content(u32);

impl Content {
    /// What the firmware uploads.
    pub const UPLOAD: Self = Self(1);
    /// What the firmware downloads.
    pub const DOWNLOAD: Self = Self(2);

    /// What a client of the echo server sends.
    pub const fn echo(client: u32) -> Self {
        Self(0x100 + client)
    }

    /// A question that the firmware asks by a datagram.
    pub const fn question(number: usize) -> Self {
        Self(0x200 + number as u32)
    }

    /// The host's answer to it.
    pub const fn answer(number: usize) -> Self {
        Self(0x300 + number as u32)
    }

    /// A datagram that the host sends unasked.
    pub const fn call(number: usize) -> Self {
        Self(0x400 + number as u32)
    }

    /// The firmware's answer to it.
    pub const fn reply(number: usize) -> Self {
        Self(0x500 + number as u32)
    }

    /// The byte at this offset.
    pub const fn byte(self, offset: u32) -> u8 {
        let mut mixed = offset.wrapping_mul(0x9e37_79b1) ^ self.0.wrapping_mul(0x85eb_ca6b);
        mixed ^= mixed >> 15;
        mixed = mixed.wrapping_mul(0x2c1b_3c6d);
        mixed ^= mixed >> 12;
        (mixed >> 8) as u8
    }

    /// Fills a buffer with the bytes from this offset on.
    pub fn fill(self, offset: u32, buffer: &mut [u8]) {
        for (at, byte) in (offset..).zip(buffer) {
            *byte = self.byte(at);
        }
    }

    /// The offset of the first byte that is not what it has to be; the first one given is at `offset`.
    pub fn flaw(self, offset: u32, bytes: &[u8]) -> Option<u32> {
        (offset..).zip(bytes).find(|&(at, &byte)| byte != self.byte(at)).map(|(at, _)| at)
    }
}
