//! Scripts with cues for the hosts that a module talks to.

use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{Host, Peer, UdpHost, VirtualWorld};

/// Plays a script; cues are `send TEXT`, `fill COUNT`, `close`, `client PORT`, `datagram PORT TEXT`,
/// `wait MILLISECONDS`, and what `other` does with a verb and the rest.
///
/// The first three are for the client at `host`, or the one of the last `client`; returns it.
pub(crate) fn play(
    world: &VirtualWorld,
    host: &Host,
    udp: &UdpHost,
    text: &str,
    other: impl Fn(&str, &str),
) -> Option<Peer> {
    let script = Script::parse(text).expect("script");
    let mut client: Option<Peer> = None;
    let cue = |cue: &str| {
        let (verb, rest) = cue.split_once(' ').unwrap_or((cue, ""));
        let mut peer = || client.get_or_insert_with(|| host.accept().expect("peer")).clone();
        match verb {
            "send" => peer().send(rest.as_bytes()),
            "fill" => peer().send(&vec![b'x'; rest.parse().expect("count")]),
            "close" => peer().close(),
            "client" => client = Some(world.connect_in(rest.parse().expect("port"))),
            "datagram" => send_to(udp, rest),
            "wait" => world.advance(Duration::from_millis(rest.parse().expect("time"))),
            _ => other(verb, rest),
        }
    };
    if let Err(mismatch) = script.play(world, cue) {
        panic!("{mismatch}");
    }
    client
}

/// Sends a datagram to the module: `PORT TEXT`.
pub(crate) fn send_to(from: &UdpHost, rest: &str) {
    let (port, text) = rest.split_once(' ').expect("port and text");
    from.send_to(port.parse().expect("port"), text.as_bytes());
}
