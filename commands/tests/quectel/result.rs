use usocket_commands::cellular::result::{CmeError, CmsError};
use usocket_commands::quectel::result::{Final, GetError, LastError, TcpIpError};

use super::text;

const FINALS: [(&str, Final); 11] = [
    ("OK", Final::Ok),
    ("ERROR", Final::Error),
    ("+CME ERROR: 3", Final::CmeError(CmeError::NOT_ALLOWED)),
    ("+CMS ERROR: 500", Final::CmsError(CmsError::UNKNOWN)),
    ("NO CARRIER", Final::NoCarrier),
    ("CONNECT", Final::Connect),
    ("SEND OK", Final::SendOk),
    ("SEND FAIL", Final::SendFail),
    ("CLOSE OK", Final::CloseOk { link: None }),
    ("0, CLOSE OK", Final::CloseOk { link: Some(0) }),
    ("DEACT OK", Final::DeactivateOk),
];

#[test]
fn each_result_is_recognised() {
    for (line, result) in FINALS {
        assert_eq!(Final::parse(line.as_bytes()), Some(result), "{line}");
    }
}

#[test]
fn a_result_is_a_whole_line() {
    for (line, result) in FINALS {
        for end in 0..line.len() {
            // a shorter number is a number
            if !matches!(result, Final::CmsError(_)) {
                assert_eq!(Final::parse(&line.as_bytes()[..end]), None, "{line} cut at {end}");
            }
        }
        assert_eq!(Final::parse(format!("x{line}").as_bytes()), None, "{line}");
        // an unknown text is an unknown error
        if !matches!(result, Final::CmeError(_)) {
            assert_eq!(Final::parse(format!("{line}\0").as_bytes()), None, "{line}");
        }
    }
    for wrong in ["ok", "OKAY", "6, CLOSE OK", "0, CLOSED", "0, SEND OK", "CONNECT FAIL"] {
        assert_eq!(Final::parse(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn the_reason_of_a_failure_is_the_number_alone() {
    assert_eq!(text(&GetError), "AT+QIGETERROR");
    for (line, code) in [
        ("+QIGETERROR: 552, invalid parameters", 552),
        ("+QIGETERROR: 0,operate successfully", 0),
        ("+QIGETERROR:563", 563),
        ("+QIGETERROR: 600,\"\"", 600),
    ] {
        let error = LastError::parse_line(line.as_bytes()).unwrap().error;
        assert_eq!(error, TcpIpError::new(code), "{line}");
    }
    for bad in ["+QIGETERROR:", "+QIGETERROR: x", "+QIGETERROR: 65536,x", "+QIGETERROR"] {
        assert_eq!(LastError::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn every_error_of_the_table_has_a_text() {
    for code in (550..=574).chain([0]) {
        assert!(TcpIpError::new(code).text().is_some(), "{code}");
    }
    assert_eq!(TcpIpError::new(575).text(), None);
    assert_eq!(TcpIpError::CONNECT_FAILED.to_string(), "socket connect failed");
    assert_eq!(TcpIpError::new(700).to_string(), "error 700");
    assert!(TcpIpError::SUCCESS.is_success() && !TcpIpError::UNKNOWN.is_success());
    assert!(TcpIpError::BUSY.is_transient() && !TcpIpError::CLOSED.is_transient());
}

#[test]
fn some_firmware_gives_socket_errors_their_other_name() {
    assert_eq!(TcpIpError::from_cme(CmeError::new(563)), Some(TcpIpError::LINK_IN_USE));
    assert_eq!(TcpIpError::from_cme(CmeError::SIM_BUSY), None);
    assert_eq!(TcpIpError::from_cme(CmeError::PLEASE_WAIT), None);
}
