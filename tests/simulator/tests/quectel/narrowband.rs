//! The QI-NB sockets of the BC66 (Quectel digest §7).

mod attach;
mod receive;
mod send;
mod sockets;

use super::{QUIET, Scene, joined};
use usocket_simulator::{Peer, Profile};

fn bc66() -> Scene {
    joined(Profile::bc66())
}

/// As [`bc66`], with socket 0 open.
fn connected() -> (Scene, Peer) {
    bc66().connected(OPEN)
}

/// A script that begins with [`OPEN`], so that it can give cues to the peer.
fn with_open(script: &str) -> String {
    format!("{OPEN}{script}")
}

const OPEN: &str = r#"
    > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009\r
    < \r\nOK\r\n
    < \r\n+QIOPEN: 0,0\r\n
    "#;
const CLOSE: &str = r"
    > AT+QICLOSE=0\r
    < \r\nOK\r\n
    < \r\nCLOSE OK\r\n
    ";

#[test]
fn t29_a_short_life() {
    let (scene, peer) = connected();
    scene.play("> AT+QISEND=0,5,\"hello\"\\r\n< \\r\\nOK\\r\\n\\r\\nSEND OK\\r\\n");
    peer.send(b"hello");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,1024\r
        < \r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n
        > AT+QIRD=0,1024\r
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 5,5,0\r\n\r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        < \r\nCLOSE OK\r\n
        "#,
    );
    assert_eq!(peer.received(), b"hello");
    assert!(peer.is_closed() && !peer.was_reset());
}

#[test]
fn identity_has_a_prefix_and_addresses_have_no_quotes() {
    bc66().play(
        r"
        > ATI\r
        < \r\nQuectel\r\nBC66\r\nRevision: BC66NBR01A04\r\n\r\nOK\r\n
        > AT+CGSN=1\r
        < \r\n+CGSN: 867997030012345\r\n\r\nOK\r\n
        > AT+CGPADDR\r
        < \r\n+CGPADDR: 1,10.7.157.1\r\n\r\nOK\r\n
        > AT+CGATT?\r
        < \r\n+CGATT: 1\r\n\r\nOK\r\n
        > AT+QCCID\r
        < \r\n+QCCID: 89860025128306012474\r\n\r\nOK\r\n
        > AT+CEREG?\r
        < \r\n+CEREG: 0,1\r\n\r\nOK\r\n
        > AT+CREG?\r
        < \r\n+CREG: 0,0\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn options_are_two_and_outlive_a_reset() {
    let scene = bc66();
    scene.play(
        r#"
        > AT+QICFG="viewmode",0\r
        < \r\nERROR\r\n
        > AT+QICFG="showlength",1\r
        < \r\nOK\r\n
        > AT+QICFG="dataformat",1,0\r
        < \r\nOK\r\n
        > AT+CFUN=1,1\r
        < \r\nOK\r\n
        < \r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+IP: 10.7.157.1\r\n
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+QICFG="showlength"\r
        < \r\n+QICFG: "showlength",1\r\n\r\nOK\r\n
        > AT+QICFG="dataformat"\r
        < \r\n+QICFG: "dataformat",1,0\r\n\r\nOK\r\n
        "#,
    );
    let other = joined(Profile::bg96());
    other.play("> AT+QICFG=\"showlength\",1\\r\n< \\r\\nERROR\\r\\n");
}

#[test]
fn names_and_time_are_asked_as_elsewhere() {
    let scene = bc66();
    let _ = scene.world.clone().dns("example.com", [192, 0, 2, 10]);
    scene.play(
        r#"
        > AT+QIDNSGIP=1,"example.com"\r
        < \r\nOK\r\n
        < \r\n+QIURC: "dnsgip",0,1,600\r\n
        < \r\n+QIURC: "dnsgip","192.0.2.10"\r\n
        > AT+QIDNSGIP=1,"nosuch.invalid"\r
        < \r\nOK\r\n
        < \r\n+QIURC: "dnsgip",565\r\n
        > AT+QIDNSCFG=1\r
        < \r\n+QIDNSCFG: 1,"10.1.1.1","10.1.1.2"\r\n\r\nOK\r\n
        "#,
    );
    scene.play("> AT+QNTP=1,\"202.112.10.36\"\\r\n< \\r\\nOK\\r\\n\n< \\r\\n+QNTP: 0,\"2024/03/20,12:00:07+00\"\\r\\n");
}
