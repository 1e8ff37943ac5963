//! Modules that fall silent, restart unheard or leave commands unanswered: all works again after.

use crate::world;
use core::cell::Cell;
use core::mem::ManuallyDrop;
use core::net::Ipv4Addr;
use core::time::Duration;

use crate::world::{PEER, idle, on_every_firmware, with_modem};
use fugit::ExtU32;
use usocket::select::{POLLERR, POLLIN, Poll};
use usocket::{
    AF_INET, Error, Idle, Memory, Network, SOCK_DGRAM, SOCK_STREAM, Socket, getaddrinfo, socket,
};
use usocket_simulator::{Profile, VirtualWorld};

const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

/// Every wait of these sockets ends, also one that would last for ever.
fn patient<N: Network>(net: &N, kind: i32) -> Socket<'_> {
    let sock = socket(net, AF_INET, kind, 0).unwrap();
    sock.settimeout(Some(60.secs())).unwrap();
    sock
}

fn stream<N: Network>(net: &N) -> Socket<'_> {
    patient(net, SOCK_STREAM)
}

fn bound<N: Network>(net: &N) -> Socket<'_> {
    let sock = patient(net, SOCK_DGRAM);
    sock.bind((ANY, 5000)).unwrap();
    sock
}

fn listening<N: Network>(net: &N) -> Socket<'_> {
    let sock = stream(net);
    sock.bind((ANY, 80)).unwrap();
    sock.listen(2).unwrap();
    sock
}

/// Sends `data` to somebody who says it back.
#[track_caller]
fn echoed(sock: &Socket<'_>, data: &[u8]) {
    let mut buf = [0; 64];
    sock.sendall(data).unwrap();
    assert_eq!(sock.read(&mut buf[..data.len()]), Ok(Some(data.len())));
    assert_eq!(&buf[..data.len()], data);
}

#[test]
fn a_module_that_was_given_up_and_has_not_restarted_is_told_everything_again() {
    // its settings are those of before, and the setup sets only some of them back
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 80).echo();
        let host = world.udp_host(PEER, 9);
        host.echo();
        with_modem(&world, |modem| {
            let datagrams = bound(modem);
            let mut buf = [0; 16];
            assert_eq!(datagrams.sendto(b"hello", (PEER, 9)), Ok(5));
            assert_eq!(datagrams.recv(&mut buf), Ok(5));
            world.mute(true);
            assert_eq!(datagrams.sendto(b"x", (PEER, 9)), Err(Error::TimedOut));
            assert_eq!(datagrams.sendto(b"x", (PEER, 9)), Err(Error::ModuleSilent));
            world.mute(false);
            idle(&world, modem, 1000);
            let sock = stream(modem);
            sock.connect((PEER, 80)).unwrap();
            echoed(&sock, b"a stream");
            assert_eq!(datagrams.sendto(b"again", (PEER, 9)), Ok(5));
            assert_eq!(datagrams.recvfrom(&mut buf), Ok((5, (PEER, 9).into())));
            assert_eq!(&buf[..5], b"again");
            echoed(&sock, b"still a stream");
        });
    });
}

#[test]
fn a_lost_answer_to_the_switch_of_the_heads_puts_no_addresses_into_streams() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 80).echo();
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = stream(modem);
            sock.connect((PEER, 80)).unwrap();
            echoed(&sock, b"before");
            let datagrams = patient(modem, SOCK_DGRAM);
            datagrams.setblocking(false).unwrap();
            world.drop_next(b"\r\nOK\r\n"); // the one to the first command of a datagram socket
            datagrams.bind((ANY, 5000)).unwrap();
            idle(&world, modem, 20_000);
            assert!(world.faults_spent());
            echoed(&sock, b"heads with addresses are longer than those without");
            // the one who wanted it is told, once, and has its link when it asks again
            assert_eq!(datagrams.recv(&mut [0; 4]), Err(Error::TimedOut));
            world.after(Duration::from_secs(1), move |_| host.send_to(5000, b"datagram"));
            datagrams.settimeout(Some(5.secs())).unwrap();
            assert_eq!(datagrams.recvfrom(&mut [0; 16]), Ok((8, (PEER, 9).into())));
        });
    });
}

