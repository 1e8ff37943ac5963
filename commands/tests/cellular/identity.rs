use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::identity::*;

use super::text;

#[test]
fn the_module_is_asked_who_it_is() {
    assert_eq!(text(&GetManufacturer), "AT+CGMI");
    assert_eq!(text(&GetModel), "AT+CGMM");
    assert_eq!(text(&GetRevision), "AT+CGMR");
    assert_eq!(text(&GetImei), "AT+CGSN");
    assert_eq!(text(&GetImeiWithPrefix), "AT+CGSN=1");
    assert_eq!(text(&GetImsi), "AT+CIMI");
}

#[test]
fn a_bare_line_is_the_answer_and_a_urc_is_not() {
    let model = |answer: &str| GetModel.parse(Ok(answer.as_bytes())).map(|model| model.text);
    assert_eq!(model("BG96\r\n").unwrap(), "BG96");
    assert_eq!(model("+CPIN: READY\r\nRDY\r\nBG96\r\n").unwrap(), "BG96");
    assert_eq!(model("AT+CGMM\r\n\r\nBG770A-GL\r\n+QUSIM: 1\r\n").unwrap(), "BG770A-GL");
    assert_eq!(model(&"B".repeat(48)).unwrap().len(), 48);
    for none in ["", "RDY\r\n", "APP RDY\r\n", "+CREG: 1\r\n", "^MODE: 1\r\n", "> \r\n", "  \r\n"] {
        assert_eq!(model(none), Err(Error::Parse), "{none}");
    }
    assert_eq!(model(&"B".repeat(49)), Err(Error::Parse));
    let revision = GetRevision.parse(Ok(b"Revision: M95FAR02A08\r\n")).unwrap();
    assert_eq!(revision.text, "M95FAR02A08");
}

#[test]
fn numbers_are_14_to_17_digits() {
    for digits in ["86642503012345", "866425030123456", "86642503012345678"] {
        assert_eq!(GetImei.parse(Ok(digits.as_bytes())).unwrap().digits, digits);
        assert_eq!(GetImsi.parse(Ok(digits.as_bytes())).unwrap().digits, digits);
    }
    let among = b"+CEREG: 1\r\n12\r\n262011234567890\r\n";
    assert_eq!(GetImsi.parse(Ok(among)).unwrap().digits, "262011234567890");
    for bad in ["", "8664250301234", "866425030123456789", "86642503012345x", "+CGSN: 8664"] {
        assert_eq!(GetImei.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
        assert_eq!(GetImsi.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn nb_iot_modules_put_a_prefix_before_their_number() {
    for line in ["+CGSN: 866425030123456", "+CGSN:866425030123456", "+CGSN: \"866425030123456\""] {
        let imei = GetImeiWithPrefix.parse(Ok(line.as_bytes())).unwrap();
        assert_eq!(imei.digits, "866425030123456", "{line}");
    }
}

#[test]
fn a_text_shows_what_it_is() {
    let text = Identity::parse_line(b"BG96").unwrap().text;
    assert_eq!(format!("{text:?}"), "\"BG96\"");
    assert_eq!((text.as_bytes(), text.len(), text.is_empty()), (&b"BG96"[..], 4, false));
    let odd = Identity::parse_line(b"B\xFF").unwrap().text;
    assert_eq!((odd.as_str(), format!("{odd:?}")), (None, "[66, 255]".to_owned()));
}
