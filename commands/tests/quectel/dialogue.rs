//! Whole conversations, as modules have been recorded to hold them (Quectel digest §13).

use usocket_commands::cellular::basic::{Echo, ErrorKind, ErrorReports, Probe};
use usocket_commands::cellular::context::GetAddress;
use usocket_commands::cellular::function::Restart;
use usocket_commands::cellular::registration::{Domain, GetEps, Registration, Reports, SetReports};
use usocket_commands::cellular::result::CmeError;
use usocket_commands::cellular::sim::{EnterPin, GetSimState, SimState};
use usocket_commands::cellular::urc::Urc as Core;
use usocket_commands::quectel::close::Close;
use usocket_commands::quectel::config::PayloadEcho;
use usocket_commands::quectel::context::{GetActive, GetContext};
use usocket_commands::quectel::data::{Header, Shape};
use usocket_commands::quectel::dns::Resolve;
use usocket_commands::quectel::open::Open;
use usocket_commands::quectel::receive::{Counters, GetCounters, Read, ReadDatagram};
use usocket_commands::quectel::result::{Final, LastError, TcpIpError};
use usocket_commands::quectel::send::{GetSent, Send, SendTo, Sent};
use usocket_commands::quectel::state::{GetSocket, SocketState};
use usocket_commands::quectel::urc::{Indication, Urc};
use usocket_commands::quectel::{Host, gsm};

use super::text;

#[path = "../shared/meaning.rs"]
mod meaning;

use meaning::Meaning::{self, Unknown};
use meaning::from_module;

const OK: (&str, Meaning) = ("OK", Meaning::Final(Final::Ok));
const ERROR: (&str, Meaning) = ("ERROR", Meaning::Final(Final::Error));
const SEND_OK: (&str, Meaning) = ("SEND OK", Meaning::Final(Final::SendOk));

fn received(link: u8) -> Meaning {
    Meaning::Urc(Urc::Received { link, len: None, from: None })
}

fn opened(link: u8, code: u16) -> Meaning {
    Meaning::Urc(Urc::Opened { link, result: TcpIpError::new(code) })
}

fn read(line: &str) -> Header {
    Header::parse(line.as_bytes(), Shape::Read).unwrap()
}

#[test]
fn a_fresh_bg96_is_asked_what_it_has() {
    assert_eq!(text(&Probe), "AT");
    assert_eq!(text(&Echo { on: false }), "ATE0");
    assert_eq!(text(&ErrorReports { kind: ErrorKind::Numeric }), "AT+CMEE=1");
    from_module(&[("ATE0", Unknown), OK]);
    assert_eq!(text(&GetSimState), "AT+CPIN?");
    assert_eq!(SimState::parse_line(b"+CPIN: READY"), Some(SimState::Ready));
    assert_eq!(text(&GetContext { context: 1 }), "AT+QICSGP=1");
    from_module(&[("+QICSGP: 1,\"\",\"\",\"\",0", Unknown), OK]);
    assert_eq!(text(&GetActive), "AT+QIACT?");
    from_module(&[OK]);
    assert_eq!(text(&Close::new(0).unwrap()), "AT+QICLOSE=0");
    from_module(&[OK]);
    assert_eq!(text(&PayloadEcho { on: false }), "AT+QISDE=0");
    from_module(&[OK]);
    assert_eq!(text(&GetAddress { context: 1 }), "AT+CGPADDR=1");
}

#[test]
fn a_bg96_restarts_and_a_stray_urc_belongs_to_its_old_life() {
    assert_eq!(text(&Restart), "AT+CFUN=1,1");
    from_module(&[
        ("AT+CFUN=1,1", Unknown),
        OK,
        ("POWERED DOWN", Meaning::Urc(Urc::PoweredDown)),
        ("+QIURC: \"pdpdeact\",1", Meaning::Urc(Urc::ContextDown { context: Some(1) })),
        ("RDY", Meaning::Urc(Urc::Core(Core::Ready))),
        ("APP RDY", Meaning::Urc(Urc::AppReady)),
        ("+QIND: SMS DONE", Meaning::Urc(Urc::Indication(Indication::MessagesReady))),
    ]);
}