#[test]
fn waits_of_a_datagram_socket_end_while_the_module_is_silent_and_work_afterwards() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = bound(modem);
            let mut buf = [0; 8];
            world.mute(true);
            assert_eq!(sock.sendto(b"x", (PEER, 9)), Err(Error::TimedOut));
            for _ in 0..3 {
                assert_eq!(sock.recv(&mut buf), Err(Error::ModuleSilent));
            }
            let mut poll = Poll::<1>::new(modem);
            poll.register(&sock, POLLIN).unwrap();
            let events = poll.poll(Some(60.secs())).unwrap();
            assert!(events.len() == 1 && events[0].mask & POLLERR != 0);
            drop(events);
            assert_eq!(sock.recv(&mut buf), Err(Error::ModuleSilent));
            world.mute(false);
            world.after(Duration::from_secs(20), move |_| host.send_to(5000, b"late"));
            assert_eq!(sock.recv(&mut buf), Ok(4));
            assert_eq!(&buf[..4], b"late");
        });
    });
}

#[test]
fn a_connection_whose_coming_was_not_heard_is_accepted() {
    // one that says something is noticed by that, another one when the links are counted
    for (lost, talks) in [
        (&b"+LINK_CONN"[..], true),
        (b"+LINK_CONN", false),
        (b"0,CONNECT", true),
        (b"0,CONNECT", false),
    ] {
        on_every_firmware(|world| {
            let world = world.joined(true);
            with_modem(&world, |modem| {
                let listener = listening(modem);
                world.drop_next(lost);
                let peer = world.connect_in(80);
                idle(&world, modem, 100);
                if !world.faults_spent() {
                    return; // this firmware says it in the other way
                }
                if talks {
                    peer.send(b"hi");
                }
                let start = world.now();
                let (sock, address) = listener.accept().unwrap();
                let within = Duration::from_secs(if talks { 1 } else { 5 });
                assert!(world.now() - start < within, "{:?}", world.now() - start);
                assert_eq!(address, peer.address());
                if !talks {
                    peer.send(b"hi");
                }
                assert_eq!(sock.recv(&mut [0; 8]), Ok(2));
            });
        });
    }
}

#[test]
fn a_waiting_accept_notices_a_restart_that_was_not_heard() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listening(modem);
            world.drop_next(b"ready");
            world.reset_module();
            assert_eq!(listener.accept().map(drop), Err(Error::ModuleReset));
            assert!(world.now() < Duration::from_secs(20));
            assert!(world.faults_spent());
            listener.close().unwrap();
            let listener = listening(modem);
            let peer = world.connect_in(80);
            assert_eq!(listener.accept().map(|(_, address)| address), Ok(peer.address()));
        });
    });
}

#[test]
fn a_socket_that_is_closed_while_its_send_waits_for_the_prompt_does_not_hold_up_others() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let server = world.listen(PEER, 80);
        let closing = Cell::new(None::<&ManuallyDrop<Socket<'_>>>);
        let hook = || {
            let sends = |command: &String| command.starts_with("AT+CIPSEND=");
            if world.commands().iter().any(sends) {
                closing.take().map(|sock| sock.makefile("rwb").unwrap().close());
            }
            Idle::Continue
        };
        let mut memory = Memory::<3, 512, 512>::new();
        let modem = world::modem(&world, &mut memory);
        let sock = ManuallyDrop::new(stream(&modem));
        sock.connect((PEER, 80)).unwrap();
        closing.set(Some(&sock));
        modem.on_idle(Some(&hook));
        assert_eq!(sock.send(b"hello"), Err(Error::Closed));
        let start = world.now();
        let other = ManuallyDrop::new(stream(&modem));
        other.connect((PEER, 80)).unwrap();
        assert!(world.now() - start < Duration::from_secs(1), "{:?}", world.now() - start);
        let peer = server.accept().unwrap();
        idle(&world, &modem, 100);
        assert!(peer.received().is_empty() && peer.is_closed());
    });
}

