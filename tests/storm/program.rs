//! A program runs: sockets of every kind, in every mode, whatever the weather.
//!
//! Checked after every step: what the program got is a prefix of what the peer sent; what the peer got
//! is a prefix of what the program sent; a stream ends only where the peer ended it, or with an error;
//! datagrams come whole, once and from whom they say, or not at all; no call takes longer than it may,
//! which a hook checks while it waits, too. What is less where the line damages bytes, `damage.rs` says.
//! When the faults stop, the module becomes usable again; and of a socket that has not failed by then,
//! everything has arrived at both ends, and nothing that the program has closed is left open.

use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use usocket::fugit::MillisDurationU32;
use usocket::select::{POLLIN, Poll};
use usocket::uart::Baud;
use usocket::{AF_INET, Error, Idle, Memory, SOCK_DGRAM, SOCK_STREAM, Socket, getaddrinfo, socket};
use usocket_simulator::{Profile, VirtualWorld};

use crate::datagrams::Datagrams;
use crate::script::{Mode, PLACES, Reading, Role, Script, Step};
use crate::server::Server;
use crate::stream::{End, Stream};
use crate::tally::Tally;
use crate::watch::Watch;
use crate::weather::Weather;
use crate::world::{self, PEER, WorldModem};

/// Longest time that one call may take beyond its socket's timeout, in ms: the prompt of a send comes
/// within 10 s, its payload takes 8.5 s at 9600 baud, and if there was no prompt its result is waited
/// for 10 s more.
const OVERTIME: u32 = 30_000;
/// Longest time of a call that waits for ever, in ms, if there is something to wait for: the result of
/// a send takes two minutes, that of an open two and a half, and either may wait for another one.
const FOR_EVER: u32 = 400_000;

pub(crate) const NAME: &str = "peer.example";
const ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 10);

