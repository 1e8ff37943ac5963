//! The module's network over real sockets on the loopback interface.

mod datagrams;

use super::stream::{Stream, is_broken, reset_on_close};
use super::tls::{Acceptor, Session};
use crate::module::{Event, Failure, Family, Module, Request, Socket, TlsClient, Transport};
use crate::world::clockwork::Network;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use datagrams::Datagrams;
use std::collections::{BTreeMap, HashMap};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How long a connect on the loopback interface may block.
const CONNECT_LIMIT: Duration = Duration::from_millis(250);

/// How long a client of the module's SSL server may take for its handshake.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A simulated host, and where it really is.
#[derive(Debug, Clone)]
pub(super) struct Mapping {
    pub(super) name: String,
    pub(super) simulated: SocketAddr,
    pub(super) real: SocketAddr,
}

/// The two port spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Protocol {
    Tcp,
    Udp,
}

/// Simulated ports of the module, and the real addresses that they are reached at.
pub(super) type Ports = Arc<Mutex<BTreeMap<(Protocol, u16), SocketAddr>>>;

/// Where the module listens.
#[derive(Debug)]
struct Listener {
    socket: TcpListener,
    tls: Option<Acceptor>,
}

/// A client that the module has neither accepted nor turned away.
#[derive(Debug)]
struct Client {
    stream: TcpStream,
    port: u16,
    tls: Option<Acceptor>,
}

#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) mappings: Vec<Mapping>,
    pub(super) unreachable: Duration,
    pub(super) lookup: Duration,
    pub(super) forwards: HashMap<u16, u16>,
    pub(super) ports: Ports,
    streams: BTreeMap<Socket, Stream>,
    datagrams: BTreeMap<Socket, Datagrams>,
    /// Room for one datagram of any size.
    buffer: Vec<u8>,
    listeners: BTreeMap<u16, Listener>,
    knocking: HashMap<u32, Client>,
    tokens: u32,
    timers: BTreeMap<(Duration, u64), Event>,
    sequence: u64,
}

impl Sockets {
    pub(super) fn new() -> Self {
        Self {
            mappings: Vec::new(),
            unreachable: Duration::from_secs(18),
            lookup: Duration::from_secs(5),
            forwards: HashMap::new(),
            ports: Ports::default(),
            streams: BTreeMap::new(),
            datagrams: BTreeMap::new(),
            buffer: vec![0; usize::from(u16::MAX)],
            listeners: BTreeMap::new(),
            knocking: HashMap::new(),
            tokens: 0,
            timers: BTreeMap::new(),
            sequence: 0,
        }
    }

    /// Whether there is a socket that has to be looked at from time to time.
    pub(super) fn is_active(&self) -> bool {
        !self.streams.is_empty() || !self.datagrams.is_empty() || !self.listeners.is_empty()
    }

    fn later(&mut self, at: Duration, event: Event) {
        self.sequence += 1;
        self.timers.insert((at, self.sequence), event);
    }