#[test]
fn a_pin_is_asked_for_and_entered() {
    assert_eq!(SimState::parse_line(b"+CPIN: SIM PIN"), Some(SimState::Pin));
    assert_eq!(text(&EnterPin::new("1234").unwrap()), "AT+CPIN=\"1234\"");
    from_module(&[
        OK,
        ("+CPIN: READY", Meaning::Urc(Urc::Core(Core::Sim(SimState::Ready)))),
        ("+QUSIM: 1", Meaning::Urc(Urc::SimKind { usim: true })),
        ("+CME ERROR: 16", Meaning::Final(Final::CmeError(CmeError::INCORRECT_PASSWORD))),
    ]);
}

#[test]
fn a_registration_is_reported_and_asked_for() {
    let reports = SetReports { domain: Domain::Eps, reports: Reports::Location };
    assert_eq!(text(&reports), "AT+CEREG=2");
    let registration = |line: &str| Registration::parse_line(line.as_bytes()).unwrap();
    let searching = registration("+CEREG: 2");
    let home = registration("+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8");
    from_module(&[
        OK,
        ("+CEREG: 2", Meaning::Urc(Urc::Core(Core::Registration(searching)))),
        ("+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8", Meaning::Urc(Urc::Core(Core::Registration(home)))),
    ]);
    assert_eq!(text(&GetEps), "AT+CEREG?");
    let answer = registration("+CEREG: 2,1,\"5B2F\",\"0A1B2C3D\",8");
    assert_eq!(answer, Registration { mode: Some(2), ..home });
}

#[test]
fn a_bg96_talks_to_an_mqtt_broker() {
    let host = Host::from("kangaroo.rmq.cloudamqp.com");
    assert_eq!(
        text(&Open::tcp(1, 0, host, 1883).unwrap()),
        "AT+QIOPEN=1,0,\"TCP\",\"kangaroo.rmq.cloudamqp.com\",1883,0,0"
    );
    from_module(&[OK, ("+QIOPEN: 0,0", opened(0, 0))]);
    assert_eq!(text(&Send::new(0, 83).unwrap()), "AT+QISEND=0,83");
    from_module(&[SEND_OK]);
    assert_eq!(text(&GetCounters { link: 0 }), "AT+QIRD=0,0");
    assert_eq!(Counters::parse_line(b"+QIRD: 0,0,0").unwrap().unread, 0);
    let state = b"+QISTATE: 0,\"TCP\",\"104.155.82.190\",1883,22742,3,1,0,0,\"uart1\"";
    assert!(SocketState::parse_line(state).unwrap().is_alive());
    from_module(&[("+QIURC: \"recv\",0", received(0))]);
    assert_eq!(Counters::parse_line(b"+QIRD: 4,0,4").unwrap().unread, 4);
    assert_eq!(text(&Read::new(0, 4).unwrap()), "AT+QIRD=0,4");
    assert_eq!(read("+QIRD: 4").len, 4);
    assert_eq!(text(&Close::new(0).unwrap()), "AT+QICLOSE=0");
    from_module(&[OK, ERROR]);
    assert_eq!(text(&GetSocket { link: 0 }), "AT+QISTATE=1,0");
    from_module(&[OK]);
}

#[test]
fn an_empty_buffer_has_a_head_and_no_body() {
    assert_eq!(read("+QIRD: 5").len, 5);
    assert_eq!(read("+QIRD: 0").len, 0);
    assert_eq!(Counters::parse_line(b"+QIRD: 5,5,0").unwrap().read, 5);
    assert_eq!(text(&GetSent { link: 0 }), "AT+QISEND=0,0");
    assert_eq!(Sent::parse_line(b"+QISEND: 9,9,0").unwrap().unacknowledged, 0);
}

#[test]
fn an_error_is_explained_when_asked() {
    from_module(&[ERROR]);
    let last = LastError::parse_line(b"+QIGETERROR: 552, invalid parameters").unwrap();
    assert_eq!(last.error, TcpIpError::INVALID_PARAMETERS);
    from_module(&[OK, ("+QIOPEN: 0,563", opened(0, 563))]);
}

#[test]
fn data_are_pushed_behind_what_is_a_hint_elsewhere() {
    let line = "+QIURC: \"recv\",0,4";
    let header = Header::parse(line.as_bytes(), Shape::Push).unwrap();
    assert_eq!((header.link, header.len), (Some(0), 4));
    from_module(&[(line, Meaning::Urc(Urc::Received { link: 0, len: Some(4), from: None }))]);
}

