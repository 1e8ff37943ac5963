//! TCP on the simulated module: transfers of every shape, faults on the way, and what errors say.

use crate::world;
use std::time::Duration;

use crate::world::{PEER, WorldClock, WorldModem, on_every_module, with_modem};
use usocket::fugit::ExtU32;
use usocket::{
    AF_INET, Error, IPPROTO_TCP, Memory, Modem, SOCK_STREAM, Socket, TCP_NODELAY, socket,
};
use usocket_simulator::{Profile, VirtualWorld};

/// A connected socket.
fn connect<'n>(modem: &'n WorldModem<'_>, port: u16) -> Socket<'n> {
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, port)).unwrap();
    sock
}

/// Bytes in which every position shows, and every result the protocol has occurs.
fn pattern(len: usize) -> Vec<u8> {
    let text = b"\r\nOK\r\n\r\nERROR\r\n0,CLOSED\r\n\r\n+IPD,4,100\r\n> \r\nready\r\nSEND OK\r\n";
    (0..len).map(|at| text[at % text.len()] ^ (at / text.len() % 7) as u8).collect()
}

#[test]
fn what_one_side_sends_the_other_receives_on_every_module() {
    on_every_module(|world| {
        let world = world.joined(true).baud(921_600).latency(Duration::from_millis(1));
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let sock = connect(modem, 7);
            let peer = host.accept().unwrap();
            let data = pattern(20_000);
            sock.sendall(&data).unwrap();
            assert!(peer.received() == data, "sent");
            peer.send(&data);
            let mut buf = vec![0; data.len()];
            assert_eq!(sock.read(&mut buf), Ok(Some(data.len())));
            assert!(buf == data, "received");
            peer.close();
            assert_eq!(
                sock.recv(&mut buf),
                Ok(0),
                "{}",
                world.transcript().lines().rev().take(40).collect::<Vec<_>>().join("\n")
            );
            sock.close().unwrap();
            world.advance(Duration::from_millis(10));
            assert!(peer.is_closed());
            assert_eq!(modem.counters().timeouts, 0);
        });
    });
}

#[test]
fn rings_and_reads_of_every_size_lose_nothing() {
    fn transfer<const RX: usize>(reads: &[usize]) {
        let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
        let host = world.listen(PEER, 7);
        let mut memory = Memory::<1, RX, 0>::new();
        let modem = world::modem(&world, &mut memory);
        let sock = connect(&modem, 7);
        let peer = host.accept().unwrap();
        for &read in reads {
            let data = pattern(700);
            peer.send(&data);
            let mut got = Vec::new();
            let mut buf = vec![0; read];
            while got.len() < data.len() {
                let count = sock.recv(&mut buf).unwrap();
                assert!(count > 0);
                got.extend_from_slice(&buf[..count]);
            }
            assert!(got == data, "ring {RX}, reads of {read}");
        }
    }
    transfer::<1>(&[1, 7]);
    transfer::<2>(&[1, 3]);
    transfer::<13>(&[1, 13, 100]);
    transfer::<64>(&[1, 63, 64, 65]);
    transfer::<1000>(&[1, 999, 2000]);
}

#[test]
fn a_peer_that_closes_at_once_loses_nothing_of_what_it_sent() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let sock = connect(modem, 7);
            let peer = host.accept().unwrap();
            let data = pattern(5000);
            peer.send(&data);
            peer.close();
            world.advance(Duration::from_millis(500));
            let mut buf = vec![0; 6000];
            if modem.is_nonos() {
                // this module drops what was not read: an error says so, never an early end
                assert_eq!(sock.read(&mut buf).unwrap_err().error, Error::DataLost);
                return;
            }
            assert_eq!(sock.read(&mut buf), Ok(Some(5000)));
            assert!(buf[..5000] == data[..]);
            assert_eq!(sock.read(&mut buf), Ok(Some(0)));
        });
    });
}

#[test]
fn refused_unreachable_and_unknown_are_three_errors() {
    on_every_module(|world| {
        let world = world.joined(true);
        world.host(PEER);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            assert_eq!(sock.connect((PEER, 81)), Err(Error::ConnectionRefused));
            let start = world.now_ms();
            let nobody = std::net::Ipv4Addr::new(10, 9, 9, 9);
            assert_eq!(sock.connect((nobody, 80)), Err(Error::HostUnreachable));
            assert!(world.now_ms() - start < 31_000);
            let found = usocket::getaddrinfo(modem, "no.such.host", 80);
            assert_eq!(found.unwrap_err(), Error::Dns(-2));
            assert_eq!(sock.connect((PEER, 0)), Err(Error::InvalidInput));
            let v6: std::net::SocketAddr = "[fe80::1]:80".parse().unwrap();
            assert_eq!(sock.connect(v6), Err(Error::AfNotSupported));
            let host = world.listen(PEER, 80);
            sock.connect((PEER, 80)).unwrap();
            assert!(host.accept().is_some());
        });
    });
}

