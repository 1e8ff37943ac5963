use usocket_commands::atat::AtatUrc;
use usocket_commands::cellular::clock::DateTime;
use usocket_commands::cellular::function::Level;
use usocket_commands::cellular::registration::{Domain, Status};
use usocket_commands::cellular::sim::SimState;
use usocket_commands::cellular::urc::{PacketEvent, Urc};

fn parse(line: &str) -> Option<Urc> {
    let urc = Urc::parse(line.as_bytes());
    assert_eq!(urc, <Urc as AtatUrc>::parse(line.as_bytes()));
    urc
}

#[test]
fn a_start_is_announced() {
    assert_eq!(parse("RDY"), Some(Urc::Ready));
    assert_eq!(parse("+CFUN: 1"), Some(Urc::Function(Level::Full)));
    assert_eq!(parse("+CPIN: NOT INSERTED"), Some(Urc::Sim(SimState::NotInserted)));
    for bad in ["RDY ", "xRDY", "RD", "+CFUN: x", "+CPIN: SOMETHING", "+CPIN", "+", ":", ""] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_registration_is_a_urc_unless_it_answers() {
    for (line, domain) in
        [("+CREG: 5", Domain::Circuit), ("+CGREG: 5", Domain::Packet), ("+CEREG: 5", Domain::Eps)]
    {
        let Some(Urc::Registration(registration)) = parse(line) else { panic!("{line}") };
        assert_eq!((registration.domain, registration.status), (domain, Status::Roaming));
    }
    assert_eq!(parse("+CEREG: 2,5"), None);
    assert_eq!(parse("+CEREG: 11"), None);
}

#[test]
fn the_network_acts_on_contexts() {
    for (line, event) in [
        ("+CGEV: NW DETACH", PacketEvent::NetworkDetached),
        ("+CGEV: ME DETACH", PacketEvent::Detached),
        ("+CGEV: NW PDN DEACT 1", PacketEvent::NetworkDeactivated(1)),
        ("+CGEV: ME PDN DEACT 16", PacketEvent::Deactivated(16)),
        ("+CGEV: ME PDN ACT 1,0", PacketEvent::Activated(1)),
        ("+CGEV: NW PDN ACT 2", PacketEvent::Activated(2)),
        ("+CGEV: EPS PDN ACT x", PacketEvent::Other),
        ("+CGEV: NW PDN DEACT 256", PacketEvent::Other),
        ("+CGEV:", PacketEvent::Other),
    ] {
        assert_eq!(parse(line), Some(Urc::Packet(event)), "{line}");
    }
}

#[test]
fn the_time_zone_comes_alone_or_with_the_time() {
    assert_eq!(parse("+CTZV: +32"), Some(Urc::Zone(32)));
    assert_eq!(parse("+CTZV: \"-04\""), Some(Urc::Zone(-4)));
    assert_eq!(parse("+CTZV: 8"), Some(Urc::Zone(8)));
    let time = DateTime::parse(b"2017/01/13,03:40:48");
    assert!(time.is_some());
    assert_eq!(
        parse("+CTZE: \"+32\",0,\"2017/01/13,03:40:48\""),
        Some(Urc::ZoneTime { zone: 32, time })
    );
    assert_eq!(parse("+CTZE: \"+32\",0"), Some(Urc::ZoneTime { zone: 32, time: None }));
    for bad in ["+CTZV:", "+CTZV: x", "+CTZV: +128", "+CTZE: \"+32\"", "+CTZE:"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn calls_and_messages_are_told_apart() {
    assert_eq!(parse("RING"), Some(Urc::Ring));
    assert_eq!(parse("+CRING: VOICE"), Some(Urc::Ring));
    assert_eq!(parse("+CLIP: \"+49170\",145"), Some(Urc::Ring));
    assert_eq!(parse("+CMTI: \"ME\",3"), Some(Urc::MessageStored));
    assert_eq!(parse("+CDSI: \"ME\",3"), Some(Urc::MessageStored));
    assert_eq!(parse("+CUSD: 0,\"1 EUR\",15"), Some(Urc::Ussd));
    for line in ["+CMT: ,23", "+CDS: 25", "+CBM: 88"] {
        let urc = parse(line).unwrap();
        assert_eq!(urc, Urc::Message);
        assert!(urc.has_second_line());
    }
    assert!(!Urc::MessageStored.has_second_line());
}
