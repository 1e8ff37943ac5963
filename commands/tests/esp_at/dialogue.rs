//! Dialogues of genuine firmware (ESP32-C3, AT 4.1; NonOS where said), each line with its meaning.

use usocket_commands::esp_at::data::Header;
use usocket_commands::esp_at::result::*;
use usocket_commands::esp_at::tcpip::*;
use usocket_commands::esp_at::urc::Urc;
use usocket_commands::esp_at::wifi::*;

use super::text;

#[path = "../shared/meaning.rs"]
mod meaning;

use meaning::Meaning::{self, Unknown};
use meaning::from_module;

fn result(result: Final) -> Meaning {
    Meaning::Final(result)
}

fn urc(urc: Urc) -> Meaning {
    Meaning::Urc(urc)
}

fn notice(link: u8, len: u32) -> Meaning {
    Meaning::Urc(Urc::Notice { link: Some(link), len })
}

#[test]
fn a_restart_reports_the_end_of_the_old_life_before_ready() {
    assert_eq!(text(&usocket_commands::esp_at::basic::Restart), "AT+RST");
    from_module(&[
        ("OK", result(Final::Ok)),
        ("0,CLOSED", urc(Urc::Closed { link: Some(0) })),
        ("WIFI DISCONNECT", urc(Urc::WifiDisconnected)),
        ("ready", urc(Urc::Ready)),
        ("WIFI CONNECTED", urc(Urc::WifiConnected)),
        ("WIFI GOT IP", urc(Urc::WifiGotIp)),
    ]);
}

#[test]
fn a_join_fails_while_the_host_is_impatient() {
    assert_eq!(text(&Join::new("xxx", "xxx@SINO789").unwrap()), "AT+CWJAP=\"xxx\",\"xxx@SINO789\"");
    from_module(&[
        ("busy p...", result(Final::Busy)),
        ("+CWJAP:4", Unknown),
        ("ERROR", result(Final::Error)),
    ]);
    assert_eq!(JoinFailure::parse_line(b"+CWJAP:4"), Some(JoinFailure::Failed));
    assert_eq!(Joined::parse_line(b"+CWJAP:4"), None);
}

#[test]
fn passive_data_are_announced_counted_and_fetched() {
    from_module(&[("+IPD,0,300", notice(0, 300))]);
    assert_eq!(text(&ReceiveData { link: 0, len: 4 }), "AT+CIPRECVDATA=0,4");
    let head = Header::parse(b"+CIPRECVDATA:4,", false).unwrap();
    assert_eq!(head.len(), 4);
    from_module(&[("OK", result(Final::Ok)), ("+IPD,0,296", notice(0, 296))]);
    let lengths = ReceiveLengths::parse_line(b"+CIPRECVLEN:306,0,0,0,0").unwrap();
    assert_eq!(lengths.waiting(0), 306);
    from_module(&[("+IPD,0,106", notice(0, 106)), ("ERROR", result(Final::Error))]);
}

#[test]
fn a_server_accepts_and_its_link_idles_out() {
    assert_eq!(text(&StartServer::new(80).unwrap()), "AT+CIPSERVER=1,80");
    assert_eq!(text(&ServerTimeout::new(5).unwrap()), "AT+CIPSTO=5");
    from_module(&[
        ("0,CONNECT", urc(Urc::Connect { link: Some(0) })),
        ("OK", result(Final::Ok)),
        ("Recv 4 bytes", result(Final::Received(4))),
        ("SEND OK", result(Final::SendOk)),
        ("0,CLOSED", urc(Urc::Closed { link: Some(0) })),
    ]);
    assert_eq!(text(&StopServerAndClose), "AT+CIPSERVER=0,1");
}

#[test]
fn a_command_after_ok_is_called_busy_and_executed_all_the_same() {
    from_module(&[
        ("+IPD,0,654", notice(0, 654)),
        ("ERR CODE:0x010b0000", Unknown),
        ("busy p...", result(Final::Busy)),
    ]);
    let code = ErrorCode::parse_line(b"ERR CODE:0x010b0000").unwrap();
    assert_eq!(code.kind(), ErrorKind::Busy);
    let head = Header::parse(b"+CIPRECVDATA:625,\"13.69.186.152\",443,", true).unwrap();
    assert_eq!((head.len(), head.from()), (625, Some("13.69.186.152:443".parse().unwrap())));
    from_module(&[("OK", result(Final::Ok)), ("0,CLOSED", urc(Urc::Closed { link: Some(0) }))]);
}

#[test]
fn nonos_closes_the_link_that_it_could_not_open() {
    let open = Open::tcp(4, Host::from([192, 168, 1, 99]), 80).unwrap();
    assert_eq!(text(&open), "AT+CIPSTART=4,\"TCP\",\"192.168.1.99\",80");
    from_module(&[
        ("DNS Fail", Unknown),
        ("ERROR", result(Final::Error)),
        ("4,CLOSED", urc(Urc::Closed { link: Some(4) })),
        ("busy s...", result(Final::BusySending)),
        ("SEND FAIL", result(Final::SendFail)),
        ("SEND OK", result(Final::SendOk)),
    ]);
}

#[test]
fn log_lines_and_echoes_mean_nothing() {
    from_module(&[
        ("AT+CIPRECVLEN?", Unknown),
        ("to read 424 bytes", Unknown),
        ("change type:2", Unknown),
        ("+CIPSENDL:1024,2944", Unknown),
        ("Have 2 Connections", Unknown),
        ("@", Unknown),
    ]);
}
