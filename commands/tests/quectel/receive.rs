use usocket_commands::atat::AtatCmd;
use usocket_commands::quectel::receive::*;
use usocket_commands::{ArgumentError, Command};

use super::text;

#[test]
fn a_read_says_how_much_it_can_take() {
    assert_eq!(text(&Read::new(0, 1).unwrap()), "AT+QIRD=0,1");
    let largest = Read::new(11, 1500).unwrap();
    assert_eq!(text(&largest), "AT+QIRD=11,1500");
    assert_eq!((largest.link(), largest.len()), (11, 1500));
    assert_eq!(text(&ReadDatagram { link: 2 }), "AT+QIRD=2");
    assert_eq!(Read::PREFIX, "+QIRD:");
}

#[test]
fn a_length_of_nothing_would_ask_for_counters() {
    for len in [0, 1501, 65_536, 65_537, usize::MAX] {
        assert_eq!(Read::new(0, len), Err(ArgumentError::OutOfRange { field: "len" }));
    }
    assert_eq!(Read::new(12, 1), Err(ArgumentError::OutOfRange { field: "link" }));
}

#[test]
fn counters_are_three_numbers() {
    assert_eq!(text(&GetCounters { link: 0 }), "AT+QIRD=0,0");
    for line in ["+QIRD: 3524,3005,519", "+QIRD:3524,3005,519", "+QIRD:  3524, 3005, 519"] {
        assert_eq!(
            GetCounters { link: 0 }.parse(Ok(line.as_bytes())),
            Ok(Counters { total: 3524, read: 3005, unread: 519 }),
            "{line}"
        );
    }
    for bad in [
        "+QIRD: 5",
        "+QIRD: 5,5",
        "+QIRD: 5,5,",
        "+QIRD: 5,5,0,0",
        "+QIRD: 4,\"10.7.76.34\",7687",
        "+QIRD: 5,-5,0",
        "+QIRD 5,5,0",
        "QIRD: 5,5,0",
    ] {
        assert_eq!(Counters::parse_line(bad.as_bytes()), None, "{bad}");
    }
}
