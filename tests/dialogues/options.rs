//! Options of streams on ESP-AT, as dialogues; shutting down; names.

use core::net::Ipv4Addr;

use crate::script::{CONNECT, PEER, SETUP, connected, idle, play};
use usocket::{
    AF_INET, Error, IPPROTO_TCP, SHUT_RD, SHUT_RDWR, SHUT_WR, SO_ACCEPTCONN, SO_ERROR,
    SO_KEEPALIVE, SO_LINGER, SO_RCVBUF, SO_SNDBUF, SO_TYPE, SOCK_STREAM, SOL_SOCKET, TCP_KEEPIDLE,
    TCP_NODELAY, socket,
};

#[test]
fn options_go_to_the_module_with_the_connection_or_at_once() {
    let before = r#"
        → AT+CIPTCPOPT=4,-1,1\r\n
        ← \r\nOK\r\n
    "#;
    let after = r#"
        → AT+CIPTCPOPT=4,-1,1,0,60\r\n
        ← \r\nOK\r\n
        → AT+CIPTCPOPT=4,3,1,0,60\r\n
        ← \r\nOK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, before, CONNECT, after], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
        sock.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 60).unwrap();
        sock.connect(PEER).unwrap();
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1).unwrap();
        sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1).unwrap(); // nothing new
        sock.setsockopt(SOL_SOCKET, SO_LINGER, &[1, 0, 0, 0, 3, 0, 0, 0]).unwrap();
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_LINGER), Ok(3));
        assert_eq!(sock.getsockopt(IPPROTO_TCP, TCP_NODELAY), Ok(1));
        assert_eq!(sock.getsockopt(IPPROTO_TCP, TCP_KEEPIDLE), Ok(60));
        sock.close().unwrap();
    });
}

#[test]
fn a_link_does_not_pass_its_options_on() {
    let dialogue = r#"
        → AT+CIPTCPOPT=4,-1,1\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
        → AT+CIPSTART=3,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
        → AT+CIPSTART=2,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
        → AT+CIPSTART=1,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
        → AT+CIPSTART=0,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
        → AT+CIPTCPOPT=4,-1,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let first = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        first.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
        assert_eq!(first.connect(PEER), Err(Error::ConnectionRefused));
        drop(first);
        let second = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        for _ in 0..5 {
            assert_eq!(second.connect(PEER), Err(Error::ConnectionRefused));
        }
    });
}

#[test]
fn an_option_that_the_module_refuses_is_an_error_of_the_call_that_needs_it() {
    let refused = r#"
        → AT+CIPTCPOPT=4,-1,1\r\n
        ← ERR CODE:0x01090000\r\n\r\nERROR\r\n
    "#;
    play(&[SETUP, refused], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::NoProtocolOption));
    });
    play(&[SETUP, CONNECT, refused], |modem, _| {
        let sock = connected(modem);
        let result = sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true);
        assert_eq!(result, Err(Error::NoProtocolOption));
        std::mem::forget(sock);
    });
}

#[test]
fn what_is_no_option_or_no_value_is_an_error() {
    play(&[SETUP, CONNECT], |modem, _| {
        let sock = connected(modem);
        let unknown = Err(Error::NoProtocolOption);
        assert_eq!(sock.setsockopt(SOL_SOCKET, 4711, 1), unknown);
        assert_eq!(sock.setsockopt(4711, SO_LINGER, 1), unknown);
        assert_eq!(sock.setsockopt(SOL_SOCKET, SO_ERROR, 1), unknown);
        assert_eq!(sock.getsockopt(SOL_SOCKET, 4711).map(drop), unknown);
        for wrong in [-2, 70_000] {
            assert_eq!(sock.setsockopt(SOL_SOCKET, SO_LINGER, wrong), Err(Error::InvalidInput));
        }
        for wrong in [0, 7201, -1] {
            assert_eq!(sock.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, wrong), Err(Error::InvalidInput));
        }
        assert_eq!(sock.setsockopt(SOL_SOCKET, SO_KEEPALIVE, b"1"), Err(Error::InvalidInput));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_TYPE), Ok(SOCK_STREAM));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), Ok(0));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_RCVBUF), Ok(64));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_SNDBUF), Ok(32));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(0));
        std::mem::forget(sock);
    });
}

#[test]
fn shutting_down_sends_what_was_taken_and_keeps_what_has_come() {
    let dialogue = r#"
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        ← \r\n+IPD,4,5\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:5,hello\r\nOK\r\n
        → AT+CIPSEND=4,3\r\n
        … 20
        ← \r\nOK\r\n\r\n>
        → bye
        ← \r\nRecv 3 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf[..2]), Ok(2));
        for one_direction in [SHUT_RD, SHUT_WR] {
            assert_eq!(sock.shutdown(one_direction), Err(Error::NotSupported));
        }
        assert_eq!(sock.shutdown(7), Err(Error::InvalidInput));
        sock.setblocking(false).unwrap();
        assert_eq!(sock.send(b"bye"), Ok(3));
        sock.shutdown(SHUT_RDWR).unwrap();
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
        assert_eq!(sock.recv(&mut buf), Ok(3));
        assert_eq!(sock.recv(&mut buf), Ok(0));
        idle(modem, 50);
        sock.shutdown(SHUT_RDWR).unwrap(); // once more is no error
        sock.close().unwrap();
        let fresh = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(fresh.shutdown(SHUT_RDWR), Err(Error::NotConnected));
    });
}

#[test]
fn the_name_of_a_connection_is_asked_of_the_module_once() {
    let dialogue = r#"
        → AT+CIPSTATE?\r\n
        ← +CIPSTATE:4,"TCP","192.168.4.2",80,50123,0\r\n\r\nOK\r\n
        → AT+CIPSTA?\r\n
        ← +CIPSTA:ip:"192.168.4.1"\r\n+CIPSTA:gateway:"192.168.4.254"\r\n+CIPSTA:netmask:"255.255.255.0"\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let any = Ipv4Addr::UNSPECIFIED;
        sock.setblocking(false).unwrap();
        assert_eq!(sock.getsockname(), Ok((any, 0).into())); // nothing is known yet
        sock.setblocking(true).unwrap();
        assert_eq!(sock.getsockname(), Ok(([192, 168, 4, 1], 50123).into()));
        assert_eq!(sock.getsockname(), Ok(([192, 168, 4, 1], 50123).into()));
        assert_eq!(sock.getpeername(), Ok(PEER.into()));
        // which addresses are the module's own is known by now
        let bound = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(bound.getsockname(), Ok((any, 0).into()));
        assert_eq!(bound.bind(([192, 168, 4, 3], 80)), Err(Error::AddrNotAvailable));
        bound.bind(([192, 168, 4, 1], 0)).unwrap();
        assert_eq!(bound.getsockname(), Ok((any, 49152).into()));
        std::mem::forget(sock);
    });
}
