//! Handles on the hosts outside the module: listeners, TCP peers and UDP endpoints.

use super::VirtualWorld;
use core::net::{IpAddr, SocketAddr};

/// A scripted host that listens for TCP connections of the module.
///
/// ```
/// use core::net::Ipv4Addr;
/// use usocket_simulator::{Profile, VirtualWorld};
///
/// let world = VirtualWorld::new(Profile::esp32c3_4_1());
/// let host = world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
/// assert!(host.accept().is_none()); // nobody has connected yet
/// ```
#[derive(Debug, Clone)]
pub struct Host {
    pub(super) world: VirtualWorld,
    pub(super) address: SocketAddr,
}

impl Host {
    /// The oldest connection that was not taken yet, if there is one.
    pub fn accept(&self) -> Option<Peer> {
        self.world.with(|inner| {
            let host = inner.network.listeners.get_mut(&self.address)?;
            let index = host.accepted.pop_front()?;
            Some(Peer { world: self.world.clone(), index })
        })
    }

    /// Answers every piece of data that arrives on any connection; an empty answer is none.
    ///
    /// The closure runs inside the world and must not use its handles.
    pub fn on_data(&self, behaviour: impl FnMut(&[u8]) -> Vec<u8> + 'static) -> &Self {
        self.world.with(|inner| {
            if let Some(host) = inner.network.listeners.get_mut(&self.address) {
                host.behaviour = Some(Box::new(behaviour));
            }
        });
        self
    }

    /// Sends everything back.
    pub fn echo(&self) -> &Self {
        self.on_data(<[u8]>::to_vec)
    }

    /// Answers every request that ends in a blank line with `response`, and closes.
    pub fn serve(&self, response: &[u8]) -> &Self {
        let response = response.to_vec();
        let mut request = Vec::new();
        self.on_data(move |data| {
            request.extend(data);
            if !request.ends_with(b"\r\n\r\n") {
                return Vec::new();
            }
            request.clear();
            response.clone()
        });
        self.world.with(|inner| {
            if let Some(host) = inner.network.listeners.get_mut(&self.address) {
                host.closes = true;
            }
        });
        self
    }

    /// Sends this on every new connection.
    pub fn greet(&self, greeting: &[u8]) -> &Self {
        self.world.with(|inner| {
            if let Some(host) = inner.network.listeners.get_mut(&self.address) {
                host.greeting = greeting.to_vec();
            }
        });
        self
    }

    /// Stops listening: further connects are refused.
    pub fn stop(&self) {
        self.world.with(|inner| {
            if let Some(host) = inner.network.listeners.get_mut(&self.address) {
                host.listening = false;
            }
        });
    }
}

/// The far end of one TCP connection of the module.
#[derive(Debug, Clone)]
pub struct Peer {
    pub(super) world: VirtualWorld,
    pub(super) index: usize,
}

impl Peer {
    /// Its own address, which the module sees as the remote one.
    pub fn address(&self) -> SocketAddr {
        self.world.with(|inner| inner.network.peers[self.index].address)
    }

    /// Sends bytes to the module, in segments, as far as its window allows; the rest follows.
    pub fn send(&self, bytes: &[u8]) {
        self.world.with(|inner| {
            inner.network.peer_send(inner.now, self.index, bytes);
            inner.settle();
        });
    }

    /// Takes what has arrived from the module.
    pub fn received(&self) -> Vec<u8> {
        self.world.with(|inner| core::mem::take(&mut inner.network.peers[self.index].received))
    }

    /// Closes this side (FIN) behind what was sent.
    pub fn close(&self) {
        self.world.with(|inner| {
            inner.network.peer_close(inner.now, self.index);
            inner.settle();
        });
    }

    /// Resets the connection (RST); what was not delivered is lost.
    pub fn reset(&self) {
        self.world.with(|inner| {
            inner.network.peer_reset(inner.now, self.index);
            inner.settle();
        });
    }

    /// Whether the module closed its side or turned the connection down.
    pub fn is_closed(&self) -> bool {
        self.world.with(|inner| inner.network.peers[self.index].closed)
    }

    /// Whether the module broke the connection off (RST) rather than closing it (FIN).
    ///
    /// A client that the module turned down was never connected, so that it is not reset either.
    pub fn was_reset(&self) -> bool {
        self.world.with(|inner| inner.network.peers[self.index].reset)
    }

    /// Whether the module has taken the connection.
    pub fn is_established(&self) -> bool {
        self.world.with(|inner| inner.network.peers[self.index].established)
    }

    /// Bytes sent here that the module has no window for, or that are still on their way.
    pub fn unsent(&self) -> usize {
        self.world.with(|inner| inner.network.unsent(self.index))
    }

    /// Stops reading: once its send buffer is full, the module's `SEND OK` waits.
    pub fn stall(&self) {
        self.world.with(|inner| inner.network.peers[self.index].stalled = true);
    }

    /// Reads again after [`stall`](Self::stall).
    pub fn resume(&self) {
        self.world.with(|inner| {
            inner.network.resume(inner.now, self.index);
            inner.settle();
        });
    }
}

/// A scripted UDP endpoint outside the module.
#[derive(Debug, Clone)]
pub struct UdpHost {
    pub(super) world: VirtualWorld,
    pub(super) address: SocketAddr,
}

impl UdpHost {
    /// Its own address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes the datagrams that have arrived, each with the module's address and port.
    pub fn received(&self) -> Vec<(SocketAddr, Vec<u8>)> {
        self.world.with(|inner| match inner.network.endpoints.get_mut(&self.address) {
            Some(endpoint) => endpoint.received.drain(..).collect(),
            None => Vec::new(),
        })
    }

    /// Sends one datagram, possibly empty, to a local port of the module.
    pub fn send_to(&self, port: u16, bytes: &[u8]) {
        self.world.with(|inner| {
            inner.network.datagram_in(inner.now, self.address, None, port, bytes);
            inner.settle();
        });
    }

    /// Sends one datagram to a local port of everyone in a multicast group, or to a broadcast
    /// address (ESP-AT digest §12).
    ///
    /// A group reaches the module on a link that has joined it, which is one whose
    /// `AT+CIPSTART` named the group as the remote address; a broadcast reaches every link on the
    /// port.
    pub fn send_to_group(&self, group: impl Into<IpAddr>, port: u16, bytes: &[u8]) {
        let group = Some(group.into());
        self.world.with(|inner| {
            inner.network.datagram_in(inner.now, self.address, group, port, bytes);
            inner.settle();
        });
    }

    /// Answers every datagram with any number of datagrams.
    ///
    /// The closure runs inside the world and must not use its handles.
    pub fn on_datagram(
        &self,
        behaviour: impl FnMut(SocketAddr, &[u8]) -> Vec<Vec<u8>> + 'static,
    ) -> &Self {
        self.world.with(|inner| {
            if let Some(endpoint) = inner.network.endpoints.get_mut(&self.address) {
                endpoint.behaviour = Some(Box::new(behaviour));
            }
        });
        self
    }

    /// Sends every datagram back.
    pub fn echo(&self) -> &Self {
        self.on_datagram(|_, data| vec![data.to_vec()])
    }
}
