//! Streams over simulated Quectel modules that have no room, on virtual time.

use crate::world;
use crate::world::PEER;
use fugit::MillisDurationU32;
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, socket};
use usocket_simulator::{Profile, VirtualWorld};

/// Whenever the timeout ends: what counts as sent arrives, and the rest can be sent later.
#[test]
fn what_counts_as_sent_when_the_timeout_ends_arrives() {
    let cases = [Profile::bg96(), Profile::ec25()]
        .into_iter()
        .flat_map(|profile| (1..300).step_by(7).map(move |timeout| (profile.clone(), timeout)));
    for (profile, timeout) in cases {
        let name = profile.name;
        let world = VirtualWorld::new(profile).joined(true).baud(921_600);
        let host = world.listen(PEER, 7);
        let mut memory = Memory::<1, 64, 64>::new();
        let modem = world::modem(&world, &mut memory);
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 7)).unwrap();
        let peer = host.accept().unwrap();
        peer.stall();
        sock.settimeout(Some(MillisDurationU32::from_millis(timeout))).unwrap();
        let data: Vec<u8> = (0..100_000u32).map(|at| (at % 251) as u8).collect();
        let failed = sock.sendall(&data).unwrap_err();
        assert_eq!(failed.error, Error::TimedOut, "{name}, {timeout} ms");
        peer.resume();
        sock.settimeout(None).unwrap();
        sock.sendall(&data[failed.done..]).unwrap();
        assert!(peer.received() == data, "{name}, {timeout} ms");
    }
}
