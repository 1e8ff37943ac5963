//! Programs on a cellular module: streams, servers, datagrams and names, in every mode.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use embedded_io::{Read, Write};
use fastrand::Rng;
use usocket::fugit::MillisDurationU32;
use usocket::network::Cellular;
use usocket::select::{POLLIN, Poll};
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM, SOCK_STREAM, Socket, getaddrinfo, socket};
use usocket_simulator::{Profile, VirtualWorld};

use crate::datagrams::Datagrams;
use crate::server::Server;
use crate::stream::Stream;
use crate::weather;
use crate::world::{self, AnyModem, PEER, WorldModem};
use crate::{Teller, calm, surroundings};

/// Steps of one program.
const STEPS: usize = 60;
const SLOTS: usize = 5;
/// Longest time that one call may take beyond its socket's timeout, in ms: the prompt of a send comes
/// within 10 s, its payload takes 1.6 s at 9600 baud, and if there was no prompt its result is waited
/// for 10 s more.
const OVERTIME: u32 = 25_000;
/// Longest time of a call that waits for ever, in ms, if there is something to wait for: the result of
/// a send takes two minutes, that of an open two and a half, and either may wait for another one.
const FOR_EVER: u32 = 400_000;
/// When the faults have stopped, the module is usable again within this time, in ms: a context that
/// could not be had again and again is asked for every five minutes.
const RECOVERY: u32 = 500_000;

const NAME: &str = "peer.example";
const ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);

/// Everything that a program has.
struct Program<'n, 'b> {
    world: VirtualWorld,
    modem: &'n WorldModem<'b>,
    streams: Vec<Stream<'n>>,
    servers: Vec<Server<'n>>,
    datagrams: Vec<Datagrams<'n>>,
    /// Number of the next stream, and port of the next host.
    next: u16,
}

/// Sets how long the calls of a socket wait, and says for how long they may.
fn set_mode(sock: &Socket<'_>, rng: &mut Rng, may_block: bool) -> u32 {
    let timeout = rng.u32(1..4000);
    match rng.u8(..10) {
        0..2 => {
            sock.setblocking(false).unwrap();
            0
        }
        2..4 if may_block => {
            sock.setblocking(true).unwrap();
            FOR_EVER
        }
        _ => {
            sock.settimeout(Some(MillisDurationU32::from_millis(timeout))).unwrap();
            timeout
        }
    }
}

impl<'n> Program<'n, '_> {
    fn number(&mut self) -> u16 {
        self.next += 1;
        self.next
    }

    /// One step; says how long it may take.
    fn step(&mut self, rng: &mut Rng) -> u32 {
        let sockets = self.streams.len() + self.servers.len() + self.datagrams.len();
        match rng.u8(..20) {
            0..4 if sockets < SLOTS => self.connect(rng),
            4 if sockets < SLOTS => self.listen(),
            5 if sockets < SLOTS => self.bind(),
            0 | 6 => self.resolve(),
            1 | 7 => self.poll(rng),
            2 | 8 if !self.servers.is_empty() => self.serve(rng),
            3 | 9 | 10 if !self.datagrams.is_empty() => self.talk(rng),
            _ if !self.streams.is_empty() => self.move_data(rng),
            _ => {
                idle(&self.world, self.modem, rng.u32(..3000));
                3000
            }
        }
    }

    fn connect(&mut self, rng: &mut Rng) -> u32 {
        let number = self.number();
        let host = self.world.listen(PEER, number);
        let Ok(sock) = socket(self.modem, AF_INET, SOCK_STREAM, 0) else { return 0 };
        let limit = set_mode(&sock, rng, true);
        match sock.connect((PEER, number)) {
            Ok(()) | Err(Error::InProgress) => {
                let peer = host.accept();
                self.streams.push(Stream::new(sock, Some(host), peer, number));
            }
            Err(_) => {}
        }
        limit
    }

    fn listen(&mut self) -> u32 {
        let port = 5000 + self.number();
        let Ok(sock) = socket(self.modem, AF_INET, SOCK_STREAM, 0) else { return 0 };
        sock.settimeout(Some(MillisDurationU32::from_millis(3000))).unwrap();
        sock.bind(([0, 0, 0, 0], port)).unwrap();
        if sock.listen(2).is_ok() {
            self.servers.push(Server::new(sock, port));
        }
        3000
    }

    fn bind(&mut self) -> u32 {
        let port = 5000 + self.number();
        let host = self.world.udp_host(PEER, port + 20_000);
        let Ok(sock) = socket(self.modem, AF_INET, SOCK_DGRAM, 0) else { return 0 };
        sock.settimeout(Some(MillisDurationU32::from_millis(3000))).unwrap();
        if sock.bind(([0, 0, 0, 0], port)).is_ok() {
            self.datagrams.push(Datagrams::new(sock, host, port));
        }
        3000
    }

    fn resolve(&self) -> u32 {
        if let Ok(found) = getaddrinfo(self.modem, NAME, 80) {
            assert_eq!(found[0].sockaddr, SocketAddr::from((ADDRESS, 80)));
        }
        2 * usocket::RESOLVE_LIMIT_MS
    }

    /// What a poll says is ready does not block.
    fn poll(&mut self, rng: &mut Rng) -> u32 {
        let timeout = rng.u32(..2000);
        let mut poll = Poll::<SLOTS>::new(self.modem);
        for stream in &self.streams {
            poll.register(&stream.sock, POLLIN).unwrap();
        }
        let events = poll.poll(Some(MillisDurationU32::from_millis(timeout))).unwrap_or_default();
        for event in &events {
            let ready = self.streams.iter_mut().find(|stream| event.is(&stream.sock)).unwrap();
            ready.sock.setblocking(false).unwrap();
            assert_ne!(ready.take(100), Err(Error::WouldBlock), "a poll that was wrong");
        }
        timeout
    }

    fn serve(&mut self, rng: &mut Rng) -> u32 {
        let index = rng.usize(..self.servers.len());
        let number = self.number();
        let server = &mut self.servers[index];
        match rng.u8(..6) {
            0..2 => server.visit(&self.world),
            2..5 => {
                let limit = set_mode(&server.sock, rng, false);
                self.streams.extend(server.accept(number));
                return limit;
            }
            _ => drop(self.servers.swap_remove(index)),
        }
        0
    }

    fn talk(&mut self, rng: &mut Rng) -> u32 {
        let index = rng.usize(..self.datagrams.len());
        let datagrams = &mut self.datagrams[index];
        let limit = set_mode(&datagrams.sock, rng, false);
        match rng.u8(..8) {
            0..3 => datagrams.receive(),
            3..5 => datagrams.send(rng),
            5..7 => datagrams.host_acts(rng),
            _ => drop(self.datagrams.swap_remove(index)),
        }
        limit
    }

    fn move_data(&mut self, rng: &mut Rng) -> u32 {
        let index = rng.usize(..self.streams.len());
        let stream = &mut self.streams[index];
        match rng.u8(..20) {
            0..7 => {
                let limit = set_mode(&stream.sock, rng, stream.has_more());
                stream.receive(rng);
                limit
            }
            7..12 => {
                let limit = set_mode(&stream.sock, rng, !stream.stalled);
                stream.send(rng);
                limit
            }
            12..16 => {
                stream.peer_acts(rng);
                0
            }
            16 => {
                stream.peer_misbehaves(rng);
                0
            }
            17 => {
                drop(self.streams.swap_remove(index));
                0
            }
            18 => {
                idle(&self.world, self.modem, rng.u32(..500));
                500
            }
            _ => {
                let limit = set_mode(&stream.sock, rng, true);
                self.streams.swap_remove(index).sock.close().unwrap();
                limit.min(usocket::CLOSE_LIMIT_MS)
            }
        }
    }

    fn check(&mut self) {
        self.streams.iter_mut().for_each(Stream::check_peer);
        self.datagrams.iter_mut().for_each(Datagrams::check_host);
    }
}