#[test]
fn a_datagram_brings_its_sender() {
    assert_eq!(
        text(&Open::udp_service(1, 2, 3030).unwrap()),
        "AT+QIOPEN=1,2,\"UDP SERVICE\",\"127.0.0.1\",0,3030,0"
    );
    from_module(&[OK, ("+QIOPEN: 2,0", opened(2, 0)), ("+QIURC: \"recv\",2", received(2))]);
    assert_eq!(text(&ReadDatagram { link: 2 }), "AT+QIRD=2");
    let header = read("+QIRD: 4,\"10.7.76.34\",7687");
    assert_eq!((header.len, header.from), (4, Some("10.7.76.34:7687".parse().unwrap())));
    assert_eq!(read("+QIRD: 0").from, None);
    assert_eq!(
        text(&SendTo::new(2, 10, header.from.unwrap()).unwrap()),
        "AT+QISEND=2,10,\"10.7.76.34\",7687"
    );
    from_module(&[SEND_OK]);
}

#[test]
fn a_listener_accepts() {
    assert_eq!(
        text(&Open::listener(1, 1, 2020).unwrap()),
        "AT+QIOPEN=1,1,\"TCP LISTENER\",\"127.0.0.1\",0,2020,0"
    );
    let remote = "172.31.242.222:54091".parse().unwrap();
    from_module(&[
        OK,
        ("+QIOPEN: 1,0", opened(1, 0)),
        (
            "+QIURC: \"incoming\",11,1,\"172.31.242.222\",54091",
            Meaning::Urc(Urc::Incoming { link: 11, listener: 1, remote }),
        ),
        ("+QIURC: \"recv\",11", received(11)),
    ]);
}

#[test]
fn a_lookup_survives_the_loss_of_its_head() {
    assert_eq!(text(&Resolve::new(1, "baidu.com").unwrap()), "AT+QIDNSGIP=1,\"baidu.com\"");
    let success = TcpIpError::SUCCESS;
    let address = |ip: [u8; 4]| Meaning::Urc(Urc::LookupAddress { ip: ip.into() });
    from_module(&[
        OK,
        (
            "+QIURC: \"dnsgip\",0,2,399",
            Meaning::Urc(Urc::LookupDone { result: success, count: 2, ttl_s: Some(399) }),
        ),
        ("+QIURC: \"dnsgip\",\"220.181.57.216\"", address([220, 181, 57, 216])),
        ("+QIURC: \"dnsgip\",\"123.125.115.110\"", address([123, 125, 115, 110])),
        ("nsgip\",\"220.181.57.216\"", Unknown),
    ]);
}

#[test]
fn an_nb_iot_module_says_ok_first() {
    from_module(&[
        OK,
        SEND_OK,
        ("CLOSE OK", Meaning::Final(Final::CloseOk { link: None })),
        ("+QIURC: \"recv\",0,\"buff full\"", Meaning::Urc(Urc::BufferFull { link: 0 })),
        ("+IP: 10.1.2.3", Meaning::Urc(Urc::Address { ip: [10, 1, 2, 3].into() })),
    ]);
    let header = Header::parse(b"+QIRD: 512,1656", Shape::NbRead).unwrap();
    assert_eq!((header.len, header.remaining), (512, Some(1656)));
}

#[test]
fn an_old_module_has_results_of_its_own() {
    from_module(&[
        OK,
        ("0, CONNECT OK", Meaning::Urc(Urc::Connected { link: 0 })),
        SEND_OK,
        (
            "+QIRDI: 0,1,0,1,1332,1332",
            Meaning::Urc(Urc::GsmReceived { link: 0, server: false, total: Some(1332) }),
        ),
    ]);
    assert_eq!(text(&gsm::receive::Read::new(0, 1500).unwrap()), "AT+QIRD=0,1,0,1500");
    let header = Header::parse(b"+QIRD: 93.184.216.34:80,TCP,1332", Shape::GsmRead).unwrap();
    assert_eq!(header.len, 1332);
    from_module(&[
        OK,
        ("0, CLOSED", Meaning::Urc(Urc::Closed { link: 0 })),
        ("0, CLOSE OK", Meaning::Final(Final::CloseOk { link: Some(0) })),
        ("DEACT OK", Meaning::Final(Final::DeactivateOk)),
        ("10.12.0.7", Unknown),
    ]);
}

#[test]
fn echoes_prompts_and_remnants_mean_nothing() {
    from_module(&[
        ("AT+QISEND=0,4", Unknown),
        (">", Unknown),
        ("> ", Unknown),
        ("\u{1A}", Unknown),
        ("+QIRD: 5", Unknown),
        ("+XYZ: 1", Unknown),
        ("", Unknown),
    ]);
}
