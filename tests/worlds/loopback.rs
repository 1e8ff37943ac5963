//! The driver on a simulated module that is bridged to real sockets on this machine, in real time.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::thread;

use crate::world::AnyModem;
use usocket::clock::StdClock;
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, getaddrinfo, socket};
use usocket_simulator::{LoopbackOptions, LoopbackWorld, Profile};

/// A real server sees what the driver sends over this module, and the reverse.
fn exchange(profile: Profile, baud: u32) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let real = listener.local_addr().unwrap();
    let data: Vec<u8> = (0..30_000u32).map(|at| (at * 7 + at / 256) as u8).collect();
    let expected = data.clone();
    let server = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut got = vec![0; expected.len()];
        client.read_exact(&mut got).unwrap();
        assert!(got == expected);
        client.write_all(&expected).unwrap();
    });

    let name = profile.name;
    let simulated = SocketAddrV4::new(Ipv4Addr::new(10, 1, 1, 1), 7);
    let world = LoopbackWorld::start(
        profile,
        LoopbackOptions::new().baud(baud).joined(true).host("echo.test", simulated, real),
    );
    let mut memory = Memory::<1, 4096, 0>::new();
    let modem = AnyModem::named(name, world.uart(), StdClock::new(), &mut memory);
    assert_eq!(modem.isconnected(), Ok(true));
    let addr = getaddrinfo(&modem, "echo.test", 7).unwrap()[0].sockaddr;
    assert_eq!(addr, simulated.into());

    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    assert_eq!(sock.connect(SocketAddrV4::new(*simulated.ip(), 8)), Err(Error::ConnectionRefused));
    sock.connect(addr).unwrap();
    sock.sendall(&data).unwrap();
    let mut got = vec![0; data.len() + 1];
    assert_eq!(sock.read(&mut got), Ok(Some(data.len())), "up to the end of the stream");
    assert!(got[..data.len()] == data[..]);
    sock.close().unwrap();
    server.join().unwrap();
}

#[test]
fn a_real_server_sees_what_the_driver_sends_over_wifi_and_the_reverse() {
    exchange(Profile::esp32c3_4_1(), 3_000_000);
}

#[test]
fn a_real_server_sees_what_the_driver_sends_over_a_simcom_module_and_the_reverse() {
    exchange(Profile::sim7080(), 921_600);
}
