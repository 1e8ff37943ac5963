use usocket_commands::simcom::data::{Header, is_empty};

#[test]
fn a_head_ends_with_its_comma() {
    assert_eq!(Header::parse(b"+CARECV: 1,"), Some(Header { len: 1 }));
    assert_eq!(Header::parse(b"+CARECV:1459,"), Some(Header { len: 1459 }));
    assert_eq!(Header::parse(b"+CARECV: 2048,"), Some(Header { len: 2048 }));
}

#[test]
fn what_is_no_head() {
    for line in [
        &b"+CARECV:"[..],
        b"+CARECV: 5",
        b"+CARECV: ,",
        b"+CARECV: -1,",
        b"+CARECV: 5,5,",
        b"+CARECV: 2049,",
        b"+CARECV: 99999999999,",
        b"+CADATAIND: 5,",
    ] {
        assert_eq!(Header::parse(line), None, "{}", String::from_utf8_lossy(line));
    }
}

/// A module that names the socket first would begin so for socket 0: that must not be taken for a
/// body without bytes.
#[test]
fn nothing_is_a_whole_line_and_no_head() {
    assert_eq!(Header::parse(b"+CARECV: 0,"), None);
    assert!(is_empty(b"+CARECV: 0"));
    assert!(is_empty(b"+CARECV: 0,"));
    assert!(!is_empty(b"+CARECV: 0,5"));
    assert!(!is_empty(b"+CARECV: 5"));
    assert!(!is_empty(b"+CARECV:"));
}
