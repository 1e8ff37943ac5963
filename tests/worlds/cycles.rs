//! Thousands of sockets opened, used in every way and closed in every way: no slot and no link leaks.
//!
//! What can leak is counted at the end: all slots of the [`Memory`] can be claimed, all links of the
//! module can be connected at the same time, no port is left bound, and every peer that was ever
//! connected has seen its connection end. Memory cannot grow: the driver has none but that `Memory`.

use crate::world;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use crate::world::{AnyModem, PEER, WorldModem};
use embedded_io::{Read, Write};
use usocket::fugit::MillisDurationU32;
use usocket::network::Cellular;
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Host, Peer, Profile, UdpHost, VirtualWorld};

const SLOTS: usize = 6;
/// Where a host listens, where one refuses, and the module's own port.
const PORT: u16 = 7;
const SHUT: u16 = 81;
const LOCAL: u16 = 5000;
const NOBODY: ([u8; 4], u16) = ([10, 9, 9, 9], 80);
const ANY: [u8; 4] = [0, 0, 0, 0];
/// Longest time in which a socket that was dropped gives its slot back, in ms: a connect to nobody
/// that is in flight takes 18 s.
const PATIENCE: u32 = 40_000;
/// A cycle that holds the module for as long as a connect to nobody takes comes this seldom.
const SELDOM: usize = 350;

/// A module, its peers, and everybody who was ever connected.
struct Ground<'m, 'b> {
    world: VirtualWorld,
    modem: &'m WorldModem<'b>,
    host: Host,
    datagrams: UdpHost,
    peers: Vec<Peer>,
}

impl<'m> Ground<'m, '_> {
    /// A socket as soon as a slot is free.
    fn socket(&self, kind: i32) -> Socket<'m> {
        let start = self.world.now_ms();
        loop {
            match socket(self.modem, AF_INET, kind, 0) {
                Ok(sock) => return sock,
                Err(Error::TooManySockets) if self.world.now_ms() - start < PATIENCE => {
                    self.world.pause();
                }
                Err(error) => panic!("no socket: {error}"),
            }
        }
    }

    fn settle(&self, ms: u64) {
        let end = self.world.now() + Duration::from_millis(ms);
        while self.world.now() < end {
            self.modem.poll().unwrap();
            match ms {
                0..1000 => self.world.pause(),
                _ => self.world.advance(Duration::from_millis(10)),
            }
        }
    }

    /// A connected socket; its peer is remembered.
    fn connected(&mut self) -> Socket<'m> {
        let sock = self.socket(SOCK_STREAM);
        sock.connect((PEER, PORT)).unwrap();
        self.take_connections();
        sock
    }

    /// Remembers the peers of new connections, late ones of sockets that did not wait among them.
    fn take_connections(&mut self) {
        self.peers.extend(std::iter::from_fn(|| self.host.accept()));
    }

    /// The peer of the newest connection.
    fn peer(&self) -> &Peer {
        self.peers.last().expect("a connection")
    }

    /// A listener to which a client has connected.
    fn visited(&mut self) -> Socket<'m> {
        let listener = self.socket(SOCK_STREAM);
        listener.bind((ANY, LOCAL)).unwrap();
        listener.listen(1).unwrap();
        self.settle(5);
        self.peers.push(self.world.connect_in(LOCAL));
        self.settle(5);
        assert!(self.peer().is_established(), "the server runs");
        listener
    }
}

type Cycle = fn(&mut Ground<'_, '_>);

