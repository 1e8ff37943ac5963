//! Streams over simulated SIMCom modules, on virtual time: no byte is lost, and none invented.

use crate::world;
use crate::world::{PEER, idle, with_modem};
use fugit::ExtU32;
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, getaddrinfo, socket};
use usocket_simulator::cellular::Rearm;
use usocket_simulator::{Profile, VirtualWorld};

const SIZE: usize = 100_000;

/// Bytes that are nowhere the same for long; two streams differ.
fn bytes(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..SIZE).map(|_| next()).collect()
}

/// Sends 100 kB there and fetches 100 others.
fn transfer(world: &VirtualWorld) {
    let host = world.listen(PEER, 80);
    with_modem(world, |modem| {
        let lte = modem.cellular().unwrap();
        lte.active(true).unwrap();
        lte.connect("internet", "", "").unwrap();
        let addr = getaddrinfo(&lte, "peer", 80).unwrap()[0].sockaddr;
        let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect(addr).unwrap();
        let peer = host.accept().unwrap();

        let (there, back) = (bytes(1), bytes(2));
        peer.send(&back);
        let (mut got, mut received) = (Vec::new(), Vec::new());
        // both ways at once
        for chunk in there.chunks(5000) {
            sock.sendall(chunk).unwrap();
            let mut buf = [0; 5000];
            assert_eq!(sock.read(&mut buf), Ok(Some(chunk.len())));
            got.extend_from_slice(&buf[..chunk.len()]);
            received.extend(peer.received());
        }
        assert!(got == back, "bytes came that were not sent");
        let deadline = world.now_ms() + 10_000;
        while received.len() < SIZE && world.now_ms() < deadline {
            modem.poll().unwrap();
            world.pause();
            received.extend(peer.received());
        }
        assert!(received == there, "the peer has other bytes");
        peer.close();
        assert_eq!(sock.recv(&mut [0; 8]), Ok(0));
        sock.close().unwrap();
    });
}

fn simulated(profile: Profile) -> VirtualWorld {
    VirtualWorld::new(profile).dns("peer", PEER).baud(921_600)
}

#[test]
fn all_bytes_arrive_as_they_were_in_both_directions() {
    transfer(&simulated(Profile::sim7080()));
}

#[test]
fn all_bytes_arrive_on_other_firmware_of_the_family() {
    let profile = Profile::sim7080().simcom(|variant| {
        variant.answers_open_at_once = true;
        variant.transmit_buffer = 1500;
    });
    let world = simulated(profile);
    world.quirks(|quirks| {
        quirks.short_reads = Some(701);
        quirks.rearm = Rearm::FoundNothing;
        quirks.doubled_notices = true;
        quirks.urcs_in_payload = true;
        quirks.prompt = Some("\r\n>\r\n");
    });
    transfer(&world);
}

#[test]
fn firmware_that_forgets_what_a_closed_socket_held_is_found_out() {
    let profile = Profile::sim7080().simcom(|variant| variant.forgets_when_closed = true);
    let world = simulated(profile).joined(true);
    let host = world.listen(PEER, 80);
    let mut memory = Memory::<1, 64, 64>::new();
    let modem = world::modem(&world, &mut memory);
    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, 80)).unwrap();
    let peer = host.accept().unwrap();
    peer.send(&[7; 1000]);
    peer.close();
    idle(&world, &modem, 200);
    sock.settimeout(Some(5.secs())).unwrap();
    let mut buf = [0; 100];
    let end = loop {
        match sock.recv(&mut buf) {
            Ok(0) => break Ok(()),
            Ok(count) => assert!(buf[..count].iter().all(|&byte| byte == 7)),
            Err(error) => break Err(error),
        }
    };
    assert_eq!(end, Err(Error::DataLost));
}
