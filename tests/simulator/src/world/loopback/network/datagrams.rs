//! UDP sockets of the loopback world.

use super::{Protocol, Sockets};
use crate::module::{Event, Failure, Socket};
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::HashMap;
use std::net::UdpSocket;

/// A UDP socket.
#[derive(Debug)]
pub(super) struct Datagrams {
    socket: UdpSocket,
    /// What the real addresses that were sent to are called in the simulation.
    reached: HashMap<SocketAddr, SocketAddr>,
}

impl Sockets {
    pub(super) fn bind_datagrams(&mut self, now: Duration, socket: Socket, ipv6: bool, port: u16) {
        let Some(udp) = self.bind(ipv6, port, UdpSocket::bind) else {
            return self.later(now, Event::Failed { socket, failure: Failure::Unreachable });
        };
        let real = udp.local_addr();
        let local_port = if port == 0 { real.as_ref().map_or(0, SocketAddr::port) } else { port };
        self.publish(Protocol::Udp, local_port, real);
        // A socket that could not be made non-blocking would stop the world.
        if udp.set_nonblocking(true).is_ok() {
            self.datagrams.insert(socket, Datagrams { socket: udp, reached: HashMap::new() });
        }
        self.later(now, Event::Connected { socket, local_port });
    }

    pub(super) fn send_datagram(&mut self, socket: Socket, to: SocketAddr, data: &[u8]) {
        let Some(real) = self.real(to) else { return };
        if let Some(datagrams) = self.datagrams.get_mut(&socket) {
            datagrams.reached.insert(real, to);
            // A datagram that cannot be sent is lost, like any other.
            let _ = datagrams.socket.send_to(data, real);
        }
    }

    pub(super) fn serve_datagrams(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let mut buffer = core::mem::take(&mut self.buffer);
        for (&socket, datagrams) in &self.datagrams {
            while let Ok((length, real)) = datagrams.socket.recv_from(&mut buffer) {
                let known = datagrams.reached.get(&real).copied();
                let from = known.unwrap_or_else(|| self.simulated(real));
                events.push(Event::Datagram { socket, from, data: buffer[..length].to_vec() });
            }
        }
        self.buffer = buffer;
        events
    }
}
