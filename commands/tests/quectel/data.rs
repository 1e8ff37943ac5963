use std::net::SocketAddr;

use usocket_commands::quectel::data::{Header, Shape};

const SHAPES: [Shape; 5] =
    [Shape::Read, Shape::NbRead, Shape::GsmRead, Shape::Push, Shape::GsmPush];

fn header(len: u16) -> Header {
    Header { len, link: None, from: None, remaining: None }
}

fn address(text: &str) -> Option<SocketAddr> {
    Some(text.parse().unwrap())
}

/// Every head with the shapes it has.
fn heads() -> Vec<(&'static str, &'static [Shape], Header)> {
    const READ: &[Shape] = &[Shape::Read, Shape::NbRead];
    const NB: &[Shape] = &[Shape::NbRead];
    const GSM: &[Shape] = &[Shape::GsmRead];
    const PUSH: &[Shape] = &[Shape::Push];
    const GSM_PUSH: &[Shape] = &[Shape::GsmPush];
    vec![
        ("+QIRD: 5", READ, header(5)),
        ("+QIRD:5", READ, header(5)),
        ("+QIRD:  1500", READ, header(1500)),
        ("+QIRD: 0", READ, header(0)),
        (
            "+QIRD: 4,\"10.7.76.34\",7687",
            READ,
            Header { from: address("10.7.76.34:7687"), ..header(4) },
        ),
        (
            "+QIRD: 0,\"10.7.76.34\",7687",
            READ,
            Header { from: address("10.7.76.34:7687"), ..header(0) },
        ),
        (
            "+QIRD: 1,\"2001:DB8::1\",65535",
            READ,
            Header { from: address("[2001:db8::1]:65535"), ..header(1) },
        ),
        ("+QIRD: 512,1656", NB, Header { remaining: Some(1656), ..header(512) }),
        ("+QIRD: 512,0", NB, Header { remaining: Some(0), ..header(512) }),
        ("+QIRD: 512,-512", NB, header(512)),
        (
            "+QIRD: 93.184.216.34:80,TCP,1332",
            GSM,
            Header { from: address("93.184.216.34:80"), ..header(1332) },
        ),
        ("+QIRD: 10.0.0.1:53,UDP,1", GSM, Header { from: address("10.0.0.1:53"), ..header(1) }),
        ("+QIURC: \"recv\",0,4", PUSH, Header { link: Some(0), ..header(4) }),
        ("+QIURC:\"recv\",11,1500", PUSH, Header { link: Some(11), ..header(1500) }),
        (
            "+QIURC: \"recv\",2,10,\"10.7.76.34\",7687",
            PUSH,
            Header { link: Some(2), from: address("10.7.76.34:7687"), ..header(10) },
        ),
        ("+RECEIVE: 0, 5", GSM_PUSH, Header { link: Some(0), ..header(5) }),
        ("+RECEIVE: 5,1460", GSM_PUSH, Header { link: Some(5), ..header(1460) }),
    ]
}

#[test]
fn a_head_is_one_in_its_shapes_only() {
    for (line, shapes, header) in heads() {
        for shape in SHAPES {
            let expected = shapes.contains(&shape).then_some(header);
            assert_eq!(Header::parse(line.as_bytes(), shape), expected, "{line} as {shape:?}");
        }
    }
}

#[test]
fn three_numbers_are_counters_whatever_is_outstanding() {
    for line in ["+QIRD: 5,5,0", "+QIRD: 0,0,0", "+QIRD: 3524,3005,519", "+QIRD: 1,2,3,4"] {
        for shape in SHAPES {
            assert_eq!(Header::parse(line.as_bytes(), shape), None, "{line} as {shape:?}");
        }
    }
}

#[test]
fn a_notice_without_length_is_no_head() {
    for line in
        ["+QIURC: \"recv\",0", "+QIURC: \"closed\",0", "+QIURC: \"recv\",0,\"buff full\"", "OK"]
    {
        for shape in SHAPES {
            assert_eq!(Header::parse(line.as_bytes(), shape), None, "{line} as {shape:?}");
        }
    }
}

#[test]
fn damaged_heads_are_none() {
    for line in [
        "+QIRD: ",
        "+QIRD: -1",
        "+QIRD: 5x",
        "+QIRD: 2049",
        "+QIRD: 65536",
        "+QIRD: 4294967301",
        "+QIRD: 5,",
        "+QIRD: 5,\"",
        "+QIRD: 5,\"10.7.76.34\"",
        "+QIRD: 5,\"10.7.76.34\",",
        "+QIRD: 5,\"10.7.76.34\",65536",
        "+QIRD: 5,\"10.7.76.34\",1,2",
        "+QIRD: 10.0.0.1:53,SCTP,1",
        "+QIRD: 10.0.0.1,UDP,1",
        "+QIRD: 10.0.0.1:53,UDP",
        "+QIRD: 10.0.0.1:53,UDP,1,1",
        "+QIRD: 10.0.0.1:65536,UDP,1",
        "+QIURC: \"recv\",12,4",
        "+QIURC: \"recv\",256,4",
        "+QIURC: \"recv\",0,2049",
        "+QIURC: \"recv\",0,",
        "+QIURC: recv,0,4",
        "+QIURC: \"rec\",0,4",
        "+QIURC: \"recv\",0,4,\"10.0.0.1\"",
        "+QIURC: \"recv\",0,4,5",
        "+RECEIVE: 0",
        "+RECEIVE: 0,5,6",
        "+RECEIVE: 6,5",
        "QIRD: 5",
        " +QIRD: 5",
        "",
    ] {
        for shape in SHAPES {
            assert_eq!(Header::parse(line.as_bytes(), shape), None, "{line} as {shape:?}");
        }
    }
}

#[test]
fn the_count_stands_even_if_the_quoted_address_cannot_be_read() {
    let read = Header::parse(b"+QIRD: 424,\"185.xx.xx.xx\",80", Shape::Read);
    assert_eq!(read, Some(header(424)));
    let push = Header::parse(b"+QIURC: \"recv\",0,4,\"\",80", Shape::Push);
    assert_eq!(push, Some(Header { link: Some(0), ..header(4) }));
}

#[test]
fn a_body_in_quotes_begins_after_the_quote() {
    let whole = b"+QIURC: \"recv\",0,5,\"";
    let fired: Vec<_> =
        (1..=whole.len()).filter(|&end| Header::parse_quoted(&whole[..end]).is_some()).collect();
    assert_eq!(fired, [whole.len()]);
    assert_eq!(Header::parse_quoted(whole), Some(Header { link: Some(0), ..header(5) }));
    assert_eq!(Header::parse_quoted(b"+QIRD: 512,-512,\""), Some(header(512)));
    for line in ["+QIURC: \"recv\",0,\"", "+QIRD: 5,5,0,\"", "+QIURC: \"dnsgip\",\"", "\"", ",\""] {
        assert_eq!(Header::parse_quoted(line.as_bytes()), None, "{line}");
    }
}
