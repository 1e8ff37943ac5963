//! Quectel modules: the transcripts of the Quectel digest, section 13, and what follows from its
//! rules, byte for byte.

mod contexts;
mod datagrams;
mod gsm;
mod listeners;
mod narrowband;
mod nonsense;
mod power;
mod queries;
mod quirks;
mod recordings;
mod sockets;
mod status;
mod transcripts;

use core::net::Ipv4Addr;
use core::time::Duration;
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

    /// Plays a script; cues are `send TEXT`, `close`, `fill COUNT`, `client PORT`,
    /// `datagram PORT TEXT` and `wait MILLISECONDS`.
    fn play(&self, text: &str) -> Option<Peer> {
        let script = Script::parse(text).expect("script");
        let mut client: Option<Peer> = None;
        let cue = |cue: &str| {
            let (verb, rest) = cue.split_once(' ').unwrap_or((cue, ""));
            let mut peer =
                || client.get_or_insert_with(|| self.host.accept().expect("peer")).clone();
            match verb {
                "send" => peer().send(rest.as_bytes()),
                "fill" => peer().send(&vec![b'x'; rest.parse().expect("count")]),
                "close" => peer().close(),
                "client" => client = Some(self.world.connect_in(rest.parse().expect("port"))),
                "datagram" => {
                    let (port, text) = rest.split_once(' ').expect("port and text");
                    self.udp.send_to(port.parse().expect("port"), text.as_bytes());
                }
                "wait" => self.world.advance(Duration::from_millis(rest.parse().expect("time"))),
                _ => panic!("unknown cue {cue}"),
            }
        };
        if let Err(mismatch) = script.play(&self.world, cue) {
            panic!("{mismatch}");
        }
        client
    }
}

/// A module without echo, with an active context.
fn joined(profile: Profile) -> Scene {
    let scene = Scene::new(VirtualWorld::new(profile).joined(true));
    scene.play("> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n");
    scene
}

fn bg96() -> Scene {
    joined(Profile::bg96())
}

/// As [`bg96`], with socket 0 open.
fn connected() -> (Scene, Peer) {
    let scene = bg96();
    scene.play(OPEN);
    let peer = scene.host.accept().expect("peer");
    (scene, peer)
}

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
