use usocket_commands::esp_at::tcpip::*;
use usocket_commands::esp_at::{MAX_SEND, MAX_SEND_OLD};
use usocket_commands::{ArgumentError, Command};

use super::{quotes, text};

#[test]
fn a_send_announces_its_length() {
    assert_eq!(text(&Send::new(0, 1).unwrap()), "AT+CIPSEND=0,1");
    assert_eq!(text(&Send::new(4, MAX_SEND_OLD).unwrap()), "AT+CIPSEND=4,2048");
    let largest = Send::new(4, MAX_SEND).unwrap();
    assert_eq!(text(&largest), "AT+CIPSEND=4,8192");
    assert_eq!((largest.link(), largest.len()), (4, 8192));
}

#[test]
fn the_module_would_refuse_such_lengths() {
    for len in [0, 8193, 65_536, 65_537, usize::MAX] {
        assert_eq!(Send::new(0, len), Err(ArgumentError::OutOfRange { field: "len" }));
        assert_eq!(
            SendTo::new(0, len, Host::from([1, 2, 3, 4]), 1),
            Err(ArgumentError::OutOfRange { field: "len" })
        );
    }
    assert_eq!(Send::new(5, 1), Err(ArgumentError::OutOfRange { field: "link" }));
}

#[test]
fn a_datagram_names_its_receiver() {
    let send = SendTo::new(4, 4, Host::from([192, 168, 3, 103]), 1000).unwrap();
    assert_eq!(text(&send), "AT+CIPSEND=4,4,\"192.168.3.103\",1000");
    assert_eq!((send.link(), send.len()), (4, 4));
    let name = quotes(64);
    assert_eq!(
        text(&SendTo::new(4, MAX_SEND, Host::Name(&name), u16::MAX).unwrap()),
        format!("AT+CIPSEND=4,8192,\"{}\",65535", "\\\"".repeat(64))
    );
}

#[test]
fn a_datagram_to_nobody_is_refused() {
    let host = Host::from([1, 2, 3, 4]);
    assert_eq!(SendTo::new(5, 1, host, 1), Err(ArgumentError::OutOfRange { field: "link" }));
    assert_eq!(SendTo::new(0, 1, host, 0), Err(ArgumentError::OutOfRange { field: "port" }));
    assert_eq!(
        SendTo::new(0, 1, Host::Name("a\0b"), 1),
        Err(ArgumentError::Illegal { field: "host" })
    );
    assert_eq!(
        SendTo::new(0, 1, Host::Name(&quotes(65)), 1),
        Err(ArgumentError::TooLong { field: "host", max: 64 })
    );
}

#[test]
fn the_prompt_of_a_datagram_to_a_name_waits_for_the_look_up() {
    let to_ip = SendTo::new(0, 1, Host::from([1, 2, 3, 4]), 1).unwrap();
    let to_name = SendTo::new(0, 1, Host::Name("h"), 1).unwrap();
    assert_eq!(to_ip.timeout_ms(), 5_000);
    assert!(to_name.timeout_ms() > to_ip.timeout_ms());
}