/// What is in a place.
enum Place<'n> {
    Empty,
    Stream(Stream<'n>),
    Server(Server<'n>),
    Datagrams(Datagrams<'n>),
}

/// Everything that a program has.
pub(crate) struct Program<'n, 'b> {
    pub(crate) world: VirtualWorld,
    pub(crate) modem: &'n WorldModem<'b>,
    weather: Rc<Weather>,
    roles: [Role; PLACES],
    places: [Place<'n>; PLACES],
    /// How many sockets each place has had.
    turns: [u16; PLACES],
    nasty: bool,
    raises: bool,
    tiny: bool,
    pub(crate) watch: &'n Watch,
    pub(crate) tally: &'n Tally,
}

fn wait(ms: u32) -> Option<MillisDurationU32> {
    Some(MillisDurationU32::from_millis(ms))
}

/// Sets how long the calls of a socket wait, and says for how long they may.
fn set_mode(sock: &Socket<'_>, mode: Mode, may_block: bool) -> u32 {
    match mode {
        Mode::Now => {
            sock.setblocking(false).unwrap();
            0
        }
        Mode::Block if may_block => {
            sock.setblocking(true).unwrap();
            FOR_EVER
        }
        Mode::Block => {
            sock.settimeout(wait(2000)).unwrap();
            2000
        }
        Mode::Until(ms) => {
            sock.settimeout(wait(ms)).unwrap();
            ms
        }
    }
}

impl<'n> Program<'n, '_> {
    fn number(&mut self, place: usize) -> u16 {
        self.turns[place] += 1;
        1000 + place as u16 * 1000 + self.turns[place]
    }

    fn failed(&self, error: Error) {
        self.tally.failed(error);
    }

    /// One step.
    fn step(&mut self, step: Step) {
        self.watch.allow(OVERTIME);
        let place = match step {
            Step::Open { place, .. }
            | Step::Recv { place, .. }
            | Step::Send { place, .. }
            | Step::PeerSends { place, .. }
            | Step::PeerCloses { place }
            | Step::PeerResets { place }
            | Step::PeerStalls { place }
            | Step::PeerResumes { place }
            | Step::Shut { place }
            | Step::Close { place, .. }
            | Step::Leave { place } => usize::from(place),
            Step::Weather(fault) => {
                self.tally.add(&format!("fault {}", fault.name()), 1);
                return self.weather.apply(fault);
            }
            Step::Resolve => return self.resolve(),
            Step::Poll { ms } => return self.poll(ms),
            Step::Idle { ms } => return self.idle(ms),
            Step::Away { ms } => {
                self.watch.allow(ms + OVERTIME);
                return self.world.advance(Duration::from_millis(ms.into()));
            }
        };
        let over = match &self.places[place] {
            Place::Stream(stream) => stream.over >= 2,
            Place::Server(server) => server.over >= 1,
            _ => false,
        };
        if over {
            self.places[place] = Place::Empty;
        }
        match (&self.places[place], step) {
            (Place::Empty, Step::Leave { .. } | Step::Close { .. } | Step::Shut { .. }) => return,
            (Place::Empty, Step::Open { mode, .. }) => return self.open(place, mode),
            (Place::Empty, _) => self.open(place, Mode::Until(3000)),
            _ => {}
        }
        match self.roles[place] {
            Role::Server => self.serve(place, step),
            Role::Datagrams => self.talk(place, step),
            Role::Client | Role::Accepted => self.converse(place, step),
        }
    }

    fn open(&mut self, place: usize, mode: Mode) {
        let number = self.number(place);
        let opened = match self.roles[place] {
            Role::Client => self.connect(number, mode).map(Place::Stream),
            Role::Server => self.listen(number).map(Place::Server),
            Role::Datagrams => self.bind(number).map(Place::Datagrams),
            Role::Accepted => match self.accept(number, mode) {
                Ok(Some(stream)) => Ok(Place::Stream(stream)),
                Ok(None) => return,
                Err(error) => Err(error),
            },
        };
        match opened {
            Ok(opened) => {
                self.tally.add("sockets", 1);
                self.places[place] = opened;
            }
            Err(error) => self.failed(error),
        }
    }

    fn connect(&self, number: u16, mode: Mode) -> Result<Stream<'n>, Error> {
        let host = self.world.listen(PEER, number);
        let born = self.weather.damage();
        let sock = socket(self.modem, AF_INET, SOCK_STREAM, 0)?;
        self.watch.allow(set_mode(&sock, mode, true) + OVERTIME);
        match sock.connect((PEER, number)) {
            Ok(()) | Err(Error::InProgress) => {
                let peer = host.accept();
                Ok(Stream::new(sock, Some(host), peer, number, self.nasty, &self.weather, born))
            }
            Err(error) => Err(error),
        }
    }

    fn listen(&self, port: u16) -> Result<Server<'n>, Error> {
        let born = self.weather.damage();
        let sock = socket(self.modem, AF_INET, SOCK_STREAM, 0)?;
        self.watch.allow(set_mode(&sock, Mode::Until(3000), false) + OVERTIME);
        sock.bind(([0, 0, 0, 0], port))?;
        sock.listen(2)?;
        Ok(Server::new(sock, port, born))
    }

    fn bind(&self, port: u16) -> Result<Datagrams<'n>, Error> {
        let hosts = [20_000, 30_000].map(|more| self.world.udp_host(PEER, port + more));
        let sock = socket(self.modem, AF_INET, SOCK_DGRAM, 0)?;
        self.watch.allow(set_mode(&sock, Mode::Until(3000), false) + OVERTIME);
        let datagrams = Datagrams::new(sock, hosts, port, &self.weather);
        datagrams.sock.bind(([0, 0, 0, 0], port))?;
        Ok(datagrams)
    }

    fn accept(&mut self, number: u16, mode: Mode) -> Result<Option<Stream<'n>>, Error> {
        let server = self.places.iter_mut().find_map(|place| match place {
            Place::Server(server) => Some(server),
            _ => None,
        });
        let Some(server) = server else { return Ok(None) };
        self.watch.allow(set_mode(&server.sock, mode, false) + OVERTIME);
        let accepted = server.accept(number, self.nasty, &self.weather);
        if let Err(Error::WouldBlock | Error::TimedOut) = accepted {
            return Ok(None);
        }
        server.over += u8::from(accepted.is_err());
        accepted
    }

    fn resolve(&self) {
        self.watch.allow(2 * usocket::RESOLVE_LIMIT_MS + OVERTIME);
        match getaddrinfo(self.modem, NAME, 80) {
            Ok(found) if !self.weather.damage().any() => {
                assert_eq!(found[0].sockaddr, SocketAddr::from((ADDRESS, 80)));
                self.tally.add("names resolved", 1);
            }
            Ok(_) => {} // perhaps another address: a digit of it may have changed
            Err(error) => self.failed(error),
        }
    }

    /// What a poll says is ready does not block.
    fn poll(&mut self, timeout: u32) {
        self.watch.allow(timeout + OVERTIME);
        let mut poll = Poll::<PLACES>::new(self.modem);
        for place in &self.places {
            if let Place::Stream(stream) = place {
                poll.register(&stream.sock, POLLIN).unwrap();
            }
        }
        let events = poll.poll(wait(timeout)).unwrap_or_default();
        for event in &events {
            for place in &mut self.places {
                let Place::Stream(ready) = place else { continue };
                if event.is(&ready.sock) {
                    ready.sock.setblocking(false).unwrap();
                    let taken = ready.take(100, Reading::Recv, false);
                    assert_ne!(taken, Err(Error::WouldBlock), "a poll that was wrong");
                }
            }
        }
    }

    fn serve(&mut self, place: usize, step: Step) {
        match (step, &mut self.places[place]) {
            (Step::PeerSends { .. }, Place::Server(server)) => server.visit(&self.world),
            (Step::Leave { .. }, _) => self.places[place] = Place::Empty,
            (Step::Close { mode, .. }, Place::Server(server)) => {
                self.watch.allow(set_mode(&server.sock, mode, true) + OVERTIME);
                let closed = server.sock.close();
                self.places[place] = Place::Empty;
                closed.unwrap();
            }
            _ => {}
        }
    }

    fn talk(&mut self, place: usize, step: Step) {
        let size = |size: u16| usize::from(size);
        let Place::Datagrams(datagrams) = &mut self.places[place] else { return };
        let result = match step {
            Step::Recv { mode, .. } => {
                self.watch.allow(set_mode(&datagrams.sock, mode, false) + OVERTIME);
                datagrams.receive().inspect(|count| self.tally.add("datagram bytes in", *count))
            }
            Step::Send { mode, size: len, .. } => {
                self.watch.allow(set_mode(&datagrams.sock, mode, false) + OVERTIME);
                let sent = datagrams.send(size(len) % 250);
                sent.inspect(|count| self.tally.add("datagram bytes out", *count))
            }
            Step::PeerSends { size: len, .. } => {
                datagrams.hosts_send(size(len));
                Ok(0)
            }
            Step::Close { mode, .. } => {
                self.watch.allow(set_mode(&datagrams.sock, mode, true) + OVERTIME);
                let closed = datagrams.sock.close();
                self.places[place] = Place::Empty;
                closed.map(|()| 0)
            }
            Step::Leave { .. } => {
                self.places[place] = Place::Empty;
                Ok(0)
            }
            _ => Ok(0),
        };
        if let Err(error) = result {
            self.failed(error);
        }
    }

    fn converse(&mut self, place: usize, step: Step) {
        let (tiny, watch, tally) = (self.tiny, self.watch, self.tally);
        let len = |size: u16| usize::from(if tiny { size % 150 + 1 } else { size });
        let Place::Stream(stream) = &mut self.places[place] else { return };
        let result = match step {
            Step::Recv { mode, size, how, .. } => {
                let fills = matches!(how, Reading::Read | Reading::File | Reading::Line);
                let size = len(size);
                let more = stream.has_more(if fills { size } else { 1 });
                let limit = set_mode(&stream.sock, mode, more);
                let each = if fills && mode != Mode::Now { FOR_EVER } else { limit };
                watch.allow(each + OVERTIME);
                let waits = mode != Mode::Now;
                stream.take(size, how, waits).inspect(|count| tally.add("bytes in", *count))
            }
            Step::Send { mode, size, how, .. } => {
                let limit = set_mode(&stream.sock, mode, !stream.stalled);
                let each = if mode == Mode::Now { limit } else { FOR_EVER.max(limit) };
                watch.allow(each + OVERTIME);
                stream.give(len(size), how).inspect(|count| tally.add("bytes out", *count))
            }
            Step::PeerSends { size, .. } => {
                stream.peer_sends(len(size));
                return;
            }
            Step::PeerCloses { .. } => return stream.peer_ends(End::Closed),
            Step::PeerResets { .. } => return stream.peer_ends(End::Reset),
            Step::PeerStalls { .. } => return stream.stall(true),
            Step::PeerResumes { .. } => return stream.stall(false),
            Step::Shut { .. } => stream.shut_down().map(|()| 0),
            Step::Leave { .. } => {
                self.places[place] = Place::Empty;
                return;
            }
            Step::Close { mode, .. } => {
                let limit = set_mode(&stream.sock, mode, true).min(usocket::CLOSE_LIMIT_MS);
                watch.allow(limit + OVERTIME);
                let closed = stream.sock.close();
                self.places[place] = Place::Empty;
                return closed.unwrap();
            }
            _ => return,
        };
        match result {
            Err(Error::WouldBlock | Error::TimedOut) | Ok(_) => {}
            Err(error) => {
                stream.over += 1;
                self.failed(error);
            }
        }
    }

    fn check(&mut self) {
        let mut alive = 0;
        for place in &mut self.places {
            match place {
                Place::Stream(stream) => {
                    stream.check();
                    alive += usize::from(stream.over == 0);
                }
                Place::Datagrams(datagrams) => datagrams.check(),
                Place::Server(_) | Place::Empty => {}
            }
        }
        self.tally.add("streams alive, by steps", alive);
        self.tally.add("steps", 1);
    }

    /// Lets the driver go on by itself for some time.
    pub(crate) fn idle(&self, ms: u32) {
        let end = self.world.now_ms() + ms;
        while self.world.now_ms() < end {
            self.watch.allow(OVERTIME);
            // a line that says that it is broken is so for this once
            let _ = self.modem.poll();
            self.world.advance(Duration::from_millis(20));
        }
    }

    /// The faults have stopped.
    fn end(&mut self) {
        self.weather.calm_down();
        for place in &mut self.places {
            match place {
                Place::Stream(stream) => stream.stall(false),
                _ => *place = Place::Empty,
            }
        }
        // one for the newcomer
        for place in &mut self.places {
            if socket(self.modem, AF_INET, SOCK_STREAM, 0).is_err() {
                *place = Place::Empty;
            }
        }
        if !self.usable_again() {
            return;
        }
        self.idle(60_000); // for sends that had no room again and again
        for place in &mut self.places {
            if let Place::Stream(stream) = place {
                self.watch.allow(FOR_EVER + OVERTIME);
                stream.check();
                match stream.complete(&self.world) {
                    Ok(()) => self.tally.add("streams that came to a good end", 1),
                    Err(error) => {
                        self.tally.add(&format!("streams that came to an end by {error:?}"), 1);
                    }
                }
            }
            *place = Place::Empty;
        }
        self.nothing_leaks();
    }

    /// A damaged command can have sent the module to a rate that nobody knows.
    pub(crate) fn may_be_at_any_rate(&self) -> bool {
        self.raises && self.weather.damage().any()
    }

    fn report(&self) {
        for (name, count) in self.world.struck() {
            self.tally.add(&format!("struck {name}"), count);
        }
        for hit in self.world.disturbed() {
            self.tally.add(&format!("struck {:?} byte", hit.direction), 1);
        }
        self.tally.add("bytes overrun", self.world.statistics().1.overruns as usize);
        self.tally.add("programs", 1);
    }
}

