//! Handshakes: what is checked on either side, and how a failure looks.

use super::{ERROR, NAME, OK, OTHER, PEER, ROOT, open, play, say, scene};
use core::time::Duration;
use usocket_simulator::module::{Distrust, Failure};
use usocket_simulator::{Profile, TlsVersion};

#[test]
fn unverified_links_take_any_certificate() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.certificate(&["other.example.com"], OTHER).expired();
    open(&world, true);
    let hello = host.hellos().remove(0);
    assert!(!hello.verifies && !hello.checks_name);
    assert_eq!((hello.sni, hello.outcome), (None, Ok(None)));
    say(
        &world,
        "AT+CIPSTATE?",
        "+CIPSTATE:0,\"SSL\",\"192.168.3.102\",443,49153,0\\r\\n\\r\\nOK\\r\\n",
    );
}

#[test]
fn roots_dates_and_names_count_as_far_as_they_are_set() {
    type Case<'a> = (&'a [&'a str], &'a [u8], &'a str, Result<Option<String>, Failure>);
    let wrong = |distrust| Err(Failure::Certificate(distrust));
    let cases: [Case<'_>; 6] = [
        (&[NAME], ROOT, "", Ok(None)),
        (&["other.example.com"], ROOT, "", Ok(None)),
        (&[NAME], ROOT, NAME, Ok(None)),
        (&["*.example.com"], ROOT, NAME, Ok(None)),
        (&["example.com", "*.tls.example.com"], ROOT, NAME, wrong(Distrust::OtherName)),
        (&[NAME], OTHER, NAME, wrong(Distrust::Unknown)),
    ];
    for (names, issuer, expected, outcome) in cases {
        let (world, host) = scene(Profile::esp32c3_4_1());
        host.certificate(names, issuer);
        say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
        if !expected.is_empty() {
            say(&world, &format!("AT+CIPSSLCCN=0,\"{expected}\""), OK);
        }
        open(&world, outcome.is_ok());
        assert_eq!(host.hellos().remove(0).outcome, outcome, "{names:?}");
    }
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.certificate(&[NAME], ROOT).expired();
    say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
    open(&world, false);
}

#[test]
fn later_firmware_has_a_number_for_it() {
    let (world, host) = scene(Profile::esp32c6_5_0());
    let plain = world.listen(PEER, 80);
    say(&world, "AT+SYSLOG=1", OK);
    say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
    let fails = |port: u16, number: &str| {
        let connect = format!("AT+CIPSTART=0,\"SSL\",\"{NAME}\",{port}");
        let answer = format!("ERR CODE:0x010a0000\\r\\n+ERRNO:{number}\\r\\n{ERROR}");
        say(&world, &connect, &answer);
    };
    fails(443, "0x8");
    host.certificate(&[NAME], ROOT);
    say(&world, "AT+CIPSSLCCN=0,\"other.example.com\"", OK);
    fails(443, "0x4");
    fails(80, "0x7200");
    assert!(plain.accept().is_none());
    host.ignores_handshakes();
    fails(443, "0x8006");
}

#[test]
fn a_name_is_asked_for_if_it_is_set_and_always_from_5_0_on() {
    for (profile, sni) in [(Profile::esp32c3_4_1(), None), (Profile::esp32c6_5_0(), Some(NAME))] {
        let (world, host) = scene(profile);
        open(&world, true);
        assert_eq!(host.hellos().remove(0).sni.as_deref(), sni);
        say(&world, "AT+CIPCLOSE=0", "0,CLOSED\\r\\n\\r\\nOK\\r\\n");
        say(&world, "AT+CIPSSLCSNI=0,\"virtual.example.com\"", OK);
        open(&world, true);
        assert_eq!(host.hellos().remove(0).sni.as_deref(), Some("virtual.example.com"));
        say(&world, "AT+CIPCLOSE=0", "0,CLOSED\\r\\n\\r\\nOK\\r\\n");
        // An address is no name.
        say(&world, "AT+CIPSSLCSNI=0,\"\"", OK);
        say(&world, "AT+CIPSTART=0,\"SSL\",\"192.168.3.102\",443", "0,CONNECT\\r\\n\\r\\nOK\\r\\n");
        assert_eq!(host.hellos().remove(0).sni, None);
    }
}

#[test]
fn protocols_are_agreed_on_or_not() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.alpn(&["mqtt", "http/1.1"]);
    open(&world, true);
    say(&world, "AT+CIPSSLCALPN=1,2,\"h2\",\"http/1.1\"", OK);
    say(&world, "AT+CIPSTART=1,\"SSL\",\"tls.example.com\",443", "1,CONNECT\\r\\n\\r\\nOK\\r\\n");
    say(&world, "AT+CIPSSLCALPN=2,1,\"h2\"", OK);
    say(&world, "AT+CIPSTART=2,\"SSL\",\"tls.example.com\",443", ERROR);
    let outcomes: Vec<_> = host.hellos().into_iter().map(|hello| hello.outcome).collect();
    let agreed = Some("http/1.1".to_owned());
    assert_eq!(outcomes, [Ok(None), Ok(agreed), Err(Failure::Handshake)]);
}

