use usocket_commands::Command;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::simcom::power::PowerDown;
use usocket_commands::simcom::sim::GetIccid;

use super::text;

#[test]
fn switching_off_has_a_farewell_for_its_answer() {
    assert_eq!(text(&PowerDown { gently: true }), "AT+CPOWD=1");
    assert_eq!(text(&PowerDown { gently: false }), "AT+CPOWD=0");
    assert_eq!(PowerDown { gently: true }.timeout_ms(), 20_000);
}

#[test]
fn the_number_of_the_card_is_a_bare_line() {
    assert_eq!(text(&GetIccid), "AT+CCID");
    let card = GetIccid.parse(Ok(b"\r\n89860113853301234567\r\n")).unwrap();
    assert_eq!(card.digits, "89860113853301234567");
    assert_eq!(GetIccid.parse(Ok(b"\r\n+CADATAIND: 0\r\n")), Err(Error::Parse));
    assert_eq!(GetIccid.parse(Ok(b"\r\n123\r\n")), Err(Error::Parse));
}
