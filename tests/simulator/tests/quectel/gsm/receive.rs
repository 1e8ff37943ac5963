//! Receiving.

use super::{m95, with_open};
use crate::joined;
use usocket_simulator::Profile;

#[test]
fn a_notice_is_repeated_after_a_read_that_found_nothing() {
    m95().play(&with_open(
        r#"
        ! send one
        < \r\n+QIRDI: 0,1,0\r\n
        ! send two
        > AT+QIRD=0,1,0,4\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,4\r\nonet\r\nOK\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,2\r\nwo\r\nOK\r\n
        ! send three
        ! wait 1000
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,5\r\nthree\r\nOK\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\nOK\r\n
        ! send four
        < \r\n+QIRDI: 0,1,0\r\n
        "#,
    ));
}

#[test]
fn notices_with_counters_come_every_time() {
    m95().play(&with_open(
        r#"
        > AT+QINDI=2\r
        < \r\nOK\r\n
        ! send one
        < \r\n+QIRDI: 0,1,0,1,3,3\r\n
        ! send four
        < \r\n+QIRDI: 0,1,0,2,4,7\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,7\r\nonefour\r\nOK\r\n
        ! send a
        < \r\n+QIRDI: 0,1,0,1,1,1\r\n
        "#,
    ));
}

#[test]
fn reads_are_checked() {
    let (scene, _peer) = super::connected();
    for bad in
        ["0,1,0,0", "0,1,0,1501", "0,2,0,10", "1,1,0,10", "0,1,1,10", "0,1,6,10", "0,1,0", "0"]
    {
        scene.play(&format!("> AT+QIRD={bad}\\r\n< \\r\\nERROR\\r\\n"));
    }
}

#[test]
fn the_foreground_context_is_part_of_it() {
    let scene = m95();
    scene.play(
        r#"
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QIFGCNT=1;+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        > AT+QIOPEN=0,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n0, CONNECT OK\r\n
        ! send hi
        < \r\n+QIRDI: 1,1,0\r\n
        > AT+QIRD=0,1,0,10\r
        < \r\nERROR\r\n
        > AT+QIRD=1,1,0,10\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,2\r\nhi\r\nOK\r\n
        "#,
    );
}

#[test]
fn data_are_pushed_unless_notices_are_wanted() {
    let scene = joined(Profile::m95());
    scene.play(&with_open(
        r"
        ! send hello
        < \r\n+RECEIVE: 0, 5\r\nhello
        ! send bye
        ! close
        < \r\n+RECEIVE: 0, 3\r\nbye
        < \r\n0, CLOSED\r\n
        ",
    ));
}

#[test]
fn a_single_socket_pushes_bare_data_or_with_a_header() {
    let scene = joined(Profile::m95());
    scene.play(
        r#"
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QIMUX=0;+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        > AT+QIOPEN="TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\nCONNECT OK\r\n
        ! send hello
        < hello
        > AT+QIHEAD=1\r
        < \r\nOK\r\n
        ! send hello
        < IPD5:hello
        "#,
    );
}

#[test]
fn a_full_buffer_makes_the_peer_wait() {
    let (scene, peer) = super::connected();
    peer.send(&[b'x'; 7000]);
    scene.play("< \\r\\n+QIRDI: 0,1,0\\r\\n");
    assert_eq!(peer.unsent(), 7000 - 5840);
    let full = "x".repeat(1500);
    scene.play(&format!(
        "> AT+QIRD=0,1,0,1500\\r\n\
         < \\r\\n+QIRD: 220.180.239.212:8009,TCP,1500\\r\\n{full}\\r\\nOK\\r\\n"
    ));
    assert_eq!(peer.unsent(), 0);
}
