//! What a program runs on: the driver on a simulated module, peers, and a virtual clock.

use std::net::Ipv4Addr;
use std::time::Duration;

use usocket::{AF_INET, SOCK_DGRAM, SOCK_STREAM};
use usocket_simulator::{Host, Peer, Profile, UdpHost, VirtualWorld};

use crate::api::{Net, Socket, socket};
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
pub(crate) const TICK: Duration = Duration::from_millis(1);

/// A module that has joined its network and been set up, and the world around it.
pub(crate) struct Rig<'m, 'b> {
    pub(crate) world: VirtualWorld,
    pub(crate) modem: &'m Net<'b>,
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
        crate::api::with_net(&world, firmware, |modem, can| {
            program(&Rig { world: world.clone(), modem, module: Module { firmware, can } })
        })
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
        crate::api::pass(self.modem, &self.world, Duration::from_millis(50));
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
