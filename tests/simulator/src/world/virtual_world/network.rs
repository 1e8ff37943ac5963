//! The scripted network: hosts, names, peers, and what is under way between them.

use crate::module::{Event, Failure, Module, Request, Socket, Transport};
use crate::world::clockwork::Network;
use core::fmt;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// Bytes that the module's TCP accepts before the peer has acknowledged any.
const SEND_BUFFER: usize = 5760;

pub(super) type Behaviour = Box<dyn FnMut(&[u8]) -> Vec<u8>>;
pub(super) type DatagramBehaviour = Box<dyn FnMut(SocketAddrV4, &[u8]) -> Vec<Vec<u8>>>;

/// How long the network takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delays {
    /// One way.
    pub(super) latency: Duration,
    /// Until a connect to a silent address is given up.
    pub(super) unreachable: Duration,
    /// Until a lookup of an unknown name is given up.
    pub(super) lookup: Duration,
    /// Until an echo request is given up.
    pub(super) ping: Duration,
}

/// A listening host.
#[derive(Default)]
pub(super) struct Listener {
    pub(super) tls: bool,
    pub(super) listening: bool,
    pub(super) accepted: VecDeque<usize>,
    pub(super) greeting: Vec<u8>,
    /// Close after the reply.
    pub(super) closes: bool,
    pub(super) behaviour: Option<Behaviour>,
}

/// One end of a TCP connection, outside the module.
#[derive(Default)]
pub(super) struct PeerState {
    pub(super) socket: Option<Socket>,
    /// The listener that it belongs to, if the module connected.
    listener: Option<SocketAddrV4>,
    /// Bytes for the module, and when they can have arrived there.
    outgoing: VecDeque<(Duration, Vec<u8>)>,
    /// When the FIN can have arrived at the module.
    fin: Option<Duration>,
    fin_delivered: bool,
    pub(super) received: Vec<u8>,
    /// The module closed, vanished or turned the connection down.
    pub(super) closed: bool,
    pub(super) established: bool,
    /// Does not read: the module's sends are accepted only up to its buffer.
    pub(super) stalled: bool,
    /// Sends that wait for the peer to read on.
    unaccepted: VecDeque<Vec<u8>>,
    buffered: usize,
}

/// A UDP endpoint outside the module.
#[derive(Default)]
pub(super) struct Endpoint {
    pub(super) received: VecDeque<(SocketAddrV4, Vec<u8>)>,
    pub(super) behaviour: Option<DatagramBehaviour>,
}

enum Arrival {
    Event(Event),
    Established { socket: Socket, listener: SocketAddrV4 },
    PeerData { peer: usize, data: Vec<u8> },
    PeerClosed { peer: usize },
    Datagram { from: SocketAddrV4, to: SocketAddrV4, data: Vec<u8> },
    Inbound { from: SocketAddrV4, port: u16, data: Vec<u8> },
}

pub(super) struct Scripted {
    pub(super) delays: Delays,
    pub(super) names: HashMap<String, Ipv4Addr>,
    pub(super) known: HashSet<Ipv4Addr>,
    pub(super) listeners: HashMap<SocketAddrV4, Listener>,
    pub(super) endpoints: HashMap<SocketAddrV4, Endpoint>,
    pub(super) peers: Vec<PeerState>,
    /// The module's UDP sockets and their local ports.
    datagram_ports: BTreeMap<Socket, u16>,
    pub(super) server_port: Option<u16>,
    tokens: HashMap<u32, usize>,
    cancelled: HashSet<Socket>,
    queue: BTreeMap<(Duration, u64), Arrival>,
    sequence: u64,
    ephemeral: u16,
    pub(super) segment: usize,
    pub(super) module_address: Ipv4Addr,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("peers", &self.peers.len()).finish_non_exhaustive()
    }
}

