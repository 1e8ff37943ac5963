use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::wifi::*;

use super::{quotes, text};

const MAC: [u8; 6] = [0xCA, 0xD7, 0x19, 0xD8, 0xA6, 0x44];

fn parse(line: &str) -> Option<AccessPoint> {
    AccessPoint::parse_line(line.as_bytes())
}

#[test]
fn a_scan_for_everything_is_the_bare_command() {
    assert_eq!(text(&Scan), "AT+CWLAP");
}

#[test]
fn a_filtered_scan_leaves_out_what_is_not_asked_for() {
    assert_eq!(text(&ScanFor::ssid("n").unwrap()), "AT+CWLAP=\"n\"");
    assert_eq!(text(&ScanFor::bssid(MAC)), "AT+CWLAP=,\"ca:d7:19:d8:a6:44\"");
    assert_eq!(text(&ScanFor::on_channel(13).unwrap()), "AT+CWLAP=,,13");
    let name = quotes(32);
    let largest = ScanFor::ssid(&name).unwrap().channel(177).passive(true).dwell_ms(9_999, 1_500);
    assert_eq!(text(&largest), format!("AT+CWLAP=\"{}\",,177,1,1500,1500", "\\\"".repeat(32)));
}

#[test]
fn a_scan_cannot_ask_for_an_impossible_network() {
    assert_eq!(ScanFor::ssid(""), Err(ArgumentError::TooShort { field: "ssid", min: 1 }));
    assert_eq!(
        ScanFor::ssid(&"x".repeat(33)),
        Err(ArgumentError::TooLong { field: "ssid", max: 32 })
    );
    assert_eq!(ScanFor::ssid("a\nb"), Err(ArgumentError::Illegal { field: "ssid" }));
    assert_eq!(ScanFor::on_channel(0), Err(ArgumentError::OutOfRange { field: "channel" }));
}

#[test]
fn scan_options_keep_all_fields() {
    assert_eq!(text(&ScanOptions { sorted: false, weakest: -100 }), "AT+CWLAPOPT=0,2047,-100");
    assert_eq!(text(&ScanOptions { sorted: true, weakest: -128 }), "AT+CWLAPOPT=1,2047,-128");
    assert_eq!(text(&ScanOptions { sorted: true, weakest: 40 }), "AT+CWLAPOPT=1,2047,40");
}

#[test]
fn five_fields_are_enough_and_more_are_ignored() {
    for tail in ["", ",32767,0", ",-12,0,4,4,7,0", ",-12,0,4,4,7,0,\"new\",1"] {
        let seen =
            parse(&format!("+CWLAP:(3,\"my net\",-61,\"ca:d7:19:d8:a6:44\",6{tail})")).unwrap();
        assert_eq!(seen.ssid_str(), Some("my net"));
        assert_eq!(
            (seen.bssid, seen.channel, seen.rssi, seen.security),
            (MAC, 6, -61, Security::Wpa2)
        );
        assert!(!seen.hidden());
    }
}

#[test]
fn names_may_contain_what_lines_are_made_of() {
    for name in [
        ")",
        "(",
        "a,b",
        "a\"b",
        "\",-1,\"",
        "\")",
        "x\",-40,\"00:11:22:33:44:55\",1)",
        "ünï",
        "+CWLAP:(",
        "OK",
    ] {
        let line = format!("+CWLAP:(4,\"{name}\",-70,\"ca:d7:19:d8:a6:44\",11,0,0,4,4,7,1)");
        let seen = parse(&line).expect(name);
        assert_eq!(seen.ssid_str(), Some(name));
        assert_eq!((seen.rssi, seen.bssid), (-70, MAC));
    }
}

