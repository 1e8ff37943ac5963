//! Quectel modules: the transcripts of the Quectel digest, section 13, and what follows from its
//! rules, byte for byte.

mod contexts;
#[path = "../cues/mod.rs"]
mod cues;
mod datagrams;
mod gsm;
mod listeners;
mod messages;
mod narrowband;
mod nonsense;
mod power;
mod queries;
mod quirks;
mod recordings;
mod sockets;
mod status;
mod tls;
mod transcripts;

use core::net::Ipv4Addr;
use usocket_simulator::replay::Script;
use usocket_simulator::{Host, Peer, Profile, UdpHost, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(220, 180, 239, 212);

/// A module with an active context, and the hosts of the transcripts.
struct Scene {
    world: VirtualWorld,
    host: Host,
    udp: UdpHost,
}

impl Scene {
    fn new(world: VirtualWorld) -> Self {
        let host = world.listen(PEER, 8009);
        let udp = world.udp_host(Ipv4Addr::new(10, 7, 76, 34), 7687);
        Self { world, host, udp }
    }

    /// Plays a script with the cues of [`cues::play`].
    fn play(&self, text: &str) -> Option<Peer> {
        let unknown = |verb: &str, _: &str| panic!("unknown cue {verb}");
        cues::play(&self.world, &self.host, &self.udp, text, unknown)
    }

    /// Plays the opening of a connection; returns its peer, too.
    fn connected(self, open: &str) -> (Self, Peer) {
        self.play(open);
        let peer = self.host.accept().expect("peer");
        (self, peer)
    }
}

/// A module without echo, with an active context.
fn joined(profile: Profile) -> Scene {
    let scene = Scene::new(VirtualWorld::new(profile).joined(true));
    scene.play(QUIET);
    scene
}

fn bg96() -> Scene {
    joined(Profile::bg96())
}

/// As [`bg96`], with socket 0 open.
fn connected() -> (Scene, Peer) {
    bg96().connected(OPEN)
}

/// Switches the echo off.
const QUIET: &str = "> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n";

const OPEN: &str = r#"
    > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
    < \r\nOK\r\n
    < \r\n+QIOPEN: 0,0\r\n
    "#;

/// Plays a script on a world without cues.
fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}
