use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::cellular::context::*;

use super::text;

#[test]
fn a_context_is_defined() {
    assert_eq!(
        text(&DefineContext::new(0, ContextKind::V4, "").unwrap()),
        "AT+CGDCONT=0,\"IP\",\"\""
    );
    let apn = "a".repeat(62);
    assert_eq!(
        text(&DefineContext::new(16, ContextKind::V4V6, &apn).unwrap()),
        format!("AT+CGDCONT=16,\"IPV4V6\",\"{apn}\"")
    );
    let long = "a".repeat(63);
    let new = |context, apn| DefineContext::new(context, ContextKind::V6, apn);
    assert_eq!(new(17, ""), Err(ArgumentError::OutOfRange { field: "context" }));
    assert_eq!(new(1, &long), Err(ArgumentError::TooLong { field: "apn", max: 62 }));
    for bad in ["a\"", "a\r", "a\n", "\0", "\u{7F}"] {
        assert_eq!(new(1, bad), Err(ArgumentError::Illegal { field: "apn" }));
    }
}

#[test]
fn defined_contexts_are_listed() {
    assert_eq!(text(&GetContexts), "AT+CGDCONT?");
    let answer = b"+CGDCONT: 1,\"IP\",\"internet.mnc001.mcc262.gprs\",\"0.0.0.0\",0,0,0\r\n\
        +CGDCONT: 2,\"IPV4V6\",\"ims\",\"0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0\",0,0,0\r\n\
        +CGDCONT: 3,\"PPP\",\"\"\r\n";
    let contexts = GetContexts.parse(Ok(answer)).unwrap();
    assert_eq!(contexts[0].apn, "internet.mnc001.mcc262.gprs");
    assert_eq!((contexts[1].context, contexts[1].kind), (2, Some(ContextKind::V4V6)));
    assert_eq!((contexts[2].kind, contexts[2].apn.is_empty()), (None, true));
    assert_eq!(GetContexts.parse(Ok(b"")).unwrap().len(), 0);
    for bad in ["+CGDCONT: 1,\"IP\"", "+CGDCONT: 1,\"IP\",\"inter", "+CGDCONT: 256,\"IP\",\"a\""] {
        assert_eq!(ContextDefinition::parse_line(bad.as_bytes()), None, "{bad}");
        assert_eq!(GetContexts.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn a_context_is_activated_and_the_module_attached() {
    assert_eq!(text(&Attach { on: true }), "AT+CGATT=1");
    assert_eq!(text(&GetAttached), "AT+CGATT?");
    assert_eq!(GetAttached.parse(Ok(b"+CGATT: 0\r\n")), Ok(Attached { on: false }));
    assert_eq!(GetAttached.parse(Ok(b"+CGATT: 2\r\n")), Err(Error::Parse));
    assert_eq!(text(&Activate { context: 255, on: false }), "AT+CGACT=0,255");
    assert_eq!(text(&GetActive), "AT+CGACT?");
    let states = GetActive.parse(Ok(b"+CGACT: 1,1\r\n+CGACT: 2,0\r\n")).unwrap();
    assert_eq!(states[1], ContextState { context: 2, active: false });
    assert_eq!(GetActive.parse(Ok(b"+CGACT: 1\r\n")), Err(Error::Parse));
}

#[test]
fn addresses_come_in_every_dress() {
    assert_eq!(text(&GetAddress { context: 1 }), "AT+CGPADDR=1");
    for (line, v4, v6) in [
        ("+CGPADDR: 1,\"10.76.51.180\"", Some("10.76.51.180"), None),
        ("+CGPADDR: 1,10.1.2.3", Some("10.1.2.3"), None),
        ("+CGPADDR: 1", None, None),
        ("+CGPADDR: 1,", None, None),
        ("+CGPADDR: 1,\"\"", None, None),
        ("+CGPADDR: 1,\"0.0.0.0\"", None, None),
        ("+CGPADDR: 1,\"0,0.0.0.0\"", None, None),
        ("+CGPADDR: 1,\"10.0.0.1\",\"2001:db8::1\"", Some("10.0.0.1"), Some("2001:db8::1")),
        ("+CGPADDR: 1,\"2001:DB8::1\"", None, Some("2001:db8::1")),
        ("+CGPADDR: 1,\"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1\"", None, Some("2001:db8::1")),
    ] {
        let expected = ContextAddress {
            context: 1,
            v4: v4.map(|ip| ip.parse().unwrap()),
            v6: v6.map(|ip| ip.parse().unwrap()),
        };
        assert_eq!(GetAddress { context: 1 }.parse(Ok(line.as_bytes())), Ok(expected), "{line}");
    }
    for bad in
        ["+CGPADDR:", "+CGPADDR: x", "+CGPADDR: 1,\"10.76.51\"", "+CGPADDR: 1,\"10.76.51.180"]
    {
        assert_eq!(ContextAddress::parse_line(bad.as_bytes()), None, "{bad}");
    }
}