impl Network for Scripted {
    fn request(&mut self, now: Duration, request: Request) {
        let Delays { latency, unreachable, lookup, ping } = self.delays;
        match request {
            Request::Resolve { name } => {
                let address = self.names.get(&name).copied();
                let at = now + if address.is_some() { latency * 2 } else { lookup };
                self.schedule(at, Arrival::Event(Event::Resolved { name, address }));
            }
            Request::Connect { socket, transport: Transport::Udp, local_port, .. } => {
                let local_port = if local_port == 0 { self.next_port() } else { local_port };
                self.datagram_ports.insert(socket, local_port);
                self.schedule(now, Arrival::Event(Event::Connected { socket, local_port }));
            }
            Request::Connect { socket, transport, remote, .. } => {
                let (at, outcome) = match self.listeners.get(&remote).filter(|it| it.listening) {
                    Some(it) if transport == Transport::Ssl && !it.tls => {
                        (latency * 4, Err(Failure::Handshake))
                    }
                    Some(_) => (latency * 2, Ok(())),
                    None if self.known.contains(remote.ip()) => {
                        (latency * 2, Err(Failure::Refused))
                    }
                    None => (unreachable, Err(Failure::Unreachable)),
                };
                self.schedule(
                    now + at,
                    match outcome {
                        Ok(()) => Arrival::Established { socket, listener: remote },
                        Err(failure) => Arrival::Event(Event::Failed { socket, failure }),
                    },
                );
            }
            Request::Send { socket, to: Some(to), data } => {
                let port = self.datagram_ports.get(&socket).copied().unwrap_or(0);
                let from = SocketAddrV4::new(self.module_address, port);
                self.schedule(now + latency, Arrival::Datagram { from, to, data });
            }
            Request::Send { socket, to: None, data } => self.stream_send(now, socket, data),
            Request::Close { socket } => self.module_closed(now, socket),
            Request::Abandon { socket } => {
                self.datagram_ports.remove(&socket);
                match self.peer_of(socket) {
                    Some(peer) => self.peers[peer].socket = None,
                    None => {
                        self.cancelled.insert(socket);
                    }
                }
            }
            Request::Accept { token, socket } => {
                if let Some(peer) = self.tokens.remove(&token) {
                    self.peers[peer].socket = Some(socket);
                    self.peers[peer].established = true;
                }
            }
            Request::Decline { token } => {
                if let Some(peer) = self.tokens.remove(&token) {
                    self.peers[peer].closed = true;
                }
            }
            Request::Listen { port } => self.server_port = Some(port),
            Request::StopListening => self.server_port = None,
            Request::Ping { address } => {
                let known = self.known.contains(&address);
                let time = known.then_some(latency * 2);
                let at = now + if known { latency * 2 } else { ping };
                self.schedule(at, Arrival::Event(Event::Pong { address, time }));
            }
        }
    }

    fn next_event(&self, now: Duration) -> Option<Duration> {
        let queued = self.queue.first_key_value().map(|((at, _), _)| *at);
        let streams = self.peers.iter().filter(|peer| peer.socket.is_some());
        let streams = streams
            .flat_map(|peer| [peer.outgoing.front().map(|(at, _)| *at), peer.fin])
            .flatten()
            .filter(|at| *at > now);
        streams.chain(queued).min()
    }

    fn deliver(&mut self, now: Duration, module: &mut Module) -> bool {
        let mut any = false;
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > now {
                break;
            }
            any = true;
            let arrival = entry.remove();
            self.arrive(now, arrival, module);
        }
        for index in 0..self.peers.len() {
            any |= self.deliver_stream(now, index, module);
        }
        any
    }
}

impl Scripted {
    pub(super) fn new(segment: usize) -> Self {
        Self {
            delays: Delays {
                latency: Duration::ZERO,
                unreachable: Duration::from_secs(18),
                lookup: Duration::from_secs(5),
                ping: Duration::from_secs(4),
            },
            names: HashMap::new(),
            known: HashSet::new(),
            listeners: HashMap::new(),
            endpoints: HashMap::new(),
            peers: Vec::new(),
            datagram_ports: BTreeMap::new(),
            server_port: None,
            tokens: HashMap::new(),
            cancelled: HashSet::new(),
            queue: BTreeMap::new(),
            sequence: 0,
            ephemeral: 49_152,
            segment,
            module_address: Ipv4Addr::new(192, 168, 3, 112),
        }
    }

