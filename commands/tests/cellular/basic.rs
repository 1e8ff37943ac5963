use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::basic::*;
use usocket_commands::cellular::function::*;
use usocket_commands::cellular::signal::*;
use usocket_commands::cellular::supply::*;
use usocket_commands::cellular::uart::*;
use usocket_commands::{ArgumentError, Command};

use super::text;

#[test]
fn the_module_is_asked_and_told_how_to_answer() {
    assert_eq!(text(&Probe), "AT");
    assert_eq!(text(&Echo { on: true }), "ATE1");
    assert_eq!(text(&Echo { on: false }), "ATE0");
    assert_eq!(text(&VerboseResults), "ATV1Q0");
    assert_eq!(text(&GetErrorReports), "AT+CMEE?");
    assert_eq!(ErrorReporting::parse_line(b"+CMEE: 2"), Some(ErrorReporting { kind: 2 }));
    assert_eq!(ErrorReporting::parse_line(b"+CMEE: (0-2)"), None);
    assert_eq!(text(&ErrorReports { kind: ErrorKind::Plain }), "AT+CMEE=0");
    assert_eq!(text(&ErrorReports { kind: ErrorKind::Numeric }), "AT+CMEE=1");
    assert_eq!(text(&ErrorReports { kind: ErrorKind::Verbose }), "AT+CMEE=2");
    assert_eq!(text(&FactorySettings), "AT&F");
    assert_eq!(text(&StoreSettings), "AT&W");
    assert_eq!(text(&RecallSettings), "ATZ");
}

#[test]
fn the_uart_has_a_rate_and_a_flow_control() {
    assert_eq!(text(&SetBaud::new(300).unwrap()), "AT+IPR=300");
    assert_eq!(text(&SetBaud::new(4_000_000).unwrap()), "AT+IPR=4000000");
    for baud in [0, 299, 4_000_001, u32::MAX] {
        assert_eq!(SetBaud::new(baud), Err(ArgumentError::OutOfRange { field: "baud" }));
    }
    assert_eq!(text(&GetBaud), "AT+IPR?");
    assert_eq!(GetBaud.parse(Ok(b"+IPR: 0\r\n")), Ok(Baud { baud: 0 }));
    assert_eq!(GetBaud.parse(Ok(b"+IPR: x\r\n")), Err(Error::Parse));
    assert_eq!(text(&SetFlow { flow: Flow::None }), "AT+IFC=0,0");
    assert_eq!(text(&SetFlow { flow: Flow::Software }), "AT+IFC=1,1");
    assert_eq!(text(&SetFlow { flow: Flow::RtsCts }), "AT+IFC=2,2");
}

#[test]
fn the_radio_is_turned_on_and_off() {
    for (level, number) in
        [(Level::Minimum, 0), (Level::Full, 1), (Level::Airplane, 4), (Level::Other(255), 255)]
    {
        assert_eq!(text(&SetFunction { level }), format!("AT+CFUN={number}"));
        let answer = format!("+CFUN: {number}\r\n");
        assert_eq!(GetFunction.parse(Ok(answer.as_bytes())), Ok(Function { level }));
    }
    assert_eq!(text(&Restart), "AT+CFUN=1,1");
    assert_eq!(text(&GetFunction), "AT+CFUN?");
    assert_eq!((GetFunction::PREFIX, GetFunction.timeout_ms()), ("+CFUN:", 20_000));
    for bad in ["+CFUN:", "+CFUN: 256", "+CFUN: 1,1", "CFUN: 1"] {
        assert_eq!(Function::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn the_signal_is_told_in_dbm() {
    assert_eq!(text(&GetSignal), "AT+CSQ");
    for (line, dbm, errors) in [
        ("+CSQ: 0,0", Some(-113), Some(0)),
        ("+CSQ: 28,99", Some(-57), None),
        ("+CSQ: 31,7", Some(-51), Some(7)),
        ("+CSQ: 99,99", None, None),
        ("+CSQ: 32,8", None, None),
        ("+CSQ: 100,99", Some(-116), None),
        ("+CSQ:191, 99", Some(-25), None),
        ("+CSQ: 199,99", None, None),
    ] {
        let signal = GetSignal.parse(Ok(line.as_bytes())).unwrap();
        assert_eq!((signal.dbm(), signal.error_rate()), (dbm, errors), "{line}");
    }
    for bad in ["+CSQ: 28", "+CSQ: 28,", "+CSQ: 28,99,1", "+CSQ: 256,0", "+CSQ: -1,0", ""] {
        assert_eq!(GetSignal.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn the_supply_is_told_in_millivolts() {
    assert_eq!(text(&GetSupply), "AT+CBC");
    assert_eq!(
        GetSupply.parse(Ok(b"+CBC: 1,100,3800\r\n")),
        Ok(Supply { charging: true, percent: 100, millivolts: 3800 })
    );
    for bad in ["+CBC: 0,100", "+CBC: 0,100,65536", "+CBC: 0,100,3.8V"] {
        assert_eq!(Supply::parse_line(bad.as_bytes()), None, "{bad}");
    }
}
