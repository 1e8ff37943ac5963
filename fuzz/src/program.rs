//! A program of socket calls, two bytes a call: what, and how.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use usocket::fugit::MillisDurationU32;
use usocket::select::{POLLIN, POLLOUT, Poll};
use usocket::*;

use crate::input::Input;
use crate::marks::Received;
use crate::watch::{Watch, World};

/// How long the next call may wait.
#[derive(Debug, Clone, Copy)]
enum Wait {
    Never,
    Until(u32),
    Forever,
}

struct Open<'n> {
    socket: Socket<'n>,
    wait: Wait,
    /// Its place among the streams that have received.
    received: Option<usize>,
}

/// The sockets of a program, and what they have received.
pub(crate) struct Program<'n, 'w, N, W> {
    net: &'n N,
    watch: &'w Watch<W>,
    sockets: Vec<Open<'n>>,
    files: Vec<File<'n>>,
    /// What stream sockets have received, each from its first byte.
    pub(crate) received: Vec<Received>,
    /// Streams are told apart by the port of their peer.
    port: u16,
    marked: bool,
    /// Shows the calls, for whoever looks into a crash.
    trace: bool,
    /// All bytes that calls have handed out.
    pub(crate) handed_out: usize,
}

/// Sockets that a program has at a time: more than there is memory for.
const SOCKETS: usize = 5;

/// A wait may be late by two steps of the clock.
const LATE: u32 = 400;
/// A send that cannot be cancelled: until the module wants the payload or will not have it, and then
/// until it says what became of it.
const PROMISE: u32 = 60_000;

impl<'n, 'w, N: Network, W: World> Program<'n, 'w, N, W> {
    /// `marked`: each stream has a peer of its own.
    pub(crate) fn new(net: &'n N, watch: &'w Watch<W>, marked: bool) -> Self {
        Self {
            net,
            watch,
            sockets: vec![],
            files: vec![],
            received: vec![],
            port: 1000,
            marked,
            trace: std::env::var_os("FUZZ_TRACE").is_some(),
            handed_out: 0,
        }
    }

