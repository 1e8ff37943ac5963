//! IPv6 on the simulated module: streams, datagrams, a server, names, and firmware without it.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::world::{on_every_firmware, with_modem};
use fugit::ExtU32;
use usocket::network::{STA_IF, Wlan};
use usocket::{AF_INET, AF_INET6, Error, Hints, SOCK_DGRAM, SOCK_STREAM, getaddrinfo_with, socket};
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};

const PEER: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 9, 0, 0, 0, 0, 1);
const OWN: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 3, 0, 0, 0, 0, 0x112);

fn world() -> VirtualWorld {
    VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).ipv6(true)
}

#[test]
fn streams_and_names() {
    let world = world().dns("six.example", PEER);
    let host = world.listen(PEER, 80);
    host.echo();
    with_modem(&world, |modem| {
        let hints = Hints { family: AF_INET6, ..Hints::default() };
        let info = getaddrinfo_with(modem, "six.example", 80, hints).unwrap()[0];
        assert_eq!((info.family, info.sockaddr), (AF_INET6, (PEER, 80).into()));
        let v4 = Hints { family: AF_INET, ..Hints::default() };
        assert_eq!(getaddrinfo_with(modem, "six.example", 80, v4), Err(Error::Dns(-2)));
        assert_eq!(getaddrinfo_with(modem, "::1", 80, v4), Err(Error::Dns(-9)));

        let sock = socket(modem, AF_INET6, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect((Ipv4Addr::LOCALHOST, 80)), Err(Error::AfNotSupported));
        sock.connect(info.sockaddr).unwrap();
        sock.sendall(b"over six").unwrap();
        let mut buf = [0; 8];
        assert_eq!(sock.read(&mut buf), Ok(Some(8)));
        assert_eq!(&buf, b"over six");
        assert_eq!(sock.getpeername(), Ok((PEER, 80).into()));
        let own = sock.getsockname().unwrap();
        assert_eq!(own.ip(), OWN);
        assert_ne!(own.port(), 0);
        sock.close().unwrap();
    });
}

#[test]
fn datagrams() {
    let world = world();
    let host = world.udp_host(PEER, 7);
    host.echo();
    with_modem(&world, |modem| {
        let sock = socket(modem, AF_INET6, SOCK_DGRAM, 0).unwrap();
        sock.settimeout(Some(1.secs())).unwrap();
        assert_eq!(sock.sendto(b"ping", (PEER, 7)), Ok(4));
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((4, (PEER, 7).into())));
    });
}

#[test]
fn a_server() {
    let world = world();
    with_modem(&world, |modem| {
        let listener = socket(modem, AF_INET6, SOCK_STREAM, 0).unwrap();
        listener.bind((Ipv6Addr::UNSPECIFIED, 80)).unwrap();
        listener.listen(1).unwrap();
        let peer = world.connect_in(80);
        let (client, address) = listener.accept().unwrap();
        assert_eq!(address, peer.address());
        assert!(address.is_ipv6());
        client.sendall(b"welcome").unwrap();
        assert_eq!(peer.received(), b"welcome");
    });
}

#[test]
fn it_is_switched_on_before_joining_and_again_after_a_restart() {
    let net = AccessPoint::new("net", "password");
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).access_point(net);
    let host = world.listen(PEER, 80);
    host.echo();
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        wlan.set_ipv6(true).unwrap();
        wlan.active(true).unwrap();
        for _ in 0..2 {
            wlan.connect("net", "password").unwrap();
            world.advance(core::time::Duration::from_secs(3));
            let sock = socket(modem, AF_INET6, SOCK_STREAM, 0).unwrap();
            sock.connect((PEER, 80)).unwrap();
            sock.close().unwrap();
            world.reset_module();
            world.advance(core::time::Duration::from_secs(3));
        }
        let on = world.commands().iter().filter(|line| *line == "AT+CIPV6=1").count();
        assert!(on >= 2, "{:?}", world.commands());
    });
}

#[test]
fn firmware_without_it_says_so() {
    on_every_firmware(|world| {
        let legacy = world.with_module(|module| module.profile().name.starts_with("nonos"));
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET6, SOCK_STREAM, 0).unwrap();
            let peer: SocketAddr = (PEER, 80).into();
            let error = sock.connect(peer).unwrap_err();
            if legacy {
                assert_eq!(error, Error::AfNotSupported);
                assert_eq!(
                    Wlan::new(modem.esp_at().unwrap(), STA_IF).set_ipv6(true),
                    Err(Error::AfNotSupported)
                );
            } else {
                assert_ne!(error, Error::AfNotSupported); // it has no address yet
            }
            assert_eq!(modem.capabilities().ipv6, !legacy);
        });
    });
}
