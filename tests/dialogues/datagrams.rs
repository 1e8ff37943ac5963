//! Datagrams over ESP-AT, as dialogues.

use core::net::{Ipv4Addr, SocketAddr};

use crate::script::{SETUP, idle, play};
use fugit::ExtU32;
use usocket::{
    AF_INET, Error, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPPROTO_IP, MSG_DONTWAIT, MSG_PEEK,
    Network, SO_BROADCAST, SO_ERROR, SO_REUSEADDR, SOCK_DGRAM, SOL_SOCKET, Socket, socket,
};

const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
const PEER: ([u8; 4], u16) = ([192, 168, 4, 2], 7);
const OTHER: ([u8; 4], u16) = ([192, 168, 4, 9], 9);

/// The first datagram link of a module; it pushes what it receives, with the sender's address.
const BIND: &str = r#"
    → AT+CIPDINFO=1\r\n
    ← \r\nOK\r\n
    → AT+CIPRECVTYPE=4,0\r\n
    ← \r\nOK\r\n
    → AT+CIPSTART=4,"UDP","0.0.0.0",5683,5683,2\r\n
    ← 4,CONNECT\r\n\r\nOK\r\n
"#;

fn datagram<N: Network>(net: &N) -> Socket<'_> {
    socket(net, AF_INET, SOCK_DGRAM, 0).unwrap()
}

fn bound<N: Network>(net: &N) -> Socket<'_> {
    let sock = datagram(net);
    sock.bind((ANY, 5683)).unwrap();
    sock
}

#[test]
fn a_datagram_and_its_answer_each_with_its_address() {
    let dialogue = r#"
        … 10
        ← \r\n+IPD,4,4,"192.168.4.2",7:ping\r\n
        → AT+CIPSEND=4,5,"192.168.4.9",9\r\n
        ← \r\nOK\r\n\r\n>
        → pong!
        ← \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((4, PEER.into())));
        assert_eq!(&buf[..4], b"ping");
        assert_eq!(sock.sendto(b"pong!", OTHER), Ok(5));
        assert_eq!(sock.getsockname(), Ok((ANY, 5683).into()));
        assert_eq!(sock.getpeername(), Err(Error::NotConnected));
        std::mem::forget(sock);
    });
}

#[test]
fn sending_binds_a_socket_and_opens_its_link() {
    let dialogue = r#"
        → AT+CIPDINFO=1\r\n
        ← \r\nOK\r\n
        → AT+CIPRECVTYPE=4,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"UDP","0.0.0.0",49152,49152,2\r\n
        ← 4,CONNECT\r\n\r\nOK\r\n
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPRECVTYPE=3,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=3,"UDP","0.0.0.0",49153,49153,2\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
        → AT+CIPSEND=3,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → y
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let (first, second) = (datagram(modem), datagram(modem));
        // nothing has come, and nothing can have
        first.settimeout(Some(0.millis())).unwrap();
        assert_eq!(first.recv(&mut [0; 4]), Err(Error::WouldBlock));
        assert_eq!(first.sendto(b"x", PEER), Ok(1)); // copied; goes out by the way
        assert_eq!(first.getsockname(), Ok((ANY, 49152).into()));
        assert_eq!(first.bind((ANY, 9)), Err(Error::InvalidInput));
        idle(modem, 20);
        assert_eq!(second.sendto(b"y", PEER), Ok(1));
        std::mem::forget((first, second));
    });
}

#[test]
fn one_call_takes_one_datagram_whatever_does_not_fit_is_dropped() {
    let dialogue = r#"
        … 10
        ← \r\n+IPD,4,6,"192.168.4.2",7:abcdef\r\n\r\n+IPD,4,3,"192.168.4.9",9:\r\n!\r\n
        ← \r\n+IPD,4,8,"192.168.4.9",9:ab\ncd\ne\n\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        let mut buf = [0; 16];
        idle(modem, 20);
        assert_eq!(sock.recvfrom_flags(&mut buf[..2], MSG_PEEK), Ok((2, PEER.into())));
        assert_eq!(sock.recvfrom(&mut buf[..3]), Ok((3, PEER.into())));
        assert_eq!(&buf[..3], b"abc");
        assert_eq!(sock.read(&mut buf), Ok(Some(3)));
        assert_eq!(&buf[..3], b"\r\n!");
        // line by line, and never across the end of a datagram
        assert_eq!(sock.readline(&mut buf), Ok(Some(3)));
        assert_eq!(&buf[..3], b"ab\n");
        assert_eq!(sock.readline(&mut buf[..2]), Ok(Some(2)));
        assert_eq!(sock.recvfrom(&mut buf), Ok((3, OTHER.into())));
        assert_eq!(&buf[..3], b"\ne\n");
        assert_eq!(sock.recv_flags(&mut buf, MSG_DONTWAIT), Err(Error::WouldBlock));
        assert_eq!(sock.recv_flags(&mut buf, 1), Err(Error::NotSupported));
        std::mem::forget(sock);
    });
}

