use std::net::Ipv6Addr;

use usocket_commands::quectel::Host;
use usocket_commands::quectel::open::*;
use usocket_commands::{ArgumentError, Command};

use super::{ILLEGAL, text};

#[test]
fn a_connection_names_its_peer_and_is_buffered() {
    assert_eq!(
        text(&Open::tcp(1, 0, Host::from([220, 180, 239, 212]), 8009).unwrap()),
        "AT+QIOPEN=1,0,\"TCP\",\"220.180.239.212\",8009,0,0"
    );
    assert_eq!(
        text(&Open::udp(1, 11, Host::from("pool.ntp.org"), 123).unwrap()),
        "AT+QIOPEN=1,11,\"UDP\",\"pool.ntp.org\",123,0,0"
    );
    let v6 = Ipv6Addr::new(0x240E, 0x459, 0x40D, 0xA39, 0, 0, 0, 1);
    assert_eq!(
        text(&Open::tcp(0, 3, Host::from(v6), 1).unwrap()),
        "AT+QIOPEN=0,3,\"TCP\",\"240e:459:40d:a39:0:0:0:1\",1,0,0"
    );
}

#[test]
fn a_local_socket_has_no_peer() {
    assert_eq!(
        text(&Open::listener(1, 1, 2020).unwrap()),
        "AT+QIOPEN=1,1,\"TCP LISTENER\",\"127.0.0.1\",0,2020,0"
    );
    let service = Open::udp_service(1, 2, 3030).unwrap();
    assert_eq!(text(&service), "AT+QIOPEN=1,2,\"UDP SERVICE\",\"127.0.0.1\",0,3030,0");
    assert_eq!(text(&service.local_port(1)), text(&service), "it keeps its port");
    assert_eq!((service.link(), service.service()), (2, Service::UdpService));
}

#[test]
fn the_way_of_access_is_buffered_unless_another_is_asked_for() {
    let open = Open::tcp(1, 0, Host::from("h"), 80).unwrap();
    assert_eq!(
        text(&open.local_port(50_000).access(Access::Push)),
        "AT+QIOPEN=1,0,\"TCP\",\"h\",80,50000,1"
    );
    assert_eq!(text(&SetAccess { link: 0, access: Access::Buffer }), "AT+QISWTMD=0,0");
    assert_eq!(text(&open.access(Access::Transparent)), "AT+QIOPEN=1,0,\"TCP\",\"h\",80,0,2");
}

#[test]
fn the_longest_opening_fits_a_command() {
    let name = "x".repeat(150);
    let open = Open::udp(16, 11, Host::Name(&name), 65535)
        .unwrap()
        .local_port(65535)
        .access(Access::Transparent);
    assert_eq!(text(&open), format!("AT+QIOPEN=16,11,\"UDP\",\"{name}\",65535,65535,2"));
}

#[test]
fn impossible_sockets_are_refused() {
    let host = Host::from([10, 0, 0, 1]);
    let range = |field| Err(ArgumentError::OutOfRange { field });
    assert_eq!(Open::tcp(17, 0, host, 80), range("context"));
    assert_eq!(Open::tcp(1, 12, host, 80), range("link"));
    assert_eq!(Open::udp(1, 0, host, 0), range("port"));
    assert_eq!(Open::listener(17, 0, 80), range("context"));
    assert_eq!(Open::listener(1, 12, 80), range("link"));
    assert_eq!(Open::listener(1, 0, 0), range("local_port"));
    assert_eq!(Open::udp_service(1, 0, 0), range("local_port"));
    assert_eq!(
        Open::tcp(1, 0, Host::Name(""), 80),
        Err(ArgumentError::TooShort { field: "host", min: 1 })
    );
    assert_eq!(
        Open::tcp(1, 0, Host::Name(&"x".repeat(151)), 80),
        Err(ArgumentError::TooLong { field: "host", max: 150 })
    );
    for name in ILLEGAL {
        assert_eq!(
            Open::tcp(1, 0, Host::Name(name), 80),
            Err(ArgumentError::Illegal { field: "host" }),
            "{name:?}"
        );
    }
}

#[test]
fn only_a_transparent_socket_waits_for_the_network_before_its_result() {
    let open = Open::tcp(1, 0, Host::from("h"), 80).unwrap();
    assert_eq!(open.timeout_ms(), 10_000);
    assert_eq!(open.access(Access::Push).timeout_ms(), 10_000);
    assert_eq!(open.access(Access::Transparent).timeout_ms(), 150_000);
}

#[test]
fn every_service_has_its_name() {
    use Service::*;
    for service in [Tcp, Udp, TcpListener, UdpService, TcpIncoming, UdpIncoming] {
        assert_eq!(Service::from_name(service.name().as_bytes()), Some(service));
    }
    assert_eq!(Service::from_name(b"tcp"), None);
    assert!(UdpService.is_udp() && !TcpListener.is_udp());
}
