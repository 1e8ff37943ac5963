use usocket_commands::atat::AtatUrc;
use usocket_commands::esp_at::tcpip::LinkKind;
use usocket_commands::esp_at::urc::Urc;

const MAC: [u8; 6] = [0x30, 0xAE, 0xA4, 0x80, 0x06, 0x49];

fn parse(line: &str) -> Option<Urc> {
    let urc = Urc::parse(line.as_bytes());
    assert_eq!(urc, <Urc as AtatUrc>::parse(line.as_bytes()));
    urc
}

#[test]
fn fixed_texts_are_recognised_as_whole_lines() {
    for (line, urc) in [
        ("ready", Urc::Ready),
        ("WIFI CONNECTED", Urc::WifiConnected),
        ("WIFI GOT IP", Urc::WifiGotIp),
        ("WIFI GOT IPv6 LL", Urc::WifiGotIpv6Local),
        ("WIFI GOT IPv6 GL", Urc::WifiGotIpv6Global),
        ("WIFI DISCONNECT", Urc::WifiDisconnected),
        ("CONNECT", Urc::Connect { link: None }),
        ("CLOSED", Urc::Closed { link: None }),
        ("+TIME_UPDATED", Urc::TimeUpdated),
        ("+QUITT", Urc::Quit),
    ] {
        assert_eq!(parse(line), Some(urc));
        assert_eq!(parse(&format!("{line} ")), None);
        assert_eq!(parse(&format!("{line}\r")), None);
        assert_eq!(parse(&format!("x{line}")), None);
    }
}

#[test]
fn links_open_and_close_by_number() {
    assert_eq!(parse("0,CONNECT"), Some(Urc::Connect { link: Some(0) }));
    assert_eq!(parse("4,CLOSED"), Some(Urc::Closed { link: Some(4) }));
    assert_eq!(parse("2,CONNECT FAIL"), Some(Urc::ConnectFailed { link: 2 }));
    for bad in [
        "5,CLOSED",
        "12,CLOSED",
        "-1,CLOSED",
        ",CLOSED",
        "0,CLOSE",
        "0,CONNECTED",
        "0 CLOSED",
        "0,",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn the_long_form_of_an_open_link_tells_peer_and_direction() {
    assert_eq!(
        parse("+LINK_CONN:0,0,\"TCP\",1,\"192.168.4.2\",49469,80"),
        Some(Urc::LinkUp {
            link: 0,
            kind: LinkKind::Tcp,
            server: true,
            remote: "192.168.4.2:49469".parse().unwrap(),
            local_port: 80,
        })
    );
    assert_eq!(
        parse("+LINK_CONN:0,4,\"UDPv6\",0,\"FE80::1\",53,2390"),
        Some(Urc::LinkUp {
            link: 4,
            kind: LinkKind::UdpV6,
            server: false,
            remote: "[fe80::1]:53".parse().unwrap(),
            local_port: 2390,
        })
    );
    assert_eq!(
        parse("+LINK_CONN:1,3,\"TCP\",0,\"1.2.3.4\",1,2"),
        Some(Urc::ConnectFailed { link: 3 })
    );
    for bad in [
        "+LINK_CONN:",
        "+LINK_CONN:0,5,\"TCP\",1,\"192.168.4.2\",49469,80",
        "+LINK_CONN:0,0,\"SCTP\",1,\"192.168.4.2\",49469,80",
        "+LINK_CONN:0,0,\"TCP\",2,\"192.168.4.2\",49469,80",
        "+LINK_CONN:0,0,\"TCP\",1,\"192.168.4\",49469,80",
        "+LINK_CONN:0,0,\"TCP\",1,\"192.168.4.2\",65536,80",
        "+LINK_CONN:0,0,\"TCP\",1,\"192.168.4.2\",49469,",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn a_notice_has_no_colon_and_no_address() {
    assert_eq!(parse("+IPD,0,300"), Some(Urc::Notice { link: Some(0), len: 300 }));
    assert_eq!(parse("+IPD,41"), Some(Urc::Notice { link: None, len: 41 }));
    assert_eq!(parse("+IPD,4,4294967295"), Some(Urc::Notice { link: Some(4), len: u32::MAX }));
    for bad in [
        "+IPD,",
        "+IPD,5,1",
        "+IPD,260,1",
        "+IPD,0,",
        "+IPD,0,1:",
        "+IPD,0,1,\"1.2.3.4\",5",
        "+IPD,0,4294967296",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn stations_of_the_own_network_come_and_go() {
    assert_eq!(
        parse("+STA_CONNECTED:\"30:ae:a4:80:06:49\""),
        Some(Urc::StationConnected { mac: MAC })
    );
    assert_eq!(
        parse("+DIST_STA_IP:\"30:ae:a4:80:06:49\",\"192.168.4.2\""),
        Some(Urc::StationAddress { mac: MAC, ip: [192, 168, 4, 2].into() })
    );
    assert_eq!(
        parse("+STA_DISCONNECTED:\"30:ae:a4:80:06:49\""),
        Some(Urc::StationDisconnected { mac: MAC })
    );
    for bad in [
        "+STA_CONNECTED:",
        "+STA_CONNECTED:\"30:ae:a4:80:06\"",
        "+STA_CONNECTED:\"30:ae:a4:80:06:4\"",
        "+DIST_STA_IP:\"30:ae:a4:80:06:49\"",
        "+DIST_STA_IP:\"30:ae:a4:80:06:49\",\"192.168.4.2\",1",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}

#[test]
fn answers_results_and_log_lines_are_none() {
    for line in [
        "",
        "OK",
        "ERROR",
        "+CWJAP:4",
        "+CIPRECVLEN:0,0,0,0,0",
        "to read 41 bytes",
        "local port:2390",
        "Have 2 Connections",
        "Ready",
    ] {
        assert_eq!(parse(line), None, "{line}");
    }
}
