//! SIMCom modules, byte for byte: what follows from section 15.2 of the Quectel digest and from the
//! rules of all cellular modules.

mod contexts;
mod sockets;

use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{Host, Peer, Profile, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(220, 180, 239, 212);

/// A module and the host that it talks to.
struct Scene {
    world: VirtualWorld,
    host: Host,
}

impl Scene {
    /// A module without echo, with an active context.
    fn joined(profile: Profile) -> Self {
        let world = VirtualWorld::new(profile).joined(true).dns("peer", PEER);
        let scene = Self { host: world.listen(PEER, 8009), world };
        scene.play("> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n");
        scene
    }

    /// The same with socket 0 open.
    fn connected(profile: Profile) -> (Self, Peer) {
        let scene = Self::joined(profile);
        scene.play(OPEN);
        let peer = scene.host.accept().expect("peer");
        (scene, peer)
    }

    fn play(&self, text: &str) {
        play(&self.world, text);
    }

    fn wait(&self, ms: u64) {
        self.world.advance(Duration::from_millis(ms));
    }
}

const OPEN: &str = r#"
    > AT+CAOPEN=0,0,"TCP","220.180.239.212",8009\r
    < \r\n+CAOPEN: 0,0\r\n\r\nOK\r\n
    "#;

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}
