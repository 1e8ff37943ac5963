use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::registration::AccessTechnology;
use usocket_commands::cellular::scan::*;

use super::text;

#[test]
fn networks_stand_in_one_line() {
    assert_eq!(text(&Scan), "AT+COPS=?");
    let answer = b"+CREG: 2\r\n\
        +COPS: (2,\"T (D), 1\",\"TD\",\"26201\",7),(1,\"\",\"\",\"310410\"),,(0-4),(0-2)\r\n";
    let networks = Scan.parse(Ok(answer)).unwrap();
    assert_eq!(networks.len(), 2);
    assert_eq!(networks[0].availability, Availability::Current);
    assert_eq!(networks[0].name, "T (D), 1");
    assert_eq!(networks[0].technology, Some(AccessTechnology::Lte));
    assert_eq!(networks[1].availability, Availability::Available);
    assert_eq!(networks[1].number, "310410");
    assert_eq!(networks[1].technology, None);
    for silence in ["+COPS: ,,(0-4),(0-2)", "+COPS:", "+COPS: 0"] {
        assert!(Scan.parse(Ok(silence.as_bytes())).unwrap().is_empty(), "{silence}");
    }
}

#[test]
fn more_networks_than_ten_are_left_out() {
    let network = "(1,\"a\",\"a\",\"26201\",0),";
    let answer = format!("+COPS: {},(0-4)", network.repeat(11));
    assert_eq!(Scan.parse(Ok(answer.as_bytes())).unwrap().len(), 10);
}

#[test]
fn damaged_networks_are_an_error() {
    for bad in [
        "",
        "+COPS: (",
        "+COPS: (2,\"CMCC\",\"CMCC\",\"46000\",7",
        "+COPS: (2,\"CMCC\",\"CMCC\")",
        "+COPS: (4,\"CMCC\",\"CMCC\",\"46000\",7)",
        "+COPS: (2,\"CMCC,\"CMCC\",\"46000\",7)",
        "+COPS: (2,\"CMCC\",\"CMCC\",\"4600012\",7)",
        "+COPS: (2,\"CMCC\",\"CMCC\",\"46000\",x)",
        "+COPS: (0-4),(0-2)",
    ] {
        assert_eq!(Scan.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
