use usocket_commands::Command;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::registration::*;

use super::text;

fn parse(line: &str) -> Option<Registration> {
    Registration::parse_line(line.as_bytes())
}

fn status(domain: Domain, mode: Option<u8>, status: Status) -> Registration {
    Registration { domain, mode, status, area: None, cell: None, technology: None }
}

#[test]
fn each_domain_is_asked_and_reports() {
    assert_eq!(text(&GetCircuit), "AT+CREG?");
    assert_eq!(text(&GetPacket), "AT+CGREG?");
    assert_eq!(text(&GetEps), "AT+CEREG?");
    assert_eq!(GetCircuit::PREFIX, "+CREG:");
    assert_eq!(GetPacket::PREFIX, "+CGREG:");
    assert_eq!(GetEps::PREFIX, "+CEREG:");
    let set = |domain, reports| text(&SetReports { domain, reports });
    assert_eq!(set(Domain::Circuit, Reports::Off), "AT+CREG=0");
    assert_eq!(set(Domain::Packet, Reports::Status), "AT+CGREG=1");
    assert_eq!(set(Domain::Eps, Reports::Location), "AT+CEREG=2");
    assert_eq!(set(Domain::Eps, Reports::PowerSaving), "AT+CEREG=4");
}

#[test]
fn an_answer_has_a_second_number_and_a_urc_has_not() {
    let eps = Domain::Eps;
    assert_eq!(parse("+CEREG: 2"), Some(status(eps, None, Status::Searching)));
    assert_eq!(parse("+CEREG: 1,2"), Some(status(eps, Some(1), Status::Searching)));
    assert_eq!(parse("+CEREG:0,5"), Some(status(eps, Some(0), Status::Roaming)));
    assert_eq!(parse("+CREG: 1"), Some(status(Domain::Circuit, None, Status::Home)));
    assert_eq!(parse("+CGREG: 0,1"), Some(status(Domain::Packet, Some(0), Status::Home)));

    let located = Registration {
        area: Some(0x5B2F),
        cell: Some(0x0A1B_2C3D),
        technology: Some(AccessTechnology::CatM1),
        ..status(eps, None, Status::Home)
    };
    assert_eq!(parse("+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8"), Some(located));
    assert_eq!(
        parse("+CEREG: 2,1,\"5B2F\",\"0A1B2C3D\",8"),
        Some(Registration { mode: Some(2), ..located })
    );
    // a location of digits alone stands in quotes all the same
    let digits = Registration {
        area: Some(0x1234),
        cell: Some(0x5678),
        ..status(Domain::Circuit, None, Status::Home)
    };
    assert_eq!(parse("+CREG: 1,\"1234\",\"5678\""), Some(digits));
}

#[test]
fn timers_of_power_saving_follow_the_location() {
    let line = "+CEREG: 5,\"1A2B\",\"01C3D2E1\",9,,,\"00000110\",\"10100101\"";
    let urc = parse(line).unwrap();
    assert_eq!((urc.mode, urc.status), (None, Status::Roaming));
    assert_eq!(urc.technology, Some(AccessTechnology::NbIot));
    let denied = parse("+CEREG: 3,,,,0,15").unwrap();
    assert_eq!(denied, status(Domain::Eps, None, Status::Denied));
}

#[test]
fn a_location_that_cannot_be_read_leaves_the_status() {
    assert_eq!(parse("+CREG: 1,\"\",\"\",x"), Some(status(Domain::Circuit, None, Status::Home)));
    assert_eq!(
        parse("+CREG: 2,1,\"XYZ\",\"123456789\""),
        Some(status(Domain::Circuit, Some(2), Status::Home))
    );
}

#[test]
fn a_question_takes_its_answer_and_no_urc() {
    let both = b"+CEREG: 2\r\n\r\n+CEREG: 1,2\r\n";
    assert_eq!(GetEps.parse(Ok(both)), Ok(status(Domain::Eps, Some(1), Status::Searching)));
    assert_eq!(GetEps.parse(Ok(b"+CEREG: 2\r\n")), Err(Error::Parse));
}

#[test]
fn only_home_and_abroad_carry_packets() {
    use Status::*;
    // Quectel digest §3.1: the number, and whether it is usable
    for (number, status, usable) in [
        (0, Idle, false),
        (1, Home, true),
        (2, Searching, false),
        (3, Denied, false),
        (4, Unknown, false),
        (5, Roaming, true),
        (6, HomeMessagesOnly, false),
        (7, RoamingMessagesOnly, false),
        (8, EmergencyOnly, false),
        (9, HomeWithoutFallback, false),
        (10, RoamingWithoutFallback, false),
    ] {
        assert_eq!(parse(&format!("+CREG: {number}")).unwrap().status, status);
        assert_eq!(status.is_registered(), usable, "{number}");
    }
    for bad in ["+CREG: 11", "+CREG:", "+CREG: x", "+CREG: 1,11", "+CREG: 256,1", "+CxREG: 1", ""] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn technologies_have_numbers() {
    use AccessTechnology::*;
    for (number, technology) in [
        (0, Gsm),
        (1, Gsm),
        (2, Utran),
        (3, Edge),
        (4, Hspa),
        (6, Hspa),
        (7, Lte),
        (8, CatM1),
        (9, NbIot),
        (13, Other(13)),
    ] {
        let line = format!("+CEREG: 1,\"1\",\"2\",{number}");
        assert_eq!(parse(&line).unwrap().technology, Some(technology));
    }
}
