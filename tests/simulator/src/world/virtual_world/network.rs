//! The scripted network: hosts, names, peers, and what is under way between them.

mod datagram;
mod handshake;
mod stream;

pub(super) use datagram::Endpoint;
pub(super) use handshake::Secured;
pub use handshake::TlsHello;
pub(super) use stream::{Listener, PeerState};

use crate::module::{Event, Failure, Interface, Module, Request, Socket, Transport};
use crate::world::clockwork::Network;
use core::fmt;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use datagram::{Bound, Inbound};
use std::collections::{BTreeMap, HashMap, HashSet};
use stream::Server;

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

/// Something under way that arrives at its time.
enum Arrival {
    Event(Event),
    Established {
        socket: Socket,
        listener: SocketAddr,
    },
    PeerData {
        peer: usize,
        data: Vec<u8>,
    },
    PeerClosed {
        peer: usize,
        reset: bool,
    },
    /// The handshake of a client with the module's server is over.
    Secured {
        peer: usize,
        socket: Socket,
        welcome: bool,
    },
    /// A client resets a connection that the module has not accepted yet.
    Withdrawal {
        peer: usize,
    },
    /// From the module.
    Outbound {
        from: SocketAddr,
        to: SocketAddr,
        data: Vec<u8>,
    },
    /// For the module.
    Inbound(Inbound),
}

pub(super) struct Scripted {
    pub(super) delays: Delays,
    /// Names and their addresses.
    names: HashMap<String, Vec<IpAddr>>,
    /// Nobody answers questions for names.
    pub(super) nameless: bool,
    pub(super) known: HashSet<IpAddr>,
    pub(super) listeners: HashMap<SocketAddr, Listener>,
    pub(super) endpoints: BTreeMap<SocketAddr, Endpoint>,
    pub(super) peers: Vec<PeerState>,
    /// The module's UDP sockets.
    bound: BTreeMap<Socket, Bound>,
    /// Where the module listens.
    servers: Vec<Server>,
    /// Clients that the module has neither accepted nor turned away.
    tokens: HashMap<u32, usize>,
    cancelled: HashSet<Socket>,
    queue: BTreeMap<(Duration, u64), Arrival>,
    sequence: u64,
    ephemeral: u16,
    pub(super) segment: usize,
    /// The addresses of the module, as of the last delivery.
    interface: Interface,
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
            Request::Resolve { name, family } => {
                let known = self.names.get(&name).filter(|_| !self.nameless);
                let addresses = known.map(|known| family.choose(known)).unwrap_or_default();
                let at = now + if addresses.is_empty() { lookup } else { latency * 2 };
                self.schedule(at, Arrival::Event(Event::Resolved { name, addresses }));
            }
            Request::Connect { socket, transport: Transport::Udp, remote, local_port, .. } => {
                let local_port = self.bind(socket, remote.ip(), local_port);
                self.schedule(now, Arrival::Event(Event::Connected { socket, local_port }));
            }
            Request::Connect { socket, remote, tls, .. } => {
                let host = self.listeners.get_mut(&remote).filter(|it| it.listening);
                let (at, outcome) = match host {
                    Some(host) => match (&mut host.tls, tls) {
                        (Some(host), Some(module)) => host.meet(&module, latency),
                        (None, Some(_)) => (latency * 4, Err(Failure::Handshake)),
                        (_, None) => (latency * 2, Ok(())),
                    },
                    None if self.known.contains(&remote.ip()) => {
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
                self.datagram_out(now, socket, to, data);
            }
            Request::Send { socket, to: None, data } => self.stream_send(now, socket, data),
            Request::Close { socket } => self.module_closed(now, socket, false),
            Request::Reset { socket } => self.module_closed(now, socket, true),
            Request::Abandon { socket } => {
                self.bound.remove(&socket);
                match self.peer_of(socket) {
                    Some(peer) => self.peers[peer].socket = None,
                    None => {
                        self.cancelled.insert(socket);
                    }
                }
            }
            Request::Accept { token, socket } => self.accept(now, token, socket),
            Request::Decline { token } => {
                if let Some(peer) = self.tokens.remove(&token) {
                    self.peers[peer].closed = true;
                }
            }
            Request::Listen { port, ipv6, tls } => {
                self.servers.retain(|server| server.port != port);
                self.servers.push(Server { port, ipv6, tls });
            }
            Request::StopListening { port } => self.servers.retain(|it| it.port != port),
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
        self.interface = module.interface();
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
            nameless: false,
            known: HashSet::new(),
            listeners: HashMap::new(),
            endpoints: BTreeMap::new(),
            peers: Vec::new(),
            bound: BTreeMap::new(),
            servers: Vec::new(),
            tokens: HashMap::new(),
            cancelled: HashSet::new(),
            queue: BTreeMap::new(),
            sequence: 0,
            ephemeral: 49_152,
            segment,
            interface: Interface::default(),
        }
    }

    /// Gives a name an address: instead of those of that family that it had, or in addition.
    pub(super) fn name(&mut self, name: &str, address: IpAddr, instead: bool) {
        let addresses = self.names.entry(name.to_owned()).or_default();
        addresses.retain(|other| !instead || other.is_ipv6() != address.is_ipv6());
        addresses.push(address);
        self.known.insert(address);
    }

    fn schedule(&mut self, at: Duration, arrival: Arrival) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), arrival);
    }

    fn next_port(&mut self) -> u16 {
        self.ephemeral = self.ephemeral.checked_add(1).unwrap_or(49_152);
        self.ephemeral
    }

    fn arrive(&mut self, now: Duration, arrival: Arrival, module: &mut Module) {
        match arrival {
            Arrival::Event(event) => module.handle(now, event),
            Arrival::Established { socket, listener } => {
                if self.cancelled.remove(&socket) {
                    return;
                }
                let peer = self.peers.len();
                let tls = self.listeners.get(&listener).is_some_and(|host| host.tls.is_some());
                self.peers.push(PeerState::established(socket, listener, tls));
                let local_port = self.next_port();
                module.handle(now, Event::Connected { socket, local_port });
                if let Some(host) = self.listeners.get_mut(&listener) {
                    host.accepted.push_back(peer);
                    let greeting = host.greeting.clone();
                    self.peer_send(now, peer, &greeting);
                }
            }
            Arrival::PeerData { peer, data } => self.peer_receives(now, peer, &data),
            Arrival::PeerClosed { peer, reset } => {
                self.peers[peer].closed = true;
                self.peers[peer].reset = reset;
            }
            Arrival::Secured { peer, socket, welcome } => {
                self.secured(now, peer, socket, welcome, module);
            }
            Arrival::Withdrawal { peer } => self.withdraw(now, peer, module),
            Arrival::Outbound { from, to, data } => self.endpoints_receive(now, from, to, &data),
            Arrival::Inbound(inbound) => {
                if let Some(socket) = self.addressee(&inbound) {
                    let Inbound { from, data, .. } = inbound;
                    module.handle(now, Event::Datagram { socket, from, data });
                }
            }
        }
    }
}
