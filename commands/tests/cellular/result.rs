use usocket_commands::cellular::result::*;

#[test]
fn each_result_is_recognised() {
    for (line, result) in [
        ("OK", Final::Ok),
        ("ERROR", Final::Error),
        ("NO CARRIER", Final::NoCarrier),
        ("CONNECT", Final::Connect),
        ("CONNECT 150000000", Final::Connect),
        ("+CME ERROR: 14", Final::CmeError(CmeError::SIM_BUSY)),
        ("+CME ERROR:515", Final::CmeError(CmeError::PLEASE_WAIT)),
        ("+CME ERROR: 65535", Final::CmeError(CmeError::new(65535))),
        ("+CMS ERROR: 512", Final::CmsError(CmsError::SIM_NOT_READY)),
    ] {
        assert_eq!(Final::parse(line.as_bytes()), Some(result), "{line}");
        assert_eq!(Final::parse(format!(" {line}").as_bytes()), None);
    }
    for bad in [
        "",
        "O",
        "OK ",
        "ERRO",
        "CONNECTED",
        "CONNECT OK",
        "CONNECT FAIL",
        "+CME ERROR:",
        "+CME ERROR: ",
        "+CME ERROR: 65536",
        "+CMS ERROR: text",
        "+CMS ERROR:",
    ] {
        assert_eq!(Final::parse(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn a_text_is_as_good_as_its_number() {
    for (text, error) in [
        ("operation not allowed", CmeError::NOT_ALLOWED),
        ("Operation not allowed", CmeError::NOT_ALLOWED),
        ("SIM not inserted", CmeError::SIM_NOT_INSERTED),
        ("sim busy", CmeError::SIM_BUSY),
        ("unknown", CmeError::UNKNOWN),
        ("something new", CmeError::UNKNOWN),
    ] {
        let line = format!("+CME ERROR: {text}");
        assert_eq!(Final::parse(line.as_bytes()), Some(Final::CmeError(error)), "{text}");
    }
}

#[test]
fn some_errors_pass_and_some_need_somebody() {
    let those = |fact: fn(CmeError) -> bool| {
        (0..=1000).filter(|&code| fact(CmeError::new(code))).collect::<Vec<_>>()
    };
    assert_eq!(those(CmeError::is_transient), [14, 30, 31, 515]);
    assert_eq!(
        those(CmeError::needs_user),
        [10, 11, 12, 13, 15, 16, 40, 41, 42, 43, 44, 45, 46, 47]
    );
}

#[test]
fn errors_read_as_text() {
    assert_eq!(CmeError::SIM_BUSY.to_string(), "SIM busy");
    assert_eq!(CmeError::new(700).to_string(), "error 700");
    assert_eq!((CmeError::SIM_BUSY.code(), CmeError::new(700).text()), (14, None));
    assert_eq!(CmsError::from_text(b"SIM busy"), Some(CmsError::SIM_BUSY));
    let error: &dyn std::error::Error = &CmsError::UNKNOWN;
    assert_eq!(error.to_string(), "unknown error");
}
