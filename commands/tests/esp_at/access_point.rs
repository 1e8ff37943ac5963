use std::net::Ipv4Addr;

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::wifi::*;

use super::{quotes, text};

const MAC: [u8; 6] = [0x30, 0xAE, 0xA4, 0x80, 0x06, 0x49];

#[test]
fn the_own_network_is_set_up() {
    let open = SetAccessPoint::new("a", "", 1, ApSecurity::Open).unwrap();
    assert_eq!(text(&open), "AT+CWSAP=\"a\",\"\",1,0");
    assert_eq!(text(&open.hidden(true)), "AT+CWSAP=\"a\",\"\",1,0,,1");

    let (name, password) = (quotes(32), quotes(63));
    let largest = SetAccessPoint::new(&name, &password, 14, ApSecurity::WpaWpa2)
        .unwrap()
        .max_stations(255)
        .hidden(false);
    let escaped = |len| "\\\"".repeat(len);
    assert_eq!(
        text(&largest),
        format!("AT+CWSAP=\"{}\",\"{}\",14,4,10,0", escaped(32), escaped(63))
    );
}

#[test]
fn an_impossible_network_is_refused() {
    let error = |ssid: &str, password: &str, channel, security| {
        SetAccessPoint::new(ssid, password, channel, security).unwrap_err()
    };
    let wpa2 = ApSecurity::Wpa2;
    assert_eq!(error("", "12345678", 1, wpa2), ArgumentError::TooShort { field: "ssid", min: 1 });
    assert_eq!(error("a", "", 1, wpa2), ArgumentError::TooShort { field: "password", min: 8 });
    assert_eq!(
        error("a", "1234567", 1, wpa2),
        ArgumentError::TooShort { field: "password", min: 8 }
    );
    assert_eq!(error("a\r", "12345678", 1, wpa2), ArgumentError::Illegal { field: "ssid" });
    for channel in [0, 15] {
        let expected = ArgumentError::OutOfRange { field: "channel" };
        assert_eq!(error("a", "12345678", channel, wpa2), expected);
    }
}

#[test]
fn the_own_network_is_read() {
    let answer = br#"+CWSAP:"a,\"b","12345678",5,3,10,1"#;
    let network = GetAccessPoint.parse(Ok(answer)).unwrap();
    assert_eq!(network.ssid.as_str(), Some("a,\"b"));
    assert_eq!(network.password, "12345678");
    assert_eq!(
        (network.channel, network.security, network.max_stations, network.hidden),
        (5, 3, 10, true)
    );
    let open = OwnNetwork::parse_line(b"+CWSAP:\"ESP_8006AD\",\"\",1,0,10,0").unwrap();
    assert_eq!((open.password.as_str(), open.hidden), ("", false));
    for bad in [
        "+CWSAP:",
        "+CWSAP:\"a\"",
        "+CWSAP:\"a\",\"b\"",
        "+CWSAP:\"a\",\"b\",1,0,10",
        "+CWSAP:\"a\",\"b\",1,0,10,2",
    ] {
        assert_eq!(OwnNetwork::parse_line(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(text(&GetAccessPoint), "AT+CWSAP?");
}

#[test]
fn the_own_address_is_read_and_set() {
    let answer = b"+CIPAP:ip:\"192.168.4.1\"\r\n+CIPAP:gateway:\"192.168.4.1\"\r\n\
        +CIPAP:netmask:\"255.255.255.0\"\r\n";
    assert_eq!(
        GetApAddress.parse(Ok(answer)).unwrap().addresses.ip,
        Ipv4Addr::from([192, 168, 4, 1])
    );
    assert_eq!(GetApAddress.parse(Ok(b"")), Err(Error::Parse));
    assert_eq!(text(&GetApAddress), "AT+CIPAP?");
    assert_eq!(text(&SetApAddress::new([10, 0, 0, 1].into())), "AT+CIPAP=\"10.0.0.1\"");
    assert_eq!(
        text(
            &SetApAddress::new([10, 0, 0, 1].into())
                .subnet([10, 0, 0, 1].into(), [255, 0, 0, 0].into())
        ),
        "AT+CIPAP=\"10.0.0.1\",\"10.0.0.1\",\"255.0.0.0\""
    );
}

#[test]
fn the_own_mac_address_is_read_and_set() {
    assert_eq!(GetApMac.parse(Ok(b"+CIPAPMAC:\"30:ae:a4:80:06:49\"\r\n")), Ok(Mac { mac: MAC }));
    assert_eq!(text(&GetApMac), "AT+CIPAPMAC?");
    assert_eq!(text(&SetApMac::new(MAC).unwrap()), "AT+CIPAPMAC=\"30:ae:a4:80:06:49\"");
    assert_eq!(SetApMac::new([0xFF; 6]), Err(ArgumentError::Illegal { field: "mac" }));
}

#[test]
fn stations_are_listed_and_dismissed() {
    let answer =
        b"+CWLIF:192.168.4.2,30:ae:a4:80:06:49\r\n+CWLIF:192.168.4.3,30:ae:a4:80:06:50\r\n";
    let stations = GetStations.parse(Ok(answer)).unwrap();
    assert_eq!(stations.len(), 2);
    assert_eq!(stations[0], Station { ip: [192, 168, 4, 2].into(), mac: MAC });
    assert_eq!(Station::parse_line(b"+CWLIF:192.168.4.2"), None);
    assert_eq!(text(&GetStations), "AT+CWLIF");
    assert_eq!(text(&Dismiss { mac: None }), "AT+CWQIF");
    assert_eq!(text(&Dismiss { mac: Some(MAC) }), "AT+CWQIF=\"30:ae:a4:80:06:49\"");
}

#[test]
fn addresses_for_stations_are_a_range() {
    let (first, last) = ([192, 168, 4, 10].into(), [192, 168, 4, 15].into());
    assert_eq!(
        text(&DhcpRange::new(2880, first, last).unwrap()),
        "AT+CWDHCPS=1,2880,\"192.168.4.10\",\"192.168.4.15\""
    );
    assert_eq!(text(&DhcpRangeDefault), "AT+CWDHCPS=0");
    for minutes in [0, 2881] {
        let error = ArgumentError::OutOfRange { field: "lease_min" };
        assert_eq!(DhcpRange::new(minutes, first, last), Err(error));
    }
    assert_eq!(DhcpRange::new(1, last, first), Err(ArgumentError::OutOfRange { field: "last" }));
}