/// Runs a program on the module that it names.
pub(crate) fn run(script: &Script<'_>, world: &VirtualWorld, tally: &Tally) {
    match script.ring {
        1 => run_with::<1>(script, world, tally),
        64 => run_with::<64>(script, world, tally),
        700 => run_with::<700>(script, world, tally),
        _ => run_with::<2048>(script, world, tally),
    }
}

/// The world of a script, before anything has happened.
pub(crate) fn world(script: &Script<'_>) -> VirtualWorld {
    let sky = script.sky;
    let profile = Profile::by_name(script.profile).expect("profile");
    let ms = |ms: u8| Duration::from_millis(ms.into());
    let world = VirtualWorld::new(profile).joined(true).baud(sky.baud).dns(NAME, ADDRESS);
    let world = world.latency(ms(sky.latency)).network_latency(ms(sky.distance));
    world.set_read_sizes(&sky.reads.map(usize::from));
    world
}

fn run_with<const RX: usize>(script: &Script<'_>, world: &VirtualWorld, tally: &Tally) {
    let watch = Watch::of(world);
    let hook = || {
        watch.look();
        Idle::Continue
    };
    let mut memory = Memory::<PLACES, RX, 300>::new();
    let modem = world::modem(world, &mut memory);
    let modem = match script.sky.raise {
        0 => modem,
        raise => modem.with_baud(Baud::new(script.sky.baud).raise(raise)),
    };
    modem.on_idle(Some(&hook));
    if let Some(cellular) = modem.cellular() {
        cellular.connect("internet", "", "").unwrap();
    }
    let mut program = Program {
        world: world.clone(),
        modem: &modem,
        weather: Rc::new(Weather::new(world.clone(), script)),
        roles: script.roles,
        places: [const { Place::Empty }; PLACES],
        turns: [0; PLACES],
        nasty: script.sky.nasty,
        raises: script.sky.raise != 0,
        tiny: script.ring == 1,
        watch: &watch,
        tally,
    };
    for step in script.steps {
        program.step(*step);
        watch.look();
        program.check();
    }
    program.end();
    program.report();
}
