//! Datagrams on the simulated module: every firmware, bursts, groups, and streams beside them.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::time::Duration;

use crate::world::{PEER, on_every_module, with_modem};
use fugit::ExtU32;
use usocket::{
    AF_INET, Error, IP_ADD_MEMBERSHIP, IPPROTO_IP, Network, SO_BROADCAST, SOCK_DGRAM, SOCK_STREAM,
    SOL_SOCKET, Socket, socket,
};
use usocket_simulator::{Profile, VirtualWorld};

const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);

fn datagram<N: Network>(net: &N) -> Socket<'_> {
    let sock = socket(net, AF_INET, SOCK_DGRAM, 0).unwrap();
    sock.settimeout(Some(2.secs())).unwrap();
    sock
}

#[test]
fn questions_and_answers_of_several_peers_on_every_module() {
    on_every_module(|world| {
        let world = world.joined(true);
        let hosts: Vec<_> = (1..=3)
            .map(|last| {
                let host = world.udp_host(Ipv4Addr::new(192, 168, 3, last), 7);
                host.echo();
                host
            })
            .collect();
        with_modem(&world, |modem| {
            let sock = datagram(modem);
            let mut buf = [0; 1500];
            for round in 0..4 {
                for host in &hosts {
                    // up to the longest that is allowed, and payloads that look like results
                    let mut data = vec![b'0' + round; [1, 100, 1000, 1460][usize::from(round)]];
                    data.extend_from_slice(b"\r\nOK\r\n");
                    data.truncate(1460);
                    assert_eq!(sock.sendto(&data, host.address()), Ok(data.len()));
                    assert_eq!(sock.recvfrom(&mut buf), Ok((data.len(), host.address())));
                    assert!(buf[..data.len()] == data);
                }
            }
            assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut));
            sock.close().unwrap();
        });
    });
}

#[test]
fn a_burst_is_queued_in_order_and_keeps_its_boundaries() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = datagram(modem);
            sock.bind((ANY, 5000)).unwrap();
            for number in 0..6u8 {
                host.send_to(5000, &vec![number; 10 + usize::from(number)]);
            }
            world.advance(Duration::from_millis(50));
            let mut buf = [0; 64];
            for number in 0..6 {
                let len = 10 + usize::from(number);
                assert_eq!(sock.recvfrom(&mut buf), Ok((len, (PEER, 9).into())));
                assert!(buf[..len].iter().all(|&byte| byte == number));
            }
            assert!(modem.capabilities().keeps_datagrams);
        });
    });
}

#[test]
fn beside_streams_old_firmware_may_merge_datagrams_and_says_so() {
    // esp-at.md §8.7: there, one setting holds for all links, and streams must lose nothing
    for profile in [Profile::esp32_3_2(), Profile::esp8266_2_2_2()] {
        let world = VirtualWorld::new(profile).joined(true);
        let server = world.listen(PEER, 80);
        server.echo();
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = datagram(modem);
            sock.bind((ANY, 5000)).unwrap();
            assert!(modem.capabilities().keeps_datagrams);
            let stream = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            stream.connect((PEER, 80)).unwrap();
            assert!(!modem.capabilities().keeps_datagrams);
            let mut buf = [0; 64];
            // one at a time they still come as they are
            for text in [&b"one"[..], b"three", b"thirteen"] {
                host.send_to(5000, text);
                assert_eq!(sock.recvfrom(&mut buf), Ok((text.len(), (PEER, 9).into())));
                assert_eq!(&buf[..text.len()], text);
            }
            stream.sendall(b"stream").unwrap();
            assert_eq!(stream.read(&mut buf[..6]), Ok(Some(6)));
            stream.close().unwrap();
            // without streams the next datagram socket has its boundaries again
            let another = datagram(modem);
            another.bind((ANY, 5001)).unwrap();
            assert!(modem.capabilities().keeps_datagrams);
        });
    }
}

