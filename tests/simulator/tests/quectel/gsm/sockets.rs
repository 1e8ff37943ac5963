//! Opening and closing.

use super::{CLOSE, OPEN, connected, m95, with_open};
use core::net::Ipv4Addr;
use core::time::Duration;

#[test]
fn opens_succeed_or_fail_in_words() {
    let scene = m95();
    scene.world.host(Ipv4Addr::new(10, 9, 9, 9));
    scene.play(OPEN);
    scene.play(
        r#"
        > AT+QIOPEN=1,"TCP","10.9.9.9",80\r
        < \r\nOK\r\n
        < \r\n1, CONNECT FAIL\r\n
        > AT+QIOPEN=5,"TCP","220.180.239.212","8009"\r
        < \r\nOK\r\n
        < \r\n5, CONNECT OK\r\n
        > AT+QIOPEN=2,"TCP","2001:db8::1",80\r
        < \r\nOK\r\n
        < \r\n2, CONNECT FAIL\r\n
        > AT+QISTATE\r
        < \r\nOK\r\n
        < \r\nSTATE: IP GPRSACT\r\n
        < \r\n+QISTATE: 0,"TCP","220.180.239.212","8009","CONNECTED"\r\n
        < \r\n+QISTATE: 1,"TCP","10.9.9.9","80","CLOSED"\r\n
        < \r\n+QISTATE: 2,"TCP","2001:DB8::1","80","CLOSED"\r\n
        < \r\n+QISTATE: 5,"TCP","220.180.239.212","8009","CONNECTED"\r\n
        "#,
    );
    for bad in [
        "6,\"TCP\",\"220.180.239.212\",8009",
        "3,\"TCP LISTENER\",\"127.0.0.1\",80",
        "3,\"TCP\",\"220.180.239.212\",0",
        "3,\"TCP\",\"220.180.239.212\",65536",
        "3,\"TCP\",\"220.180.239.212\",\"x\"",
        "3,\"TCP\",\"220.180.239.212\"",
        "\"TCP\",\"220.180.239.212\",8009",
    ] {
        scene.play(&format!("> AT+QIOPEN={bad}\\r\n< \\r\\nERROR\\r\\n"));
    }
}

#[test]
fn names_are_for_those_who_said_so() {
    let scene = m95();
    let _ = scene.world.clone().dns("echo.example", super::super::PEER);
    scene.play(
        r#"
        > AT+QIOPEN=0,"TCP","echo.example",8009\r
        < \r\nERROR\r\n
        > AT+QIDNSIP=1\r
        < \r\nOK\r\n
        > AT+QIOPEN=0,"TCP","echo.example",8009\r
        < \r\nOK\r\n
        < \r\n0, CONNECT OK\r\n
        > AT+QIOPEN=1,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n1, CONNECT OK\r\n
        > AT+QIOPEN=2,"TCP","nosuch.invalid",8009\r
        < \r\nOK\r\n
        < \r\n2, CONNECT FAIL\r\n
        "#,
    );
}

#[test]
fn an_id_in_use_is_connected_already() {
    let (scene, _peer) = connected();
    let again = r#"
        > AT+QIOPEN=0,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n0, ALREADY CONNECT\r\n
        "#;
    scene.play(again);
    scene.play(CLOSE);
    scene.host.stop();
    scene.play(
        r#"
        > AT+QIOPEN=0,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n0, CONNECT FAIL\r\n
        "#,
    );
    // What could not be opened has to be closed all the same.
    scene.play(again);
    scene.play(CLOSE);
}

#[test]
fn what_the_peer_closed_is_read_and_can_be_opened_again() {
    let scene = m95();
    scene.play(&with_open(
        r#"
        ! send rest
        < \r\n+QIRDI: 0,1,0\r\n
        ! close
        < \r\n0, CLOSED\r\n
        > AT+QISEND=0,1\r
        < \r\nERROR\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,4\r\nrest\r\nOK\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\nOK\r\n
        "#,
    ));
    scene.play(OPEN);
    scene.play(CLOSE);
    scene.play("> AT+QIRD=0,1,0,1500\\r\n< \\r\\nERROR\\r\\n");
}

#[test]
fn a_close_takes_a_while_and_has_no_ok() {
    let (scene, peer) = connected();
    scene.world.with_modem(|modem| modem.pace_mut().close = Duration::from_secs(3));
    let start = scene.world.now();
    scene.play("> AT+QICLOSE\\r\n< \\r\\nERROR\\r\\n");
    scene.play(CLOSE);
    assert!(scene.world.now() - start > Duration::from_secs(3));
    assert!(peer.is_closed() && !peer.was_reset());
    scene.play(CLOSE);
}

#[test]
fn a_single_socket_has_no_index() {
    let scene = m95();
    let peer = scene.play(
        r#"
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QIMUX=0\r
        < \r\nOK\r\n
        > AT+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        > AT+QIOPEN=0,"TCP","220.180.239.212",8009\r
        < \r\nERROR\r\n
        > AT+QIOPEN="TCP","220.180.239.212","8009"\r
        < \r\nOK\r\n
        < \r\nCONNECT OK\r\n
        > AT+QIOPEN="TCP","220.180.239.212","8009"\r
        < \r\nOK\r\n
        < \r\nALREADY CONNECT\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n
        < \r\nSTATE: CONNECT OK\r\n
        > AT+QISEND=2\r
        < \r\n> 
        > hi
        < \r\nSEND OK\r\n
        > AT+QISEND\r
        < \r\n> 
        > there\x1a
        < \r\nSEND OK\r\n
        > AT+QISACK\r
        < \r\n+QISACK: 7,7,0\r\n\r\nOK\r\n
        ! send yes
        < \r\n+QIRDI: 0,1,0\r\n
        > AT+QIRD=0,1,1,10\r
        < \r\nERROR\r\n
        > AT+QIRD=0,1,0,10\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,3\r\nyes\r\nOK\r\n
        ! close
        < \r\nCLOSED\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n
        < \r\nSTATE: IP CLOSE\r\n
        > AT+QICLOSE\r
        < \r\nCLOSE OK\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n
        < \r\nSTATE: IP GPRSACT\r\n
        "#,
    );
    assert_eq!(peer.expect("peer").received(), b"hithere");
    scene.world.drop_context();
    scene.play("< \\r\\n+PDP DEACT\\r\\n");
}