#[test]
fn a_datagram_for_which_there_is_no_room_is_dropped_whole_and_counted() {
    // rings of 64 bytes; each datagram takes 9 more than its length
    let dialogue = r#"
        … 10
        ← \r\n+IPD,4,30,"192.168.4.2",7:012345678901234567890123456789\r\n
        ← \r\n+IPD,4,30,"192.168.4.2",7:012345678901234567890123456789\r\n
        ← \r\n+IPD,4,1,"192.168.4.2",7:x\r\n
        ← \r\n+IPD,4,60,"192.168.4.2",7:012345678901234567890123456789012345678901234567890123456789\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        idle(modem, 20);
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(30));
        assert_eq!(sock.recv(&mut buf), Ok(1));
        assert_eq!(sock.recv_flags(&mut buf, MSG_DONTWAIT), Err(Error::WouldBlock));
        assert_eq!(modem.counters().datagrams_dropped, 2);
        std::mem::forget(sock);
    });
}

#[test]
fn a_connected_socket_hears_its_peer_alone_and_can_change_it() {
    let dialogue = r#"
        → AT+CIPDINFO=1\r\n
        ← \r\nOK\r\n
        → AT+CIPRECVTYPE=4,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"UDP","192.168.4.2",7,49152,2\r\n
        ← 4,CONNECT\r\n\r\nOK\r\n
        ← \r\n+IPD,4,5,"192.168.4.9",9:other\r\n\r\n+IPD,4,4,"192.168.4.2",7:peer\r\n
        → AT+CIPSEND=4,1,"192.168.4.9",9\r\n
        ← \r\nOK\r\n\r\n>
        → 1
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → 2
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        … 10
        ← \r\n+IPD,4,3,"192.168.4.9",9:now\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let sock = datagram(modem);
        assert_eq!(sock.send(b"x"), Err(Error::DestAddrRequired));
        assert_eq!(sock.connect((ANY, 7)), Err(Error::InvalidInput));
        sock.connect(PEER).unwrap();
        assert_eq!(sock.getpeername(), Ok(PEER.into()));
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((4, PEER.into())));
        assert_eq!(sock.sendto(b"1", OTHER), Ok(1));
        assert_eq!(sock.send(b"2"), Ok(1));
        sock.connect(OTHER).unwrap();
        assert_eq!(sock.recvfrom(&mut buf), Ok((3, OTHER.into())));
        assert_eq!(sock.bind((ANY, 1)), Err(Error::InvalidInput));
        std::mem::forget(sock);
    });
}

#[test]
fn what_cannot_be_sent_is_an_error_before_the_module_is_asked() {
    play(&[], |modem, _| {
        let sock = datagram(modem);
        assert_eq!(sock.sendto(&[0; 1461], PEER), Err(Error::MessageTooLong));
        assert_eq!(sock.sendto(b"", PEER), Err(Error::NotSupported));
        assert_eq!(sock.sendto(b"x", ([1, 2, 3, 4], 0)), Err(Error::InvalidInput));
        let v6: SocketAddr = "[::1]:7".parse().unwrap();
        assert_eq!(sock.sendto(b"x", v6), Err(Error::AfNotSupported));
        sock.setblocking(false).unwrap();
        // the send ring has 32 bytes, of which an address takes 9
        assert_eq!(sock.sendto(&[0; 24], PEER), Err(Error::MessageTooLong));
        assert_eq!(sock.listen(1), Err(Error::NotSupported));
        assert_eq!(sock.accept().map(drop), Err(Error::NotSupported));
        std::mem::forget(sock);
    });
}

#[test]
fn the_send_ring_holds_datagrams_and_none_of_them_is_cut() {
    let dialogue = r#"
        → AT+CIPSEND=4,10,"192.168.4.2",7\r\n
        … 20
        ← \r\nOK\r\n\r\n>
        → 0123456789
        ← \r\nRecv 10 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPSEND=4,3,"192.168.4.9",9\r\n
        ← \r\nOK\r\n\r\n>
        → +++
        ← \r\nRecv 3 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        sock.setblocking(false).unwrap();
        assert_eq!(sock.try_sendto(b"0123456789", PEER), Ok(10));
        assert_eq!(sock.try_sendto(b"+++", OTHER), Ok(3));
        assert_eq!(sock.try_sendto(b"more", OTHER), Err(nb::Error::WouldBlock));
        idle(modem, 50);
        std::mem::forget(sock);
    });
}