#[test]
fn a_server_can_want_a_certificate_or_a_key() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    world.with_module(|module| {
        module.put_file("client_cert.0", b"of the device");
        module.put_file("client_key.0", b"its key");
    });
    host.demands_certificate(b"of the device");
    open(&world, false);
    say(&world, "AT+CIPSSLCCONF=0,1,0,0", OK);
    open(&world, true);
    assert_eq!(host.hellos()[1].certificate.as_deref(), Some(&b"of the device"[..]));

    let (world, host) = scene(Profile::esp32c3_4_1());
    host.shares_key("device", b"secret");
    open(&world, false);
    say(&world, "AT+CIPSSLCPSK=0,\"guess\",\"device\"", OK);
    open(&world, false);
    say(&world, "AT+CIPSSLCPSK=0,\"secret\",\"device\"", OK);
    open(&world, true);
    assert_eq!(host.hellos()[2].shared_key.as_deref(), Some("device"));
}

#[test]
fn versions_have_to_overlap() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.versions(TlsVersion::Ssl3..=TlsVersion::Ssl3);
    open(&world, false);
    host.versions(TlsVersion::Ssl3..=TlsVersion::Tls10);
    open(&world, true);
}

#[test]
fn a_handshake_takes_its_time_and_the_port_is_busy_meanwhile() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.handshake_takes(Duration::from_secs(3));
    let start = world.now();
    play(
        &world,
        r#"
        > AT+CIPSTART=0,"SSL","tls.example.com",443\r\n
        > AT\r\n
        < \r\nbusy p...\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        "#,
    );
    assert!(world.now() - start >= Duration::from_secs(3));
}

#[test]
fn a_silent_server_is_given_up_after_ten_seconds_or_when_the_host_says() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.ignores_handshakes();
    let start = world.now();
    open(&world, false);
    let time = world.now() - start;
    assert!((Duration::from_secs(10)..Duration::from_secs(12)).contains(&time), "{time:?}");
    let start = world.now();
    say(&world, "AT+CIPSTART=0,\"SSL\",\"tls.example.com\",443,,,2000", ERROR);
    let time = world.now() - start;
    assert!((Duration::from_secs(2)..Duration::from_secs(4)).contains(&time), "{time:?}");
}

#[test]
fn an_esp8266_has_memory_for_one_tls_link() {
    let (world, _) = scene(Profile::esp8266_2_2_2());
    open(&world, true);
    say(&world, "AT+CIPSTART=1,\"SSL\",\"tls.example.com\",443", ERROR);
    say(&world, "AT+CIPCLOSE=0", "0,CLOSED\\r\\n\\r\\nOK\\r\\n");
    open(&world, true);
}
