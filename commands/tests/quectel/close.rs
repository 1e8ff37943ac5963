use usocket_commands::quectel::close::Close;
use usocket_commands::{ArgumentError, Command};

use super::text;

#[test]
fn a_close_may_say_how_long_it_waits() {
    let close = Close::new(0).unwrap();
    assert_eq!(text(&close), "AT+QICLOSE=0");
    assert_eq!(text(&close.wait_s(0)), "AT+QICLOSE=0,0");
    let longest = Close::new(11).unwrap().wait_s(65535);
    assert_eq!(text(&longest), "AT+QICLOSE=11,65535");
    assert_eq!(longest.link(), 11);
    assert_eq!(Close::new(12), Err(ArgumentError::OutOfRange { field: "link" }));
}

#[test]
fn the_time_of_a_close_follows_its_waiting_time() {
    let close = Close::new(0).unwrap();
    assert_eq!(close.timeout_ms(), 15_000);
    assert_eq!(close.wait_s(0).timeout_ms(), 5_000);
    assert_eq!(close.wait_s(10).timeout_ms(), close.timeout_ms());
    assert_eq!(close.wait_s(65535).timeout_ms(), 65_540_000);
}
