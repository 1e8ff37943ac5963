use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::signal::*;

use super::text;

#[test]
fn each_technology_has_its_numbers() {
    assert_eq!(text(&GetRadioSignal), "AT+QCSQ");
    let parse = |line: &str| RadioSignal::parse_line(line.as_bytes()).unwrap();
    let signal = parse("+QCSQ: \"CAT-M1\",-52,-81,195,-10");
    assert_eq!(signal.technology, RadioTechnology::CatM1);
    assert_eq!((signal.rssi_dbm(), signal.rsrp_dbm()), (Some(-52), Some(-81)));
    assert_eq!((signal.sinr_tenths_db(), signal.rsrq_db()), (Some(190), Some(-10)));
    let gsm = parse("+QCSQ: \"GSM\",-68");
    assert_eq!((gsm.technology, gsm.rssi_dbm()), (RadioTechnology::Gsm, Some(-68)));
    let wcdma = parse("+QCSQ: \"WCDMA\",-68,-70,-4");
    assert_eq!((wcdma.rsrp_dbm(), wcdma.sinr_tenths_db(), wcdma.rsrq_db()), (None, None, None));
    for (name, technology) in [
        ("NOSERVICE", RadioTechnology::None),
        ("LTE", RadioTechnology::Lte),
        ("eMTC", RadioTechnology::CatM1),
        ("CAT-NB1", RadioTechnology::NbIot),
        ("NBIoT", RadioTechnology::NbIot),
    ] {
        assert_eq!(parse(&format!("+QCSQ: \"{name}\"")).technology, technology);
    }
    for bad in ["+QCSQ:", "+QCSQ: \"6G\",1", "+QCSQ: \"LTE\",x", "+QCSQ: \"LTE\",1,2,3,4,5"] {
        assert_eq!(RadioSignal::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn a_cell_has_a_band_and_a_channel() {
    assert_eq!(text(&GetNetworkInfo), "AT+QNWINFO");
    let line = b"+QNWINFO: \"CAT-M1\",\"46000\",\"LTE BAND 39\",38348\r\n";
    let info = GetNetworkInfo.parse(Ok(line)).unwrap();
    assert_eq!(info.technology, "CAT-M1");
    assert_eq!(info.operator, "46000");
    assert_eq!(info.band, "LTE BAND 39");
    assert_eq!(info.channel, 38348);
    let none = GetNetworkInfo.parse(Ok(b"+QNWINFO: No Service\r\n")).unwrap();
    assert!(none.technology.is_empty() && none.band.is_empty());
    for bad in ["+QNWINFO: \"CAT-M1\",\"46000\",\"LTE BAND 39\"", "+QNWINFO:", ""] {
        assert_eq!(GetNetworkInfo.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