    fn lookup_name(&self, name: &str, family: Family) -> Vec<IpAddr> {
        if name.eq_ignore_ascii_case("localhost") {
            return family.choose(&[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let named = self.mappings.iter().filter(|it| it.name.eq_ignore_ascii_case(name));
        family.choose(&named.map(|it| it.simulated.ip()).collect::<Vec<_>>())
    }

    /// The real address behind a simulated one; literal loopback addresses are their own.
    fn real(&self, simulated: SocketAddr) -> Option<SocketAddr> {
        let mapped = self.mappings.iter().find(|it| {
            it.simulated.ip() == simulated.ip()
                && matches!(it.simulated.port(), port if port == 0 || port == simulated.port())
        });
        let real = mapped.map(|it| match it.real.port() {
            0 => SocketAddr::new(it.real.ip(), simulated.port()),
            _ => it.real,
        });
        real.or_else(|| simulated.ip().is_loopback().then_some(simulated))
    }

    /// The simulated address behind a real one that nothing was sent to: its own, unless it is
    /// that of a host.
    fn simulated(&self, real: SocketAddr) -> SocketAddr {
        let mapped = self.mappings.iter().find(|it| it.real == real).map(|it| it.simulated);
        mapped.filter(|it| it.port() != 0).unwrap_or(real)
    }

    /// Whether anything answers at this address.
    fn exists(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.mappings.iter().any(|it| it.simulated.ip() == address)
    }

    fn connect(&mut self, now: Duration, socket: Socket, to: SocketAddr, tls: Option<&TlsClient>) {
        let Some(real) = self.real(to) else {
            let (at, failure) = if self.exists(to.ip()) {
                (now, Failure::Refused)
            } else {
                (now + self.unreachable, Failure::Unreachable)
            };
            return self.later(at, Event::Failed { socket, failure });
        };
        let opened = TcpStream::connect_timeout(&real, CONNECT_LIMIT).and_then(|stream| {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            let port = stream.local_addr()?.port();
            Ok((stream, port))
        });
        let event = match opened {
            Err(_) => Event::Failed { socket, failure: Failure::Refused },
            Ok((stream, local_port)) => match tls.map(|tls| (Session::client(tls, to), tls)) {
                None => {
                    self.streams.insert(socket, Stream::new(stream));
                    Event::Connected { socket, local_port }
                }
                Some((Ok(session), tls)) => {
                    let until = now + tls.patience;
                    let stream = Stream::secured(stream, session, until, local_port);
                    self.streams.insert(socket, stream);
                    return;
                }
                Some((Err(failure), _)) => Event::Failed { socket, failure },
            },
        };
        self.later(now, event);
    }

    /// Binds the real port of the same number, or the forwarded one, or any.
    fn bind<S>(
        &self,
        ipv6: bool,
        port: u16,
        bind: impl Fn(SocketAddr) -> std::io::Result<S>,
    ) -> Option<S> {
        let host: IpAddr =
            if ipv6 { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
        let wanted = self.forwards.get(&port).copied().unwrap_or(port);
        let at = |port| SocketAddr::new(host, port);
        bind(at(wanted)).or_else(|_| bind(at(0))).ok()
    }

    fn publish(&self, protocol: Protocol, port: u16, real: std::io::Result<SocketAddr>) {
        if let (Ok(mut ports), Ok(real)) = (self.ports.lock(), real) {
            ports.insert((protocol, port), real);
        }
    }

    fn listen(&mut self, port: u16, ipv6: bool, tls: Option<Acceptor>) {
        let listener = self.bind(ipv6, port, TcpListener::bind);
        let Some(listener) = listener.filter(|it| it.set_nonblocking(true).is_ok()) else { return };
        self.publish(Protocol::Tcp, port, listener.local_addr());
        self.listeners.insert(port, Listener { socket: listener, tls });
    }

    fn close(&mut self, socket: Socket) {
        self.datagrams.remove(&socket);
        if let Some(stream) = self.streams.get_mut(&socket) {
            stream.closing = true;
        }
    }

    /// Ends a connection with a RST.
    fn break_off(&mut self, socket: Socket) {
        if let Some(stream) = self.streams.remove(&socket) {
            stream.reset_on_close();
        }
    }

    fn accept_clients(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.knocking.retain(|&token, client| {
            let broken = is_broken(&client.stream);
            if broken {
                events.push(Event::Withdrawn { token });
            }
            !broken
        });
        let mut clients = Vec::new();
        for (&port, listener) in &self.listeners {
            while let Ok((stream, from)) = listener.socket.accept() {
                clients.push((Client { stream, port, tls: listener.tls.clone() }, from));
            }
        }
        for (client, from) in clients {
            if client.stream.set_nonblocking(true).is_err() {
                continue;
            }
            let local_port = client.port;
            self.tokens += 1;
            self.knocking.insert(self.tokens, client);
            let remote = self.simulated(from);
            events.push(Event::Incoming { token: self.tokens, remote, local_port });
        }
        events
    }

    /// The module takes a client: at once, or with a handshake.
    fn accept(&mut self, now: Duration, token: u32, socket: Socket) {
        let Some(Client { stream, port, tls }) = self.knocking.remove(&token) else { return };
        match tls.map(|acceptor| acceptor.session()) {
            None => {
                self.streams.insert(socket, Stream::new(stream));
            }
            Some(Ok(session)) => {
                let until = now + HANDSHAKE_LIMIT;
                self.streams.insert(socket, Stream::secured(stream, session, until, port));
            }
            Some(Err(failure)) => self.later(now, Event::Failed { socket, failure }),
        }
    }

    fn serve_streams(&mut self, now: Duration, module: &Module) -> Vec<Event> {
        let mut events = Vec::new();
        self.streams.retain(|&socket, stream| {
            stream.serve(now, socket, || module.window(socket), &mut events)
        });
        events
    }
}

impl Network for Sockets {
    fn request(&mut self, now: Duration, request: Request) {
        match request {
            Request::Resolve { name, family } => {
                let addresses = self.lookup_name(&name, family);
                let at = if addresses.is_empty() { now + self.lookup } else { now };
                self.later(at, Event::Resolved { name, addresses });
            }
            Request::Connect { socket, transport: Transport::Udp, remote, local_port, .. } => {
                self.bind_datagrams(now, socket, remote.is_ipv6(), local_port);
            }
            Request::Connect { socket, remote, tls, .. } => {
                self.connect(now, socket, remote, tls.as_deref());
            }
            Request::Send { socket, to: Some(to), data } => {
                self.send_datagram(socket, to, &data);
            }
            Request::Send { socket, to: None, data } => {
                if let Some(stream) = self.streams.get_mut(&socket) {
                    stream.send(data);
                }
            }
            Request::Close { socket } => self.close(socket),
            Request::Reset { socket } => self.break_off(socket),
            Request::Abandon { socket } => {
                self.datagrams.remove(&socket);
                self.streams.remove(&socket);
            }
            Request::Accept { token, socket } => self.accept(now, token, socket),
            Request::Decline { token } => {
                if let Some(client) = self.knocking.remove(&token) {
                    reset_on_close(&client.stream);
                }
            }
            Request::Listen { port, ipv6, tls } => {
                self.listen(port, ipv6, tls.as_deref().map(Acceptor::new));
            }
            Request::StopListening { port } => {
                self.listeners.remove(&port);
            }
            Request::Ping { address } => {
                let (at, time) = if self.exists(address) {
                    (now, Some(Duration::from_millis(1)))
                } else {
                    (now + Duration::from_secs(4), None)
                };
                self.later(at, Event::Pong { address, time });
            }
        }
    }

    fn next_event(&self, now: Duration) -> Option<Duration> {
        let timer = self.timers.first_key_value().map(|((at, _), _)| *at);
        timer.filter(|at| *at > now)
    }

    fn deliver(&mut self, now: Duration, module: &mut Module) -> bool {
        let mut events = Vec::new();
        while let Some(entry) = self.timers.first_entry() {
            if entry.key().0 > now {
                break;
            }
            events.push(entry.remove());
        }
        events.extend(self.accept_clients());
        events.extend(self.serve_streams(now, module));
        events.extend(self.serve_datagrams());
        let any = !events.is_empty();
        for event in events {
            module.handle(now, event);
        }
        any
    }
}