/// Every way to use a socket and to be done with it.
const CYCLES: [(&str, Cycle); 18] = [
    ("refused, then dropped", |ground| {
        let sock = ground.socket(SOCK_STREAM);
        assert_eq!(sock.connect((PEER, SHUT)), Err(Error::ConnectionRefused));
    }),
    ("refused, then connected elsewhere, then closed", |ground| {
        let sock = ground.socket(SOCK_STREAM);
        assert_eq!(sock.connect((PEER, SHUT)), Err(Error::ConnectionRefused));
        sock.connect((PEER, PORT)).unwrap();
        sock.close().unwrap();
    }),
    ("timed out while connecting, then closed", |ground| {
        timed_out(ground).close().unwrap();
    }),
    ("timed out while connecting, then dropped", |ground| drop(timed_out(ground))),
    ("dropped while connecting", |ground| {
        let sock = ground.socket(SOCK_STREAM);
        sock.setblocking(false).unwrap();
        assert_eq!(sock.connect((PEER, PORT)), Err(Error::InProgress));
    }),
    ("echo, closed", |ground| {
        let sock = ground.connected();
        sock.sendall(b"hello").unwrap();
        ground.peer().send(b"hello");
        assert_eq!(sock.read(&mut [0; 5]), Ok(Some(5)));
        sock.close().unwrap();
    }),
    ("dropped", |ground| drop(ground.connected())),
    ("closed with unread data", |ground| {
        let sock = ground.connected();
        ground.peer().send(&[b'x'; 3000]);
        ground.settle(20);
        sock.close().unwrap();
    }),
    ("dropped with unread data and unsent data", |ground| {
        let sock = ground.connected();
        ground.peer().send(&[b'x'; 3000]);
        sock.setblocking(false).unwrap();
        assert!(sock.send(&[b'y'; 100]).is_ok_and(|count| count > 0));
    }),
    ("closed by the peer first", |ground| {
        let sock = ground.connected();
        ground.peer().close();
        assert_eq!(sock.recv(&mut [0; 5]), Ok(0));
    }),
    ("a file closes, a file is dropped", |ground| {
        let sock = ground.connected();
        {
            let _reader = sock.makefile("rb").unwrap();
        }
        sock.makefile("wb").unwrap().close().unwrap();
        assert_eq!(sock.fileno(), -1);
    }),
    ("unbound datagram socket, dropped", |ground| {
        let sock = ground.socket(SOCK_DGRAM);
        assert_eq!(sock.sendto(b"hello", (PEER, PORT)), Ok(5));
    }),
    ("bound datagram socket with unread data, closed", |ground| {
        let sock = ground.socket(SOCK_DGRAM);
        sock.bind((ANY, LOCAL)).unwrap();
        ground.settle(5);
        ground.datagrams.send_to(LOCAL, b"one");
        ground.datagrams.send_to(LOCAL, b"two");
        assert_eq!(sock.recv(&mut [0; 5]), Ok(3));
        sock.close().unwrap();
    }),
    ("listener that nobody came to, dropped", |ground| {
        let listener = ground.socket(SOCK_STREAM);
        listener.bind((ANY, LOCAL)).unwrap();
        listener.listen(1).unwrap();
    }),
    ("accepted, echo, both closed", |ground| {
        let listener = ground.visited();
        let (sock, _) = listener.accept().unwrap();
        ground.peer().send(b"hello");
        assert_eq!(sock.read(&mut [0; 5]), Ok(Some(5)));
        sock.sendall(b"hello").unwrap();
        sock.close().unwrap();
        listener.close().unwrap();
    }),
    ("accepted, the listener closed first, both dropped", |ground| {
        let listener = ground.visited();
        let (sock, _) = listener.accept().unwrap();
        drop(listener);
        ground.peer().send(b"hello");
        ground.settle(5);
        drop(sock);
    }),
    ("never accepted, the listener closed", |ground| ground.visited().close().unwrap()),
    ("never accepted, with data, the client gone, the listener dropped", |ground| {
        let listener = ground.visited();
        ground.peer().send(b"hello");
        ground.peer().close();
        ground.settle(5);
        drop(listener);
    }),
];

/// A socket whose connect has outlasted its timeout and is still in flight.
fn timed_out<'m>(ground: &Ground<'m, '_>) -> Socket<'m> {
    let sock = ground.socket(SOCK_STREAM);
    let world = ground.world.clone().network_latency(Duration::from_millis(30));
    sock.settimeout(Some(MillisDurationU32::from_millis(10))).unwrap();
    assert_eq!(sock.connect((PEER, PORT)), Err(Error::TimedOut));
    let _ = world.network_latency(Duration::ZERO);
    sock
}

/// Cycles that take long: nobody answers, or the module restarts.
fn seldom(ground: &mut Ground<'_, '_>) {
    let sock = ground.socket(SOCK_STREAM);
    sock.settimeout(Some(MillisDurationU32::from_millis(50))).unwrap();
    assert_eq!(sock.connect(NOBODY), Err(Error::TimedOut));
    drop(sock);
    let sock = ground.socket(SOCK_STREAM);
    assert_eq!(sock.connect(NOBODY), Err(Error::HostUnreachable));
    // a restart with a connection, a listener and a datagram socket open
    let _sock = ground.connected();
    let _listener = ground.visited();
    let bound = ground.socket(SOCK_DGRAM);
    bound.bind((ANY, LOCAL)).unwrap();
    ground.settle(20);
    ground.world.reset_module();
    // the old connections are gone without a word to their peers
    ground.peers.clear();
    // a cellular module starts for 12 s, and has to be let in again
    ground.settle(if ground.modem.is_cellular() { 20_000 } else { 8000 });
}

