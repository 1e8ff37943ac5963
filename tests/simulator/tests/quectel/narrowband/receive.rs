//! Receiving.

use super::{bc66, connected, with_open};

#[test]
fn notices_and_reads_have_lengths_if_wanted() {
    let scene = bc66();
    scene.play(&with_open(
        r#"
        > AT+QICFG="showlength",1\r
        < \r\nOK\r\n
        ! send hello
        < \r\n+QIURC: "recv",0,5\r\n
        > AT+QIRD=0,3\r
        < \r\n+QIRD: 3,2\r\nhel\r\n\r\nOK\r\n
        > AT+QIRD=0,3\r
        < \r\n+QIRD: 2,0\r\nlo\r\n\r\nOK\r\n
        > AT+QIRD=0,3\r
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        > AT+QIRD=0\r
        < \r\nERROR\r\n
        > AT+QIRD=0,1025\r
        < \r\nERROR\r\n
        "#,
    ));
}

#[test]
fn payload_is_hexadecimal_if_wanted() {
    let scene = bc66();
    let peer = scene.play(&with_open(
        r#"
        > AT+QICFG="dataformat",1,1\r
        < \r\nOK\r\n
        > AT+QISEND=0,2,"6869"\r
        < \r\nOK\r\n\r\nSEND OK\r\n
        > AT+QISEND=0,2,"hi"\r
        < \r\nERROR\r\n
        > AT+QISEND=0,2,"6x69"\r
        < \r\nERROR\r\n
        > AT+QISEND=0,2\r
        < \r\n> 
        > 2121
        < \r\nSEND OK\r\n
        ! send ok
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,10\r
        < \r\n+QIRD: 2\r\n6F6B\r\n\r\nOK\r\n
        "#,
    ));
    assert_eq!(peer.expect("peer").received(), b"hi!!");
}

#[test]
fn data_are_pushed_in_mode_1() {
    bc66().play(
        r#"
        > AT+QIOPEN=1,3,"TCP","220.180.239.212",8009,0,1\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 3,0\r\n
        ! send test
        < \r\n+QIURC: "recv",3,4\r\ntest\r\n
        > AT+QIRD=3,10\r
        < \r\nERROR\r\n
        > AT+QISTATE=1,3\r
        < \r\n+QISTATE: 3,"TCP","220.180.239.212",8009,49153,2,1,1\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn a_full_buffer_makes_the_peer_wait() {
    let (scene, peer) = connected();
    peer.send(&[b'x'; 3000]);
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n");
    assert_eq!(peer.unsent(), 3000 - 2048);
    let full = "x".repeat(1024);
    scene
        .play(&format!("> AT+QIRD=0,1024\\r\n< \\r\\n+QIRD: 1024\\r\\n{full}\\r\\n\\r\\nOK\\r\\n"));
    assert_eq!(peer.unsent(), 0);
}

#[test]
fn a_full_buffer_loses_what_was_acknowledged() {
    let (scene, peer) = connected();
    scene.world.quirks(|quirks| quirks.drops_overflow = true);
    peer.send(&[b'x'; 3000]);
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n\n< \\r\\n+QIURC: \"recv\",0,\"buff full\"\\r\\n");
    assert_eq!(peer.unsent(), 0);
    let full = "x".repeat(1024);
    let read = format!("> AT+QIRD=0,1024\\r\n< \\r\\n+QIRD: 1024\\r\\n{full}\\r\\n\\r\\nOK\\r\\n");
    scene.play(&format!(
        "{read}\n{read}\n> AT+QIRD=0,1024\\r\n< \\r\\n+QIRD: 0\\r\\n\\r\\nOK\\r\\n"
    ));
}

#[test]
fn t29_a_push_is_quoted_on_a_bc260y() {
    let scene = bc66();
    scene.world.quirks(|quirks| quirks.quoted_push = true);
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,1\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,0\r\n
        ! send hello
        < \r\n+QIURC: "recv",0,5,"hello"\r\n
        "#,
    );
}