#[test]
fn a_link_that_the_module_closes_is_opened_again_and_the_loss_is_told_once() {
    // an empty datagram does this to ESP-AT (recordings/README.md fact 14)
    let dialogue = r#"
        … 10
        ← \r\n+IPD,4,1,"192.168.4.2",7:a\r\n4,CLOSED\r\n
        → AT+CIPRECVTYPE=3,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=3,"UDP","0.0.0.0",5683,5683,2\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n\r\n+IPD,3,1,"192.168.4.2",7:b\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        let mut buf = [0; 16];
        assert_eq!(sock.recv(&mut buf), Ok(1));
        assert_eq!(sock.recv(&mut buf), Err(Error::DataLost));
        assert_eq!(sock.recv(&mut buf), Ok(1));
        assert_eq!(&buf[..1], b"b");
        std::mem::forget(sock);
    });
}

#[test]
fn a_link_closed_under_a_send_does_not_lose_the_datagram() {
    let dialogue = r#"
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← 4,CLOSED\r\n\r\nERROR\r\n
        → AT+CIPRECVTYPE=3,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=3,"UDP","0.0.0.0",5683,5683,2\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
        → AT+CIPSEND=3,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    "#;
    for blocking in [true, false] {
        play(&[SETUP, BIND, dialogue], |modem, _| {
            let sock = bound(modem);
            sock.setblocking(blocking).unwrap();
            assert_eq!(sock.sendto(b"x", PEER), Ok(1));
            idle(modem, 20);
            assert_eq!(sock.recv_flags(&mut [0; 4], MSG_DONTWAIT), Err(Error::DataLost));
            std::mem::forget(sock);
        });
    }
}

#[test]
fn a_datagram_that_the_module_fails_to_send_is_an_error_and_the_socket_lives_on() {
    let failing = r#"
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND FAIL\r\n
        … 100
    "#;
    let working = r#"
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → y
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, BIND, failing, working, failing], |modem, _| {
        let sock = bound(modem);
        assert_eq!(sock.sendto(b"x", PEER), Err(Error::SendFailed));
        assert_eq!(sock.sendto(b"y", PEER), Ok(1));
        sock.setblocking(false).unwrap();
        assert_eq!(sock.sendto(b"x", PEER), Ok(1));
        idle(modem, 20);
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(Error::SendFailed.errno()));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(0));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::WouldBlock));
        std::mem::forget(sock);
    });
}

#[test]
fn a_link_that_cannot_be_opened_leaves_the_socket_unbound() {
    let dialogue = r#"
        → AT+CIPDINFO=1\r\n
        ← \r\nOK\r\n
        → AT+CIPRECVTYPE=4,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"UDP","0.0.0.0",5683,5683,2\r\n
        ← ERR CODE:0x010a0000\r\n\r\nERROR\r\n
        → AT+CIPRECVTYPE=3,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=3,"UDP","0.0.0.0",5684,5684,2\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let sock = datagram(modem);
        assert_eq!(sock.bind((ANY, 5683)), Err(Error::CommandFailed));
        sock.bind((ANY, 5684)).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn ports_are_shared_only_by_those_who_agree() {
    let dialogue = r#"
        → AT+CIPRECVTYPE=3,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=3,"UDP","0.0.0.0",5684,5684,2\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
        → AT+CIPCLOSE=3\r\n
        ← 3,CLOSED\r\n\r\nOK\r\n
        → AT+CIPRECVTYPE=2,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=2,"UDP","0.0.0.0",5684,5684,2\r\n
        ← 2,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let first = bound(modem);
        let second = datagram(modem);
        assert_eq!(second.bind((ANY, 5683)), Err(Error::AddrInUse));
        second.bind((ANY, 5684)).unwrap();
        second.close().unwrap();
        let third = datagram(modem);
        third.bind((ANY, 5684)).unwrap(); // at once
        std::mem::forget((first, second, third));
    });
}

#[test]
fn sockets_that_share_a_port_share_the_link_that_the_module_has_for_it() {
    let dialogue = r#"
        ← \r\n+IPD,4,1,"192.168.4.2",7:a\r\n
        … 10
        ← \r\n+IPD,4,1,"192.168.4.2",7:b\r\n
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let (first, second) = (datagram(modem), datagram(modem));
        first.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
        first.bind((ANY, 5683)).unwrap();
        assert_eq!(second.bind((ANY, 5683)), Err(Error::AddrInUse)); // not both agree
        second.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
        second.bind((ANY, 5683)).unwrap();
        // whoever asked last gets it
        assert_eq!(second.recv(&mut [0; 4]), Ok(1));
        assert_eq!(first.recv(&mut [0; 4]), Ok(1));
        assert_eq!(second.sendto(b"x", PEER), Ok(1));
        std::mem::forget((first, second));
    });
}

