use usocket_commands::Command;
use usocket_commands::atat::{AtatCmd, Error, InternalError};
use usocket_commands::esp_at::NoResponse;
use usocket_commands::esp_at::basic::*;

use super::text;

#[test]
fn commands_without_arguments_are_their_names() {
    assert_eq!(super::bytes(&Probe), b"AT\r\n");
    assert_eq!(text(&Restart), "AT+RST");
    assert_eq!(text(&Restore), "AT+RESTORE");
    assert_eq!(text(&GetVersion), "AT+GMR");
    assert_eq!(text(&GetRam), "AT+SYSRAM?");
}

#[test]
fn switches_are_written_as_0_and_1() {
    assert_eq!(text(&Echo { on: false }), "ATE0");
    assert_eq!(text(&Echo { on: true }), "ATE1");
    assert_eq!(text(&Store { on: false }), "AT+SYSSTORE=0");
    assert_eq!(text(&ErrorLog { on: true }), "AT+SYSLOG=1");
}

#[test]
fn kinds_of_messages_add_up() {
    assert_eq!(text(&Messages { bits: Messages::LINK_UP }), "AT+SYSMSG=2");
    let all = Messages::QUIT | Messages::LINK_UP | Messages::PASSTHROUGH;
    assert_eq!(text(&Messages { bits: all }), "AT+SYSMSG=7");
    assert_eq!(text(&Messages { bits: u8::MAX }), "AT+SYSMSG=255");
}

#[test]
fn sleep_has_four_depths() {
    for (mode, digit) in [
        (SleepMode::Awake, '0'),
        (SleepMode::Modem, '1'),
        (SleepMode::Light, '2'),
        (SleepMode::Listen, '3'),
    ] {
        assert_eq!(text(&Sleep { mode }), format!("AT+SLEEP={digit}"));
    }
}

#[test]
fn a_command_without_answer_ignores_what_stands_before_ok() {
    assert_eq!(Probe.parse(Ok(b"")), Ok(NoResponse));
    assert_eq!(Probe.parse(Ok(b"WIFI GOT IP\r\n")), Ok(NoResponse));
}

#[test]
fn the_error_of_a_client_is_passed_on() {
    assert_eq!(Probe.parse(Err(InternalError::Timeout)), Err(Error::Timeout));
    assert_eq!(GetRam.parse(Err(InternalError::Error)), Err(Error::Error));
}

#[test]
fn free_memory_is_read_with_and_without_its_lowest() {
    let both = Ram { free: 135_184, lowest: Some(128_328) };
    assert_eq!(GetRam.parse(Ok(b"+SYSRAM:135184,128328\r\n")), Ok(both));
    assert_eq!(Ram::parse_line(b"+SYSRAM:148408"), Some(Ram { free: 148_408, lowest: None }));
    for bad in ["+SYSRAM:", "+SYSRAM:1,", "+SYSRAM:a", "+SYSRAM:4294967296", "SYSRAM:1"] {
        assert_eq!(Ram::parse_line(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(GetRam.parse(Ok(b"\r\n")), Err(Error::Parse));
}

#[test]
fn a_probe_is_given_up_before_an_ordinary_command() {
    assert!(Probe.timeout_ms() < Echo { on: true }.timeout_ms());
    assert_eq!(Probe::MAX_TIMEOUT_MS, Probe.timeout_ms());
}
