use std::net::IpAddr;

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::dns::*;

use super::{ILLEGAL, text};

#[test]
fn a_name_is_looked_up_through_a_context() {
    assert_eq!(text(&Resolve::new(1, "baidu.com").unwrap()), "AT+QIDNSGIP=1,\"baidu.com\"");
    let name = "x".repeat(150);
    assert_eq!(text(&Resolve::new(16, &name).unwrap()), format!("AT+QIDNSGIP=16,\"{name}\""));
    assert_eq!(Resolve::new(17, "a"), Err(ArgumentError::OutOfRange { field: "context" }));
    assert_eq!(Resolve::new(1, ""), Err(ArgumentError::TooShort { field: "name", min: 1 }));
    assert_eq!(
        Resolve::new(1, &"x".repeat(151)),
        Err(ArgumentError::TooLong { field: "name", max: 150 })
    );
    for name in ILLEGAL {
        assert_eq!(Resolve::new(1, name), Err(ArgumentError::Illegal { field: "name" }));
    }
}

#[test]
fn servers_are_chosen_one_or_two() {
    let (a, b): (IpAddr, IpAddr) = ([8, 8, 8, 8].into(), "2001:db8::1".parse().unwrap());
    assert_eq!(text(&SetDns::new(1, a, None).unwrap()), "AT+QIDNSCFG=1,\"8.8.8.8\"");
    assert_eq!(
        text(&SetDns::new(16, a, Some(b)).unwrap()),
        "AT+QIDNSCFG=16,\"8.8.8.8\",\"2001:db8:0:0:0:0:0:1\""
    );
    assert_eq!(SetDns::new(17, a, None), Err(ArgumentError::OutOfRange { field: "context" }));
}

#[test]
fn servers_are_read_back() {
    let get = GetDns { context: 1 };
    assert_eq!(text(&get), "AT+QIDNSCFG=1");
    let servers = |primary: Option<[u8; 4]>, secondary: Option<[u8; 4]>| DnsServers {
        context: 1,
        primary: primary.map(IpAddr::from),
        secondary: secondary.map(IpAddr::from),
    };
    for (line, expected) in [
        ("1,\"10.1.1.1\",\"10.1.1.2\"", servers(Some([10, 1, 1, 1]), Some([10, 1, 1, 2]))),
        ("1,\"10.1.1.1\",\"0.0.0.0\"", servers(Some([10, 1, 1, 1]), None)),
        ("1,\"10.1.1.1\"", servers(Some([10, 1, 1, 1]), None)),
        ("1,\"0.0.0.0\",\"\"", servers(None, None)),
    ] {
        let line = format!("+QIDNSCFG: {line}\r\n");
        assert_eq!(get.parse(Ok(line.as_bytes())), Ok(expected), "{line}");
    }
    for bad in ["+QIDNSCFG: 1", "+QIDNSCFG: 1,\"10.1.1\"", "+QIDNSCFG: 1,\"10.1.1.1\",\"x\"", ""] {
        assert_eq!(get.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}
