use usocket_commands::quectel::data::{Header, Shape};
use usocket_commands::quectel::result::TcpIpError;
use usocket_commands::quectel::state::State;
use usocket_commands::quectel::tls::*;
use usocket_commands::quectel::{Host, OPEN_TIMEOUT_MS};
use usocket_commands::{ArgumentError, Command};

use super::{ILLEGAL, bytes, text};

#[test]
fn every_setting_has_its_name() {
    for (setting, expected) in [
        (Setting::Version(Version::Tls10), "\"sslversion\",5,1"),
        (Setting::Version(Version::Tls11), "\"sslversion\",5,2"),
        (Setting::Version(Version::Tls12), "\"sslversion\",5,3"),
        (Setting::Version(Version::Any), "\"sslversion\",5,4"),
        (Setting::AllCiphers, "\"ciphersuite\",5,0XFFFF"),
        (Setting::Level(Level::None), "\"seclevel\",5,0"),
        (Setting::Level(Level::Server), "\"seclevel\",5,1"),
        (Setting::Level(Level::Both), "\"seclevel\",5,2"),
        (Setting::Authority("cacert.pem"), "\"cacert\",5,\"cacert.pem\""),
        (Setting::Certificate("UFS:own.pem"), "\"clientcert\",5,\"UFS:own.pem\""),
        (Setting::Key("RAM:own.key"), "\"clientkey\",5,\"RAM:own.key\""),
        (Setting::ServerName(true), "\"sni\",5,1"),
        (Setting::CheckHost(false), "\"checkhost\",5,0"),
        (Setting::IgnoreTime(true), "\"ignorelocaltime\",5,1"),
        (Setting::HandshakeTime(300), "\"negotiatetime\",5,300"),
    ] {
        let command = Configure::new(5, setting).unwrap();
        assert_eq!(text(&command), format!("AT+QSSLCFG={expected}"));
    }
}

#[test]
fn impossible_settings_are_refused() {
    let outside = ArgumentError::OutOfRange { field: "configuration" };
    assert_eq!(Configure::new(6, Setting::AllCiphers), Err(outside));
    let long = "x".repeat(MAX_PATH + 1);
    for setting in [Setting::Authority, Setting::Certificate, Setting::Key] {
        let (short, field) = (ArgumentError::TooShort { field: "path", min: 1 }, "path");
        assert_eq!(Configure::new(0, setting("")), Err(short));
        let too_long = ArgumentError::TooLong { field, max: MAX_PATH };
        assert_eq!(Configure::new(0, setting(&long)), Err(too_long));
        for path in ILLEGAL {
            assert_eq!(Configure::new(0, setting(path)), Err(ArgumentError::Illegal { field }));
        }
    }
    for seconds in [9, 301] {
        let error = ArgumentError::OutOfRange { field: "seconds" };
        assert_eq!(Configure::new(0, Setting::HandshakeTime(seconds)), Err(error));
    }
}

#[test]
fn a_socket_is_opened_used_and_closed() {
    let open = Open::new(1, 0, 4, Host::from([93, 184, 216, 34]), 443).unwrap();
    assert_eq!(text(&open), "AT+QSSLOPEN=1,0,4,\"93.184.216.34\",443,0");
    assert!(open.timeout_ms() < OPEN_TIMEOUT_MS);
    let longest = "x".repeat(150);
    let open = Open::new(16, 5, 11, Host::Name(&longest), 65535).unwrap();
    assert!(bytes(&open).len() <= 256, "the line of a driver");
    assert_eq!(text(&Send::new(4, 1460).unwrap()), "AT+QSSLSEND=4,1460");
    assert_eq!(text(&Read::new(4, 1500).unwrap()), "AT+QSSLRECV=4,1500");
    assert_eq!(text(&Close::new(4).unwrap()), "AT+QSSLCLOSE=4");
    assert_eq!(text(&Close::new(11).unwrap().wait_s(0)), "AT+QSSLCLOSE=11,0");
    assert_eq!(Close::new(0).unwrap().wait_s(3).timeout_ms(), 8_000);
    assert_eq!(text(&GetTlsSockets), "AT+QSSLSTATE?");
}

#[test]
fn impossible_sockets_are_refused() {
    let host = Host::from([1, 2, 3, 4]);
    let outside = |field| ArgumentError::OutOfRange { field };
    assert_eq!(Open::new(17, 0, 0, host, 1), Err(outside("context")));
    assert_eq!(Open::new(1, 6, 0, host, 1), Err(outside("configuration")));
    assert_eq!(Open::new(1, 0, 12, host, 1), Err(outside("link")));
    assert_eq!(Open::new(1, 0, 0, host, 0), Err(outside("port")));
    for name in ILLEGAL {
        let error = ArgumentError::Illegal { field: "host" };
        assert_eq!(Open::new(1, 0, 0, Host::Name(name), 1), Err(error));
    }
    assert_eq!(Send::new(12, 1), Err(outside("link")));
    assert!(Send::new(0, 0).is_err() && Send::new(0, 1461).is_err());
    assert_eq!(Read::new(12, 1), Err(outside("link")));
    // a length of 0 is not in the documented range (Quectel digest §6)
    assert!(Read::new(0, 0).is_err() && Read::new(0, 1501).is_err());
    assert_eq!(Close::new(12), Err(outside("link")));
}

#[test]
fn the_list_says_who_is_connected() {
    let line = |rest: &str| TlsSocketState::parse_line(format!("+QSSLSTATE: {rest}").as_bytes());
    let socket =
        line(r#"11,"SSLClient","220.180.239.212",8015,65344,4,1,11,0,"usbmodem",1"#).unwrap();
    assert_eq!((socket.client, socket.local_port), (11, 65344));
    assert_eq!(socket.remote, Some("220.180.239.212:8015".parse().unwrap()));
    assert_eq!(socket.state, State::Closing);
    // of a name nobody has an address
    let named = line(r#"0,"SSLClient","example.com",443,65344,2,1,0,0,"uart1",0"#).unwrap();
    assert_eq!(named.remote, None);
    for cut in [
        r#"12,"SSLClient","1.2.3.4",443,65344,2,1,0,0,"uart1",0"#,
        r#"0,"SSLClient","1.2.3.4",443,65344,9,1,0,0,"uart1",0"#,
        r#"0,"SSLClient","1.2.3.4",443,65344,2"#,
        r#"0,"SSLClient","1.2.3.4",443"#,
        "",
    ] {
        assert_eq!(line(cut), None, "{cut}");
    }
}

#[test]
fn the_head_of_a_body_is_told_from_everything_else() {
    let head = |line: &[u8]| Header::parse_tls(line).map(|head| head.len);
    assert_eq!(head(b"+QSSLRECV: 7"), Some(7));
    assert_eq!(head(b"+QSSLRECV: 0"), Some(0));
    assert_eq!(head(b"+QSSLRECV: 1500"), Some(1500));
    for line in [
        &b"+QSSLRECV: 2049"[..],
        b"+QSSLRECV: 7,1",
        b"+QSSLRECV: -1",
        b"+QSSLRECV: ",
        b"+QIRD: 7",
        b"+QSSLURC: \"recv\",0",
    ] {
        assert_eq!(head(line), None, "{line:?}");
    }
    assert_eq!(Header::parse(b"+QSSLRECV: 7", Shape::Read), None);
}

#[test]
fn errors_of_tls_have_numbers_of_their_own() {
    for code in [579, 580, 581, 582] {
        assert!(TcpIpError::new(code).is_tls());
    }
    for code in [0, 566, 569, 578, 583] {
        assert!(!TcpIpError::new(code).is_tls());
    }
}
