//! A datagram socket and the hosts that it talks to: datagrams get lost, and nothing else.

use std::rc::Rc;

use usocket::{Error, Socket};
use usocket_simulator::UdpHost;

use crate::bytes::bytes;
use crate::damage::Damage;
use crate::weather::Weather;

/// A host, and the numbers of the datagrams that are between it and the socket.
struct Correspondent {
    host: UdpHost,
    /// Numbers of the datagrams that either side sends next.
    next: usize,
    host_next: usize,
    /// Numbers that either side may get next: those before have come, or are lost.
    expected: usize,
    host_expected: usize,
}

/// A bound datagram socket and the hosts that it talks to.
pub(crate) struct Datagrams<'n> {
    pub(crate) sock: Socket<'n>,
    port: u16,
    hosts: Vec<Correspondent>,
    weather: Rc<Weather>,
    born: Damage,
    turn: usize,
}

/// A datagram with its number and its port in front.
fn datagram(port: u16, number: usize, len: usize) -> Vec<u8> {
    let number = number as u16;
    let head = [number.to_le_bytes(), port.to_le_bytes()].concat();
    [head, bytes(number ^ port, 0, len, false)].concat()
}

/// The number of a datagram that is as it was sent, and younger than those before it.
fn number(port: u16, data: &[u8], expected: usize, sent: usize) -> usize {
    assert!(data.len() >= 4, "a datagram that was cut: {data:?}");
    let number = usize::from(u16::from_le_bytes([data[0], data[1]]));
    assert!((expected..sent).contains(&number), "number {number} in place of {expected}..{sent}");
    assert_eq!(data, datagram(port, number, data.len() - 4), "a damaged datagram");
    number
}

impl<'n> Datagrams<'n> {
    pub(crate) fn new(
        sock: Socket<'n>,
        hosts: [UdpHost; 2],
        port: u16,
        weather: &Rc<Weather>,
    ) -> Self {
        let hosts = hosts.map(|host| {
            let [next, host_next, expected, host_expected] = [0; 4];
            Correspondent { host, next, host_next, expected, host_expected }
        });
        let (born, weather) = (weather.damage(), weather.clone());
        Self { sock, port, hosts: hosts.into(), weather, born, turn: 0 }
    }

    fn damaged(&self) -> bool {
        self.weather.damage().since(&self.born).any()
    }

    /// Lengths are not known when a datagram is cut short: of a socket whose datagrams may have been
    /// damaged nothing is asked but that it goes on.
    pub(crate) fn check(&mut self) {
        let damaged = self.damaged();
        for host in &mut self.hosts {
            for (from, data) in host.host.received() {
                if !damaged {
                    assert_eq!(from.port(), self.port, "sent from another port");
                    let port = host.host.address().port();
                    host.host_expected = number(port, &data, host.host_expected, host.next) + 1;
                }
            }
        }
    }

    pub(crate) fn receive(&mut self) -> Result<usize, Error> {
        let mut buf = [0; 2000];
        let (count, from) = self.sock.recvfrom(&mut buf)?;
        if !self.damaged() {
            let host = self.hosts.iter_mut().find(|host| host.host.address() == from);
            let host = host.unwrap_or_else(|| panic!("sent by somebody else: {from}"));
            let data = &buf[..count];
            host.expected =
                number(from.port() ^ self.port, data, host.expected, host.host_next) + 1;
        }
        Ok(count)
    }

    pub(crate) fn send(&mut self, size: usize) -> Result<usize, Error> {
        self.turn += 1;
        let turn = self.turn % self.hosts.len();
        let host = &mut self.hosts[turn];
        let to = host.host.address();
        let data = datagram(to.port(), host.next, size);
        host.next += 1; // a send that failed may have done something all the same
        let count = self.sock.sendto(&data, to)?;
        assert_eq!(count, data.len(), "a datagram was cut");
        Ok(count)
    }

    /// The hosts send a few.
    pub(crate) fn hosts_send(&mut self, size: usize) {
        for turn in 0..=size % 4 {
            let count = self.hosts.len();
            let host = &mut self.hosts[(turn + size) % count];
            let port = host.host.address().port() ^ self.port;
            host.host.send_to(self.port, &datagram(port, host.host_next, size % 1200 + turn));
            host.host_next += 1;
        }
    }
}
