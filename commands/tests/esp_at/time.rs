use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::tcpip::*;

use super::{bytes, quotes, text};

#[test]
fn the_clock_has_a_zone_and_up_to_three_servers() {
    assert_eq!(text(&TimeConfig::new(0, &[]).unwrap()), "AT+CIPSNTPCFG=1,0");
    let name = "x".repeat(64);
    let largest = TimeConfig::new(-12, &[&*name; 3]).unwrap();
    assert_eq!(text(&largest), format!("AT+CIPSNTPCFG=1,-12{}", format!(",\"{name}\"").repeat(3)));
    assert_eq!(text(&TimeOff), "AT+CIPSNTPCFG=0");
}

#[test]
fn an_impossible_clock_is_refused() {
    for zone in [-13, 15] {
        assert_eq!(TimeConfig::new(zone, &[]), Err(ArgumentError::OutOfRange { field: "zone" }));
    }
    let field = "servers";
    assert_eq!(TimeConfig::new(0, &["a"; 4]), Err(ArgumentError::TooLong { field, max: 3 }));
    assert_eq!(TimeConfig::new(0, &[""]), Err(ArgumentError::TooShort { field, min: 1 }));
    assert_eq!(TimeConfig::new(0, &["a\n"]), Err(ArgumentError::Illegal { field }));
    let name = "x".repeat(65);
    assert_eq!(TimeConfig::new(0, &[&name]), Err(ArgumentError::TooLong { field, max: 64 }));
}

#[test]
fn servers_with_many_escapes_still_fit_the_command() {
    let (long, short) = (quotes(64), quotes(49));
    assert_eq!(bytes(&TimeConfig::new(-12, &[&long, &short]).unwrap()).len(), 253);
    assert!(TimeConfig::new(-12, &[&long, &long]).is_err());
}

#[test]
fn the_interval_is_seconds() {
    assert_eq!(text(&TimeInterval::new(15).unwrap()), "AT+CIPSNTPINTV=15");
    assert_eq!(text(&TimeInterval::new(4_294_967).unwrap()), "AT+CIPSNTPINTV=4294967");
    for seconds in [14, 4_294_968] {
        let error = ArgumentError::OutOfRange { field: "seconds" };
        assert_eq!(TimeInterval::new(seconds), Err(error));
    }
}

#[test]
fn the_time_is_read() {
    // The text of the C library ends in a line feed of its own.
    let time = GetTime.parse(Ok(b"+CIPSNTPTIME:Tue Oct 19 17:47:56 2021\n\r\n")).unwrap();
    assert_eq!((time.year, time.month, time.day), (2021, 10, 19));
    assert_eq!((time.hour, time.minute, time.second), (17, 47, 56));
    assert!(time.is_set());
    assert_eq!(text(&GetTime), "AT+CIPSNTPTIME?");
}

#[test]
fn a_clock_that_was_never_set_counts_from_1970() {
    let time = Time::parse_line(b"+CIPSNTPTIME:Thu Jan  1 00:00:34 1970").unwrap();
    assert_eq!(time.day, 1);
    assert!(!time.is_set());
}

#[test]
fn damaged_times_are_none() {
    for bad in [
        "",
        "Tue",
        "Tue Okt 19 17:47:56 2021",
        "Tue Oct 32 17:47:56 2021",
        "Tue Oct 19 24:47:56 2021",
        "Tue Oct 19 17:60:56 2021",
        "Tue Oct 19 17:47 2021",
        "Tue Oct 19 17:47:56:1 2021",
        "Tue Oct 19 17:47:56",
        "Tue Oct 19 17:47:56 65536",
        "Tue Oct 19 17:47:56 2021 x",
    ] {
        let answer = format!("+CIPSNTPTIME:{bad}");
        assert_eq!(GetTime.parse(Ok(answer.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