#[test]
fn streams_are_not_disturbed_by_datagrams() {
    on_every_module(|world| {
        let world = world.joined(true);
        let data: Vec<u8> = (0..30_000u32).map(|at| (at * 7 % 251) as u8).collect();
        let server = world.listen(PEER, 80);
        server.greet(&data);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let stream = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            stream.connect((PEER, 80)).unwrap();
            let sock = datagram(modem);
            sock.bind((ANY, 5000)).unwrap();
            let mut received = Vec::new();
            let mut buf = [0; 500];
            while received.len() < data.len() {
                host.send_to(5000, b"in between");
                let count = stream.recv(&mut buf).unwrap();
                received.extend_from_slice(&buf[..count]);
                while let Ok((count, from)) = sock.try_recvfrom(&mut buf) {
                    assert_eq!(from, SocketAddr::from((PEER, 9)));
                    assert!(buf[..count].starts_with(b"in between"));
                }
            }
            assert!(received == data);
        });
    });
}

#[test]
fn groups_and_broadcasts_are_heard_and_sent() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.udp_host(Ipv4Addr::new(192, 168, 3, 50), 5000);
    with_modem(&world, |modem| {
        let sock = datagram(modem);
        sock.bind((ANY, 5000)).unwrap();
        let mut buf = [0; 16];
        host.send_to_group(IpAddr::V4(GROUP), 5000, b"before");
        assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut)); // not a member yet
        sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, GROUP).unwrap();
        host.send_to_group(IpAddr::V4(GROUP), 5000, b"after");
        assert_eq!(sock.recvfrom(&mut buf), Ok((5, host.address())));
        assert_eq!(sock.sendto(b"to all", (GROUP, 5000)), Ok(6));
        world.advance(Duration::from_millis(50));
        assert_eq!(host.received().len(), 1);

        let shouting = datagram(modem);
        shouting.setsockopt(SOL_SOCKET, SO_BROADCAST, true).unwrap();
        assert_eq!(shouting.sendto(b"anybody?", (Ipv4Addr::BROADCAST, 5000)), Ok(8));
        world.advance(Duration::from_millis(50));
        assert_eq!(host.received().len(), 1);
    });
}

#[test]
fn an_empty_datagram_costs_the_link_and_the_next_one_comes() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.udp_host(PEER, 9);
    with_modem(&world, |modem| {
        let sock = datagram(modem);
        sock.bind((ANY, 5000)).unwrap();
        host.send_to(5000, b"a");
        host.send_to(5000, b"");
        let pump = || {
            for _ in 0..100 {
                modem.poll().unwrap();
                world.pause();
            }
        };
        pump();
        host.send_to(5000, b"b");
        pump();
        let mut buf = [0; 4];
        assert_eq!(sock.recv(&mut buf), Ok(1));
        assert_eq!(sock.recv(&mut buf), Ok(1)); // what has come is read before the error
        assert_eq!(&buf[..1], b"b");
        assert_eq!(sock.recv(&mut buf), Err(Error::DataLost));
        assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut));
        assert!(!modem.capabilities().receives_empty_datagrams);
    });
}

#[test]
fn without_a_network_binding_fails_and_works_later() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.udp_host(PEER, 9);
    host.echo();
    with_modem(&world, |modem| {
        let sock = datagram(modem);
        assert_eq!(sock.sendto(b"one", (PEER, 9)), Ok(3));
        assert_eq!(sock.recv(&mut [0; 4]), Ok(3));
        world.disconnect_wifi();
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::NetworkDown));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::NetworkUnreachable));
        assert_eq!(sock.sendto(b"two", (PEER, 9)), Err(Error::NetworkUnreachable));
        world.reconnect_wifi();
        for _ in 0..5_000 {
            modem.poll().unwrap();
            world.pause();
        }
        // it hears again before the program does anything
        host.send_to(sock.getsockname().unwrap().port(), b"news");
        assert_eq!(sock.recv(&mut [0; 8]), Ok(4));
        assert_eq!(sock.sendto(b"three", (PEER, 9)), Ok(5));
        assert_eq!(sock.recv(&mut [0; 8]), Ok(5));
    });
}
