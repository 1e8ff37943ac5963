//! The module's network over real sockets on the loopback interface.

use crate::module::{Event, Failure, Family, Module, Request, Socket, Transport};
use crate::world::clockwork::Network;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};

/// How long a connect on the loopback interface may block.
const CONNECT_LIMIT: Duration = Duration::from_millis(250);

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

/// A UDP socket.
#[derive(Debug)]
struct Datagrams {
    socket: UdpSocket,
    /// What the real addresses that were sent to are called in the simulation.
    reached: HashMap<SocketAddr, SocketAddr>,
}

/// A TCP connection.
#[derive(Debug)]
struct Stream {
    stream: TcpStream,
    /// Sends that the kernel has not taken completely.
    outgoing: VecDeque<Vec<u8>>,
    /// The peer closed, and the module knows.
    finished: bool,
    /// The module closed; the rest is still flushed.
    closing: bool,
}

#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) mappings: Vec<Mapping>,
    pub(super) accept_tls: bool,
    pub(super) unreachable: Duration,
    pub(super) lookup: Duration,
    pub(super) forwards: HashMap<u16, u16>,
    pub(super) ports: Ports,
    streams: BTreeMap<Socket, Stream>,
    datagrams: BTreeMap<Socket, Datagrams>,
    /// Room for one datagram of any size.
    buffer: Vec<u8>,
    listeners: BTreeMap<u16, TcpListener>,
    knocking: HashMap<u32, TcpStream>,
    tokens: u32,
    timers: BTreeMap<(Duration, u64), Event>,
    sequence: u64,
}

