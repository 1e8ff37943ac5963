use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::NoResponse;
use usocket_commands::esp_at::tcpip::*;

use super::text;

#[test]
fn passive_mode_is_set_per_link_or_for_all() {
    assert_eq!(text(&ReceiveType { link: None, passive: true }), "AT+CIPRECVTYPE=5,1");
    assert_eq!(text(&ReceiveType { link: Some(4), passive: false }), "AT+CIPRECVTYPE=4,0");
    assert_eq!(text(&ReceiveMode { passive: true }), "AT+CIPRECVMODE=1");
    assert_eq!(text(&PacketInfo { on: true }), "AT+CIPDINFO=1");
}

#[test]
fn the_mode_of_each_link_is_listed() {
    assert_eq!(text(&GetReceiveTypes), "AT+CIPRECVTYPE?");
    let answer = b"+CIPRECVTYPE:0,1\r\n+CIPRECVTYPE:1,0,1\r\n";
    let types = GetReceiveTypes.parse(Ok(answer)).unwrap();
    assert_eq!(types[0], ReceiveTypeOf { link: 0, passive: true });
    assert_eq!(types[1], ReceiveTypeOf { link: 1, passive: false });
    for bad in ["+CIPRECVTYPE:", "+CIPRECVTYPE:5,1", "+CIPRECVTYPE:0,2", "+CIPRECVTYPE:1"] {
        assert_eq!(GetReceiveTypes.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn data_are_fetched_by_number_and_length() {
    assert_eq!(text(&ReceiveData { link: 0, len: 1 }), "AT+CIPRECVDATA=0,1");
    assert_eq!(
        text(&ReceiveData { link: u8::MAX, len: u32::MAX }),
        "AT+CIPRECVDATA=255,4294967295"
    );
    assert_eq!(ReceiveData { link: 0, len: 1 }.parse(Ok(b"")), Ok(NoResponse));
}

#[test]
fn lengths_are_read_in_all_versions() {
    let lengths = |line: &str| {
        ReceiveLengths::parse_line(line.as_bytes())
            .map(|lengths| lengths.iter().collect::<Vec<_>>())
    };
    assert_eq!(lengths("+CIPRECVLEN:654,-1,-1,-1,-1"), Some(vec![654, -1, -1, -1, -1]));
    assert_eq!(lengths("+CIPRECVLEN:0,2664,0,0,0"), Some(vec![0, 2664, 0, 0, 0]));
    assert_eq!(lengths("+CIPRECVLEN:4"), Some(vec![4]));
    assert_eq!(lengths("+CIPRECVLEN:100,,,,,"), Some(vec![100, 0, 0, 0, 0, 0]));
    assert_eq!(lengths("+CIPRECVLEN:"), Some(vec![0]));
    assert_eq!(lengths(&format!("+CIPRECVLEN:{}", "7,".repeat(40))).unwrap().len(), 16);
    for bad in [
        "+CIPRECVLEN",
        "+CIPRECVLEN:x",
        "+CIPRECVLEN:1,2147483648",
        "+CIPRECVLEN:--1",
        "+CIPRECVLEN:-",
    ] {
        assert_eq!(lengths(bad), None, "{bad}");
    }
}

#[test]
fn a_length_below_zero_is_nothing_to_fetch() {
    let answer = b"\r\n+IPD,4,1460\r\n+CIPRECVLEN:-1,-1,0,-1,1460\r\n";
    let lengths = GetReceiveLengths.parse(Ok(answer)).unwrap();
    assert_eq!((lengths.get(0), lengths.get(4), lengths.get(5)), (Some(-1), Some(1460), None));
    let waiting: Vec<u32> = (0..6).map(|link| lengths.waiting(link)).collect();
    assert_eq!(waiting, [0, 0, 0, 0, 1460, 0]);
    assert_eq!(text(&GetReceiveLengths), "AT+CIPRECVLEN?");
}
