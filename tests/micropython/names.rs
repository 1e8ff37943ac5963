//! Names (`net_inet/getaddrinfo.py`, `net_inet/resolve_on_connect.py`, `multi_wlan/getaddrinfo.py`),
//! in virtual time.

use std::net::{Ipv4Addr, SocketAddr};

use usocket::fugit::ExtU32;
use usocket::{AF_INET, Error, Hints, SOCK_STREAM, getaddrinfo, getaddrinfo_with, socket};

use crate::world::{PEER, on_every_module, with_modem};

#[test]
fn names_that_exist_and_numbers_resolve() {
    on_every_module(|world| {
        let world = world.joined(true).dns("micropython.test", PEER);
        with_modem(&world, |modem| {
            let found = getaddrinfo(modem, "micropython.test", 80).unwrap()[0];
            assert_eq!((found.family, found.kind), (AF_INET, SOCK_STREAM));
            assert_eq!(found.sockaddr, SocketAddr::from((PEER, 80)));
            let asked = world.commands().len();
            for address in [PEER, Ipv4Addr::UNSPECIFIED, Ipv4Addr::LOCALHOST] {
                let found = getaddrinfo(modem, &address.to_string(), 8080).unwrap()[0];
                assert_eq!(found.sockaddr, SocketAddr::from((address, 8080)));
            }
            assert_eq!(world.commands().len(), asked, "numbers are no business of the module");
        });
    });
}

#[test]
fn names_that_do_not_exist_fail_and_the_next_one_resolves() {
    on_every_module(|world| {
        let world = world.joined(true).dns("micropython.test", PEER);
        with_modem(&world, |modem| {
            for name in ["does.not.exist", "...", "256.1.1.1", "1.2.3", "hey\"you"] {
                let start = world.now_ms();
                let error = getaddrinfo(modem, name, 80).expect_err(name);
                assert!(matches!(error, Error::Dns(_)), "{name:?}: {error:?}");
                assert!(world.now_ms() - start < 20_000, "{name:?}");
            }
            for name in ["two\r\nlines", &"long.".repeat(60)] {
                assert_eq!(getaddrinfo(modem, name, 80), Err(Error::InvalidInput), "{name:?}");
            }
            assert!(getaddrinfo(modem, "micropython.test", 80).is_ok());
        });
    });
}

/// Names are resolved before `bind` and `connect`, which take addresses.
#[test]
fn resolve_on_connect() {
    on_every_module(|world| {
        let world = world.joined(true).dns("micropython.test", PEER);
        let host = world.listen(PEER, 80);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            let addr = getaddrinfo(modem, "micropython.test", 80).unwrap()[0].sockaddr;
            sock.connect(addr).unwrap();
            assert_eq!(sock.getpeername(), Ok(addr));
            assert!(host.accept().is_some());
            let any = getaddrinfo(modem, "0.0.0.0", 8000).unwrap()[0].sockaddr;
            let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            listener.bind(any).unwrap();
        });
    });
}

#[test]
fn without_a_network_the_answer_comes_in_bounded_time() {
    on_every_module(|world| {
        let world = world.dns("micropython.test", PEER);
        with_modem(&world, |modem| {
            let start = world.now_ms();
            let error = getaddrinfo(modem, "micropython.test", 80).unwrap_err();
            let down = [Error::NetworkDown, Error::NetworkUnreachable, Error::Dns(-2)];
            assert!(down.contains(&error), "{error:?}");
            let elapsed = world.now_ms() - start;
            assert!(elapsed < 20_000, "{elapsed} ms");
            assert!(getaddrinfo(modem, "127.0.0.1", 80).is_ok());

            let timeout = Some(300.millis());
            let start = world.now_ms();
            let hints = Hints { timeout, ..Hints::default() };
            assert!(getaddrinfo_with(modem, "micropython.test", 80, hints).is_err());
            let elapsed = world.now_ms() - start;
            assert!(elapsed < 320, "{elapsed} ms");
        });
    });
}

#[test]
fn a_name_can_be_asked_for_without_waiting() {
    on_every_module(|world| {
        let world = world.joined(true).dns("micropython.test", PEER);
        with_modem(&world, |modem| {
            let hints = Hints { timeout: Some(0.millis()), ..Hints::default() };
            let ask = || getaddrinfo_with(modem, "micropython.test", 80, hints);
            assert_eq!(ask(), Err(Error::WouldBlock));
            let start = world.now_ms();
            let found = loop {
                match ask() {
                    Err(Error::WouldBlock) => world.pause(),
                    answer => break answer.unwrap()[0],
                }
                assert!(world.now_ms() - start < 10_000);
            };
            assert_eq!(found.sockaddr, SocketAddr::from((PEER, 80)));
        });
    });
}
