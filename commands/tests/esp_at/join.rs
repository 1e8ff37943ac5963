use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::wifi::*;
use usocket_commands::{ArgumentError, Command};

use super::{bytes, quotes, text};

const MAC: [u8; 6] = [0x10, 0x01, 0x00, 0xC4, 0x0A, 0x51];

#[test]
fn a_join_has_name_and_password() {
    assert_eq!(
        text(&Join::new("espressif", "1234567890").unwrap()),
        "AT+CWJAP=\"espressif\",\"1234567890\""
    );
    assert_eq!(text(&Join::new("o", "").unwrap()), "AT+CWJAP=\"o\",\"\"");
    assert_eq!(text(&Rejoin), "AT+CWJAP");
}

#[test]
fn quotes_commas_and_backslashes_are_escaped() {
    assert_eq!(
        text(&Join::new(r#"a,b"c\d"#, r#"12",\678"#).unwrap()),
        r#"AT+CWJAP="a\,b\"c\\d","12\"\,\\678""#
    );
}

#[test]
fn omitted_options_are_empty_in_the_middle_and_absent_at_the_end() {
    let join = Join::new("s", "12345678").unwrap();
    assert_eq!(text(&join.encrypted_only(true)), r#"AT+CWJAP="s","12345678",,1"#);
    assert_eq!(text(&join.reconnect_s(0)), r#"AT+CWJAP="s","12345678",,,0"#);
    assert_eq!(text(&join.timeout_s(30)), r#"AT+CWJAP="s","12345678",,,,,,30"#);
    assert_eq!(text(&join.bssid(MAC)), r#"AT+CWJAP="s","12345678","10:01:00:c4:0a:51""#);
}

#[test]
fn the_longest_join_fits_a_command() {
    let (name, password) = (quotes(32), quotes(63));
    let join = Join::new(&name, &password)
        .unwrap()
        .bssid(MAC)
        .encrypted_only(true)
        .reconnect_s(u16::MAX)
        .listen_interval(u8::MAX)
        .all_channels(true)
        .timeout_s(u16::MAX)
        .pmf(u8::MAX);
    let escaped = |len| "\\\"".repeat(len);
    assert_eq!(
        text(&join),
        format!(
            "AT+CWJAP=\"{}\",\"{}\",\"10:01:00:c4:0a:51\",1,7200,100,1,600,3",
            escaped(32),
            escaped(63)
        )
    );
    assert!(bytes(&join).len() > 240);
}

#[test]
fn builders_stay_in_the_range_of_the_module() {
    let join = Join::new("s", "12345678").unwrap().listen_interval(0).timeout_s(0);
    assert_eq!(text(&join), r#"AT+CWJAP="s","12345678",,,,1,,3"#);
}

#[test]
fn impossible_names_and_passwords_are_refused() {
    let error = |ssid: &str, password: &str| Join::new(ssid, password).unwrap_err();
    let long = "x".repeat(64);
    assert_eq!(error("", "12345678"), ArgumentError::TooShort { field: "ssid", min: 1 });
    assert_eq!(error(&long[..33], ""), ArgumentError::TooLong { field: "ssid", max: 32 });
    assert_eq!(error("s", "1234567"), ArgumentError::TooShort { field: "password", min: 8 });
    assert_eq!(error("s", &long), ArgumentError::TooLong { field: "password", max: 63 });
    for control in ['\0', '\r', '\n'] {
        let text = format!("12345678{control}");
        assert_eq!(error(&text, ""), ArgumentError::Illegal { field: "ssid" });
        assert_eq!(error("s", &text), ArgumentError::Illegal { field: "password" });
    }
    assert!(Join::new(&long[..32], &long[..63]).is_ok());
}

#[test]
fn a_key_of_64_hexadecimal_digits_is_a_password() {
    let key = "0123456789abcdefABCDEF0123456789".repeat(2);
    assert!(text(&Join::new("s", &key).unwrap()).contains(&key));
    let wrong = key.replace('a', "g");
    assert!(Join::new("s", &wrong).is_err());
}

#[test]
fn a_join_takes_its_own_time_limit_and_ten_seconds() {
    let join = Join::new("s", "12345678").unwrap();
    assert_eq!(join.timeout_ms(), 25_000);
    assert_eq!(join.timeout_s(600).timeout_ms(), 610_000);
}

#[test]
fn an_error_names_what_is_wrong() {
    let error = Join::new("s", "1234567").unwrap_err();
    assert_eq!(error.field(), "password");
    assert_eq!(error.to_string(), "password is shorter than 8");
    assert_eq!(Join::new("", "").unwrap_err().to_string(), "ssid is shorter than 1");
    let boxed: Box<dyn std::error::Error> = error.into();
    assert!(boxed.source().is_none());
}

#[test]
fn the_joined_network_is_read_in_all_versions() {
    for line in [
        r#"+CWJAP:"Espressif","10:01:00:c4:0a:51",5,-70,0,1,3,0,1"#,
        r#"+CWJAP:"Espressif","10:01:00:c4:0a:51",5,-70"#,
    ] {
        let answer = GetJoined.parse(Ok(line.as_bytes())).unwrap();
        let joined = answer.joined.unwrap();
        assert_eq!(joined.ssid.as_str(), Some("Espressif"));
        assert_eq!((joined.bssid, joined.channel, joined.rssi), (MAC, 5, -70));
    }
    let odd = Joined::parse_line(br#"+CWJAP:"a","b,\"c","10:01:00:c4:0a:51",5,70,0"#).unwrap();
    assert_eq!((odd.ssid.as_bytes(), odd.rssi), (&br#"a","b,"c"#[..], 70));
}

#[test]
fn not_joined_is_an_answer_without_a_line() {
    assert_eq!(GetJoined.parse(Ok(b"")).unwrap().joined, None);
    assert_eq!(GetJoined.parse(Ok(b"No AP\r\n")).unwrap().joined, None);
    assert_eq!(text(&GetJoined), "AT+CWJAP?");
}

#[test]
fn a_damaged_line_of_the_joined_network_is_an_error() {
    for bad in ["+CWJAP:4", "+CWJAP:\"Espressif\",\"10:01:00:c4:0a:51\"", "+CWJAP:\"Espr"] {
        assert_eq!(GetJoined.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn leaving_and_coming_back() {
    assert_eq!(text(&Leave), "AT+CWQAP");
    assert_eq!(text(&AutoConnect { on: false }), "AT+CWAUTOCONN=0");
    assert_eq!(text(&ReconnectConfig::new(0, 0).unwrap()), "AT+CWRECONNCFG=0,0");
    assert_eq!(text(&ReconnectConfig::new(7200, 1000).unwrap()), "AT+CWRECONNCFG=7200,1000");
    assert_eq!(
        ReconnectConfig::new(7201, 0),
        Err(ArgumentError::OutOfRange { field: "interval_s" })
    );
    assert_eq!(ReconnectConfig::new(0, 1001), Err(ArgumentError::OutOfRange { field: "count" }));
}