#[test]
fn a_connect_that_fails_leaves_a_datagram_socket_bound() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = bound(modem);
            let mut buf = [0; 8];
            world.disconnect_wifi();
            idle(&world, modem, 100);
            assert_eq!(sock.recv(&mut buf), Err(Error::NetworkDown));
            assert!(sock.connect((PEER, 9)).is_err());
            assert_eq!(sock.getsockname(), Ok((ANY, 5000).into()));
            world.reconnect_wifi();
            idle(&world, modem, 10_000);
            world.after(Duration::from_secs(1), move |_| host.send_to(5000, b"hi"));
            assert_eq!(sock.recvfrom(&mut buf), Ok((2, (PEER, 9).into())));
        });
    });
}

#[test]
fn a_link_whose_close_had_no_answer_is_closed_when_the_module_answers_again() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let server = world.listen(PEER, 80);
        let mut memory = Memory::<6, 512, 512>::new();
        let modem = world::modem(&world, &mut memory);
        let sock = stream(&modem);
        sock.connect((PEER, 80)).unwrap();
        let peer = server.accept().unwrap();
        world.mute(true);
        world.after(Duration::from_secs(7), |world| world.mute(false));
        let _ = sock.close(); // nobody knows whether it was
        idle(&world, &modem, 10_000);
        assert!(peer.is_closed());
        // each of the five links of the module can be had
        let all = [(); 5].map(|()| {
            let sock = stream(&modem);
            (sock.connect((PEER, 80)), sock)
        });
        assert!(all.iter().all(|(connected, _)| *connected == Ok(())));
    });
}

#[test]
fn a_question_that_was_ended_does_not_block_the_next_one() {
    on_every_firmware(|world| {
        let world = world.joined(true).dns("example.com", PEER);
        let _server = world.listen(PEER, 80);
        let rounds = Cell::new(u32::MAX);
        let hook = || {
            rounds.set(rounds.get().wrapping_sub(1));
            if rounds.get() == 0 { Idle::Abort } else { Idle::Continue }
        };
        let mut memory = Memory::<3, 512, 128>::new();
        let modem = world::modem(&world, &mut memory);
        modem.on_idle(Some(&hook));
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        for round in 1..20 {
            rounds.set(round);
            // each round is another moment of the question
            let _ = sock.getsockname();
            rounds.set(u32::MAX);
            assert!(sock.getsockname().unwrap().port() != 0);
            assert!(getaddrinfo(&modem, "example.com", 80).is_ok());
        }
    });
}

#[test]
fn a_peer_that_never_stops_sending_does_not_keep_others_from_being_sent_to() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let server = world.listen(PEER, 80);
        server.greet(&vec![b'x'; 200_000]);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            sock.connect((PEER, 80)).unwrap();
            let peer = server.accept().unwrap();
            sock.setblocking(false).unwrap();
            let (mut sent, mut received) = (0, 0);
            let mut buf = [0; 512];
            while received < 100_000 {
                received += sock.try_recv(&mut buf).unwrap_or(0);
                sent += sock.try_send(&buf[..100]).unwrap_or(0);
                world.pause();
            }
            // what its ring took at first is 512 bytes
            assert!(sent > 5_000 && peer.received().len() > 5_000, "{sent} bytes");
        });
    });
}

#[test]
fn nobody_is_asked_for_what_nobody_waits_for() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let _server = world.listen(PEER, 80);
    with_modem(&world, |modem| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        sock.settimeout(Some(2.secs())).unwrap();
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::TimedOut));
        let before = world.commands().len();
        assert!(before > 12, "it was asked now and then");
        for _ in 0..10_000 {
            modem.poll().unwrap();
            world.pause();
        }
        assert!(world.commands().len() <= before + 1, "{:?}", world.commands());
    });
}
