use std::net::{IpAddr, Ipv6Addr};

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::tcpip::*;

use super::{bytes, quotes, text};

#[test]
fn a_look_up_without_family_has_the_form_that_all_versions_know() {
    assert_eq!(text(&Resolve::new("a", None).unwrap()), "AT+CIPDOMAIN=\"a\"");
    for (family, number) in [(Family::PreferV4, 1), (Family::V4, 2), (Family::V6, 3)] {
        let resolve = Resolve::new("example.org", Some(family)).unwrap();
        assert_eq!(text(&resolve), format!("AT+CIPDOMAIN=\"example.org\",{number}"));
    }
}

#[test]
fn the_longest_name_fills_the_command() {
    let name = "x".repeat(Resolve::MAX_NAME);
    assert_eq!(bytes(&Resolve::new(&name, Some(Family::V6)).unwrap()).len(), 256);
    let error = Err(ArgumentError::TooLong { field: "name", max: 237 });
    assert_eq!(Resolve::new(&"x".repeat(238), None), error);
    // Escapes count.
    assert!(Resolve::new(&quotes(118), Some(Family::V4)).is_ok());
    assert_eq!(Resolve::new(&quotes(119), None), error);
}

#[test]
fn impossible_names_are_refused() {
    assert_eq!(Resolve::new("", None), Err(ArgumentError::TooShort { field: "name", min: 1 }));
    for name in ["a\0", "a\r", "a\n"] {
        assert_eq!(Resolve::new(name, None), Err(ArgumentError::Illegal { field: "name" }));
    }
}

#[test]
fn the_address_is_read_with_and_without_quotes() {
    let resolve = Resolve::new("h", None).unwrap();
    for answer in ["+CIPDOMAIN:\"10.0.0.1\"\r\n", "+CIPDOMAIN:10.0.0.1\r\n"] {
        let ip = resolve.parse(Ok(answer.as_bytes())).unwrap().ip;
        assert_eq!(ip, IpAddr::from([10, 0, 0, 1]));
    }
    let address = Address::parse_line(b"+CIPDOMAIN:\"2001:DB8::1\"").unwrap();
    assert_eq!(address.ip, "2001:db8::1".parse::<Ipv6Addr>().unwrap());
    for bad in ["+CIPDOMAIN:", "+CIPDOMAIN:\"\"", "+CIPDOMAIN:\"10.0.0\"", "+CIPDOMAIN:example.org"]
    {
        assert_eq!(resolve.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn servers_are_set_by_hand_or_by_dhcp() {
    assert_eq!(text(&SetDns::automatic()), "AT+CIPDNS=0");
    let largest = IpAddr::V6(Ipv6Addr::from([0xFF; 16]));
    assert_eq!(
        text(&SetDns::manual(&[largest; 3]).unwrap()),
        format!("AT+CIPDNS=1{}", ",\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\"".repeat(3))
    );
    let two = [IpAddr::from([8, 8, 8, 8]), IpAddr::from([9, 9, 9, 9])];
    assert_eq!(text(&SetDns::manual(&two).unwrap()), "AT+CIPDNS=1,\"8.8.8.8\",\"9.9.9.9\"");
    assert_eq!(SetDns::manual(&[]), Err(ArgumentError::TooShort { field: "servers", min: 1 }));
    let error = Err(ArgumentError::TooLong { field: "servers", max: 3 });
    assert_eq!(SetDns::manual(&[largest; 4]), error);
}

#[test]
fn servers_are_read() {
    assert_eq!(text(&GetDns), "AT+CIPDNS?");
    let answer = b"+CIPDNS:1,\"208.67.222.222\",\"114.114.114.114\",\"8.8.8.8\"\r\n";
    let dns = GetDns.parse(Ok(answer)).unwrap();
    assert!(dns.manual);
    assert_eq!(dns.servers[2], IpAddr::from([8, 8, 8, 8]));
    assert_eq!(DnsServers::parse_line(b"+CIPDNS:0").unwrap().servers.len(), 0);
    for bad in ["+CIPDNS:", "+CIPDNS:2", "+CIPDNS:1,", "+CIPDNS:1,\"8.8.8\""] {
        assert_eq!(DnsServers::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn an_echo_reply_has_a_time() {
    let ping = Ping::new(Host::from([10, 0, 0, 1])).unwrap();
    assert_eq!(text(&ping), "AT+PING=\"10.0.0.1\"");
    assert_eq!(ping.parse(Ok(b"+PING:27\r\n")), Ok(EchoReply { ms: Some(27) }));
    assert_eq!(ping.parse(Ok(b"+PING:TIMEOUT\r\n")), Ok(EchoReply { ms: None }));
    assert_eq!(EchoReply::parse_line(b"+27"), Some(EchoReply { ms: Some(27) }));
    assert_eq!(EchoReply::parse_line(b"+timeout"), Some(EchoReply { ms: None }));
    for bad in ["+PING:", "+PING:x", "+", "27", "+IPD,0,4"] {
        assert_eq!(EchoReply::parse_line(bad.as_bytes()), None, "{bad}");
    }
    let longest = quotes(64);
    assert_eq!(
        text(&Ping::new(Host::Name(&longest)).unwrap()),
        format!("AT+PING=\"{}\"", "\\\"".repeat(64))
    );
    assert_eq!(Ping::new(Host::Name("")), Err(ArgumentError::TooShort { field: "host", min: 1 }));
}
