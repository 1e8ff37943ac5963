use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::operator::*;
use usocket_commands::cellular::registration::AccessTechnology;

use super::text;

#[test]
fn networks_are_chosen() {
    assert_eq!(text(&GetOperator), "AT+COPS?");
    assert_eq!(text(&SelectOperator::automatic()), "AT+COPS=0");
    assert_eq!(text(&SelectOperator::deregister()), "AT+COPS=2");
    assert_eq!(text(&SelectOperator::name_format(NameFormat::Long)), "AT+COPS=3,0");
    assert_eq!(text(&SelectOperator::name_format(NameFormat::Numeric)), "AT+COPS=3,2");
    let manual = |number, technology| SelectOperator::manual(number, technology);
    assert_eq!(text(&manual("26201", None).unwrap()), "AT+COPS=1,2,\"26201\"");
    assert_eq!(
        text(&manual("310410", Some(AccessTechnology::Other(255))).unwrap()),
        "AT+COPS=1,2,\"310410\",255"
    );
    assert_eq!(manual("2620", None), Err(ArgumentError::TooShort { field: "number", min: 5 }));
    assert_eq!(manual("2620123", None), Err(ArgumentError::TooLong { field: "number", max: 6 }));
    assert_eq!(manual("26 01", None), Err(ArgumentError::Illegal { field: "number" }));
}

#[test]
fn an_operator_has_a_name_or_none() {
    let operator = |line: &str| GetOperator.parse(Ok(line.as_bytes()));
    let full = operator("+COPS: 0,0,\"CHINA MOBILE CMCC\",7").unwrap();
    assert_eq!(full.name.unwrap(), "CHINA MOBILE CMCC");
    assert_eq!(
        (full.format, full.technology),
        (Some(NameFormat::Long), Some(AccessTechnology::Lte))
    );
    let none = operator("+COPS: 0").unwrap();
    assert_eq!((none.mode, none.name, none.technology), (SelectionMode::Automatic, None, None));
    assert_eq!(operator("+COPS: 2").unwrap().mode, SelectionMode::Deregistered);
    assert_eq!(operator("+COPS: 1,2,\"26201\"").unwrap().name.unwrap(), "26201");
    assert_eq!(operator("+COPS: 4,1,\"a, b\",9").unwrap().name.unwrap(), "a, b");
    assert_eq!(operator("+COPS: 0,0,\"back\\\",0").unwrap().name.unwrap(), "back\\");
    assert_eq!(operator("+COPS: 0,0,\"\"").unwrap().name, None);
    for bad in [
        "+COPS:",
        "+COPS: 5",
        "+COPS: 0,3,\"x\"",
        "+COPS: 0,0,x",
        "+COPS: 0,0,\"x",
        "+COPS: 0,0,\"x\",y",
        "+COPS: (2,\"CMCC\",\"CMCC\",\"46000\",7),,(0-4),(0-2)",
    ] {
        assert_eq!(operator(bad), Err(Error::Parse), "{bad}");
    }
    let long = format!("+COPS: 0,0,\"{}\"", "x".repeat(65));
    assert_eq!(operator(&long), Err(Error::Parse));
}
