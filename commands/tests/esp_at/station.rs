use std::net::Ipv4Addr;

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::wifi::*;

use super::{quotes, text};

#[test]
fn modes_are_numbers() {
    for (mode, number) in
        [(Mode::Off, 0), (Mode::Station, 1), (Mode::AccessPoint, 2), (Mode::Both, 3)]
    {
        assert_eq!(text(&SetMode { mode }), format!("AT+CWMODE={number}"));
        assert_eq!(text(&SetModeOnly { mode }), format!("AT+CWMODE={number},0"));
        let answer = format!("+CWMODE:{number}\r\n");
        assert_eq!(GetMode.parse(Ok(answer.as_bytes())), Ok(mode));
    }
    assert_eq!(text(&GetMode), "AT+CWMODE?");
    assert_eq!(Mode::parse_line(b"+CWMODE:4"), None);
    assert_eq!(GetMode.parse(Ok(b"")), Err(Error::Parse));
    assert_eq!(text(&Init { on: true }), "AT+CWINIT=1");
}

#[test]
fn the_state_of_the_station_has_five_values() {
    for (number, state) in [
        (0, StationState::Idle),
        (1, StationState::Joined),
        (2, StationState::Connected),
        (3, StationState::Joining),
        (4, StationState::Disconnected),
    ] {
        let answer = format!("+CWSTATE:{number},\"my \"net\"\r\n");
        let read = GetState.parse(Ok(answer.as_bytes())).unwrap();
        assert_eq!((read.state, read.ssid.as_bytes()), (state, &b"my \"net"[..]));
    }
    for bad in
        ["+CWSTATE:5,\"\"", "+CWSTATE:2", "+CWSTATE:2,\"net", "+CWSTATE:,\"net\"", "+CWSTATE:"]
    {
        assert_eq!(WifiState::parse_line(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(text(&GetState), "AT+CWSTATE?");
}

#[test]
fn the_addresses_of_the_station_come_line_by_line() {
    let answer = b"+CIPSTA:ip:\"192.168.3.112\"\r\n\
        +CIPSTA:gateway:\"192.168.3.1\"\r\n\
        WIFI GOT IPv6 LL\r\n\
        +CIPSTA:netmask:\"255.255.255.0\"\r\n\
        +CIPSTA:ip6ll:\"FE80::32AE:A4FF:FE80:6549\"\r\n\
        +CIPSTA:ip6gl:\"2001:DB8::1\"\r\n\
        +CIPSTA:new:\"?\"\r\n";
    let addresses = GetStation.parse(Ok(answer)).unwrap();
    assert_eq!(addresses.ip, Ipv4Addr::from([192, 168, 3, 112]));
    assert_eq!(addresses.gateway, Ipv4Addr::from([192, 168, 3, 1]));
    assert_eq!(addresses.netmask, Ipv4Addr::from([255, 255, 255, 0]));
    assert_eq!(addresses.local_v6, Some("fe80::32ae:a4ff:fe80:6549".parse().unwrap()));
    assert_eq!(addresses.global_v6, Some("2001:db8::1".parse().unwrap()));
    assert_eq!(text(&GetStation), "AT+CIPSTA?");
}

#[test]
fn addresses_without_the_first_line_are_an_error() {
    assert_eq!(GetStation.parse(Ok(b"+CIPSTA:netmask:\"255.255.255.0\"\r\n")), Err(Error::Parse));
    assert_eq!(GetStation.parse(Ok(b"+CIPAP:ip:\"192.168.4.1\"\r\n")), Err(Error::Parse));
}

#[test]
fn damaged_lines_of_addresses_are_none() {
    for bad in [
        "+CIPSTA:",
        "+CIPSTA:ip",
        "+CIPSTA:ip:",
        "+CIPSTA:ip:\"192.168.3\"",
        "+CIPSTA:ip:\"192.168.3.999\"",
        "+CIPSTA:ip6ll:\"1.2.3.4\"",
        "+CIPSTA:dns:\"192.168.3.1\"",
        "CIPSTA:ip:\"192.168.3.1\"",
    ] {
        assert_eq!(StationLine::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn a_fixed_address_may_bring_its_subnet() {
    let set = SetStation::new([10, 0, 0, 9].into());
    assert_eq!(text(&set), "AT+CIPSTA=\"10.0.0.9\"");
    let all = [255, 255, 255, 255].into();
    assert_eq!(
        text(&SetStation::new(all).subnet(all, all)),
        "AT+CIPSTA=\"255.255.255.255\",\"255.255.255.255\",\"255.255.255.255\""
    );
}

#[test]
fn mac_addresses_are_read_and_written() {
    let mac = [0x30, 0xAE, 0xA4, 0x80, 0x06, 0x49];
    assert_eq!(text(&GetStationMac), "AT+CIPSTAMAC?");
    let answer = b"+CIPSTAMAC:\"30:ae:a4:80:06:49\"\r\n";
    assert_eq!(GetStationMac.parse(Ok(answer)), Ok(Mac { mac }));
    assert_eq!(text(&SetStationMac::new(mac).unwrap()), "AT+CIPSTAMAC=\"30:ae:a4:80:06:49\"");
    assert_eq!(
        SetStationMac::new([0x31, 0, 0, 0, 0, 0]),
        Err(ArgumentError::Illegal { field: "mac" })
    );
    for bad in ["+CIPSTAMAC:", "+CIPSTAMAC:\"30:ae:a4:80:06\"", "+CIPSTAMAC:\"30:ae:a4:80:06:4g\""]
    {
        assert_eq!(Mac::parse_line(bad.as_bytes()), None, "{bad}");
    }
}

#[test]
fn the_name_of_the_station_has_up_to_32_bytes() {
    assert_eq!(text(&SetHostname::new("esp").unwrap()), "AT+CWHOSTNAME=\"esp\"");
    let longest = quotes(32);
    assert_eq!(
        text(&SetHostname::new(&longest).unwrap()),
        format!("AT+CWHOSTNAME=\"{}\"", "\\\"".repeat(32))
    );
    assert_eq!(SetHostname::new(""), Err(ArgumentError::TooShort { field: "name", min: 1 }));
    assert_eq!(
        SetHostname::new(&quotes(33)),
        Err(ArgumentError::TooLong { field: "name", max: 32 })
    );
    assert_eq!(SetHostname::new("a\0"), Err(ArgumentError::Illegal { field: "name" }));
    assert_eq!(GetHostname.parse(Ok(b"+CWHOSTNAME:espressif\r\n")).unwrap().name, "espressif");
    assert_eq!(Hostname::parse_line(format!("+CWHOSTNAME:{}", "x".repeat(33)).as_bytes()), None);
    assert_eq!(Hostname::parse_line(b"+CWHOSTNAME:\xff"), None);
    assert_eq!(text(&GetHostname), "AT+CWHOSTNAME?");
}

#[test]
fn dhcp_has_two_sides() {
    let dhcp = |on, station, access_point| text(&Dhcp { on, station, access_point });
    assert_eq!(dhcp(true, true, false), "AT+CWDHCP=1,1");
    assert_eq!(dhcp(false, false, true), "AT+CWDHCP=0,2");
    assert_eq!(dhcp(true, true, true), "AT+CWDHCP=1,3");
    assert_eq!(
        GetDhcp.parse(Ok(b"+CWDHCP:2")),
        Ok(DhcpState { station: false, access_point: true })
    );
    assert_eq!(DhcpState::parse_line(b"+CWDHCP:"), None);
    assert_eq!(text(&GetDhcp), "AT+CWDHCP?");
}
