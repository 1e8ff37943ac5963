//! TCP: listening hosts, the far ends of connections, and their bytes.

use super::handshake::{Secured, admits};
use super::{Arrival, Scripted};
use crate::module::{Event, Failure, Module, Socket, TlsServer};
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::collections::VecDeque;

/// Bytes that the module's TCP accepts before the peer has acknowledged any.
const SEND_BUFFER: usize = 5760;

pub(in super::super) type Behaviour = Box<dyn FnMut(&[u8]) -> Vec<u8>>;

/// Where the module listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) port: u16,
    pub(super) ipv6: bool,
    pub(super) tls: Option<Box<TlsServer>>,
}

/// A listening host.
#[derive(Default)]
pub(in super::super) struct Listener {
    pub(in super::super) tls: Option<Secured>,
    pub(in super::super) listening: bool,
    pub(in super::super) accepted: VecDeque<usize>,
    pub(in super::super) greeting: Vec<u8>,
    /// Close after the reply.
    pub(in super::super) closes: bool,
    pub(in super::super) behaviour: Option<Behaviour>,
}

/// One end of a TCP connection, outside the module.
pub(in super::super) struct PeerState {
    pub(in super::super) socket: Option<Socket>,
    pub(in super::super) address: SocketAddr,
    /// The port of the module that it connected to, if it did.
    port: u16,
    /// The listener that it belongs to, if the module connected.
    pub(super) listener: Option<SocketAddr>,
    /// Bytes for the module, and when they can have arrived there.
    pub(super) outgoing: VecDeque<(Duration, Vec<u8>)>,
    /// When the FIN can have arrived at the module.
    pub(super) fin: Option<Duration>,
    fin_delivered: bool,
    pub(in super::super) received: Vec<u8>,
    /// The module closed, vanished or turned the connection down.
    pub(in super::super) closed: bool,
    /// It broke the connection off.
    pub(in super::super) reset: bool,
    pub(in super::super) established: bool,
    /// Does not read: the module's sends are accepted only up to its buffer.
    pub(in super::super) stalled: bool,
    /// Sends that wait for the peer to read on.
    unaccepted: VecDeque<Vec<u8>>,
    buffered: usize,
    /// The connection is a TLS session.
    tls: bool,
    /// The root of the certificate that it shows as a TLS client, possibly none.
    pub(in super::super) shows: Option<Vec<u8>>,
}

impl PeerState {
    fn new(address: SocketAddr) -> Self {
        Self {
            address,
            socket: None,
            port: 0,
            listener: None,
            outgoing: VecDeque::new(),
            fin: None,
            fin_delivered: false,
            received: Vec::new(),
            closed: false,
            reset: false,
            established: false,
            stalled: false,
            unaccepted: VecDeque::new(),
            buffered: 0,
            tls: false,
            shows: None,
        }
    }

    /// The far end of a connection that the module has opened.
    pub(super) fn established(socket: Socket, listener: SocketAddr, tls: bool) -> Self {
        Self {
            socket: Some(socket),
            listener: Some(listener),
            established: true,
            tls,
            ..Self::new(listener)
        }
    }
}

impl Scripted {
    pub(super) fn peer_of(&self, socket: Socket) -> Option<usize> {
        self.peers.iter().position(|peer| peer.socket == Some(socket))
    }

    /// The module sends on a stream: accepted at once, after a round trip, or when the peer reads.
    pub(super) fn stream_send(&mut self, now: Duration, socket: Socket, data: Vec<u8>) {
        let latency = self.delays.latency;
        let Some(index) = self.peer_of(socket) else { return };
        let bytes = data.len();
        let peer = &mut self.peers[index];
        // what does not fit waits, and so does what comes behind it
        let waits = !peer.unaccepted.is_empty() || peer.buffered + data.len() > SEND_BUFFER;
        if peer.stalled && waits {
            peer.unaccepted.push_back(data);
            return;
        }
        peer.buffered += data.len();
        let overflows = peer.buffered > SEND_BUFFER;
        let accepted = if overflows { now + latency * 2 } else { now };
        self.schedule(now + latency, Arrival::PeerData { peer: index, data });
        self.schedule(accepted, Arrival::Event(Event::Sent { socket }));
        let acknowledged = Event::Acknowledged { socket, bytes };
        self.schedule(now + latency * 2, Arrival::Event(acknowledged));
    }

