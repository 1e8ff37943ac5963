//! A datagram socket and a host that it talks to: datagrams get lost, and nothing else.

use std::net::SocketAddr;

use fastrand::Rng;
use usocket::Socket;
use usocket_simulator::UdpHost;

use crate::stream::bytes;

/// A bound datagram socket and the host that it talks to.
pub(crate) struct Datagrams<'n> {
    pub(crate) sock: Socket<'n>,
    pub(crate) host: UdpHost,
    pub(crate) port: u16,
    /// Numbers of the datagrams that either side sends next.
    next: usize,
    host_next: usize,
    /// Numbers that either side may get next: those before have come, or are lost.
    expected: usize,
    host_expected: usize,
}

/// A datagram with its number in front.
fn datagram(number: usize, len: usize) -> Vec<u8> {
    let [low, high] = (number as u16).to_le_bytes();
    [vec![low, high], bytes(number as u16, 0, len)].concat()
}

/// The number of a datagram that is as it was sent, and younger than those before it.
fn number(data: &[u8], expected: usize, sent: usize) -> usize {
    assert!(data.len() >= 2, "a datagram that was cut: {data:?}");
    let number = usize::from(u16::from_le_bytes([data[0], data[1]]));
    assert!((expected..sent).contains(&number), "number {number} in place of {expected}..{sent}");
    assert_eq!(data[2..], bytes(number as u16, 0, data.len() - 2), "a damaged datagram");
    number
}

impl<'n> Datagrams<'n> {
    pub(crate) fn new(sock: Socket<'n>, host: UdpHost, port: u16) -> Self {
        let [next, host_next, expected, host_expected] = [0; 4];
        Self { sock, host, port, next, host_next, expected, host_expected }
    }

    /// The host has got what was sent, whole and once.
    pub(crate) fn check_host(&mut self) {
        for (from, data) in self.host.received() {
            assert_eq!(from.port(), self.port, "sent from another port");
            self.host_expected = number(&data, self.host_expected, self.next) + 1;
        }
    }

    pub(crate) fn receive(&mut self) {
        let mut buf = [0; 2000];
        if let Ok((count, from)) = self.sock.recvfrom(&mut buf) {
            assert_eq!(from, self.host.address(), "sent by somebody else");
            self.expected = number(&buf[..count], self.expected, self.host_next) + 1;
        }
    }

    pub(crate) fn send(&mut self, rng: &mut Rng) {
        let to: SocketAddr = self.host.address();
        let data = datagram(self.next, rng.usize(..250));
        self.next += 1; // a send that failed may have done something all the same
        if let Ok(count) = self.sock.sendto(&data, to) {
            assert_eq!(count, data.len(), "a datagram was cut");
        }
    }

    /// The host sends a few.
    pub(crate) fn host_acts(&mut self, rng: &mut Rng) {
        for _ in 0..rng.usize(1..5) {
            self.host.send_to(self.port, &datagram(self.host_next, rng.usize(..1200)));
            self.host_next += 1;
        }
    }
}
