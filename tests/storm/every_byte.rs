//! One byte is lost, inserted or changed at every place of what the module says while data are read:
//! nothing is silently missing, whatever it hits.

use usocket::fugit::MillisDurationU32;
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, socket};
use usocket_simulator::{Direction, Disturbance, Profile, VirtualWorld};

use crate::bytes::{bytes, differing};
use crate::world::{self, PEER};

/// What the peer sends.
const LEN: usize = 26;

/// Reads while a byte is damaged; `false`: the module had said all before it came to that byte.
fn read(profile: &Profile, after: usize, what: Disturbance) -> bool {
    let world = VirtualWorld::new(profile.clone()).joined(true);
    let mut memory = Memory::<2, 64, 64>::new();
    let modem = world::modem(&world, &mut memory);
    if let Some(cellular) = modem.cellular() {
        cellular.connect("internet", "", "").unwrap();
    }
    let host = world.listen(PEER, 80);
    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, 80)).unwrap();
    world::idle(&world, &modem, 100);
    let sent = bytes(7, 0, LEN, false);
    world.disturb(Direction::Module, after, what);
    host.accept().unwrap().send(&sent);
    sock.settimeout(Some(MillisDurationU32::from_millis(60_000))).unwrap();
    let mut got = Vec::new();
    let mut buf = [0; LEN];
    let context = format!("{what:?} after {after} bytes on {}", profile.name);
    while got.len() < LEN {
        match sock.recv(&mut buf) {
            Ok(0) => panic!("{context}: an end"),
            Ok(count) => got.extend(&buf[..count]),
            Err(Error::TimedOut) => panic!("{context}: {} bytes, and no error", got.len()),
            Err(_) => break,
        }
    }
    let changed = usize::from(matches!(what, Disturbance::Flip(_)));
    assert!(got.len() <= LEN, "{context}: too much");
    assert!(differing(&got, &sent[..got.len()]) <= changed, "{context}: {got:?}");
    !world.disturbed().is_empty()
}

#[test]
fn one_damaged_byte_is_an_error_or_nothing_wherever_it_is() {
    for name in ["esp32c3-4.1", "nonos-1.7", "quectel-bg96", "quectel-m95", "simcom-sim7080"] {
        let profile = Profile::by_name(name).unwrap();
        let kinds = [Disturbance::Drop, Disturbance::Insert(b'x'), Disturbance::Flip(1)];
        for what in kinds {
            let struck = (0..120).take_while(|&after| read(&profile, after, what)).count();
            assert!(struck > LEN + 20, "only {struck} bytes on {name}");
        }
    }
}
