//! Servers on the simulated module: every firmware, many clients, links that are fought over.

use crate::world;
use core::net::Ipv4Addr;
use core::time::Duration;

use crate::world::{PEER, on_every_module, with_modem};
use fugit::ExtU32;
use usocket::{AF_INET, Error, Memory, Network, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Profile, VirtualWorld};

const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

fn listening<N: Network>(net: &N, backlog: i32) -> Socket<'_> {
    let listener = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    listener.bind((ANY, 80)).unwrap();
    listener.listen(backlog).unwrap();
    listener.settimeout(Some(2.secs())).unwrap();
    listener
}

#[test]
fn clients_that_come_at_once_are_served_in_order_with_their_addresses() {
    on_every_module(|world| {
        let world = world.joined(true);
        let mut memory = Memory::<6, 512, 128>::new();
        let modem = world::modem(&world, &mut memory);
        let listener = listening(&modem, 5);
        let peers: Vec<_> = (0..5).map(|_| world.connect_in(80)).collect();
        for (number, peer) in peers.iter().enumerate() {
            peer.send(format!("client {number}").as_bytes());
        }
        for (number, peer) in peers.iter().enumerate() {
            let (sock, address) = listener.accept().unwrap();
            assert_eq!(address, peer.address());
            let mut buf = [0; 16];
            assert_eq!(sock.recv(&mut buf), Ok(8));
            assert_eq!(buf[7], b'0' + number as u8);
            sock.sendall(&buf[..8]).unwrap();
            sock.close().unwrap();
            assert_eq!(peer.received(), &buf[..8]);
        }
        assert_eq!(listener.accept().map(drop), Err(Error::TimedOut));
    });
}

#[test]
fn one_after_the_other_for_ever() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listening(modem, 1);
            for round in 0..50u32 {
                let peer = world.connect_in(80);
                let text = round.to_le_bytes();
                peer.send(&text);
                let (sock, _) = listener.accept().unwrap();
                let mut buf = [0; 4];
                assert_eq!(sock.read(&mut buf), Ok(Some(4)));
                assert_eq!(buf, text);
                // by turns the peer leaves first, the program does, or the socket is dropped
                match round % 3 {
                    0 => {
                        peer.close();
                        assert_eq!(sock.recv(&mut buf), Ok(0));
                    }
                    1 => sock.close().unwrap(),
                    _ => {}
                }
            }
            // there is room for a listener and two more
            drop(listener);
            world.advance(Duration::from_millis(10));
            for _ in 0..10 {
                modem.poll().unwrap();
                world.advance(Duration::from_millis(10));
            }
            let all = [(); 3].map(|()| socket(modem, AF_INET, SOCK_STREAM, 0));
            assert!(all.iter().all(Result::is_ok));
        });
    });
}

#[test]
fn more_clients_than_sockets_wait_their_turn() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listening(modem, 1);
            let peers: Vec<_> = (0..7).map(|_| world.connect_in(80)).collect();
            for (number, peer) in peers.iter().enumerate() {
                peer.send(&[number as u8; 3]);
            }
            let mut served = Vec::new();
            while let Ok((sock, _)) = listener.accept() {
                let mut buf = [0; 3];
                assert_eq!(sock.read(&mut buf), Ok(Some(3)));
                served.push(buf[0]);
                sock.close().unwrap();
            }
            // the module has a queue of its own, and turns away those who come beyond it
            let turned_away = peers.iter().filter(|peer| !peer.is_established()).count();
            assert_eq!(served.len() + turned_away, 7, "{served:?}");
            assert!(served.is_sorted() && served.len() >= 6, "{served:?}");
        });
    });
}

#[test]
fn a_client_that_steals_the_link_of_a_connection_delays_it_and_no_more() {
    for profile in Profile::esp_at() {
        let world = VirtualWorld::new(profile).joined(true);
        let server = world.listen(PEER, 80);
        server.echo();
        let mut memory = Memory::<7, 512, 128>::new();
        let modem = world::modem(&world, &mut memory);
        let listener = listening(&modem, 4);
        for _ in 0..3 {
            let thief = world.steal_next_link();
            let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
            sock.connect((PEER, 80)).unwrap();
            assert!(thief.is_established());
            thief.send(b"thief");
            sock.sendall(b"honest").unwrap();
            let mut buf = [0; 6];
            assert_eq!(sock.read(&mut buf), Ok(Some(6)));
            assert_eq!(&buf, b"honest");
            let (stolen, address) = listener.accept().unwrap();
            assert_eq!(address, thief.address());
            assert_eq!(stolen.read(&mut buf[..5]), Ok(Some(5)));
            assert_eq!(&buf[..5], b"thief");
            sock.close().unwrap();
            stolen.close().unwrap();
        }
    }
}

#[test]
fn a_restart_of_the_module_is_told_and_the_server_can_start_again() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listening(modem, 1);
            let _peer = world.connect_in(80);
            let (sock, _) = listener.accept().unwrap();
            world.reset_module();
            assert_eq!(sock.recv(&mut [0; 4]), Err(Error::ModuleReset));
            assert_eq!(listener.accept().map(drop), Err(Error::ModuleReset));
            drop(sock);
            world.advance(Duration::from_secs(10)); // it joins again by itself
            listener.listen(1).unwrap();
            let peer = world.connect_in(80);
            let (sock, address) = listener.accept().unwrap();
            assert_eq!(address, peer.address());
            peer.send(b"again");
            let mut buf = [0; 5];
            assert_eq!(sock.read(&mut buf), Ok(Some(5)));
        });
    });
}

/// NonOS closes accepted connections that are idle for 180 s, unless it is told not to (esp-at.md §9).
#[test]
fn a_client_that_says_nothing_for_long_is_not_hung_up_on() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listening(modem, 1);
            let peer = world.connect_in(80);
            let (sock, _) = listener.accept().unwrap();
            sock.settimeout(Some(400.secs())).unwrap();
            let late = peer.clone();
            world.after(Duration::from_secs(300), move |_| late.send(b"still here"));
            let mut buf = [0; 16];
            assert_eq!(sock.recv(&mut buf), Ok(10));
        });
    });
}