/// A program on this module, in the weather of a seed.
pub(crate) fn cellular<const RX: usize>(profile: Profile, seed: u64) {
    let rng = &mut Rng::with_seed(seed);
    let world = surroundings(profile, rng).dns(NAME, ADDRESS);
    let world = world.network_latency(Duration::from_millis(rng.u64(..3) * 40));
    let _teller = Teller(seed, world.clone());
    let mut memory = Memory::<SLOTS, RX, 300>::new();
    let modem = world::modem(&world, &mut memory);
    let AnyModem::Quectel(quectel) = &modem else { panic!("not cellular") };
    Cellular::new(quectel).connect("internet", "", "").unwrap();
    let weather = weather::Cellular::new(world.clone(), rng);
    let (streams, servers, datagrams) = (Vec::new(), Vec::new(), Vec::new());
    let (next, modem) = (1000, &modem);
    let mut program = Program { world, modem, streams, servers, datagrams, next };
    for _ in 0..STEPS {
        if rng.u8(..4) == 0 {
            weather.fault(rng);
        }
        let start = program.world.now_ms();
        let limit = program.step(rng);
        let taken = program.world.now_ms() - start;
        assert!(taken <= limit + OVERTIME, "a call that may take {limit} ms took {taken} ms");
        program.check();
    }
    weather.calm_down();
    let Program { world, mut streams, servers, datagrams, .. } = program;
    drop((servers, datagrams));
    for stream in &mut streams {
        if let (true, Some(peer)) = (stream.stalled, &stream.peer) {
            peer.resume();
            stream.stalled = false;
        }
    }
    let slots = socket(modem, AF_INET, SOCK_STREAM, 0);
    if slots.is_err() {
        streams.truncate(SLOTS - 2); // one for the newcomer
    }
    drop(slots);
    calm(&world, modem, RECOVERY);
    idle(&world, modem, 60_000); // for sends that had no room again and again
    streams.iter_mut().for_each(|stream| stream.complete(&world));
    drop(streams);
    nothing_leaks(&world, modem);
}

/// All slots can be had again, and no id of the module is left open.
fn nothing_leaks(world: &VirtualWorld, modem: &WorldModem<'_>) {
    idle(world, modem, 60_000);
    let _host = world.listen(PEER, 998);
    let slots: Vec<_> = (0..SLOTS)
        .map(|number| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0)
                .unwrap_or_else(|error| panic!("slot {number}: {error}"));
            sock.settimeout(Some(MillisDurationU32::from_millis(200_000))).unwrap();
            // what was to go wrong at the next occasion still may
            let connects = (0..8).any(|_| sock.connect((PEER, 998)).is_ok());
            assert!(connects, "id {number}");
            sock
        })
        .collect();
    drop(slots);
    idle(world, modem, 60_000);
    world.set_read_max(1000);
    let mut uart = world.uart();
    uart.write_all(b"AT+QISTATE?\r").unwrap();
    world.advance(Duration::from_secs(3));
    let mut answer = [0; 1000];
    let count = uart.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..count]).into_owned();
    assert_eq!(answer, "\r\nOK\r\n", "ids that are still open");
}

/// Lets the driver go on by itself for some time.
fn idle(world: &VirtualWorld, modem: &WorldModem<'_>, ms: u32) {
    let end = world.now_ms() + ms;
    while world.now_ms() < end {
        modem.poll().unwrap();
        world.advance(Duration::from_millis(20));
    }
}
