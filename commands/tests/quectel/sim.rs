use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::sim::*;

use super::text;

#[test]
fn a_card_has_a_number() {
    assert_eq!(text(&GetIccid), "AT+QCCID");
    for (line, digits) in [
        ("+QCCID: 89860025128306012474", "89860025128306012474"),
        ("+QCCID: 8986002512830601247F", "8986002512830601247"),
        ("+QCCID:8986a02512830601247f", "8986a02512830601247"),
        ("\"8949022312345678901F\"", "8949022312345678901"),
        ("+QCCID: 898600251283060124", "898600251283060124"),
        ("+QCCID: 8986002512830601247412F", "8986002512830601247412"),
    ] {
        assert_eq!(GetIccid.parse(Ok(line.as_bytes())).unwrap().digits, digits, "{line}");
    }
    for bad in [
        "+QCCID:",
        "+QCCID: 8986",
        "+QCCID: 89860025128306012F",
        "+QCCID: 89860025128306012474123",
        "+QCCID: 8986002512830601247G",
    ] {
        assert_eq!(GetIccid.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn tries_are_counted() {
    assert_eq!(text(&GetPinCounters), "AT+QPINC?");
    let answer = b"+QPINC: \"SC\",3,10\r\n+QPINC: \"P2\",0,9\r\n";
    let counters = GetPinCounters.parse(Ok(answer)).unwrap();
    assert_eq!(counters[0], PinCounter { second: false, pin: 3, puk: 10 });
    assert_eq!(counters[1], PinCounter { second: true, pin: 0, puk: 9 });
    for bad in ["+QPINC: \"XX\",3,10", "+QPINC: \"SC\",3", "+QPINC: \"SC\",3,10,1"] {
        assert_eq!(PinCounter::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn parts_of_the_module_get_ready() {
    assert_eq!(text(&GetInitStatus), "AT+QINISTAT");
    let status = GetInitStatus.parse(Ok(b"+QINISTAT: 5\r\n")).unwrap();
    assert!(status.sim() && !status.messages() && status.phone_book());
    assert_eq!(InitStatus::parse_line(b"+QINISTAT: 256"), None);
}

#[test]
fn cards_are_inserted_and_removed() {
    assert_eq!(text(&SimReports { on: true }), "AT+QSIMSTAT=1");
    assert_eq!(text(&GetSimPresence), "AT+QSIMSTAT?");
    for (state, inserted) in [(0, Some(false)), (1, Some(true)), (2, None)] {
        let line = format!("+QSIMSTAT: 0,{state}");
        let presence = SimPresence { reports: false, inserted };
        assert_eq!(SimPresence::parse_line(line.as_bytes()), Some(presence));
    }
    assert_eq!(SimPresence::parse_line(b"+QSIMSTAT: 1"), None);
}
