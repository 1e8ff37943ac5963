use usocket_commands::ArgumentError;
use usocket_commands::Command;
use usocket_commands::atat::AtatCmd;
use usocket_commands::simcom::Host;
use usocket_commands::simcom::close::Close;
use usocket_commands::simcom::open::Open;
use usocket_commands::simcom::receive::*;
use usocket_commands::simcom::send::Send;
use usocket_commands::simcom::state::*;

use super::text;

const LINK: ArgumentError = ArgumentError::OutOfRange { field: "link" };
const LEN: ArgumentError = ArgumentError::OutOfRange { field: "len" };

#[test]
fn a_connection_is_opened_to_a_name_or_an_address() {
    let open = Open::tcp(0, 0, Host::Name("example.org"), 80).unwrap();
    assert_eq!(text(&open), "AT+CAOPEN=0,0,\"TCP\",\"example.org\",80");
    assert_eq!(open.timeout_ms(), 120_000);
    let open = Open::tcp(12, 3, Host::from([192, 0, 2, 1]), 65_535).unwrap();
    assert_eq!(text(&open), "AT+CAOPEN=12,3,\"TCP\",\"192.0.2.1\",65535");
    assert_eq!(open.link(), 12);
}

#[test]
fn ids_contexts_and_ports_are_checked() {
    let host = Host::from([192, 0, 2, 1]);
    assert_eq!(Open::tcp(13, 0, host, 80), Err(LINK));
    assert_eq!(Open::tcp(0, 4, host, 80), Err(ArgumentError::OutOfRange { field: "context" }));
    assert_eq!(Open::tcp(0, 0, host, 0), Err(ArgumentError::OutOfRange { field: "port" }));
    assert!(Open::tcp(0, 0, Host::Name("a\"b"), 80).is_err());
    assert_eq!(Close::new(13), Err(LINK));
    assert_eq!(Send::new(13, 1), Err(LINK));
    assert_eq!(Read::new(13, 1), Err(LINK));
}

#[test]
fn a_send_says_how_much_comes() {
    assert_eq!(text(&Send::new(0, 1).unwrap()), "AT+CASEND=0,1");
    assert_eq!(text(&Send::new(12, 1459).unwrap()), "AT+CASEND=12,1459");
    assert_eq!(Send::new(0, 0), Err(LEN));
    assert_eq!(Send::new(0, 1460), Err(LEN));
}

#[test]
fn a_read_says_how_much_may_come() {
    let read = Read::new(1, 1459).unwrap();
    assert_eq!(text(&read), "AT+CARECV=1,1459");
    assert_eq!((read.link(), read.len()), (1, 1459));
    assert_eq!(Read::new(0, 0), Err(LEN));
    assert_eq!(Read::new(0, 1460), Err(LEN));
}

#[test]
fn what_waits_is_listed_for_all_sockets() {
    assert_eq!(text(&GetWaiting), "AT+CARECV?");
    let waiting = GetWaiting.parse(Ok(b"\r\n+CARECV: 0,12\r\n+CARECV: 3,1459\r\n")).unwrap();
    assert_eq!(waiting, [Waiting { link: 0, len: 12 }, Waiting { link: 3, len: 1459 }]);
    assert!(GetWaiting.parse(Ok(b"")).unwrap().is_empty());
}

#[test]
fn sockets_are_listed_with_their_states() {
    assert_eq!(text(&GetSockets), "AT+CASTATE?");
    let sockets = GetSockets.parse(Ok(b"\r\n+CASTATE: 0,1\r\n+CASTATE: 12,0\r\n")).unwrap();
    assert_eq!(sockets[0], SocketState { link: 0, state: State::Connected });
    assert_eq!(sockets[1], SocketState { link: 12, state: State::Closed });
    assert_eq!(SocketState::parse_line(b"+CASTATE: 13,0"), None);
    assert_eq!(SocketState::parse_line(b"+CASTATE: 0,3"), None);
    assert_eq!(SocketState::parse_line(b"+CASTATE: 0"), None);
}

#[test]
fn closing_names_the_id() {
    assert_eq!(text(&Close::new(0).unwrap()), "AT+CACLOSE=0");
}
