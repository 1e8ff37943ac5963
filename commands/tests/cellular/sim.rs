use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::sim::*;

use super::text;

#[test]
fn the_sim_waits_for_something() {
    assert_eq!(text(&GetSimState), "AT+CPIN?");
    for (state, expected) in [
        ("READY", SimState::Ready),
        ("SIM PIN", SimState::Pin),
        ("SIM PUK", SimState::Puk),
        ("SIM PIN2", SimState::Pin2),
        ("SIM PUK2", SimState::Puk2),
        ("NOT READY", SimState::NotReady),
        ("NOT INSERTED", SimState::NotInserted),
        ("PH-NET PIN", SimState::Personalised),
        ("PH-SIM PIN", SimState::Personalised),
        ("PH-CORP PUK", SimState::Personalised),
    ] {
        for line in
            [format!("+CPIN: {state}"), format!("+CPIN:{state}"), format!("+CPIN:  {state}")]
        {
            assert_eq!(GetSimState.parse(Ok(line.as_bytes())), Ok(expected), "{line}");
        }
    }
    for bad in ["+CPIN:", "+CPIN: READ", "+CPIN: SIM PIN3", "+CPIN: PH-", "+CPIN: PH-NET", "READY"]
    {
        assert_eq!(GetSimState.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn pins_are_4_to_8_digits() {
    assert_eq!(text(&EnterPin::new("0000").unwrap()), "AT+CPIN=\"0000\"");
    assert_eq!(text(&EnterPin::new("12345678").unwrap()), "AT+CPIN=\"12345678\"");
    assert_eq!(text(&EnterPuk::new("26601934", "1234").unwrap()), "AT+CPIN=\"26601934\",\"1234\"");
    assert_eq!(EnterPin::new("123"), Err(ArgumentError::TooShort { field: "pin", min: 4 }));
    assert_eq!(EnterPin::new("123456789"), Err(ArgumentError::TooLong { field: "pin", max: 8 }));
    for bad in ["12\"4", "12,4", "12\r4", "12a4", "12 4"] {
        assert_eq!(EnterPin::new(bad), Err(ArgumentError::Illegal { field: "pin" }), "{bad}");
        assert_eq!(EnterPuk::new("26601934", bad), Err(ArgumentError::Illegal { field: "pin" }));
    }
    assert_eq!(
        EnterPuk::new("2660193", "1234"),
        Err(ArgumentError::TooShort { field: "puk", min: 8 })
    );
}
