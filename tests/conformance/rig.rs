//! What a program runs on: the driver on a simulated module, peers, and a virtual clock.

use std::net::Ipv4Addr;
use std::time::Duration;

use usocket::clock::Clock;
use usocket::{AF_INET, Memory, SOCK_DGRAM, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Host, Peer, Profile, Uart, UdpHost, VirtualWorld};

use crate::any_modem::AnyModem;
use crate::verdict::Module;

/// A host that answers.
pub(crate) const PEER: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);
/// Another one.
pub(crate) const OTHER: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 35);
/// An address from which nothing ever comes back.
pub(crate) const NOBODY: Ipv4Addr = Ipv4Addr::new(10, 9, 9, 9);
/// Where [`PEER`] listens.
pub(crate) const PORT: u16 = 7;
/// A port of [`PEER`] at which nobody listens.
pub(crate) const SHUT: u16 = 81;
/// Port of the module, for servers and for bound datagram sockets.
pub(crate) const LOCAL: u16 = 5000;

/// One tick of the driver's clock.
const TICK: Duration = Duration::from_millis(1);
/// Virtual time after which a call counts as waiting for ever.
const FOR_EVER: u32 = 60_000;

/// The clock of the virtual world; it fails a program that waits for ever.
#[derive(Clone)]
pub(crate) struct WorldClock(VirtualWorld);

impl Clock for WorldClock {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pause(&self) {
        assert!(self.0.now_ms() < FOR_EVER, "a call waits for ever");
        self.0.pause();
    }
}

pub(crate) type RigModem<'b> = AnyModem<'b, Uart, WorldClock>;

/// A module that has joined its network and been set up, and the world around it.
pub(crate) struct Rig<'m, 'b> {
    pub(crate) world: VirtualWorld,
    pub(crate) modem: &'m RigModem<'b>,
    pub(crate) module: Module,
}

impl<'m> Rig<'m, '_> {
    /// Runs `program` on a fresh module with this firmware: six sockets with rings of 2048 and 512
    /// bytes.
    pub(crate) fn with<T>(profile: Profile, program: impl FnOnce(&Rig<'_, '_>) -> T) -> T {
        let firmware = profile.name;
        let world = VirtualWorld::new(profile).joined(true).baud(921_600);
        world.host(PEER);
        world.host(OTHER);
        let mut memory = Memory::<6, 2048, 512>::new();
        let clock = WorldClock(world.clone());
        let modem = AnyModem::named(firmware, world.uart(), clock, &mut memory);
        modem.activate().expect("the module is there");
        let module = Module { firmware, can: modem.capabilities() };
        program(&Rig { world, modem: &modem, module })
    }

    /// A fresh TCP socket.
    pub(crate) fn tcp(&self) -> Socket<'m> {
        socket(self.modem, AF_INET, SOCK_STREAM, 0).expect("a socket")
    }

    /// A fresh UDP socket.
    pub(crate) fn udp(&self) -> Socket<'m> {
        socket(self.modem, AF_INET, SOCK_DGRAM, 0).expect("a socket")
    }

    /// A UDP socket bound to [`LOCAL`], and a host at [`PEER`] that can send to it.
    pub(crate) fn bound_udp(&self) -> (Socket<'m>, UdpHost) {
        let sock = self.udp();
        sock.bind((ANY, LOCAL)).expect("a free port");
        self.settle();
        (sock, self.world.udp_host(PEER, PORT))
    }

    /// [`PEER`] begins to listen at [`PORT`].
    pub(crate) fn listen(&self) -> Host {
        self.world.listen(PEER, PORT)
    }

    /// A connected socket and its far end.
    pub(crate) fn connected(&self) -> (Socket<'m>, Peer) {
        let host = self.listen();
        let sock = self.tcp();
        sock.connect((PEER, PORT)).expect("a connection");
        (sock, host.accept().expect("a connection"))
    }

    /// A connected socket with a timeout of 0.2 s.
    pub(crate) fn connected_with_timeout(&self) -> (Socket<'m>, Peer) {
        let (sock, peer) = self.connected();
        sock.settimeout_secs(0.2).expect("open");
        (sock, peer)
    }

    /// A connected socket to which the peer has sent `data`, all of which has come.
    pub(crate) fn fed(&self, data: &[u8]) -> (Socket<'m>, Peer) {
        let (sock, peer) = self.connected();
        peer.send(data);
        self.settle();
        (sock, peer)
    }

    /// A socket that listens at [`LOCAL`] and waits 0.2 s at most.
    pub(crate) fn listener(&self, backlog: i32) -> Socket<'m> {
        let sock = self.tcp();
        sock.bind((ANY, LOCAL)).expect("a free port");
        sock.listen(backlog).expect("a server");
        sock.settimeout_secs(0.2).expect("open");
        self.settle();
        sock
    }

    /// Lets 50 ms pass in which the driver goes on by itself: what was sent arrives.
    pub(crate) fn settle(&self) {
        let end = self.world.now() + Duration::from_millis(50);
        while self.world.now() < end {
            self.modem.poll().expect("the line holds");
            match end.saturating_sub(self.world.now()) {
                left if left < TICK => self.world.advance(left),
                _ => self.world.pause(),
            }
        }
    }

    /// Does something when so much time has passed, also in the midst of a call that waits.
    pub(crate) fn after(&self, ms: u64, act: impl FnOnce() + 'static) {
        self.world.after(Duration::from_millis(ms), move |_| act());
    }

    /// Makes calls that should end `nominal` ms from now, and says when they did: see
    /// [`timed_from`](Self::timed_from).
    pub(crate) fn timed(&self, nominal: u64, calls: impl FnOnce() -> String) -> String {
        self.timed_from(self.world.now(), nominal, calls)
    }

    /// Makes calls that should end `nominal` ms after `start`, and says when they did.
    ///
    /// A wait that ends by itself (an error, a poll without events) must end at that time, to within
    /// one tick of the driver's millisecond clock. A call that ends because something has come may be
    /// late by no more than the line was in use during the call.
    pub(crate) fn timed_from(
        &self,
        start: Duration,
        nominal: u64,
        calls: impl FnOnce() -> String,
    ) -> String {
        let used = self.line_time();
        let text = calls();
        let taken = self.world.now() - start;
        let by_itself = text.starts_with('!') || text == "()";
        let line = if by_itself { Duration::ZERO } else { self.line_time() - used };
        let expected = Duration::from_millis(nominal);
        if taken + TICK >= expected && taken <= expected + line + TICK {
            format!("{text} @{nominal}ms")
        } else {
            format!("{text} @{taken:?}")
        }
    }

    /// How long the line has been in use, both ways.
    fn line_time(&self) -> Duration {
        let (out, back) = self.world.statistics();
        out.busy + back.busy
    }
}

/// Any address of the module.
pub(crate) const ANY: Ipv4Addr = Ipv4Addr::new(0, 0, 0, 0);
