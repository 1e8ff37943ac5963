use usocket_commands::quectel::power::*;

use super::text;

#[test]
fn a_module_is_switched_off_gently_or_at_once() {
    assert_eq!(text(&PowerDown { gently: true }), "AT+QPOWD=1");
    assert_eq!(text(&PowerDown { gently: false }), "AT+QPOWD=0");
    assert_eq!(text(&Sleep { allowed: false }), "AT+QSCLK=0");
}