    /// The peer reads again: what waited is accepted now.
    pub(in super::super) fn resume(&mut self, now: Duration, index: usize) {
        self.peers[index].stalled = false;
        self.peers[index].buffered = 0;
        let waiting = core::mem::take(&mut self.peers[index].unaccepted);
        if let Some(socket) = self.peers[index].socket {
            for data in waiting {
                self.stream_send(now, socket, data);
            }
        }
    }

    pub(super) fn module_closed(&mut self, now: Duration, socket: Socket, reset: bool) {
        if self.bound.remove(&socket).is_some() {
            return;
        }
        match self.peer_of(socket) {
            Some(peer) => {
                self.peers[peer].socket = None;
                self.schedule(now + self.delays.latency, Arrival::PeerClosed { peer, reset });
            }
            None => {
                self.cancelled.insert(socket);
            }
        }
    }

    /// The address of the next client of the module's server, of the family that it serves.
    pub(in super::super) fn next_client(&self) -> SocketAddr {
        let ipv6 = self.servers.last().is_some_and(|server| server.ipv6);
        let address = if ipv6 {
            IpAddr::from([0x2001, 0xdb8, 3, 0, 0, 0, 0, 0x200])
        } else {
            IpAddr::from([192, 168, 3, 200])
        };
        SocketAddr::new(address, 50_000 + self.peers.len() as u16)
    }

    /// A host connects to the module; returns the number of the new peer.
    pub(in super::super) fn connect_in(
        &mut self,
        now: Duration,
        remote: SocketAddr,
        port: u16,
    ) -> usize {
        let peer = self.knock(remote);
        if self.servers.iter().any(|it| it.port == port && it.ipv6 == remote.is_ipv6()) {
            self.peers[peer].port = port;
            let event = Event::Incoming { token: peer as u32, remote, local_port: port };
            self.schedule(now + self.delays.latency, Arrival::Event(event));
        } else {
            self.tokens.remove(&(peer as u32));
            self.peers[peer].closed = true;
        }
        peer
    }

    /// A new client, whose number is its token too.
    pub(in super::super) fn knock(&mut self, address: SocketAddr) -> usize {
        let peer = self.peers.len();
        self.peers.push(PeerState::new(address));
        self.tokens.insert(peer as u32, peer);
        peer
    }

    /// The module takes a client: at once, or after a handshake.
    pub(super) fn accept(&mut self, now: Duration, token: u32, socket: Socket) {
        let latency = self.delays.latency;
        let Some(index) = self.tokens.remove(&token) else { return };
        let peer = &mut self.peers[index];
        peer.socket = Some(socket);
        let server = self.servers.iter().find(|server| server.port == peer.port);
        let Some(tls) = server.and_then(|server| server.tls.as_deref()) else {
            peer.established = true;
            return;
        };
        let welcome = peer.shows.as_deref().is_some_and(|root| admits(tls, root));
        self.schedule(now + latency * 4, Arrival::Secured { peer: index, socket, welcome });
    }

    /// The handshake of a client is over.
    pub(super) fn secured(
        &mut self,
        now: Duration,
        index: usize,
        socket: Socket,
        welcome: bool,
        module: &mut Module,
    ) {
        let peer = &mut self.peers[index];
        if peer.socket != Some(socket) {
            return;
        }
        if welcome {
            peer.established = true;
            peer.tls = true;
            let local_port = peer.port;
            module.handle(now, Event::Connected { socket, local_port });
        } else {
            peer.socket = None;
            peer.closed = true;
            module.handle(now, Event::Failed { socket, failure: Failure::Handshake });
        }
    }

