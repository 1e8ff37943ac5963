use usocket_commands::esp_at::result::{Errno, ErrorCode, ErrorKind, Final, JoinFailure, Reason};

const FINALS: [(&str, Final); 12] = [
    ("OK", Final::Ok),
    ("ERROR", Final::Error),
    ("FAIL", Final::Fail),
    ("SEND OK", Final::SendOk),
    ("SEND FAIL", Final::SendFail),
    ("SEND Canceled", Final::SendCanceled),
    ("SEND CANCELLED", Final::SendCanceled),
    ("busy p...", Final::Busy),
    ("busy s...", Final::BusySending),
    ("Recv 8192 bytes", Final::Received(8192)),
    ("Recv 0 bytes", Final::Received(0)),
    ("Will force to restart!!!", Final::ForcedRestart),
];

#[test]
fn each_result_is_recognised() {
    for (line, result) in FINALS {
        assert_eq!(Final::parse(line.as_bytes()), Some(result));
    }
}

#[test]
fn a_result_is_a_whole_line() {
    for (line, _) in FINALS {
        for end in 0..line.len() {
            assert_eq!(Final::parse(&line.as_bytes()[..end]), None, "{line} cut at {end}");
        }
        for wrong in
            [format!("{line} "), format!(" {line}"), format!("{line}\r"), format!(">{line}")]
        {
            assert_eq!(Final::parse(wrong.as_bytes()), None, "{wrong:?}");
        }
    }
    for wrong in
        ["ok", "OKAY", "Recv  bytes", "Recv x bytes", "Recv -1 bytes", "Recv 4294967296 bytes"]
    {
        assert_eq!(Final::parse(wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn join_failures_have_names() {
    for (code, failure) in [
        (0, JoinFailure::Other(0)),
        (1, JoinFailure::Timeout),
        (2, JoinFailure::WrongPassword),
        (3, JoinFailure::NotFound),
        (4, JoinFailure::Failed),
        (99, JoinFailure::Other(99)),
    ] {
        let line = format!("+CWJAP:{code}");
        assert_eq!(JoinFailure::parse_line(line.as_bytes()), Some(failure));
    }
    for bad in ["+CWJAP:", "+CWJAP:256", "+CWJAP:\"net\",\"30:ae:a4:80:06:49\",1,-50", "+CWJAP:4 "]
    {
        assert_eq!(JoinFailure::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn error_codes_come_apart() {
    let code = |line: &str| ErrorCode::parse_line(line.as_bytes());
    let unknown = code("ERR CODE:0x01090000").unwrap();
    assert_eq!((unknown.raw, unknown.kind()), (0x0109_0000, ErrorKind::UnknownCommand));
    assert_eq!(code("ERR CODE:0x010b0000").unwrap().kind(), ErrorKind::Busy);
    assert_eq!(code("ERR CODE:0x01030000").unwrap().kind(), ErrorKind::NoAt);
    assert_eq!(code("ERR CODE:0x017f0000").unwrap().kind(), ErrorKind::Other(0x7F));

    let count = code("ERR CODE:0x01060504").unwrap();
    assert_eq!((count.kind(), count.extension()), (ErrorKind::Count, 0x0504));

    for bad in [
        "ERR CODE:",
        "ERR CODE:0x",
        "ERR CODE:0x0109000g",
        "ERR CODE:0x010900000",
        "ERR CODE:01090000",
    ] {
        assert_eq!(code(bad), None, "{bad}");
    }
}

#[test]
fn every_kind_of_error_has_its_number() {
    for number in 0..=0x0C_u32 {
        let line = format!("ERR CODE:0x01{number:02x}0000");
        let kind = ErrorCode::parse_line(line.as_bytes()).unwrap().kind();
        assert!(!matches!(kind, ErrorKind::Other(_)), "{line}");
    }
}

#[test]
fn errno_is_hexadecimal() {
    assert_eq!(Errno::parse_line(b"+ERRNO:0x68"), Some(Errno { raw: 0x68 }));
    assert_eq!(Errno::parse_line(b"+ERRNO:0xffffffff"), Some(Errno { raw: u32::MAX }));
    for bad in ["+ERRNO:", "+ERRNO:0x", "+ERRNO:104", "+ERRNO:0x1ffffffff"] {
        assert_eq!(Errno::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn nonos_gives_reasons() {
    for (line, reason) in [
        ("ALREADY CONNECTED", Reason::AlreadyConnected),
        ("DNS Fail", Reason::Dns),
        ("no ip", Reason::NoIp),
        ("IP ERROR", Reason::Ip),
        ("ip error", Reason::Ip),
        ("ID ERROR", Reason::Link),
        ("Link typ ERROR", Reason::LinkKind),
        ("Link type ERROR", Reason::LinkKind),
        ("ENTRY ERROR", Reason::Entry),
        ("link is not valid", Reason::NotConnected),
        ("UNLINK", Reason::NotConnected),
        ("link is builded", Reason::LinkExists),
        ("MUX=0", Reason::Multiplex),
        ("MUX=1", Reason::Multiplex),
        ("IPMODE=1", Reason::Passthrough),
        ("too long", Reason::TooLong),
        ("no port", Reason::NoPort),
        ("no tail", Reason::NoTail),
        ("no change", Reason::NoChange),
        ("No AP", Reason::NoAccessPoint),
    ] {
        assert_eq!(Reason::parse_line(line.as_bytes()), Some(reason));
        assert_eq!(Reason::parse_line(format!("{line}!").as_bytes()), None);
    }
    assert_eq!(Reason::parse_line(b"to read 41 bytes"), None);
}
