use std::net::{IpAddr, Ipv6Addr};

use usocket_commands::esp_at::tcpip::*;
use usocket_commands::{ArgumentError, Command};

use super::{bytes, quotes, text};

const V6: Ipv6Addr = Ipv6Addr::new(0xFE80, 0, 0, 0, 0x32AE, 0xA4FF, 0xFE80, 0x6549);

#[test]
fn the_kind_follows_the_address() {
    let host = Host::from([192, 168, 4, 2]);
    assert_eq!(
        text(&Open::tcp(0, host, 43209).unwrap()),
        "AT+CIPSTART=0,\"TCP\",\"192.168.4.2\",43209"
    );
    assert_eq!(
        text(&Open::ssl(4, host, 443).unwrap()),
        "AT+CIPSTART=4,\"SSL\",\"192.168.4.2\",443"
    );
    let host = Host::from(V6);
    assert_eq!(
        text(&Open::tcp(0, host, 1).unwrap()),
        "AT+CIPSTART=0,\"TCPv6\",\"fe80:0:0:0:32ae:a4ff:fe80:6549\",1"
    );
    assert_eq!(Open::ssl(0, host, 1).unwrap().kind(), LinkKind::SslV6);
    let udp = Open::udp(0, host, 1, None, UdpMode::Fixed).unwrap();
    assert_eq!((udp.kind(), udp.link()), (LinkKind::UdpV6, 0));
    let named = Open::tcp(0, Host::from("example.org"), 80).unwrap();
    assert_eq!(named.kind(), LinkKind::Tcp);
    assert_eq!(text(&named.over_v6()), "AT+CIPSTART=0,\"TCPv6\",\"example.org\",80");
}

#[test]
fn tcp_options_stand_in_their_places() {
    let open = Open::tcp(1, Host::Name("h"), 80).unwrap();
    assert_eq!(text(&open.keep_alive(60)), "AT+CIPSTART=1,\"TCP\",\"h\",80,60");
    assert_eq!(text(&open.timeout_ms(5000)), "AT+CIPSTART=1,\"TCP\",\"h\",80,,,5000");
    assert_eq!(
        text(&open.keep_alive(0).local_ip([10, 0, 0, 1].into())),
        "AT+CIPSTART=1,\"TCP\",\"h\",80,0,\"10.0.0.1\""
    );
}

#[test]
fn udp_has_a_local_port_and_a_mode() {
    let host = Host::from([192, 168, 3, 102]);
    assert_eq!(
        text(&Open::udp(4, host, 8080, Some(1112), UdpMode::Fixed).unwrap()),
        "AT+CIPSTART=4,\"UDP\",\"192.168.3.102\",8080,1112,0"
    );
    assert_eq!(
        text(&Open::udp(4, Host::from([0; 4]), 2390, Some(2390), UdpMode::Follow).unwrap()),
        "AT+CIPSTART=4,\"UDP\",\"0.0.0.0\",2390,2390,2"
    );
    let any = Open::udp(4, host, 8080, None, UdpMode::Fixed).unwrap();
    assert_eq!(text(&any), "AT+CIPSTART=4,\"UDP\",\"192.168.3.102\",8080");
    assert_eq!(text(&any.timeout_ms(1)), "AT+CIPSTART=4,\"UDP\",\"192.168.3.102\",8080,,,,1");
    assert_eq!(text(&any.keep_alive(60)), text(&any));
}

#[test]
fn the_longest_opening_fits_a_command() {
    let name = quotes(64);
    let open = Open::udp(4, Host::Name(&name), u16::MAX, Some(u16::MAX), UdpMode::Once)
        .unwrap()
        .over_v6()
        .local_ip(IpAddr::V6(Ipv6Addr::from([0xFF; 16])))
        .timeout_ms(u16::MAX);
    assert_eq!(
        text(&open),
        format!(
            "AT+CIPSTART=4,\"UDPv6\",\"{}\",65535,65535,1,\
             \"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\",60000",
            "\\\"".repeat(64)
        )
    );
    let open = Open::ssl(4, Host::Name(&name), u16::MAX).unwrap().keep_alive(u16::MAX);
    assert!(text(&open).ends_with(",65535,7200"));
    assert!(bytes(&open).len() < 256);
}

#[test]
fn impossible_links_hosts_and_ports_are_refused() {
    let host = Host::from([10, 0, 0, 1]);
    assert_eq!(Open::tcp(5, host, 80), Err(ArgumentError::OutOfRange { field: "link" }));
    assert_eq!(Open::ssl(0, host, 0), Err(ArgumentError::OutOfRange { field: "port" }));
    assert_eq!(
        Open::tcp(0, Host::Name(""), 80),
        Err(ArgumentError::TooShort { field: "host", min: 1 })
    );
    assert_eq!(
        Open::tcp(0, Host::Name(&"x".repeat(65)), 80),
        Err(ArgumentError::TooLong { field: "host", max: 64 })
    );
    assert_eq!(
        Open::tcp(0, Host::Name("a\r\nAT+RST"), 80),
        Err(ArgumentError::Illegal { field: "host" })
    );
    assert_eq!(
        Open::udp(0, host, 80, Some(0), UdpMode::Fixed),
        Err(ArgumentError::OutOfRange { field: "local_port" })
    );
    assert_eq!(
        Open::udp(0, host, 80, None, UdpMode::Follow),
        Err(ArgumentError::Illegal { field: "mode" })
    );
}

#[test]
fn the_time_of_an_opening_follows_its_arguments() {
    fn longest<C: Command>(_: &C) -> u32 {
        C::MAX_TIMEOUT_MS
    }
    let time = |open: Open<'_>| Command::timeout_ms(&open);
    let ip = Host::from([10, 0, 0, 1]);
    let tcp = Open::tcp(0, ip, 80).unwrap();
    let named = Open::tcp(0, Host::Name("h"), 80).unwrap();
    let ssl = Open::ssl(0, ip, 443).unwrap();
    assert!(time(tcp) < time(named));
    assert!(time(named) < time(ssl));
    assert_eq!(time(ssl.timeout_ms(5_000)), 15_000);
    assert_eq!(time(tcp.timeout_ms(0)), time(tcp));
    assert_eq!(time(tcp.timeout_ms(60_000)), longest(&tcp));
}