/// Panics when two minutes have passed without a new cycle.
fn watch(world: &VirtualWorld, cycle: Rc<Cell<usize>>) {
    let last = cycle.get();
    world.after(Duration::from_secs(120), move |world| {
        assert!(cycle.get() > last, "a call waits for ever");
        watch(world, cycle);
    });
}

/// So many cycles on one module; every `stride`-th of the ways comes next.
fn run(profile: Profile, cycles: usize, stride: usize) {
    let world = VirtualWorld::new(profile).joined(true).baud(3_000_000);
    let host = world.listen(PEER, PORT);
    let datagrams = world.udp_host(PEER, PORT);
    let mut memory = Memory::<SLOTS, 512, 256>::new();
    let modem = world::modem(&world, &mut memory);
    if let AnyModem::Quectel(modem) = &modem {
        Cellular::new(modem).connect("internet", "", "").unwrap();
    }
    let mut ground = Ground { world, modem: &modem, host, datagrams, peers: Vec::new() };
    let begun = Rc::new(Cell::new(0));
    watch(&ground.world, begun.clone());
    for number in 0..cycles {
        begun.set(number + 1);
        let (name, cycle) = CYCLES[number * stride % CYCLES.len()];
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cycle(&mut ground)));
        if result.is_err() {
            println!("{}", end_of(&ground.world.transcript()));
            panic!("cycle {number}: {name}");
        }
        if number % SELDOM == SELDOM - 1 {
            seldom(&mut ground);
        }
        ground.take_connections();
        if ground.peers.len() > 200 {
            let rest = ground.peers.split_off(150);
            closed(&ground.peers);
            ground.peers = rest;
        }
    }
    ground.settle(60_000);
    closed(&ground.peers);
    nothing_is_left(&ground);
    if ground.modem.is_cellular() {
        ground.settle(20_000);
        no_id_is_open(&ground.world);
    }
}

/// The module itself knows of no socket; a cellular one has more of them than there are slots.
fn no_id_is_open(world: &VirtualWorld) {
    let mut uart = world.uart();
    uart.write_all(b"AT+QISTATE?\r").unwrap();
    world.advance(Duration::from_secs(1));
    let mut answer = [0; 1000];
    let count = uart.read(&mut answer).unwrap();
    assert_eq!(String::from_utf8_lossy(&answer[..count]), "\r\nOK\r\n");
}

fn end_of(transcript: &str) -> String {
    let lines: Vec<_> = transcript.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}

/// Each of these connections has ended.
fn closed(peers: &[Peer]) {
    let open = peers.iter().filter(|peer| peer.is_established() && !peer.is_closed()).count();
    assert_eq!(open, 0, "connections that their peers see open");
}

/// All slots, all links and the port can be had.
fn nothing_is_left(ground: &Ground<'_, '_>) {
    let fresh = || socket(ground.modem, AF_INET, SOCK_STREAM, 0);
    let slots: Vec<_> = (0..SLOTS).map(|_| fresh().expect("a slot")).collect();
    assert_eq!(fresh().unwrap_err(), Error::TooManySockets);
    let links = usize::from(ground.modem.capabilities().links);
    for (number, sock) in slots.iter().enumerate() {
        let expected = if number < links { Ok(()) } else { Err(Error::TooManySockets) };
        assert_eq!(sock.connect((PEER, PORT)), expected, "link {number} of {links}");
    }
    drop(slots);
    let listener = ground.socket(SOCK_STREAM);
    assert_eq!(listener.bind((ANY, LOCAL)), Ok(()));
    assert_eq!(listener.listen(1), Ok(()));
    let sock = ground.socket(SOCK_DGRAM);
    assert_eq!(sock.bind((ANY, LOCAL)), Ok(()));
    assert_eq!(ground.modem.counters().timeouts, 0, "commands without an answer");
}

/// On twenty modules: what the simulator keeps of past connections makes longer runs slow.
#[test]
fn ten_thousand_cycles_leak_no_slot_and_no_link() {
    for round in 0..20 {
        run(Profile::esp32c3_4_1(), 500, [1, 5, 7, 11, 13, 17][round % 6]);
    }
}

#[test]
fn nor_do_a_few_hundred_on_every_other_firmware() {
    for profile in Profile::esp_at() {
        println!("on {}", profile.name);
        run(profile, 20 * CYCLES.len(), 7);
    }
}

#[test]
fn nor_do_as_many_on_cellular_modules() {
    for profile in [Profile::bg96(), Profile::ec25()] {
        println!("on {}", profile.name);
        run(profile.clone(), 20 * CYCLES.len(), 7);
        run(profile, 20 * CYCLES.len(), 5);
    }
}
