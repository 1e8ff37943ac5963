use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::tcpip::*;

use super::text;

#[test]
fn links_get_numbers_and_lose_them() {
    assert_eq!(text(&Multiplex { on: true }), "AT+CIPMUX=1");
    assert_eq!(text(&Multiplex { on: false }), "AT+CIPMUX=0");
    assert_eq!(text(&GetMultiplex), "AT+CIPMUX?");
    assert_eq!(GetMultiplex.parse(Ok(b"+CIPMUX:1\r\n")), Ok(Multiplexed { on: true }));
    assert_eq!(GetMultiplex.parse(Ok(b"+CIPMUX:2\r\n")), Err(Error::Parse));
    assert_eq!(text(&TransferMode { passthrough: true }), "AT+CIPMODE=1");
}

#[test]
fn links_are_closed_one_by_one_or_together() {
    assert_eq!(text(&Close { link: 0 }), "AT+CIPCLOSE=0");
    assert_eq!(text(&Close { link: 255 }), "AT+CIPCLOSE=255");
    assert_eq!(text(&CloseAll), "AT+CIPCLOSE=5");
    assert_eq!(text(&CloseSingle), "AT+CIPCLOSE");
}

#[test]
fn open_links_are_listed() {
    let answer = b"+CIPSTATE:0,\"TCP\",\"192.168.3.102\",8080,50122,0\r\n\
        4,CLOSED\r\n\
        +CIPSTATE:3,\"SSLv6\",\"2001:DB8::1\",443,50123,1\r\n";
    let links = GetLinks.parse(Ok(answer)).unwrap();
    assert_eq!(links.len(), 2);
    assert_eq!(
        links[1],
        LinkState {
            link: 3,
            kind: LinkKind::SslV6,
            remote: "[2001:db8::1]:443".parse().unwrap(),
            local_port: 50123,
            server: true,
        }
    );
    assert_eq!(GetLinks.parse(Ok(b"")).unwrap().len(), 0);
    assert_eq!(text(&GetLinks), "AT+CIPSTATE?");
}

#[test]
fn every_kind_of_link_has_its_name() {
    for name in ["TCP", "TCPv6", "UDP", "UDPv6", "SSL", "SSLv6"] {
        assert_eq!(LinkKind::from_name(name.as_bytes()).unwrap().name(), name);
    }
    assert_eq!(LinkKind::from_name(b"tcp"), None);
    assert!(LinkKind::UdpV6.is_udp() && !LinkKind::Tcp.is_udp());
}

#[test]
fn damaged_links_are_none() {
    let whole = "+CIPSTATE:0,\"TCP\",\"192.168.3.102\",8080,50122,0";
    for end in 0..whole.len() {
        assert_eq!(LinkState::parse_line(&whole.as_bytes()[..end]), None, "cut at {end}");
    }
    for bad in [
        "+CIPSTATE:5,\"TCP\",\"192.168.3.102\",8080,50122,0",
        "+CIPSTATE:0,\"XXX\",\"192.168.3.102\",8080,50122,0",
        "+CIPSTATE:0,\"TCP\",\"192.168.3\",8080,50122,0",
        "+CIPSTATE:0,\"TCP\",\"192.168.3.102\",80800,50122,0",
        "+CIPSTATX:0,\"TCP\",\"192.168.3.102\",8080,50122,0",
    ] {
        assert_eq!(LinkState::parse_line(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(GetLinks.parse(Ok(b"+CIPSTATE:0,\"TC\r\n")), Err(Error::Parse));
}

#[test]
fn the_old_status_tells_of_station_and_links() {
    let answer = b"STATUS:3\r\n+CIPSTATUS:0,\"TCP\",\"192.168.3.102\",8080,50122,0,new\r\n";
    let status = GetStatus.parse(Ok(answer)).unwrap();
    assert_eq!((status.station, status.links.len()), (StatusLine::Linked, 1));
    assert_eq!(status.links[0].local_port, 50122);
    let quiet = GetStatus.parse(Ok(b"STATUS:5\r\n")).unwrap();
    assert_eq!((quiet.station, quiet.links.len()), (StatusLine::NotJoined, 0));
    assert_eq!(GetStatus.parse(Ok(b"")), Err(Error::Parse));
    assert_eq!(text(&GetStatus), "AT+CIPSTATUS");
}

#[test]
fn the_status_of_the_station_has_six_values() {
    use StatusLine::*;
    for (number, status) in
        [Uninitialised, Initialised, GotIp, Linked, Unlinked, NotJoined].into_iter().enumerate()
    {
        let line = format!("STATUS:{number}");
        assert_eq!(StatusLine::parse_line(line.as_bytes()), Some(status));
    }
    for bad in ["STATUS:", "STATUS:6", "STATUS:2 ", "TATUS:2"] {
        assert_eq!(StatusLine::parse_line(bad.as_bytes()), None, "{bad}");
    }
}