    fn schedule(&mut self, at: Duration, arrival: Arrival) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), arrival);
    }

    fn next_port(&mut self) -> u16 {
        self.ephemeral = self.ephemeral.checked_add(1).unwrap_or(49_152);
        self.ephemeral
    }

    fn peer_of(&self, socket: Socket) -> Option<usize> {
        self.peers.iter().position(|peer| peer.socket == Some(socket))
    }

    /// The module sends on a stream: accepted at once, after a round trip, or when the peer reads.
    fn stream_send(&mut self, now: Duration, socket: Socket, data: Vec<u8>) {
        let latency = self.delays.latency;
        let Some(index) = self.peer_of(socket) else { return };
        let peer = &mut self.peers[index];
        if peer.stalled && peer.buffered + data.len() > SEND_BUFFER {
            peer.unaccepted.push_back(data);
            return;
        }
        peer.buffered += data.len();
        let overflows = peer.buffered > SEND_BUFFER;
        let accepted = if overflows { now + latency * 2 } else { now };
        if !peer.stalled {
            self.schedule(now + latency, Arrival::PeerData { peer: index, data });
        } else {
            peer.received.extend(data);
        }
        self.schedule(accepted, Arrival::Event(Event::Sent { socket }));
    }

    /// The peer reads again: what waited is accepted now.
    pub(super) fn resume(&mut self, now: Duration, index: usize) {
        self.peers[index].stalled = false;
        self.peers[index].buffered = 0;
        let waiting = core::mem::take(&mut self.peers[index].unaccepted);
        if let Some(socket) = self.peers[index].socket {
            for data in waiting {
                self.stream_send(now, socket, data);
            }
        }
    }

    fn module_closed(&mut self, now: Duration, socket: Socket) {
        if self.datagram_ports.remove(&socket).is_some() {
            return;
        }
        match self.peer_of(socket) {
            Some(peer) => {
                self.peers[peer].socket = None;
                self.schedule(now + self.delays.latency, Arrival::PeerClosed { peer });
            }
            None => {
                self.cancelled.insert(socket);
            }
        }
    }

    /// A host connects to the module; returns the number of the new peer.
    pub(super) fn connect_in(&mut self, now: Duration, remote: SocketAddrV4, port: u16) -> usize {
        let peer = self.peers.len();
        let open = self.server_port == Some(port);
        self.peers.push(PeerState { closed: !open, ..PeerState::default() });
        if open {
            let token = peer as u32;
            self.tokens.insert(token, peer);
            let event = Event::Incoming { token, remote, local_port: port };
            self.schedule(now + self.delays.latency, Arrival::Event(event));
        }
        peer
    }

    /// A peer sends to the module, in segments.
    pub(super) fn peer_send(&mut self, now: Duration, index: usize, data: &[u8]) {
        let at = now + self.delays.latency;
        let peer = &mut self.peers[index];
        if peer.fin.is_some() || peer.closed {
            return;
        }
        for segment in data.chunks(self.segment.max(1)) {
            peer.outgoing.push_back((at, segment.to_vec()));
        }
    }

    pub(super) fn peer_close(&mut self, now: Duration, index: usize) {
        let at = now + self.delays.latency;
        self.peers[index].fin.get_or_insert(at);
    }

    pub(super) fn peer_reset(&mut self, now: Duration, index: usize) {
        let peer = &mut self.peers[index];
        peer.outgoing.clear();
        if let Some(socket) = peer.socket.take() {
            self.schedule(now + self.delays.latency, Arrival::Event(Event::Reset { socket }));
        }
    }

    /// Bytes that a peer has sent and the module has not taken.
    pub(super) fn unsent(&self, index: usize) -> usize {
        self.peers[index].outgoing.iter().map(|(_, data)| data.len()).sum()
    }

    /// A datagram for a local port of the module.
    pub(super) fn datagram_in(
        &mut self,
        now: Duration,
        from: SocketAddrV4,
        port: u16,
        data: &[u8],
    ) {
        let at = now + self.delays.latency;
        self.schedule(at, Arrival::Inbound { from, port, data: data.to_vec() });
    }

    fn deliver_stream(&mut self, now: Duration, index: usize, module: &mut Module) -> bool {
        let peer = &mut self.peers[index];
        let Some(socket) = peer.socket else { return false };
        let mut any = false;
        while let Some((at, data)) = peer.outgoing.front_mut() {
            let room = module.window(socket).min(data.len());
            if *at > now || room == 0 {
                return any;
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
            module.handle(now, Event::Fin { socket });
        }
        any
    }

    fn arrive(&mut self, now: Duration, arrival: Arrival, module: &mut Module) {
        match arrival {
            Arrival::Event(event) => module.handle(now, event),
            Arrival::Established { socket, listener } => {
                if self.cancelled.remove(&socket) {
                    return;
                }
                let peer = self.peers.len();
                self.peers.push(PeerState {
                    socket: Some(socket),
                    listener: Some(listener),
                    established: true,
                    ..PeerState::default()
                });
                let local_port = self.next_port();
                module.handle(now, Event::Connected { socket, local_port });
                if let Some(host) = self.listeners.get_mut(&listener) {
                    host.accepted.push_back(peer);
                    let greeting = host.greeting.clone();
                    self.peer_send(now, peer, &greeting);
                }
            }
            Arrival::PeerData { peer, data } => self.peer_receives(now, peer, &data),
            Arrival::PeerClosed { peer } => self.peers[peer].closed = true,
            Arrival::Datagram { from, to, data } => self.endpoint_receives(now, from, to, &data),
            Arrival::Inbound { from, port, data } => {
                let socket = self.datagram_ports.iter().find(|(_, local)| **local == port);
                if let Some((&socket, _)) = socket {
                    module.handle(now, Event::Datagram { socket, from, data });
                }
            }
        }
    }

    fn peer_receives(&mut self, now: Duration, index: usize, data: &[u8]) {
        let peer = &mut self.peers[index];
        peer.received.extend(data);
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

    fn endpoint_receives(
        &mut self,
        now: Duration,
        from: SocketAddrV4,
        to: SocketAddrV4,
        data: &[u8],
    ) {
        let everyone =
            to.ip().is_broadcast() || to.ip().is_multicast() || to.ip().octets()[3] == 255;
        let mut replies = Vec::new();
        for (address, endpoint) in &mut self.endpoints {
            if *address != to && !(everyone && address.port() == to.port()) {
                continue;
            }
            endpoint.received.push_back((from, data.to_vec()));
            if let Some(behaviour) = &mut endpoint.behaviour {
                replies.extend(behaviour(from, data).into_iter().map(|reply| (*address, reply)));
            }
        }
        for (address, reply) in replies {
            self.datagram_in(now, address, from.port(), &reply);
        }
    }
}
