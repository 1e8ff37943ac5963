use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::config::*;

use super::{ILLEGAL, text};

#[test]
fn lines_come_to_the_uart_and_payload_is_not_echoed() {
    assert_eq!(text(&PayloadEcho { on: false }), "AT+QISDE=0");
    for (port, name) in [
        (Port::Uart1, "uart1"),
        (Port::UsbAt, "usbat"),
        (Port::UsbModem, "usbmodem"),
        (Port::All, "all"),
    ] {
        assert_eq!(text(&UrcPort { port }), format!("AT+QURCCFG=\"urcport\",\"{name}\""));
    }
    assert_eq!(text(&SetIndication::new("csq", true).unwrap()), "AT+QINDCFG=\"csq\",1");
    assert_eq!(SetIndication::new("csq\"", true), Err(ArgumentError::Illegal { field: "what" }));
}

#[test]
fn settings_are_written_as_given() {
    assert_eq!(
        text(&SetConfig::new("nwscanseq", "020301,1").unwrap()),
        "AT+QCFG=\"nwscanseq\",020301,1"
    );
    assert_eq!(
        text(&SetConfig::new("risignaltype", "\"physical\"").unwrap()),
        "AT+QCFG=\"risignaltype\",\"physical\""
    );
    assert_eq!(text(&SetConfig::new("k", "\";\"").unwrap()), "AT+QCFG=\"k\",\";\"");
    let (key, values) = ("k".repeat(32), "9".repeat(128));
    assert_eq!(
        text(&SetConfig::new(&key, &values).unwrap()),
        format!("AT+QCFG=\"{key}\",{values}")
    );
    assert_eq!(text(&GetConfig::new("band").unwrap()), "AT+QCFG=\"band\"");
}

#[test]
fn a_setting_cannot_smuggle_a_second_command() {
    for bad in ILLEGAL {
        assert_eq!(SetConfig::new(bad, "1"), Err(ArgumentError::Illegal { field: "key" }));
        assert_eq!(GetConfig::new(bad), Err(ArgumentError::Illegal { field: "key" }));
    }
    for bad in ["1\rATZ", "1\n", "\u{1A}", "\0", "\t", "1;+CFUN=0", "\"a\";", "\"", "1,\"a"] {
        assert_eq!(SetConfig::new("k", bad), Err(ArgumentError::Illegal { field: "values" }));
    }
    assert_eq!(SetConfig::new("", "1"), Err(ArgumentError::TooShort { field: "key", min: 1 }));
    assert_eq!(SetConfig::new("k", ""), Err(ArgumentError::TooShort { field: "values", min: 1 }));
    assert_eq!(
        SetConfig::new(&"k".repeat(33), "1"),
        Err(ArgumentError::TooLong { field: "key", max: 32 })
    );
    assert_eq!(
        SetConfig::new("k", &"1".repeat(129)),
        Err(ArgumentError::TooLong { field: "values", max: 128 })
    );
}

#[test]
fn a_setting_is_read_back() {
    let get = GetConfig::new("band").unwrap();
    let band = get.parse(Ok(b"+QCFG: \"band\",0xf,0x400a0e189f,0xa0e189f\r\n")).unwrap();
    assert_eq!(band.key, "band");
    assert_eq!(band.values, "0xf,0x400a0e189f,0xa0e189f");
    for bad in ["+QCFG: band,1", "+QCFG:", "+QCFG: \"band", ""] {
        assert_eq!(get.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
