//! Cellular modules of every family, simulated: the same program on each, and what each can do.

use std::net::Ipv4Addr;

use crate::world::{PEER, QuectelModem, WorldClock, idle_quectel as idle};
use fugit::ExtU32;
use usocket::network::Cellular;
use usocket::{
    AF_INET, Error, Memory, Modem, Network, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket,
};
use usocket_simulator::{Profile, VirtualWorld};

const OTHER: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 35);

/// Runs a program on each Quectel module that is connected.
fn on_each(program: impl Fn(&VirtualWorld, &QuectelModem<'_>)) {
    for profile in Profile::quectel() {
        println!("on {}", profile.name);
        let world = VirtualWorld::new(profile).boot();
        let mut memory = Memory::<3, 2048, 512>::new();
        let modem = Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory);
        let net = Cellular::new(&modem);
        if let Err(e) = net.active(true).and_then(|()| net.connect("internet", "", "")) {
            panic!("{e:?}\n{}", world.transcript());
        }
        program(&world, &modem);
    }
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 7 + at / 251) as u8).collect()
}

fn exchange(net: &impl Network, port: u16, data: &[u8]) -> Vec<u8> {
    let sock = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, port)).unwrap();
    let mut got = Vec::new();
    for piece in data.chunks(700) {
        sock.sendall(piece).unwrap();
        let mut buf = [0; 700];
        let count = sock.read(&mut buf[..piece.len()]).unwrap().unwrap();
        got.extend_from_slice(&buf[..count]);
    }
    sock.close().unwrap();
    got
}

#[test]
fn what_is_sent_comes_back_whole_on_every_family() {
    on_each(|world, modem| {
        world.listen(PEER, 7).echo();
        let data = pattern(50_000);
        assert!(exchange(modem, 7, &data) == data);
    });
}

#[test]
fn payloads_that_look_like_the_protocol_are_payloads_on_every_family() {
    on_each(|world, modem| {
        world.listen(PEER, 7).echo();
        let nasty = b"\r\nOK\r\n\r\nERROR\r\nSEND OK\r\n> \r\n+QIURC: \"closed\",0\r\n0, CLOSED\r\nRDY\r\n\x1a\x1b\0\xff+++";
        assert_eq!(exchange(modem, 7, nasty), nasty);
    });
}

#[test]
fn what_the_peer_sent_before_it_closed_is_read_to_the_end_on_every_family() {
    on_each(|world, modem| {
        let data = pattern(5_000);
        let host = world.listen(PEER, 80);
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        let peer = host.accept().unwrap();
        peer.send(&data);
        peer.close();
        let mut got = Vec::new();
        let mut buf = [0; 512];
        loop {
            let count = sock.recv(&mut buf).unwrap();
            if count == 0 {
                break;
            }
            got.extend_from_slice(&buf[..count]);
        }
        assert!(got == data, "{} of {} bytes", got.len(), data.len());
        assert_eq!(sock.recv(&mut buf), Ok(0));
        sock.close().unwrap();
    });
}

#[test]
fn names_and_refusals_on_every_family() {
    for profile in Profile::quectel() {
        println!("on {}", profile.name);
        let world = VirtualWorld::new(profile).dns("peer", PEER);
        world.host(PEER);
        let mut memory = Memory::<2, 256, 64>::new();
        let modem = Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory);
        Cellular::new(&modem).connect("internet", "", "").unwrap();
        assert_eq!(getaddrinfo(&modem, "peer", 80).unwrap()[0].sockaddr.ip(), PEER);
        assert_eq!(getaddrinfo(&modem, "nosuch.invalid", 80), Err(Error::Dns(-2)));
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect((PEER, 81)), Err(Error::ConnectionRefused));
        // the id is free again
        for _ in 0..20 {
            assert_eq!(sock.connect((PEER, 81)), Err(Error::ConnectionRefused));
        }
    }
}

#[test]
fn datagrams_to_two_peers_in_turn_on_every_family() {
    on_each(|world, modem| {
        let (first, second) = (world.udp_host(PEER, 9), world.udp_host(OTHER, 9));
        first.echo();
        second.echo();
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        let mut buf = [0; 1500];
        for round in 0..3u8 {
            for peer in [PEER, OTHER] {
                let data = pattern(400 + usize::from(round));
                assert_eq!(sock.sendto(&data, (peer, 9)), Ok(data.len()));
                let (count, from) = sock.recvfrom(&mut buf).unwrap();
                assert_eq!((count, from.ip()), (data.len(), peer.into()));
                assert!(buf[..count] == data);
            }
        }
        sock.connect((PEER, 9)).unwrap();
        assert_eq!(sock.send(b"hello"), Ok(5));
        assert_eq!(sock.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"hello");
        sock.settimeout(Some(100.millis())).unwrap();
        assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut));
        sock.close().unwrap();
    });
}

#[test]
fn a_restart_is_told_and_everything_works_again_on_every_family() {
    on_each(|world, modem| {
        world.listen(PEER, 7).echo();
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 7)).unwrap();
        world.reset_module();
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        drop(sock);
        idle(world, modem, 60_000);
        assert_eq!(Cellular::new(modem).isconnected(), Ok(true), "the context is there again");
        let data = pattern(3_000);
        assert!(exchange(modem, 7, &data) == data);
    });
}

#[test]
fn a_lost_context_is_got_back_on_every_family() {
    on_each(|world, modem| {
        world.listen(PEER, 7).echo();
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 7)).unwrap();
        world.drop_context();
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NetworkDown));
        idle(world, modem, 60_000);
        assert_eq!(Cellular::new(modem).isconnected(), Ok(true));
        let data = pattern(3_000);
        assert!(exchange(modem, 7, &data) == data);
    });
}

#[test]
fn each_family_tells_who_it_is() {
    on_each(|world, modem| {
        let name = world.with_module(|module| module.profile().name);
        let net = Cellular::new(modem);
        assert_eq!(net.imei().unwrap().len(), 15);
        assert!(net.iccid().unwrap().len() >= 18);
        assert!(net.imsi().unwrap().len() >= 14);
        let model = net.model().unwrap().as_str().unwrap().to_lowercase();
        assert_eq!(format!("quectel-{}", model.trim_start_matches("quectel_")), name);
        let revision = net.revision().unwrap();
        let known = world.with_module(|module| module.profile().title);
        assert!(known.contains(revision.as_str().unwrap()), "{revision:?} is not in {known:?}");
        assert!(net.manufacturer().unwrap().as_str().unwrap().starts_with("Quectel"));
        assert!(net.signal().unwrap().rssi.is_some());
        assert!(net.operator().unwrap().name.is_some());
        assert!(!net.ifconfig().unwrap().address.is_unspecified());
    });
}
