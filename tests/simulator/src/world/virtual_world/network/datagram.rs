//! UDP: endpoints outside the module, its sockets, broadcast and multicast (ESP-AT digest §12).

use super::{Arrival, Scripted};
use crate::module::Socket;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::collections::VecDeque;

pub(in super::super) type Behaviour = Box<dyn FnMut(SocketAddr, &[u8]) -> Vec<Vec<u8>>>;

/// A UDP endpoint outside the module.
#[derive(Default)]
pub(in super::super) struct Endpoint {
    pub(in super::super) received: VecDeque<(SocketAddr, Vec<u8>)>,
    pub(in super::super) behaviour: Option<Behaviour>,
}

/// A UDP socket of the module.
#[derive(Debug)]
pub(super) struct Bound {
    port: u16,
    ipv6: bool,
    /// The multicast group that it has joined.
    group: Option<IpAddr>,
}

/// A datagram for the module.
#[derive(Debug)]
pub(super) struct Inbound {
    pub(super) from: SocketAddr,
    /// A broadcast address or a group; `None` is the module itself.
    to: Option<IpAddr>,
    port: u16,
    pub(super) data: Vec<u8>,
}

impl Scripted {
    /// Binds a socket of the module, which joins the group if its remote address is one.
    pub(super) fn bind(&mut self, socket: Socket, remote: IpAddr, port: u16) -> u16 {
        let port = if port == 0 { self.free_port() } else { port };
        let group = remote.is_multicast().then_some(remote);
        self.bound.insert(socket, Bound { port, ipv6: remote.is_ipv6(), group });
        port
    }

    /// A port that no socket of the module is bound to.
    fn free_port(&mut self) -> u16 {
        loop {
            let port = self.next_port();
            if self.bound.values().all(|it| it.port != port) {
                return port;
            }
        }
    }

    /// The module sends a datagram; without an address of the family it goes nowhere.
    pub(super) fn datagram_out(
        &mut self,
        now: Duration,
        socket: Socket,
        to: SocketAddr,
        data: Vec<u8>,
    ) {
        let source = self.interface.source(to.ip());
        if let (Some(address), Some(bound)) = (source, self.bound.get(&socket)) {
            let from = SocketAddr::new(address, bound.port);
            self.schedule(now + self.delays.latency, Arrival::Outbound { from, to, data });
        }
    }

    /// A datagram for a local port of the module, by way of `to` if it is for several receivers.
    pub(in super::super) fn datagram_in(
        &mut self,
        now: Duration,
        from: SocketAddr,
        to: Option<IpAddr>,
        port: u16,
        data: &[u8],
    ) {
        let inbound = Inbound { from, to, port, data: data.to_vec() };
        self.schedule(now + self.delays.latency, Arrival::Inbound(inbound));
    }

    /// The socket that a datagram is for: the one on its port, which must be in the group.
    pub(super) fn addressee(&self, inbound: &Inbound) -> Option<Socket> {
        let hears = |bound: &Bound| match inbound.to {
            None => true,
            Some(group) if group.is_multicast() => bound.group == Some(group),
            Some(address) => self.interface.is_broadcast(address),
        };
        let ipv6 = inbound.from.is_ipv6();
        let mut sockets = self.bound.iter();
        let found = sockets.find(|(_, it)| it.port == inbound.port && it.ipv6 == ipv6 && hears(it));
        found.map(|(socket, _)| *socket)
    }

    /// A datagram of the module arrives: at one endpoint, or at all on the port.
    pub(super) fn endpoints_receive(
        &mut self,
        now: Duration,
        from: SocketAddr,
        to: SocketAddr,
        data: &[u8],
    ) {
        let several = to.ip().is_multicast() || self.interface.is_broadcast(to.ip());
        let mut replies = Vec::new();
        for (address, endpoint) in &mut self.endpoints {
            let one_of_them =
                several && address.port() == to.port() && address.is_ipv6() == to.is_ipv6();
            if *address != to && !one_of_them {
                continue;
            }
            endpoint.received.push_back((from, data.to_vec()));
            if let Some(behaviour) = &mut endpoint.behaviour {
                replies.extend(behaviour(from, data).into_iter().map(|reply| (*address, reply)));
            }
        }
        for (address, reply) in replies {
            self.datagram_in(now, address, None, from.port(), &reply);
        }
    }
}
