//! How full the line is kept, in virtual time; `tests/benchmark` measures much more of this.

use std::time::Duration;

use crate::world::{PEER, modem};
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, Socket, nb, socket};
use usocket_simulator::{Peer, Profile, VirtualWorld};

const BAUD: u32 = 921_600;
const PAYLOAD: usize = 128 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Receive,
    Send { call: usize },
}

/// Payload time ÷ elapsed time of all sockets together, with rings of 2 KiB, in percent.
fn utilisation(profile: Profile, latency: u64, sockets: usize, direction: Direction) -> f64 {
    let world =
        VirtualWorld::new(profile).baud(BAUD).latency(Duration::from_millis(latency)).joined(true);
    let host = world.listen(PEER, 7000);
    let mut memory = Memory::<2, 2048, 2048>::new();
    let modem = modem(&world, &mut memory);
    modem.activate().unwrap();
    let connections: Vec<(Socket<'_>, Peer)> = (0..sockets)
        .map(|_| {
            let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
            sock.connect((PEER, 7000)).unwrap();
            (sock, host.accept().unwrap())
        })
        .collect();
    let data: Vec<u8> = (0..PAYLOAD / sockets).map(|at| (at * 7 + at / 251) as u8).collect();
    let begin = world.now();
    match direction {
        Direction::Receive => receive(&world, &connections, &data),
        Direction::Send { call } => send(&connections, &data, call),
    }
    let payload_time = PAYLOAD as f64 * 10.0 / f64::from(BAUD);
    100.0 * payload_time / (world.now() - begin).as_secs_f64()
}

fn receive(world: &VirtualWorld, connections: &[(Socket<'_>, Peer)], data: &[u8]) {
    for (_, peer) in connections {
        peer.send(data);
    }
    let mut got = vec![Vec::new(); connections.len()];
    let mut buffer = [0; 2048];
    while got.iter().any(|got| got.len() < data.len()) {
        let mut moved = false;
        for ((sock, _), got) in connections.iter().zip(&mut got) {
            match sock.try_recv(&mut buffer) {
                Ok(count) => got.extend_from_slice(&buffer[..count]),
                Err(nb::Error::WouldBlock) => continue,
                Err(nb::Error::Other(error)) => panic!("{error}"),
            }
            moved = true;
        }
        if !moved {
            world.pause();
        }
    }
    assert!(got.iter().all(|got| got == data));
}

fn send(connections: &[(Socket<'_>, Peer)], data: &[u8], call: usize) {
    // by turns, so that both have always something under way
    for piece in data.chunks(call) {
        for (sock, _) in connections {
            sock.sendall(piece).map_err(Error::from).unwrap();
        }
    }
    for (sock, peer) in connections {
        sock.makefile("wb").unwrap().flush().unwrap();
        assert!(peer.received() == data);
    }
}

#[test]
fn an_immediate_module_is_kept_busy() {
    let esp_at = |direction| utilisation(Profile::esp32c3_4_1(), 0, 1, direction);
    let quectel = |direction| utilisation(Profile::ec25(), 0, 1, direction);
    let large = Direction::Send { call: PAYLOAD };
    for (name, share) in [
        ("ESP-AT, receive", esp_at(Direction::Receive)),
        ("ESP-AT, send", esp_at(large)),
        ("Quectel, receive", quectel(Direction::Receive)),
        ("Quectel, send", quectel(large)),
    ] {
        println!("{name}: {share:.2} %");
        assert!(share >= 97.0, "{name}: {share:.2} %");
    }
}

#[test]
fn a_module_that_takes_two_milliseconds_for_each_command_costs_those_alone() {
    let esp_at = |direction| utilisation(Profile::esp32c3_4_1(), 2, 1, direction);
    let quectel = |direction| utilisation(Profile::ec25(), 2, 1, direction);
    let large = Direction::Send { call: PAYLOAD };
    // as much as a ring, or the module, takes at once: 2048, 8192, 1500 and 1460 bytes; the words around
    // them; and 184 byte times of waiting
    for (name, share, limit) in [
        ("ESP-AT, receive", esp_at(Direction::Receive), 100.0 * 2048.0 / (2048.0 + 57.0 + 184.3)),
        ("ESP-AT, send", esp_at(large), 100.0 * 8192.0 / (8192.0 + 78.0 + 184.3)),
        ("Quectel, receive", quectel(Direction::Receive), 100.0 * 1500.0 / (1500.0 + 38.0 + 184.3)),
        ("Quectel, send", quectel(large), 100.0 * 1460.0 / (1460.0 + 32.0 + 184.3)),
    ] {
        println!("{name}: {share:.2} %, of {limit:.2} %");
        assert!(share >= limit - 0.5, "{name}: {share:.2} %, of {limit:.2} %");
    }
}

#[test]
fn two_sockets_together_are_no_slower_than_one() {
    for profile in [Profile::esp32c3_4_1, Profile::ec25] {
        for direction in [Direction::Receive, Direction::Send { call: PAYLOAD / 2 }] {
            let one = utilisation(profile(), 0, 1, direction);
            let two = utilisation(profile(), 0, 2, direction);
            println!("{one:.2} %, {two:.2} %");
            assert!(two >= one - 0.2, "{one:.2} %, {two:.2} %");
        }
    }
}

#[test]
fn many_small_sends_share_their_commands() {
    let share = utilisation(Profile::esp32c3_4_1(), 0, 1, Direction::Send { call: 16 });
    println!("{share:.2} %");
    assert!(share >= 90.0, "{share:.2} %");
}
