use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::identity::GetInformation;
use usocket_commands::quectel::model::Family;

use super::text;

#[test]
fn a_module_says_who_it_is() {
    assert_eq!(text(&GetInformation), "ATI");
    let answer = b"Quectel\r\nBG770A-GL\r\nRevision: BG770AGLAAR01A05\r\n";
    let information = GetInformation.parse(Ok(answer)).unwrap();
    assert_eq!(information.manufacturer, "Quectel");
    assert_eq!(information.model, "BG770A-GL");
    assert_eq!(information.revision, "BG770AGLAAR01A05");
    assert_eq!(information.family(), Some(Family::Bg770));
}

#[test]
fn what_comes_between_is_no_part_of_the_answer() {
    let answer = b"\r\nRDY\r\nQuectel\r\n+CPIN: READY\r\nQuectel_M66\r\nAPP RDY\r\n\
        Revision: M66FAR01A12BT\r\n+QIND: SMS DONE\r\n";
    let information = GetInformation.parse(Ok(answer)).unwrap();
    assert_eq!((information.manufacturer.as_str()), Some("Quectel"));
    assert_eq!(information.family(), Some(Family::M66));
}

#[test]
fn half_an_identity_is_an_error() {
    for answer in ["", "Quectel\r\n", "Revision: BG96MAR02A07M1G\r\n", "+CPIN: READY\r\n"] {
        assert_eq!(GetInformation.parse(Ok(answer.as_bytes())), Err(Error::Parse), "{answer}");
    }
    let long = format!("Quectel\r\n{}\r\n", "B".repeat(49));
    assert_eq!(GetInformation.parse(Ok(long.as_bytes())), Err(Error::Parse));
}