    /// A peer sends a record without data.
    pub(in super::super) fn peer_control(&mut self, now: Duration, index: usize) {
        let at = now + self.delays.latency;
        let peer = &mut self.peers[index];
        if peer.tls && peer.fin.is_none() && !peer.closed {
            peer.outgoing.push_back((at, Vec::new()));
        }
    }

    /// A peer sends to the module, in segments.
    pub(in super::super) fn peer_send(&mut self, now: Duration, index: usize, data: &[u8]) {
        let at = now + self.delays.latency;
        let peer = &mut self.peers[index];
        if peer.fin.is_some() || peer.closed {
            return;
        }
        for segment in data.chunks(self.segment.max(1)) {
            peer.outgoing.push_back((at, segment.to_vec()));
        }
    }

    pub(in super::super) fn peer_close(&mut self, now: Duration, index: usize) {
        let at = now + self.delays.latency;
        self.peers[index].fin.get_or_insert(at);
    }

    pub(in super::super) fn peer_reset(&mut self, now: Duration, index: usize) {
        let at = now + self.delays.latency;
        let peer = &mut self.peers[index];
        peer.outgoing.clear();
        match peer.socket.take() {
            Some(socket) => self.schedule(at, Arrival::Event(Event::Reset { socket })),
            None => self.schedule(at, Arrival::Withdrawal { peer: index }),
        }
    }

    /// The reset of a client arrives that had not been accepted when it was sent.
    pub(super) fn withdraw(&mut self, now: Duration, index: usize, module: &mut Module) {
        let token = index as u32;
        if self.tokens.remove(&token).is_some() {
            module.handle(now, Event::Withdrawn { token });
        } else if let Some(socket) = self.peers[index].socket.take() {
            module.handle(now, Event::Reset { socket });
        }
    }

    /// Bytes that a peer has sent and the module has not taken.
    pub(in super::super) fn unsent(&self, index: usize) -> usize {
        self.peers[index].outgoing.iter().map(|(_, data)| data.len()).sum()
    }

    pub(super) fn deliver_stream(
        &mut self,
        now: Duration,
        index: usize,
        module: &mut Module,
    ) -> bool {
        let peer = &mut self.peers[index];
        let Some(socket) = peer.socket.filter(|_| peer.established) else { return false };
        let mut any = false;
        while let Some((at, data)) = peer.outgoing.front_mut() {
            let room = module.window(socket).min(data.len());
            let control = data.is_empty();
            if *at > now || (room == 0 && !control) {
                return any;
            }
            if control {
                peer.outgoing.pop_front();
                any = true;
                module.handle(now, Event::Control { socket });
                continue;
            }
            let rest = data.split_off(room);
            let segment = core::mem::replace(data, rest);
            if data.is_empty() {
                peer.outgoing.pop_front();
            }
            any = true;
            module.handle(now, Event::Data { socket, data: segment });
        }
        if peer.fin.is_some_and(|at| at <= now) && peer.established && !peer.fin_delivered {
            peer.fin_delivered = true;
            any = true;
            if peer.tls {
                module.handle(now, Event::Control { socket });
            }
            module.handle(now, Event::Fin { socket });
        }
        any
    }

    pub(super) fn peer_receives(&mut self, now: Duration, index: usize, data: &[u8]) {
        let peer = &mut self.peers[index];
        peer.received.extend(data);
        if peer.stalled {
            return; // it lies there, and fills the window
        }
        peer.buffered = peer.buffered.saturating_sub(data.len());
        let Some(host) = peer.listener.and_then(|address| self.listeners.get_mut(&address)) else {
            return;
        };
        let closes = host.closes;
        let Some(behaviour) = &mut host.behaviour else { return };
        let reply = behaviour(data);
        if !reply.is_empty() {
            self.peer_send(now, index, &reply);
            if closes {
                self.peer_close(now, index);
            }
        }
    }
}