#[test]
fn several_sockets_share_the_line() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    let host = world.listen(PEER, 7);
    with_modem(&world, |modem| {
        let socks: Vec<_> = (0..3).map(|_| connect(modem, 7)).collect();
        let peers: Vec<_> = (0..3).map(|_| host.accept().unwrap()).collect();
        assert_eq!(socket(modem, AF_INET, SOCK_STREAM, 0).unwrap_err(), Error::TooManySockets);
        let data = pattern(8000);
        for (number, peer) in peers.iter().enumerate() {
            peer.send(&data[number..]);
        }
        let mut got = [const { Vec::new() }; 3];
        let mut buf = [0; 100];
        while got.iter().map(Vec::len).sum::<usize>() < 3 * 8000 - 3 {
            for (sock, got) in socks.iter().zip(&mut got) {
                if got.len() < 7998 {
                    let count = sock.recv(&mut buf).unwrap();
                    got.extend_from_slice(&buf[..count]);
                }
                sock.sendall(&buf[..3]).unwrap();
            }
        }
        for (number, got) in got.iter().enumerate() {
            assert!(got[..] == data[number..], "socket {number}");
        }
    });
}

#[test]
fn more_connections_than_the_module_has_links_are_refused_until_one_is_closed() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 7);
    let mut memory = Memory::<7, 64, 0>::new();
    let modem = world::modem(&world, &mut memory);
    let mut socks: Vec<_> = (0..5).map(|_| connect(&modem, 7)).collect();
    let next = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    assert_eq!(next.connect((PEER, 7)), Err(Error::TooManySockets));
    assert_eq!(Error::TooManySockets.errno(), 23);
    // one that is being closed is waited for
    drop(socks.pop());
    assert_eq!(next.connect((PEER, 7)), Ok(()));
    assert_eq!(std::iter::from_fn(|| host.accept()).count(), 6);
}

#[test]
fn a_send_of_any_size_arrives_whole() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(3_000_000);
    let host = world.listen(PEER, 7);
    with_modem(&world, |modem| {
        let sock = connect(modem, 7);
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
        let peer = host.accept().unwrap();
        for len in [1, 2, 3, 64, 100, 103, 2047, 2048, 2049, 8191, 8192, 8193, 20_000] {
            let mut data = pattern(len);
            let end = len.saturating_sub(3);
            data[end..].fill(b'+'); // the module must not take it for the escape sequence
            sock.sendall(&data).unwrap();
            assert!(peer.received() == data, "{len} bytes");
        }
    });
}

#[test]
fn a_lost_notice_costs_half_a_second_not_the_data() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let sock = connect(modem, 7);
            let peer = host.accept().unwrap();
            let mut buf = [0; 16];
            // the first look after the connection finds nothing
            sock.settimeout(Some(usocket::fugit::MillisDurationU32::from_millis(100))).unwrap();
            assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut));
            sock.setblocking(true).unwrap();
            world.drop_next(b"+IPD");
            peer.send(b"hello");
            let start = world.now_ms();
            if modem.capabilities().holds_data {
                assert_eq!(sock.recv(&mut buf), Ok(5));
                assert!(world.now_ms() - start < 1100);
            }
        });
    });
}

#[test]
fn who_waits_asks_as_often_as_the_program_has_said() {
    let asked = |interval| {
        let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
        let host = world.listen(PEER, 7);
        let mut memory = Memory::<2>::new();
        let modem = Modem::esp_at(world.uart(), WorldClock(world.clone()), &mut memory)
            .with_look_again(interval);
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 7)).unwrap();
        let peer = host.accept().unwrap();
        world.drop_next(b"+IPD");
        peer.send(b"hello");
        let before = world.commands().len();
        let start = world.now_ms();
        assert_eq!(sock.recv(&mut [0; 16]), Ok(5));
        let took = world.now_ms() - start;
        sock.settimeout(Some(60.secs())).unwrap();
        assert_eq!(sock.recv(&mut [0; 16]), Err(Error::TimedOut));
        (took, world.commands().len() - before)
    };
    let (soon, many) = asked(500.millis());
    let (late, few) = asked(10.secs());
    assert!(soon < 1_100 && (100..160).contains(&many), "{soon} ms, {many} commands");
    assert!(late < 10_100 && (6..12).contains(&few), "{late} ms, {few} commands");
}

