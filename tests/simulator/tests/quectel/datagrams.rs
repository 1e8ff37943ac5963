//! UDP: connected sockets, and those without one peer (Quectel digest §5.1 to §5.4).

use super::{bg96, joined};
use core::net::Ipv4Addr;
use usocket_simulator::Profile;

const OPEN: &str = r#"
    > AT+QIOPEN=1,0,"UDP","10.7.76.34",7687,5000,0\r
    < \r\nOK\r\n
    < \r\n+QIOPEN: 0,0\r\n
    "#;

#[test]
fn a_connected_socket_hears_only_its_peer() {
    let scene = bg96();
    scene.play(OPEN);
    let stranger = scene.world.udp_host(Ipv4Addr::new(10, 7, 76, 35), 7687);
    stranger.send_to(5000, b"nobody asked");
    scene.play(
        r#"
        > AT+QISEND=0,2\r
        < \r\n> 
        > hi
        < \r\nSEND OK\r\n
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 2,2,0\r\n\r\nOK\r\n
        ! datagram 5000 one
        < \r\n+QIURC: "recv",0\r\n
        ! datagram 5000 two
        > AT+QIRD=0,2\r
        < \r\n+QIRD: 2\r\non\r\n\r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 1\r\ne\r\n\r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 3\r\ntwo\r\n\r\nOK\r\n
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 6,6,0\r\n\r\nOK\r\n
        "#,
    );
    assert_eq!(scene.udp.received(), [(([10, 7, 157, 1], 5000).into(), b"hi".to_vec())]);
}

#[test]
fn datagrams_run_together_in_stream_mode() {
    let scene = joined(Profile::ec25());
    scene.play(OPEN);
    scene.play(
        r#"
        > AT+QICFG="udp/readmode",1\r
        < \r\nOK\r\n
        ! datagram 5000 one
        < \r\n+QIURC: "recv",0\r\n
        ! datagram 5000 two
        > AT+QIRD=0,5\r
        < \r\n+QIRD: 5\r\nonetw\r\n\r\nOK\r\n
        > AT+QIRD=0,5\r
        < \r\n+QIRD: 1\r\no\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn an_empty_datagram_is_told_from_none_by_its_sender() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 2,0\r\n
        "#,
    );
    scene.udp.send_to(3030, b"");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",2\r\n
        > AT+QIRD=2\r
        < \r\n+QIRD: 0,"10.7.76.34",7687\r\n\r\n\r\nOK\r\n
        > AT+QIRD=2\r
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn a_service_pushes_each_datagram_with_its_sender() {
    bg96().play(
        r#"
        > AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,1\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 2,0\r\n
        ! datagram 3030 one
        < \r\n+QIURC: "recv",2,3,"10.7.76.34",7687\r\none\r\n
        "#,
    );
}

#[test]
fn a_service_needs_a_port_of_its_own_and_a_destination() {
    bg96().play(
        r#"
        > AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 2,0\r\n
        > AT+QIOPEN=1,3,"UDP SERVICE","127.0.0.1",0,3030,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 3,556\r\n
        > AT+QISEND=2,4\r
        < \r\nERROR\r\n
        > AT+QISEND=2,4,"example.com",80\r
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn datagrams_that_do_not_fit_are_lost() {
    let scene = bg96();
    scene.play(OPEN);
    for _ in 0..7 {
        scene.udp.send_to(5000, &[b'd'; 1000]);
    }
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 5000,0,5000\r\n\r\nOK\r\n
        "#,
    );
}
