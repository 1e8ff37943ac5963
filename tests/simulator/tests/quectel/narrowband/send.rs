//! Sending.

use super::{bc66, connected};
use core::time::Duration;

#[test]
fn sends_have_a_prompt_or_bring_their_data() {
    let (scene, peer) = connected();
    scene.play(
        r#"
        > AT+QISEND=0,5\r
        < \r\n> 
        > a"b\rc
        < \r\nSEND OK\r\n
        > AT+QISEND=0\r
        < \r\n> 
        > d\x1a
        < \r\nSEND OK\r\n
        > AT+QISEND=0,4,"e,;f",2\r
        < \r\nOK\r\n\r\nSEND OK\r\n
        > AT+QISEND=0,3,"\x80\xff!"\r
        < \r\nOK\r\n\r\nSEND OK\r\n
        > AT+QISEND=0,0,0\r
        < \r\n+QISEND: 13,13,0\r\n\r\nOK\r\n
        "#,
    );
    assert_eq!(peer.received(), b"a\"b\rcde,;f\x80\xff!");
    for bad in
        ["0,4,\"abc\"", "0,3,abc", "0,3,\"abc\",3", "0,1025", "0,,\"abc\"", "1,3,\"abc\"", "1,0"]
    {
        scene.play(&format!("> AT+QISEND={bad}\\r\n< \\r\\nERROR\\r\\n"));
    }
    let most = "z".repeat(1024);
    scene.play(&format!("> AT+QISEND=0,1024,\"{most}\"\\r\n< \\r\\nOK\\r\\n\\r\\nSEND OK\\r\\n"));
    assert_eq!(peer.received(), most.as_bytes());
}

#[test]
fn a_bc25_says_ok_before_send_ok() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.ok_before_send_ok = true);
    scene.world.with_modem(|modem| modem.pace_mut().send = Duration::from_secs(3));
    scene.play("> AT+QISEND=0,2\\r\n< \\r\\n> \n> hi\n< \\r\\nOK\\r\\n");
    let before = scene.world.now();
    scene.play("< \\r\\nSEND OK\\r\\n");
    assert!(scene.world.now() - before > Duration::from_millis(1900));
    scene.world.with_modem(|modem| modem.pace_mut().send = Duration::ZERO);
    scene.world.fail_next_sends(1);
    scene.play("> AT+QISEND=0,2\\r\n< \\r\\n> \n> hi\n< \\r\\nOK\\r\\n\\r\\nSEND FAIL\\r\\n");
}

#[test]
fn a_send_fails_behind_its_ok() {
    let (scene, peer) = connected();
    scene.world.fail_next_sends(1);
    scene.play("> AT+QISEND=0,2,\"hi\"\\r\n< \\r\\nOK\\r\\n\\r\\nSEND FAIL\\r\\n");
    scene.world.with_modem(|modem| modem.pace_mut().send = Duration::from_secs(3));
    scene.play("> AT+QISEND=0,2,\"hi\"\\r\n< \\r\\nOK\\r\\n");
    peer.close();
    scene.play("< \\r\\n+QIURC: \"closed\",0\\r\\n\n< \\r\\nSEND FAIL\\r\\n");
    assert_eq!(peer.received(), b"");
}

#[test]
fn some_firmware_counts_no_sends() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.no_send_counters = true);
    scene.play(
        r#"
        > AT+QISEND=0,2,"hi"\r
        < \r\nOK\r\n\r\nSEND OK\r\n
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 0,0,0\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn datagrams_come_from_one_peer() {
    let scene = bc66();
    scene.play(
        r#"
        > AT+QIOPEN=1,1,"UDP","10.7.76.34",7687,5000,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 1,0\r\n
        > AT+QISEND=1,2,"hi"\r
        < \r\nOK\r\n\r\nSEND OK\r\n
        ! datagram 5000 one
        < \r\n+QIURC: "recv",1\r\n
        ! datagram 5000 two
        > AT+QIRD=1,1024\r
        < \r\n+QIRD: 3\r\none\r\n\r\nOK\r\n
        > AT+QIRD=1,1024\r
        < \r\n+QIRD: 3\r\ntwo\r\n\r\nOK\r\n
        > AT+QICLOSE=1\r
        < \r\nOK\r\n\r\nCLOSE OK\r\n
        "#,
    );
    assert_eq!(scene.udp.received(), [(([10, 7, 157, 1], 5000).into(), b"hi".to_vec())]);
}