#[test]
fn a_foreign_line_at_any_place_changes_nothing() {
    let places: [&[u8]; 8] = [
        b"4,CONNECT",
        b"OK\r\n",
        b"OK\r\n\r\n>",
        b"Recv",
        b"SEND OK",
        b"+IPD",
        b"+CIPRECVDATA",
        b"CLOSED",
    ];
    let lines: [&[u8]; 6] = [
        b"WIFI GOT IP\r\n",
        b"+TIME_UPDATED\r\n",
        b"\r\n+IPD,3,17\r\n",
        b"3,CLOSED\r\n",
        b"to read 41 bytes\r\n",
        b"+FOO:\"OK\",1:2,3\r\n",
    ];
    for place in places {
        for line in lines {
            for before in [true, false] {
                let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
                let host = world.listen(PEER, 7);
                with_modem(&world, |modem| {
                    let wlan = usocket::network::Wlan::new(
                        modem.esp_at().unwrap(),
                        usocket::network::STA_IF,
                    );
                    wlan.active(true).unwrap();
                    if before {
                        world.inject_before(place, line);
                    } else {
                        world.inject_after(place, line);
                    }
                    let sock = connect(modem, 7);
                    let peer = host.accept().unwrap();
                    sock.sendall(b"request").unwrap();
                    assert_eq!(peer.received(), b"request");
                    peer.send(b"answer");
                    let mut buf = [0; 6];
                    assert_eq!(sock.read(&mut buf), Ok(Some(6)));
                    assert_eq!(&buf, b"answer");
                    peer.close();
                    assert_eq!(sock.recv(&mut buf), Ok(0));
                    assert_eq!(modem.counters().timeouts, 0);
                });
                assert!(world.faults_spent(), "never at {:?}", String::from_utf8_lossy(place));
            }
        }
    }
}

#[test]
fn a_reset_at_any_byte_of_an_answer_ends_in_an_error_and_a_module_that_works_again() {
    let data = b"0123456789abcdefghij";
    for offset in 0..40 {
        let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let sock = connect(modem, 7);
            let peer = host.accept().unwrap();
            world.reset_within(b"+CIPRECVDATA", offset);
            peer.send(data);
            let mut buf = [0; 20];
            let start = world.now_ms();
            let done = match sock.read(&mut buf) {
                Ok(count) => count.unwrap(),
                Err(error) => {
                    assert!(
                        matches!(error.error, Error::ModuleReset | Error::DataLost),
                        "{error:?} at {offset}"
                    );
                    error.done
                }
            };
            assert_eq!(buf[..done], data[..done], "at {offset}");
            assert!(world.now_ms() - start < 15_000);
            // a new socket works as soon as the module does
            world.advance(Duration::from_secs(5));
            let next = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            let mut result = next.connect((PEER, 7));
            for _ in 0..3 {
                if result.is_err() {
                    world.advance(Duration::from_secs(2));
                    result = next.connect((PEER, 7));
                }
            }
            assert_eq!(result, Ok(()), "at {offset}");
        });
    }
}

#[test]
fn an_abandoned_connect_goes_on_and_can_be_asked_for() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1())
        .joined(true)
        .network_latency(Duration::from_millis(800));
    let host = world.listen(PEER, 7);
    with_modem(&world, |modem| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.settimeout(Some(usocket::fugit::MillisDurationU32::from_millis(500))).unwrap();
        assert_eq!(sock.connect((PEER, 7)), Err(Error::TimedOut));
        assert_eq!(sock.connect((PEER, 7)), Err(Error::Already));
        assert_eq!(sock.send(b"x"), Err(Error::TimedOut));
        world.advance(Duration::from_secs(1));
        assert_eq!(sock.connect((PEER, 7)), Ok(()));
        assert_eq!(sock.connect((PEER, 7)), Err(Error::AlreadyConnected));
        assert!(host.accept().is_some());
    });
}

#[test]
fn ten_thousand_cycles_leak_no_socket_and_no_link() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(3_000_000);
    world.host(PEER);
    let host = world.listen(PEER, 7);
    with_modem(&world, |modem| {
        for cycle in 0..10_000 {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap_or_else(|error| {
                panic!("cycle {cycle}: {error}");
            });
            match cycle % 4 {
                0 => assert_eq!(sock.connect((PEER, 81)), Err(Error::ConnectionRefused)),
                1 => {
                    sock.connect((PEER, 7)).unwrap();
                    sock.close().unwrap();
                }
                2 => {
                    sock.connect((PEER, 7)).unwrap();
                    host.accept().unwrap().close();
                    assert_eq!(sock.recv(&mut [0; 1]), Ok(0));
                }
                _ => sock.connect((PEER, 7)).unwrap(), // and dropped
            }
            while host.accept().is_some() {}
        }
        assert_eq!(modem.counters().timeouts, 0);
    });
}
