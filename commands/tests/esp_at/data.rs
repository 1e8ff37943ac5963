use std::net::SocketAddr;

use usocket_commands::esp_at::data::Header;

fn pushed(link: u8, len: u32, from: Option<&str>) -> Header {
    Header::Pushed { link, len, from: from.map(address) }
}

fn received(len: u32, from: Option<&str>) -> Header {
    Header::Received { len, from: from.map(address) }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

/// Feeds a line byte by byte, as a driver does; the header and how many bytes its head had.
fn feed(line: &[u8], packet_info: bool) -> Option<(Header, usize)> {
    (1..=line.len())
        .find_map(|end| Header::parse(&line[..end], packet_info).map(|header| (header, end)))
}

/// Every head, with the setting of packet information under which it is read.
fn heads() -> Vec<(&'static str, bool, Header)> {
    vec![
        ("+IPD,0,8:", false, pushed(0, 8, None)),
        ("+IPD,4,2920:", false, pushed(4, 2920, None)),
        ("+IPD,0,8:", true, pushed(0, 8, None)),
        ("+IPD,0,6,\"192.168.4.2\",59541:", true, pushed(0, 6, Some("192.168.4.2:59541"))),
        ("+IPD,0,405,192.168.4.2,49519:", true, pushed(0, 405, Some("192.168.4.2:49519"))),
        (
            "+IPD,1,8192,\"FE80::32AE:A4FF:FE80:6549\",65535:",
            true,
            pushed(1, 8192, Some("[fe80::32ae:a4ff:fe80:6549]:65535")),
        ),
        ("+CIPRECVDATA:4,", false, received(4, None)),
        ("+CIPRECVDATA:5760,", false, received(5760, None)),
        (
            "+CIPRECVDATA:41,\"192.168.1.113\",40406,",
            true,
            received(41, Some("192.168.1.113:40406")),
        ),
        ("+CIPRECVDATA:1,\"2001:db8:0:0:0:0:0:1\",1,", true, received(1, Some("[2001:db8::1]:1"))),
        ("+CIPRECVDATA,256:", false, received(256, None)),
        ("+CIPRECVDATA,256:", true, received(256, None)),
        ("+CIPRECVDATA,256,192.168.1.113,40406:", true, received(256, Some("192.168.1.113:40406"))),
    ]
}

#[test]
fn a_head_fires_once_and_at_its_end() {
    for (head, packet_info, header) in heads() {
        let bytes = head.as_bytes();
        assert_eq!(feed(bytes, packet_info), Some((header, bytes.len())), "{head}");
    }
}

#[test]
fn payload_does_not_count_whatever_it_looks_like() {
    for (head, packet_info, header) in heads() {
        for payload in
            ["\r\nOK\r\n", "+IPD,0,4:evil", "\"1.2.3.4\",5,", "1,2:3,4:", ":,:,", "\0\u{1}"]
        {
            let line = format!("{head}{payload}");
            assert_eq!(feed(line.as_bytes(), packet_info), Some((header, head.len())), "{line:?}");
        }
    }
}

#[test]
fn with_packet_information_the_address_is_waited_for() {
    assert_eq!(Header::parse(b"+CIPRECVDATA:5,", true), None);
    assert_eq!(Header::parse(b"+CIPRECVDATA:5,\"10.0.0.7\",", true), None);
    assert!(Header::parse(b"+CIPRECVDATA:5,\"10.0.0.7\",80,", true).is_some());
}

#[test]
fn without_packet_information_data_may_begin_with_a_quote() {
    let line = b"+CIPRECVDATA:17,\"10.0.0.7\",80,abc";
    assert_eq!(feed(line, false), Some((received(17, None), 16)));
}

#[test]
fn an_ipv6_address_in_quotes_does_not_fire_at_its_colons() {
    let line = b"+IPD,0,5,\"fe80::1\",80:";
    for end in 1..line.len() {
        assert_eq!(Header::parse(&line[..end], true), None);
    }
}

#[test]
fn lines_of_the_only_link_are_no_heads() {
    for line in
        ["+IPD,4:test", "+IPD,41,\"192.168.1.113\",40406:data", "+IPD,4,192.168.1.113,40406:data"]
    {
        for packet_info in [false, true] {
            assert_eq!(feed(line.as_bytes(), packet_info), None, "{line}");
        }
    }
}

#[test]
fn a_notice_is_no_head() {
    assert_eq!(feed(b"+IPD,0,300\r\n", false), None);
    assert_eq!(feed(b"+IPD,300\r\n", false), None);
}

#[test]
fn numbers_out_of_range_are_no_head() {
    for line in [
        "+IPD,5,4:",
        "+IPD,256,4:",
        "+IPD,0,8193:",
        "+IPD,0,4294967296:",
        "+IPD,0,-1:",
        "+IPD,0,:",
        "+IPD,,4:",
        "+IPD,0,4,\"192.168.4.2\",65536:",
        "+IPD,0,4,192.168.4.256,80:",
        "+IPD,0,4,\"192.168.4.2\",80,1:",
        "+CIPRECVDATA:2147483648,",
        "+CIPRECVDATA:-1,",
        "+CIPRECVDATA:,",
        "+CIPRECVDATA,:",
        "+CIPRECVDATA=0,4,",
        "+CIPRECVDATA:5:",
        "+CIPRECVDATA,5,",
        "+CIPRECVLEN:5,",
        "CIPRECVDATA:5,",
        ":",
        ",",
    ] {
        assert_eq!(Header::parse(line.as_bytes(), false), None, "{line}");
    }
}

#[test]
fn the_count_stands_even_if_the_quoted_address_cannot_be_read() {
    let header = Header::parse(b"+CIPRECVDATA:424,\"185.xx.xx.xx\",80,", true);
    assert_eq!(header, Some(received(424, None)));
    assert_eq!(Header::parse(b"+IPD,0,4,\"19216842\",80:", true), Some(pushed(0, 4, None)));
}

#[test]
fn empty_bodies_are_possible() {
    assert_eq!(Header::parse(b"+IPD,0,0:", false).unwrap().len(), 0);
    assert_eq!(Header::parse(b"+CIPRECVDATA:0,", false).unwrap().from(), None);
}
