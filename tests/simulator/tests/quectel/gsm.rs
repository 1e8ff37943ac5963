//! The QI-GSM sockets of the M95 (Quectel digest §9).

mod power;
mod quirks;
mod receive;
mod send;
mod sockets;
mod stack;

use super::{QUIET, Scene, joined};
use usocket_simulator::{Peer, Profile};

/// A module with an active stack and `AT+QIMUX=1`, which reads after notices, and echoes nothing.
fn m95() -> Scene {
    let scene = joined(Profile::m95());
    scene.play("> AT+QINDI=1;+QISDE=0\\r\n< \\r\\nOK\\r\\n");
    scene
}

/// As [`m95`], with socket 0 open.
fn connected() -> (Scene, Peer) {
    m95().connected(OPEN)
}

/// A script that begins with [`OPEN`], so that it can give cues to the peer.
fn with_open(script: &str) -> String {
    format!("{OPEN}{script}")
}

const OPEN: &str = r#"
    > AT+QIOPEN=0,"TCP","220.180.239.212",8009\r
    < \r\nOK\r\n
    < \r\n0, CONNECT OK\r\n
    "#;
const CLOSE: &str = r"
    > AT+QICLOSE=0\r
    < \r\n0, CLOSE OK\r\n
    ";

#[test]
fn t30_a_whole_life() {
    let world = usocket_simulator::VirtualWorld::new(Profile::m95());
    let world = world.dns("example.com", super::PEER);
    let scene = Scene::new(world);
    let body = "x".repeat(1332);
    let script = r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+QIFGCNT=0\r
        < \r\nOK\r\n
        > AT+QICSGP=1,"internet","me","secret"\r
        < \r\nOK\r\n
        > AT+QIMODE=0\r
        < \r\nOK\r\n
        > AT+QIMUX=1\r
        < \r\nOK\r\n
        > AT+QISRVC=1\r
        < \r\nOK\r\n
        > AT+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        > AT+QILOCIP\r
        < \r\n10.7.157.1\r\n
        > AT+QINDI=2\r
        < \r\nOK\r\n
        > AT+QISDE=0\r
        < \r\nOK\r\n
        > AT+QIDNSIP=1\r
        < \r\nOK\r\n
        > AT+QIOPEN=0,"TCP","example.com",8009\r
        < \r\nOK\r\n
        < \r\n0, CONNECT OK\r\n
        > AT+QISEND=0,4\r
        < \r\n> 
        > ping
        < \r\nSEND OK\r\n
        ! fill 1332
        < \r\n+QIRDI: 0,1,0,1,1332,1332\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,1332\r\nBODY\r\nOK\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\nOK\r\n
        ! close
        < \r\n0, CLOSED\r\n
        > AT+QICLOSE=0\r
        < \r\n0, CLOSE OK\r\n
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        "#;
    let peer = scene.play(&script.replace("BODY", &body));
    assert_eq!(peer.expect("peer").received(), b"ping");
}

#[test]
fn identity_and_registration_are_those_of_2g() {
    m95().play(
        r#"
        > ATI\r
        < \r\nQuectel_Ltd\r\nM95\r\nRevision: M95FAR02A08\r\n\r\nOK\r\n
        > AT+CGMR\r
        < \r\nRevision: M95FAR02A08\r\n\r\nOK\r\n
        > AT+CGMM\r
        < \r\nM95\r\n\r\nOK\r\n
        > AT+CGSN\r
        < \r\n865067020012345\r\n\r\nOK\r\n
        > AT+CCID\r
        < \r\n89860025128306012474\r\n\r\nOK\r\n
        > AT+QCCID\r
        < \r\n89860025128306012474\r\n\r\nOK\r\n
        > AT+CREG?\r
        < \r\n+CREG: 0,1\r\n\r\nOK\r\n
        > AT+CGREG?\r
        < \r\n+CGREG: 0,1\r\n\r\nOK\r\n
        > AT+CEREG?\r
        < \r\nERROR\r\n
        > AT+CEREG=2\r
        < \r\nERROR\r\n
        > AT+CEREG=?\r
        < \r\nERROR\r\n
        > AT+CGATT?\r
        < \r\n+CGATT: 1\r\n\r\nOK\r\n
        "#,
    );
}
