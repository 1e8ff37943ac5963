use std::net::SocketAddr;

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::send::*;

use super::text;

#[test]
fn a_send_announces_its_length() {
    assert_eq!(text(&Send::new(0, 1).unwrap()), "AT+QISEND=0,1");
    let largest = Send::new(11, 1460).unwrap();
    assert_eq!(text(&largest), "AT+QISEND=11,1460");
    assert_eq!((largest.link(), largest.len()), (11, 1460));
}

#[test]
fn a_datagram_names_its_receiver() {
    let to: SocketAddr = "10.7.76.34:7687".parse().unwrap();
    let send = SendTo::new(2, 10, to).unwrap();
    assert_eq!(text(&send), "AT+QISEND=2,10,\"10.7.76.34\",7687");
    assert_eq!((send.link(), send.len()), (2, 10));
    let to = SocketAddr::new([0xFF; 16].into(), 65535);
    assert_eq!(
        text(&SendTo::new(11, 1460, to).unwrap()),
        "AT+QISEND=11,1460,\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\",65535"
    );
}

#[test]
fn the_module_would_refuse_such_lengths() {
    let to = "10.0.0.1:1".parse().unwrap();
    for len in [0, 1461, 65_536, 65_537, usize::MAX] {
        assert_eq!(Send::new(0, len), Err(ArgumentError::OutOfRange { field: "len" }));
        assert_eq!(SendTo::new(0, len, to), Err(ArgumentError::OutOfRange { field: "len" }));
    }
    assert_eq!(Send::new(12, 1), Err(ArgumentError::OutOfRange { field: "link" }));
    assert_eq!(SendTo::new(12, 1, to), Err(ArgumentError::OutOfRange { field: "link" }));
    let nowhere = "10.0.0.1:0".parse().unwrap();
    assert_eq!(SendTo::new(0, 1, nowhere), Err(ArgumentError::OutOfRange { field: "port" }));
}

#[test]
fn what_the_peer_has_is_told_apart_from_what_was_sent() {
    assert_eq!(text(&GetSent { link: 11 }), "AT+QISEND=11,0");
    let get = GetSent { link: 0 };
    assert_eq!(
        get.parse(Ok(b"+QISEND: 14,9,5\r\n")),
        Ok(Sent { total: 14, acknowledged: 9, unacknowledged: 5 })
    );
    for bad in ["+QISEND: 14,9", "+QISEND: 14,9,", "+QISEND: 14,9,5,1", "+QISEND: -1,0,0", ""] {
        assert_eq!(get.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
    // as it is with `sendinfo`, which is no counter
    assert_eq!(Sent::parse_line(b"+QISEND: 0,10240"), None);
}
