//! Sockets by themselves (`extmod/socket_*.py`), in virtual time.

use usocket::{AF_INET, Error, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_STREAM, socket};

use crate::world::{PEER, on_every_module, with_modem};

#[test]
fn socket_badconstructor() {
    on_every_module(|world| {
        with_modem(&world, |modem| {
            let made = |af, kind, proto| socket(modem, af, kind, proto).map(drop);
            assert_eq!(made(AF_INET, SOCK_STREAM, 0), Ok(()));
            assert_eq!(made(AF_INET, SOCK_STREAM, IPPROTO_TCP), Ok(()));
            assert_eq!(made(AF_INET, SOCK_DGRAM, IPPROTO_UDP), Ok(()));
            assert_eq!(made(-1, SOCK_STREAM, 0), Err(Error::AfNotSupported));
            assert_eq!(made(AF_INET, 123_456, 0), Err(Error::InvalidInput));
            assert_eq!(made(AF_INET, SOCK_STREAM, IPPROTO_UDP), Err(Error::ProtoNotSupported));
            assert_eq!(made(AF_INET, SOCK_DGRAM, IPPROTO_TCP), Err(Error::ProtoNotSupported));
        });
    });
}

#[test]
fn socket_fileno() {
    on_every_module(|world| {
        with_modem(&world, |modem| {
            for kind in [SOCK_STREAM, SOCK_DGRAM] {
                let sock = socket(modem, AF_INET, kind, 0).unwrap();
                let other = socket(modem, AF_INET, kind, 0).unwrap();
                assert!(sock.fileno() >= 0 && other.fileno() >= 0);
                assert_ne!(sock.fileno(), other.fileno());
                sock.close().unwrap();
                assert_eq!(sock.fileno(), -1);
                assert!(other.fileno() >= 0);
            }
        });
    });
}

#[test]
fn socket_tcp_basic() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NotConnected));
        });
    });
}

#[test]
fn socket_udp_nonblock() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
            sock.bind((PEER, 0)).unwrap_err(); // not an address of this module
            sock.bind((std::net::Ipv4Addr::UNSPECIFIED, 8000)).unwrap();
            sock.settimeout_secs(0.0).unwrap();
            let start = world.now_ms();
            assert_eq!(sock.recv(&mut [0; 8]), Err(Error::WouldBlock));
            assert_eq!(sock.recvfrom(&mut [0; 8]), Err(Error::WouldBlock));
            assert!(world.now_ms() - start < 50, "no waiting for an answer of the module");
        });
    });
}