#[test]
fn groups_and_broadcasts_are_the_address_of_the_link() {
    let dialogue = r#"
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
        → AT+CIPRECVTYPE=3,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=3,"UDP","224.0.0.251",5683,5683,2\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
        → AT+CIPCLOSE=3\r\n
        ← 3,CLOSED\r\n\r\nOK\r\n
        → AT+CIPRECVTYPE=2,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=2,"UDP","0.0.0.0",5683,5683,2\r\n
        ← 2,CONNECT\r\n\r\nOK\r\n
        → AT+CIPCLOSE=2\r\n
        ← 2,CLOSED\r\n\r\nOK\r\n
        → AT+CIPRECVTYPE=1,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=1,"UDP","255.255.255.255",5683,5683,2\r\n
        ← 1,CONNECT\r\n\r\nOK\r\n
    "#;
    let group = Ipv4Addr::new(224, 0, 0, 251);
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        let wrong = sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, Ipv4Addr::LOCALHOST);
        assert_eq!(wrong, Err(Error::InvalidInput));
        // struct ip_mreq: the group and an interface
        sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, &[224, 0, 0, 251, 0, 0, 0, 0]).unwrap();
        let second = sock.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, Ipv4Addr::new(224, 0, 0, 1));
        assert_eq!(second, Err(Error::AddrInUse));
        sock.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, group).unwrap();
        let gone = sock.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, group);
        assert_eq!(gone, Err(Error::AddrNotAvailable));
        sock.setsockopt(SOL_SOCKET, SO_BROADCAST, true).unwrap();
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_BROADCAST), Ok(1));
        std::mem::forget(sock);
    });
}

#[test]
fn after_a_restart_the_next_call_tells_and_the_one_after_it_works() {
    let restart = "\n… 10\n← \\r\\nready\\r\\n\n";
    let again = SETUP.replace("→ AT\\r\\n\n← AT\\r\\n\\r\\nOK\\r\\n\n", "");
    let verified = "\n→ AT+CIPMUX?\\r\\n\n← +CIPMUX:1\\r\\n\\r\\nOK\\r\\n\n";
    let opened = BIND.replace("=4", "=3");
    let data = "← \\r\\n+IPD,3,1,\"192.168.4.2\",7:b\\r\\n\n";
    play(&[SETUP, BIND, restart, &again, verified, &opened, data], |modem, _| {
        let sock = bound(modem);
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::ModuleReset));
        assert_eq!(sock.recv(&mut [0; 4]), Ok(1));
        std::mem::forget(sock);
    });
}

#[test]
fn a_socket_that_was_closed_is_gone_when_its_last_datagram_is_whatever_becomes_of_the_link() {
    let dialogue = r#"
        → AT+CIPSEND=4,3,"192.168.4.2",7\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n\r\n>
        → bye
        ← \r\nRecv 3 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let sock = bound(modem);
        sock.setblocking(false).unwrap();
        assert_eq!(sock.sendto(b"bye", PEER), Ok(3));
        drop(sock);
        idle(modem, 20);
        let all = [(); 3].map(|()| socket(modem, AF_INET, SOCK_DGRAM, 0));
        assert!(all.iter().all(Result::is_ok));
    });
}

#[test]
fn a_socket_that_closes_borrows_the_shared_link_for_what_it_still_has_to_send() {
    let dialogue = r#"
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        … 50
        ← \r\nOK\r\n\r\n>
        → a
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPSEND=4,1,"192.168.4.2",7\r\n
        ← \r\nOK\r\n\r\n>
        → b
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, BIND, dialogue], |modem, _| {
        let (first, second) = (datagram(modem), datagram(modem));
        for sock in [&first, &second] {
            sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
        }
        first.bind((ANY, 5683)).unwrap();
        first.setblocking(false).unwrap();
        second.setblocking(false).unwrap();
        assert_eq!(first.sendto(b"a", PEER), Ok(1));
        second.bind((ANY, 5683)).unwrap();
        assert_eq!(second.sendto(b"b", PEER), Ok(1));
        drop(second);
        idle(modem, 100);
        let others = [(); 2].map(|()| socket(modem, AF_INET, SOCK_DGRAM, 0));
        assert!(others.iter().all(Result::is_ok));
        std::mem::forget(first);
    });
}
