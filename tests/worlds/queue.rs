//! Clients that queue for the few links of a module: each gets its own bytes and its own end.

use crate::world;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use crate::world::{PEER, WorldModem, on_every_module};
use usocket::fugit::ExtU32;
use usocket::select::{POLLIN, Poll};
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, Socket, socket};
use usocket_simulator::VirtualWorld;

/// A listener and one more socket: the module has one link for its clients.
fn with_one_link(world: &VirtualWorld, program: impl FnOnce(&WorldModem<'_>)) {
    let mut memory = Memory::<2, 2048, 512>::new();
    program(&world::modem(world, &mut memory));
}

fn listener<'n>(modem: &'n WorldModem<'_>) -> Socket<'n> {
    let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
    listener.bind((Ipv4Addr::UNSPECIFIED, 8000)).unwrap();
    listener.listen(1).unwrap();
    listener
}

fn expect(sock: &Socket<'_>, text: &[u8]) {
    sock.settimeout_secs(5.0).unwrap();
    let mut got = Vec::new();
    let mut buf = [0; 64];
    while got.len() < text.len() {
        match sock.recv(&mut buf) {
            Ok(count @ 1..) => got.extend_from_slice(&buf[..count]),
            other => panic!("{other:?} after {:?}", String::from_utf8_lossy(&got)),
        }
    }
    assert_eq!(got, text);
}

#[test]
fn a_link_that_is_given_on_at_once_has_ended_in_order() {
    on_every_module(|world| {
        let world = world.joined(true).baud(921_600);
        with_one_link(&world, |modem| {
            let listener = listener(modem);
            let peers: Vec<_> = (0..4).map(|_| world.connect_in(8000)).collect();
            for (number, peer) in peers.iter().enumerate() {
                peer.send(format!("hello of {number}").as_bytes());
            }
            listener.settimeout_secs(30.0).unwrap();
            for (number, peer) in peers.iter().enumerate() {
                let (sock, _) = listener.accept().unwrap();
                expect(&sock, format!("hello of {number}").as_bytes());
                sock.sendall(b"welcome").unwrap();
                peer.close();
                // the next client gets the link, and what it has sent is announced at once
                assert_eq!(sock.recv(&mut [0; 64]), Ok(0), "client {number}");
                sock.close().unwrap();
                assert_eq!(peer.received(), b"welcome");
            }
            listener.setblocking(false).unwrap();
            assert_eq!(listener.accept().err(), Some(Error::WouldBlock));
        });
    });
}

#[test]
fn a_client_that_leaves_before_it_is_accepted_leaves_what_it_has_said() {
    on_every_module(|world| {
        let world = world.joined(true).baud(921_600);
        with_one_link(&world, |modem| {
            let listener = listener(modem);
            listener.settimeout_secs(30.0).unwrap();
            for number in 0..3 {
                let peer = world.connect_in(8000);
                peer.send(b"bye");
                if modem.is_nonos() {
                    world.pause(); // drops what is unread when the client leaves
                } else {
                    peer.close();
                }
                let (sock, _) = listener.accept().unwrap();
                expect(&sock, b"bye");
                peer.close();
                assert_eq!(sock.recv(&mut [0; 64]), Ok(0), "client {number}");
                sock.close().unwrap();
            }
        });
    });
}

#[test]
fn clients_that_come_at_the_same_time_are_told_apart() {
    on_every_module(|world| {
        let world = world.joined(true).baud(921_600);
        let mut memory = Memory::<5, 1024, 512>::new();
        let modem = world::modem(&world, &mut memory);
        let listener = listener(&modem);
        listener.listen(4).unwrap();
        listener.setblocking(false).unwrap();
        let known: Vec<_> = (0..4).map(|port| SocketAddrV4::new(PEER, 50_100 + port)).collect();
        let peers: Vec<_> = known.iter().map(|&from| world.connect_in_from(from, 8000)).collect();
        for (peer, from) in peers.iter().zip(&known) {
            peer.send(from.to_string().as_bytes());
        }
        let mut poll = Poll::<1>::new(&modem);
        poll.register(&listener, POLLIN).unwrap();
        let mut socks = Vec::new();
        while socks.len() < known.len() {
            assert_eq!(poll.poll(Some(5000.millis())).unwrap().len(), 1, "{}", socks.len());
            let (sock, from) = listener.accept().unwrap();
            assert_eq!(sock.getpeername(), Ok(from));
            expect(&sock, from.to_string().as_bytes());
            socks.push(sock);
        }
        drop(poll);
        let mut from: Vec<_> = socks.iter().map(|sock| sock.getpeername().unwrap()).collect();
        from.sort();
        assert_eq!(from, known.into_iter().map(SocketAddr::from).collect::<Vec<_>>());
    });
}
