//! Sending.

use super::{connected, m95};
use crate::joined;
use usocket_simulator::Profile;

#[test]
fn a_send_takes_as_many_bytes_as_it_said() {
    let (scene, peer) = connected();
    scene.play(
        r#"
        > AT+QISEND=0,5\r
        < \r\n> 
        > a\x1a\x1b\rb
        < \r\nSEND OK\r\n
        > AT+QISEND=0\r
        < \r\n> 
        > cd\x1a
        < \r\nSEND OK\r\n
        > AT+QISEND=0\r
        < \r\n> 
        > not this\x1b
        < \r\nOK\r\n
        > AT+QISACK=0\r
        < \r\n+QISACK: 7,7,0\r\n\r\nOK\r\n
        > AT+QISACK\r
        < \r\nERROR\r\n
        > AT+QISACK=1\r
        < \r\nERROR\r\n
        "#,
    );
    for bad in ["0,0", "0,1461", "1,4", "6,4", "0,4,1"] {
        scene.play(&format!("> AT+QISEND={bad}\\r\n< \\r\\nERROR\\r\\n"));
    }
    assert_eq!(peer.received(), b"a\x1a\x1b\rbcd");
}

#[test]
fn payload_is_echoed_until_that_is_switched_off() {
    let scene = joined(Profile::m95());
    scene.play(super::OPEN);
    scene.play(
        r"
        > AT+QISEND=0,2\r
        < \r\n> 
        > hi
        < hi\r\nSEND OK\r\n
        > AT+QISDE=0\r
        < \r\nOK\r\n
        > AT+QISEND=0,2\r
        < \r\n> 
        > hi
        < \r\nSEND OK\r\n
        ",
    );
}

#[test]
fn a_send_fails() {
    let (scene, peer) = connected();
    scene.world.fail_next_sends(1);
    scene.play("> AT+QISEND=0,2\\r\n< \\r\\n> \n> hi\n< \\r\\nSEND FAIL\\r\\n");
    assert_eq!(peer.received(), b"");
    scene.play("> AT+QISEND=0,2\\r\n< \\r\\n> \n> h");
    peer.close();
    scene.play("> i\n< \\r\\nERROR\\r\\n\n< \\r\\n0, CLOSED\\r\\n");
}

#[test]
fn datagrams_go_to_one_peer_and_come_from_it() {
    let scene = m95();
    scene.play(
        r#"
        > AT+QIOPEN=2,"UDP","10.7.76.34",7687\r
        < \r\nOK\r\n
        < \r\n2, CONNECT OK\r\n
        > AT+QISEND=2,2\r
        < \r\n> 
        > hi
        < \r\nSEND OK\r\n
        > AT+QISACK=2\r
        < \r\n+QISACK: 2,2,0\r\n\r\nOK\r\n
        "#,
    );
    let (from, data) = scene.udp.received().pop().expect("a datagram");
    assert_eq!(data, b"hi");
    let stranger = scene.world.udp_host([10, 7, 76, 35], 7687);
    stranger.send_to(from.port(), b"nobody asked");
    scene.udp.send_to(from.port(), b"one");
    scene.udp.send_to(from.port(), b"two");
    scene.play(
        r#"
        < \r\n+QIRDI: 0,1,2\r\n
        > AT+QIRD=0,1,2,1500\r
        < \r\n+QIRD: 10.7.76.34:7687,UDP,3\r\none\r\nOK\r\n
        > AT+QIRD=0,1,2,1500\r
        < \r\n+QIRD: 10.7.76.34:7687,UDP,3\r\ntwo\r\nOK\r\n
        > AT+QIRD=0,1,2,1500\r
        < \r\nOK\r\n
        > AT+QICLOSE=2\r
        < \r\n2, CLOSE OK\r\n
        "#,
    );
}
