//! TLS links of ESP-AT in virtual time: settings, handshakes, reads and servers (ESP-AT digest §8.8,
//! §9, §11).

mod clock;
mod handshakes;
mod reading;
mod servers;
mod settings;

use core::net::Ipv4Addr;
use usocket_simulator::replay::Script;
use usocket_simulator::{Host, Profile, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(192, 168, 3, 102);
const NAME: &str = "tls.example.com";
/// The root that modules trust, and another one.
const ROOT: &[u8] = b"root of the tests";
const OTHER: &[u8] = b"root of somebody else";

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// One command and its answer, in C escapes.
fn say(world: &VirtualWorld, command: &str, answer: &str) {
    play(world, &format!("> {command}\\r\\n\n< {answer}\n"));
}

const OK: &str = "\\r\\nOK\\r\\n";
const ERROR: &str = "\\r\\nERROR\\r\\n";

/// A joined module without echo and with several links, and a TLS host behind [`NAME`].
fn scene(profile: Profile) -> (VirtualWorld, Host) {
    let legacy = profile.is_legacy();
    let world = VirtualWorld::new(profile).joined(true).time_set(true).dns(NAME, PEER);
    let world = world.file("client_ca.0", ROOT);
    let host = world.listen_tls(PEER, 443);
    let echo = if legacy { "ATE0\\r\\r\\n\\r\\nOK\\r\\n" } else { "ATE0\\r\\n\\r\\nOK\\r\\n" };
    say(&world, "ATE0", echo);
    say(&world, "AT+CIPMUX=1", OK);
    (world, host)
}

/// Opens link 0 to [`NAME`].
fn open(world: &VirtualWorld, welcome: bool) {
    let answer = if welcome { "0,CONNECT\\r\\n\\r\\nOK\\r\\n" } else { ERROR };
    say(world, &format!("AT+CIPSTART=0,\"SSL\",\"{NAME}\",443"), answer);
}