#[test]
fn escapes_in_names_are_taken_out() {
    let ssid = |printed: &str| {
        parse(&format!("+CWLAP:(4,\"{printed}\",-70,\"ca:d7:19:d8:a6:44\",11)"))
            .map(|seen| seen.ssid().to_vec())
    };
    assert_eq!(ssid(r"a\,b").unwrap(), b"a,b");
    assert_eq!(ssid(r#"a\"b"#).unwrap(), b"a\"b");
    assert_eq!(ssid(r"a\\b").unwrap(), b"a\\b");
    // Firmware that does not escape.
    assert_eq!(ssid(r"a\b").unwrap(), b"a\\b");
    assert_eq!(ssid(r"a\").unwrap(), b"a\\");
    assert_eq!(ssid(&r"\,".repeat(32)).unwrap(), b",".repeat(32));
    assert_eq!(ssid(&r"\,".repeat(33)), None);
}

#[test]
fn a_name_that_is_not_utf8_is_kept_as_it_is() {
    let line = b"+CWLAP:(0,\"\xff\xfe\",-70,\"ca:d7:19:d8:a6:44\",11)";
    let seen = AccessPoint::parse_line(line).unwrap();
    assert_eq!((seen.ssid(), seen.ssid_str()), (&b"\xff\xfe"[..], None));
    let join = Join::from_bytes(seen.ssid(), "").unwrap();
    assert_eq!(super::bytes(&join), b"AT+CWJAP=\"\xff\xfe\",\"\"\r\n");
}

#[test]
fn a_hidden_network_has_no_name() {
    let seen = parse("+CWLAP:(3,\"\",-61,\"ca:d7:19:d8:a6:44\",6)").unwrap();
    assert!(seen.hidden());
    assert_eq!(seen.ssid(), b"");
}

#[test]
fn every_protection_has_its_number() {
    let security = |number: u32| {
        parse(&format!("+CWLAP:({number},\"n\",-61,\"ca:d7:19:d8:a6:44\",6)")).unwrap().security
    };
    assert_eq!(security(0), Security::Open);
    assert_eq!(security(9), Security::Owe);
    assert_eq!(security(15), Security::Wpa2Wpa3Enterprise);
    assert_eq!(security(16), Security::Other(16));
    assert_eq!(security(1000), Security::Other(255));
    assert!((0..16).all(|number| !matches!(security(number), Security::Other(_))));
    assert!(!security(0).needs_password() && security(6).needs_password());
}

#[test]
fn damaged_lines_are_none() {
    let whole = "+CWLAP:(3,\"my net\",-61,\"ca:d7:19:d8:a6:44\",6,0,0,4,4,7,0)";
    for end in 0..whole.len() {
        assert_eq!(parse(&whole[..end]), None, "cut at {end}");
    }
    for bad in [
        "+CWLAP:(x,\"n\",-61,\"ca:d7:19:d8:a6:44\",6)",
        "+CWLAP:(3,\"n\",-161,\"ca:d7:19:d8:a6:44\",6)",
        "+CWLAP:(3,\"n\",-61,\"ca:d7:19:d8:a6\",6)",
        "+CWLAP:(3,\"n\",-61,\"ca:d7:19:d8:a6:44\",256)",
        "+CWLAP:(3,n,-61,\"ca:d7:19:d8:a6:44\",6)",
        "+CWLAP:(\"n\",-61)",
        "+CWLAP:()",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_list_skips_urcs_between_its_lines() {
    let answer = b"+CWLAP:(3,\"a\",-61,\"ca:d7:19:d8:a6:44\",6)\r\n\
        \r\n+IPD,0,4\r\n\
        WIFI DISCONNECT\r\n\
        +CWLAP:(0,\"b\",-80,\"ca:d7:19:d8:a6:45\",11)\r\n";
    let list = Scan.parse(Ok(answer)).unwrap();
    assert_eq!(list.iter().map(|seen| seen.ssid_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn no_network_is_an_empty_list() {
    assert_eq!(Scan.parse(Ok(b"")).unwrap().len(), 0);
}

#[test]
fn a_list_keeps_its_first_entries() {
    let answer: String = (10..40)
        .map(|channel| format!("+CWLAP:(3,\"n\",-61,\"ca:d7:19:d8:a6:44\",{channel})\r\n"))
        .collect();
    let list = Scan.parse(Ok(answer.as_bytes())).unwrap();
    assert_eq!(list.len(), MAX_ACCESS_POINTS);
    assert_eq!((list[0].channel, list[15].channel), (10, 25));
}

#[test]
fn a_damaged_line_of_a_list_is_an_error() {
    assert_eq!(Scan.parse(Ok(b"+CWLAP:(3,\"a\",-6\r\n")), Err(Error::Parse));
}