impl Sockets {
    pub(super) fn new() -> Self {
        Self {
            mappings: Vec::new(),
            accept_tls: false,
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

    fn connect(&mut self, now: Duration, socket: Socket, transport: Transport, to: SocketAddr) {
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
            Ok(_) if transport == Transport::Ssl && !self.accept_tls => {
                Event::Failed { socket, failure: Failure::Handshake }
            }
            Ok((stream, local_port)) => {
                self.streams.insert(socket, Stream::new(stream));
                Event::Connected { socket, local_port }
            }
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

    fn bind_datagrams(&mut self, now: Duration, socket: Socket, ipv6: bool, port: u16) {
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

    fn listen(&mut self, port: u16, ipv6: bool) {
        let listener = self.bind(ipv6, port, TcpListener::bind);
        let Some(listener) = listener.filter(|it| it.set_nonblocking(true).is_ok()) else { return };
        self.publish(Protocol::Tcp, port, listener.local_addr());
        self.listeners.insert(port, listener);
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
            reset_on_close(&stream.stream);
        }
    }

    fn accept_clients(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        self.knocking.retain(|&token, stream| {
            let broken = is_broken(stream);
            if broken {
                events.push(Event::Withdrawn { token });
            }
            !broken
        });
        let mut clients = Vec::new();
        for (&port, listener) in &self.listeners {
            while let Ok((stream, from)) = listener.accept() {
                clients.push((port, stream, from));
            }
        }
        for (local_port, stream, from) in clients {
            if stream.set_nonblocking(true).is_err() {
                continue;
            }
            self.tokens += 1;
            self.knocking.insert(self.tokens, stream);
            let remote = self.simulated(from);
            events.push(Event::Incoming { token: self.tokens, remote, local_port });
        }
        events
    }

    fn serve_streams(&mut self, module: &Module) -> Vec<Event> {
        let mut events = Vec::new();
        self.streams.retain(|&socket, stream| {
            let flushed = stream.flush(socket, &mut events);
            if stream.closing {
                if stream.outgoing.is_empty() || !flushed {
                    let _ = stream.stream.shutdown(Shutdown::Both);
                    return false;
                }
                return true;
            }
            flushed && stream.fill(socket, module.window(socket), &mut events)
        });
        events
    }

    fn send_datagram(&mut self, socket: Socket, to: SocketAddr, data: &[u8]) {
        let Some(real) = self.real(to) else { return };
        if let Some(datagrams) = self.datagrams.get_mut(&socket) {
            datagrams.reached.insert(real, to);
            // A datagram that cannot be sent is lost, like any other.
            let _ = datagrams.socket.send_to(data, real);
        }
    }

    fn serve_datagrams(&mut self) -> Vec<Event> {
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

/// Whether the peer has reset a connection that nobody reads.
fn is_broken(stream: &TcpStream) -> bool {
    let waits = |kind| matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted);
    stream.peek(&mut [0]).is_err_and(|error| !waits(error.kind()))
}

/// Makes a connection end in a RST when it is dropped.
#[cfg(unix)]
fn reset_on_close(stream: &TcpStream) {
    // A connection that is gone already needs no reset.
    let _ = rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO));
}

/// Elsewhere it ends in a FIN.
#[cfg(not(unix))]
fn reset_on_close(_: &TcpStream) {}

impl Network for Sockets {
    fn request(&mut self, now: Duration, request: Request) {
        match request {
            Request::Resolve { name, family } => {
                let addresses = self.lookup_name(&name, family);
                let at = if addresses.is_empty() { now + self.lookup } else { now };
                self.later(at, Event::Resolved { name, addresses });
            }
            Request::Connect { socket, transport: Transport::Udp, remote, local_port } => {
                self.bind_datagrams(now, socket, remote.is_ipv6(), local_port);
            }
            Request::Connect { socket, transport, remote, .. } => {
                self.connect(now, socket, transport, remote);
            }
            Request::Send { socket, to: Some(to), data } => {
                self.send_datagram(socket, to, &data);
            }
            Request::Send { socket, to: None, data } => {
                if let Some(stream) = self.streams.get_mut(&socket) {
                    stream.outgoing.push_back(data);
                }
            }
            Request::Close { socket } => self.close(socket),
            Request::Reset { socket } => self.break_off(socket),
            Request::Abandon { socket } => {
                self.datagrams.remove(&socket);
                self.streams.remove(&socket);
            }
            Request::Accept { token, socket } => {
                if let Some(stream) = self.knocking.remove(&token) {
                    self.streams.insert(socket, Stream::new(stream));
                }
            }
            Request::Decline { token } => {
                if let Some(stream) = self.knocking.remove(&token) {
                    reset_on_close(&stream);
                }
            }
            Request::Listen { port, ipv6 } => self.listen(port, ipv6),
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
        events.extend(self.serve_streams(module));
        events.extend(self.serve_datagrams());
        let any = !events.is_empty();
        for event in events {
            module.handle(now, event);
        }
        any
    }
}

impl Stream {
    fn new(stream: TcpStream) -> Self {
        Self { stream, outgoing: VecDeque::new(), finished: false, closing: false }
    }

    /// Writes what the kernel takes; false if the connection is broken.
    fn flush(&mut self, socket: Socket, events: &mut Vec<Event>) -> bool {
        while let Some(data) = self.outgoing.front_mut() {
            match self.stream.write(data) {
                Ok(written) => {
                    data.drain(..written);
                    events.push(Event::Acknowledged { socket, bytes: written });
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => {
                    events.push(Event::Reset { socket });
                    return false;
                }
            }
            if data.is_empty() {
                self.outgoing.pop_front();
                events.push(Event::Sent { socket });
            }
        }
        true
    }

    /// Reads as much as the module's window takes; false if the connection is broken.
    fn fill(&mut self, socket: Socket, window: usize, events: &mut Vec<Event>) -> bool {
        if window == 0 || self.finished {
            return true;
        }
        let mut buffer = vec![0; window];
        match self.stream.read(&mut buffer) {
            Ok(0) => {
                self.finished = true;
                events.push(Event::Fin { socket });
            }
            Ok(length) => {
                buffer.truncate(length);
                events.push(Event::Data { socket, data: buffer });
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => {
                events.push(Event::Reset { socket });
                return false;
            }
        }
        true
    }
}
