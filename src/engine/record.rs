//! Datagrams in a ring: each behind its length and the address it came from, or goes to.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::ring::Ring;

/// The longest head of a datagram: length, port, family, IPv6 address.
pub(super) const HEAD: usize = 5 + 16;

/// The head of a datagram in a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    /// Bytes of the datagram.
    pub(crate) len: usize,
    /// Where it came from, or goes to.
    pub(crate) address: SocketAddr,
}

impl Record {
    /// Bytes that the head takes up in a ring.
    pub(crate) const fn head(&self) -> usize {
        match self.address {
            SocketAddr::V4(_) => 5 + 4,
            SocketAddr::V6(_) => HEAD,
        }
    }

    /// Bytes that the datagram takes up in a ring, its head included.
    pub(crate) const fn size(&self) -> usize {
        self.head() + self.len
    }

    /// The head as it lies in a ring; only its first [`head`](Self::head) bytes count.
    fn bytes(&self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        let [len, more] = u16::try_from(self.len).unwrap_or(u16::MAX).to_le_bytes();
        let [port, rest] = self.address.port().to_le_bytes();
        let (family, v4, v6);
        let ip: &[u8] = match self.address.ip() {
            IpAddr::V4(ip) => {
                (family, v4) = (4, ip.octets());
                &v4
            }
            IpAddr::V6(ip) => {
                (family, v6) = (6, ip.octets());
                &v6
            }
        };
        let fields = [len, more, port, rest, family];
        for (place, byte) in bytes.iter_mut().zip(fields.iter().chain(ip)) {
            *place = *byte;
        }
        bytes
    }

    /// Stages the head; the datagram itself is staged behind it. `false`: there is no room for both.
    pub(crate) fn stage(&self, ring: &mut Ring, storage: &mut [u8]) -> bool {
        if self.size() > ring.free(storage.len()) || self.len > usize::from(u16::MAX) {
            return false;
        }
        ring.stage(storage, self.bytes().get(..self.head()).unwrap_or_default());
        true
    }

    /// The head of the oldest datagram.
    pub(crate) fn front(ring: &Ring, storage: &[u8]) -> Option<Self> {
        let mut bytes = [0; HEAD];
        let count = ring.peek(storage, 0, &mut bytes);
        let (fields, ip) = bytes.get(..count)?.split_first_chunk::<5>()?;
        let [len, more, port, rest, family] = *fields;
        let ip = match family {
            4 => IpAddr::V4(Ipv4Addr::from(*ip.first_chunk::<4>()?)),
            _ => IpAddr::V6(Ipv6Addr::from(*ip.first_chunk::<16>()?)),
        };
        let address = SocketAddr::new(ip, u16::from_le_bytes([port, rest]));
        Some(Self { len: usize::from(u16::from_le_bytes([len, more])), address })
    }

    /// Drops the first `count` bytes of the oldest datagram, whose head this is; what is left becomes
    /// the oldest datagram.
    pub(crate) fn shorten(&self, ring: &mut Ring, storage: &mut [u8], count: usize) {
        let count = count.min(self.len);
        ring.consume(storage.len(), count);
        let rest = Self { len: self.len - count, ..*self };
        for (index, byte) in rest.bytes().iter().enumerate().take(rest.head()) {
            ring.set(storage, index, *byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(ring: &mut Ring, storage: &mut [u8], address: &str, data: &[u8]) -> bool {
        let record = Record { len: data.len(), address: address.parse().unwrap() };
        let fits = record.stage(ring, storage);
        if fits {
            ring.stage(storage, data);
            ring.commit();
        }
        fits
    }

    #[test]
    fn datagrams_keep_their_order_lengths_and_addresses_at_every_offset() {
        for offset in 0..64 {
            let mut storage = [0; 64];
            let mut ring = Ring::EMPTY;
            // one byte stays behind, so that the head does not go back to 0
            ring.write(&mut storage, &[7; 64][..offset + 1]);
            ring.consume(64, offset);
            assert!(put(&mut ring, &mut storage, "1.2.3.4:5678", b"abc"));
            assert!(put(&mut ring, &mut storage, "[fe80::1]:9", b""));
            assert!(put(&mut ring, &mut storage, "255.0.0.1:65535", b"line\nrest"));
            assert!(!put(&mut ring, &mut storage, "1.2.3.4:5", b"too long"));
            ring.consume(64, 1);

            let first = Record::front(&ring, &storage).unwrap();
            assert_eq!((first.len, first.address), (3, "1.2.3.4:5678".parse().unwrap()));
            ring.consume(64, first.size());
            let second = Record::front(&ring, &storage).unwrap();
            assert_eq!((second.len, second.address), (0, "[fe80::1]:9".parse().unwrap()));
            ring.consume(64, second.size());
            let third = Record::front(&ring, &storage).unwrap();
            third.shorten(&mut ring, &mut storage, 5);
            let rest = Record::front(&ring, &storage).unwrap();
            assert_eq!((rest.len, rest.address), (4, third.address));
            let mut data = [0; 9];
            assert_eq!(ring.peek(&storage, rest.head(), &mut data), 4);
            assert_eq!(&data[..4], b"rest");
            ring.consume(64, rest.size());
            assert_eq!(Record::front(&ring, &storage), None);
            assert!(ring.is_empty());
        }
    }
}
