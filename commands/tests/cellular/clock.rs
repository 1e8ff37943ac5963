use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::clock::*;

use super::text;

fn time(text: &str) -> Option<DateTime> {
    DateTime::parse(text.as_bytes())
}

#[test]
fn the_clock_is_read_and_kept() {
    assert_eq!(text(&GetClock), "AT+CCLK?");
    assert_eq!(text(&UpdateClock { on: true }), "AT+CTZU=1");
    assert_eq!(text(&ZoneReports { reports: ZoneReport::Off }), "AT+CTZR=0");
    assert_eq!(text(&ZoneReports { reports: ZoneReport::Zone }), "AT+CTZR=1");
    assert_eq!(text(&ZoneReports { reports: ZoneReport::Extended }), "AT+CTZR=2");
}

#[test]
fn a_date_has_a_time_and_perhaps_a_zone() {
    assert_eq!(
        GetClock.parse(Ok(b"+CCLK: \"19/09/09,01:32:52+32\"\r\n")).unwrap().time,
        DateTime { year: 2019, month: 9, day: 9, hour: 1, minute: 32, second: 52, zone: Some(32) }
    );
    assert_eq!(time("24/02/29,23:59:60-04").unwrap().zone, Some(-4));
    assert_eq!(time("24/02/29,23:59:59").unwrap().zone, None);
    assert_eq!(time("2024/02/29,23:59:59+00").unwrap().zone, Some(0));
    assert_eq!(time("69/12/31,00:00:00").unwrap().year, 2069);
}

#[test]
fn a_clock_that_starts_shows_an_old_year() {
    for (text, year) in
        [("80/01/06", 1980), ("70/01/01", 1970), ("04/01/01", 2004), ("08/01/01", 2008)]
    {
        let time = time(&format!("{text},00:00:10+00")).unwrap();
        assert_eq!((time.year, time.is_set()), (year, false));
    }
    assert!(time("16/01/01,00:00:00").unwrap().is_set());
}

#[test]
fn impossible_times_are_none() {
    for bad in [
        "",
        "19/09/09",
        "19/09/09,",
        "19/09/09,01:32",
        "19/09,01:32:52",
        "19/09/09/01,01:32:52",
        "19/09/09,01:32:52:01",
        "19/09/09,01:32:52,1",
        "19/00/09,01:32:52",
        "19/13/09,01:32:52",
        "19/09/00,01:32:52",
        "19/09/32,01:32:52",
        "19/09/09,24:32:52",
        "19/09/09,01:60:52",
        "19/09/09,01:32:61",
        "19/09/09,01:32:052",
        "019/09/09,01:32:52",
        "1969/09/09,01:32:52",
        "19/09/09,01:32:52+",
        "19/09/09,01:32:52+97",
        "19/09/09,01:32:52-97",
        "19/09/09,01:32:52++1",
        "19/09/09,01:32:52+-1",
        "19/-9/09,01:32:52",
        "19/09/09 01:32:52",
    ] {
        assert_eq!(time(bad), None, "{bad}");
    }
    for bad in ["+CCLK: 19/09/09,01:32:52+32", "+CCLK: \"19/09/09,01:32:52+32\",1", "+CCLK:"] {
        assert_eq!(GetClock.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