    /// One call.
    pub(crate) fn step(
        &mut self,
        input: &mut Input<'_>,
        network: &mut dyn FnMut(&mut Input<'_>),
        poll: &mut dyn FnMut(),
    ) {
        let (what, how) = (input.byte() % 36, input.byte());
        self.watch.begin();
        if self.trace {
            eprintln!("call {what} {how} at {}", self.watch.world.now());
        }
        match what {
            0 | 18..=24 => network(&mut Input::new(&[how, how, 1, b'a', 2, b'b', b'c', how])),
            1 => self.open(SOCK_STREAM, how),
            2 => self.open(SOCK_DGRAM, how),
            17 => self.resolve(how),
            25 => network(input),
            26 => self.poll(how, input),
            27 => (0..how).for_each(|_| {
                poll();
                self.watch.world.pass(1 << (how & 7));
            }),
            28 => drop(self.files.pop()),
            _ => {
                let Some(place) = usize::from(how & 7).checked_rem(self.sockets.len()) else {
                    return;
                };
                let mut open = self.sockets.swap_remove(place);
                if self.on(&mut open, what, how >> 3, input) {
                    self.sockets.push(open);
                } else {
                    drop(open.socket);
                }
            }
        }
        // nothing that is called can leave the program waiting
        self.watch.begin();
    }

    fn open(&mut self, kind: i32, how: u8) {
        let family = if how & 16 == 0 { AF_INET } else { AF_INET6 };
        if self.sockets.len() == SOCKETS {
            return;
        }
        if let Ok(socket) = socket(self.net, family, kind, 0) {
            let open = Open { socket, wait: Wait::Forever, received: None };
            self.sockets.push(open);
        }
    }

    /// A call of a socket; whether it lives on.
    fn on(&mut self, open: &mut Open<'n>, what: u8, how: u8, input: &mut Input<'_>) -> bool {
        let socket = &open.socket;
        let stream = socket.getsockopt(SOL_SOCKET, SO_TYPE) == Ok(SOCK_STREAM);
        let mut buffer = [0; 96];
        let buffer = &mut buffer[..[1, 5, 0, 96, 20, 64, 2, 33][usize::from(how & 7)]];
        let data = [b'x'; 200];
        let data = &data[..[1, 30, 0, 200, 64, 65, 2, 128][usize::from(how & 7)]];
        match what {
            3 => drop(socket.bind(address(how))),
            4 => drop(socket.listen(i32::from(how) - 1)),
            5 | 6 => {
                let mut peer = address(how);
                if stream && self.marked && peer.port() != 0 {
                    self.port += 1;
                    peer.set_port(self.port);
                }
                let _ = socket.connect(peer);
                self.in_time(open.wait, LATE);
            }
            7 => {
                if let Ok(count) = socket.send(data) {
                    assert!(count <= data.len());
                }
                self.in_time(open.wait, LATE + PROMISE);
            }
            8 => {
                let _ = socket.sendto(data, address(how));
                self.in_time(open.wait, LATE + PROMISE);
            }
            9 => {
                if let Ok((socket, _)) = socket.accept() {
                    if self.sockets.len() + 1 < SOCKETS {
                        self.sockets.push(Open { socket, wait: Wait::Forever, received: None });
                    }
                }
                self.in_time(open.wait, LATE);
            }
            10 | 11 => {
                let count = socket.recv(buffer).unwrap_or(0);
                self.in_time(open.wait, LATE);
                self.took(open, stream, &buffer[..count]);
            }
            12 => {
                let flags = [0, MSG_PEEK, MSG_DONTWAIT, MSG_PEEK | MSG_DONTWAIT, 1];
                let flags = *Input::new(&[how >> 3]).one_of(&flags);
                if let Ok((count, _)) = socket.recvfrom_flags(buffer, flags) {
                    if flags & MSG_PEEK == 0 {
                        self.took(open, stream, &buffer[..count]);
                    }
                }
            }
            13 => {
                let read = if how & 8 == 0 { socket.read(buffer) } else { socket.readline(buffer) };
                let count = match read {
                    Ok(count) => count.unwrap_or(0),
                    Err(error) => error.done,
                };
                self.took(open, stream, &buffer[..count]);
            }
            14 => {
                let done = match socket.write(data) {
                    Ok(count) => count.unwrap_or(0),
                    Err(error) => error.done,
                };
                assert!(done <= data.len());
            }
            15 => drop(socket.sendall(data)),
            16 => {
                open.wait = match how & 3 {
                    0 => Wait::Never,
                    1 => Wait::Until(50),
                    2 => Wait::Until(5000),
                    _ => Wait::Forever,
                };
                let limit = match open.wait {
                    Wait::Never => Some(0),
                    Wait::Until(ms) => Some(ms),
                    Wait::Forever => None,
                };
                let _ = socket.settimeout(limit.map(MillisDurationU32::from_ticks));
            }
            29 => drop(socket.shutdown(i32::from(how & 3))),
            30 => {
                let _ = (socket.getsockname(), socket.getpeername(), socket.fileno());
                let _ = format!("{socket:?}");
            }
            31 => option(socket, how, input),
            32 => {
                if let Ok(file) = socket.makefile(["rb", "wb", "rwb", "x"][usize::from(how & 3)]) {
                    self.files.push(file);
                }
            }
            33 => {
                let mut all = heapless::Vec::<u8, 48>::new();
                // what came before the error is in the vector all the same
                let _ = socket.read_to_end(&mut all);
                self.took(open, stream, &all);
            }
            34 => {
                let _ = socket.try_connect(address(how));
                let _ = socket.try_send(data);
                drop(socket.try_accept());
                let count = socket.try_recv(buffer).unwrap_or(0);
                self.took(open, stream, &buffer[..count]);
                assert_eq!(self.watch.pauses(), 0, "a call that never waits has waited");
            }
            _ => {
                let _ = socket.close();
                let most = CLOSE_LIMIT_MS + LATE;
                assert!(self.watch.elapsed() <= most, "close: {} ms", self.watch.elapsed());
                return how & 1 == 0;
            }
        }
        true
    }

    /// A call has ended as early as its socket's timeout wants.
    fn in_time(&self, wait: Wait, late: u32) {
        let elapsed = self.watch.elapsed();
        match wait {
            // what it writes takes its time on the line
            Wait::Never => {
                assert_eq!(self.watch.pauses(), 0, "a call that does not wait has waited")
            }
            Wait::Until(ms) => assert!(elapsed <= ms + late, "{elapsed} ms of {ms}"),
            Wait::Forever => {}
        }
    }

    fn took(&mut self, open: &mut Open<'n>, stream: bool, bytes: &[u8]) {
        self.handed_out += bytes.len();
        if !stream || bytes.is_empty() {
            return;
        }
        let place = *open.received.get_or_insert_with(|| {
            let port = open.socket.getpeername().map_or(0, |peer| peer.port());
            self.received.push(Received { port, bytes: Vec::new() });
            self.received.len() - 1
        });
        self.received[place].bytes.extend(bytes);
    }

    fn poll(&mut self, how: u8, input: &mut Input<'_>) {
        let mut poll = Poll::<4>::new(self.net);
        for (place, open) in self.sockets.iter().enumerate() {
            if how >> (place & 7) & 1 == 1 {
                let _ = poll.register(&open.socket, [POLLIN, POLLOUT, POLLIN | POLLOUT][place % 3]);
            }
        }
        for file in &self.files {
            let _ = poll.register(file, POLLIN);
        }
        let ms = input.number() % 1000;
        if let Ok(events) = poll.poll(Some(MillisDurationU32::from_ticks(ms))) {
            assert!(events.iter().all(|event| event.mask != 0));
        }
        self.in_time(Wait::Until(ms), LATE);
    }

    fn resolve(&self, how: u8) {
        let names = ["www.example.com", "10.0.0.1", "::1", "", "a\"b", "a,b", "[::1]", "b"];
        let name = names[usize::from(how & 7)];
        if how & 8 == 0 {
            let _ = getaddrinfo(self.net, name, u16::from(how));
            let most = RESOLVE_LIMIT_MS + LATE;
            assert!(self.watch.elapsed() <= most, "a look-up: {} ms", self.watch.elapsed());
        } else {
            let _ = try_getaddrinfo(self.net, name, u16::from(how));
            assert_eq!(self.watch.pauses(), 0, "a look-up that never waits has waited");
        }
    }
}

fn address(how: u8) -> SocketAddr {
    let ip = match how & 7 {
        0 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        1 => IpAddr::V6(Ipv6Addr::LOCALHOST),
        2 => IpAddr::V4(Ipv4Addr::BROADCAST),
        low => IpAddr::V4(Ipv4Addr::new(10, 0, 0, low & 1)),
    };
    SocketAddr::new(ip, [80, 7, 0, 65_535][usize::from(how >> 3 & 3)])
}

fn option(socket: &Socket<'_>, how: u8, input: &mut Input<'_>) {
    let options = [
        (SOL_SOCKET, SO_REUSEADDR),
        (SOL_SOCKET, SO_KEEPALIVE),
        (SOL_SOCKET, SO_LINGER),
        (SOL_SOCKET, SO_ERROR),
        (SOL_SOCKET, SO_RCVBUF),
        (SOL_SOCKET, SO_BROADCAST),
        (IPPROTO_TCP, TCP_NODELAY),
        (IPPROTO_TCP, TCP_KEEPIDLE),
        (IPPROTO_IP, IP_ADD_MEMBERSHIP),
        (SOL_SOCKET, SO_ACCEPTCONN),
        (i32::from(how), i32::from(how)),
    ];
    let (level, option) = *input.one_of(&options);
    if how & 1 == 0 {
        let value = input.number().cast_signed();
        let _ = socket.setsockopt(level, option, value);
    } else {
        let _ = socket.setsockopt(level, option, input.bytes(8));
        let _ = socket.getsockopt(level, option);
    }
}
