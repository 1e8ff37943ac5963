//! Opening and closing.

use super::{CLOSE, OPEN, bc66, connected, with_open};
use crate::PEER;
use core::net::Ipv4Addr;
use core::time::Duration;

#[test]
fn sockets_are_clients_only() {
    let scene = bc66();
    for rest in [
        "1,0,\"TCP LISTENER\",\"127.0.0.1\",0,2020,0",
        "1,0,\"UDP SERVICE\",\"127.0.0.1\",0,3030,0",
        "1,0,\"TCP\",\"220.180.239.212\",8009,0,2",
        "1,5,\"TCP\",\"220.180.239.212\",8009",
        "2,0,\"TCP\",\"220.180.239.212\",8009",
        "0,0,\"TCP\",\"220.180.239.212\",8009",
        "1,0,\"TCP\",\"220.180.239.212\"",
    ] {
        scene.play(&format!("> AT+QIOPEN={rest}\\r\n< \\r\\nERROR\\r\\n"));
        scene.play(
            r"
            > AT+QIGETERROR\r
            < \r\n+QIGETERROR: 552, invalid parameters\r\n\r\nOK\r\n
            ",
        );
    }
    scene.play(
        r#"
        > AT+QIOPEN=?\r
        < \r\n+QIOPEN: (1),(0-4),"TCP/UDP","<IP_address>/<domain_name>",<remote_port>,<local_port>,(0,1)\r\n
        < \r\nOK\r\n
        > AT+QIRD=?\r
        < \r\n+QIRD: (0-4),(1-1024)\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn opens_fail_with_a_number() {
    let (scene, _peer) = connected();
    scene.world.host(Ipv4Addr::new(10, 9, 9, 9));
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 563, socket identity has been used\r\n\r\nOK\r\n
        > AT+QIOPEN=1,1,"TCP","10.9.9.9",80\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 1,566\r\n
        > AT+QIOPEN=1,2,"TCP","nosuch.invalid",80\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 2,565\r\n
        > AT+QICLOSE=1\r
        < \r\nOK\r\n\r\nCLOSE OK\r\n
        > AT+QISTATE?\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,2,1,0\r\n
        < +QISTATE: 2,"TCP","0.0.0.0",80,0,4,1,0\r\n\r\nOK\r\n
        > AT+QISTATE=0,1\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,2,1,0\r\n
        < +QISTATE: 2,"TCP","0.0.0.0",80,0,4,1,0\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn a_close_is_over_behind_its_ok() {
    let (scene, peer) = connected();
    scene.world.with_modem(|modem| modem.pace_mut().close = Duration::from_secs(1));
    peer.send(b"unread");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        > AT+QIRD=0,10\r
        < \r\nERROR\r\n
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009\r
        < \r\nERROR\r\n
        > AT+QICLOSE=0\r
        < \r\nERROR\r\n
        < \r\nCLOSE OK\r\n
        > AT+QISTATE?\r
        < \r\nOK\r\n
        "#,
    );
    scene.play(OPEN);
    scene.world.quirks(|quirks| quirks.slow_close = true);
    let start = scene.world.now();
    scene.play(CLOSE);
    assert!(scene.world.now() - start > Duration::from_secs(10));
}

#[test]
fn closing_what_is_not_open_is_fine_or_refused() {
    let scene = bc66();
    scene.play(CLOSE);
    scene.world.quirks(|quirks| quirks.unused_close_fails = true);
    scene.play("> AT+QICLOSE=0\\r\n< \\r\\nERROR\\r\\n\n> AT+QICLOSE=5\\r\n< \\r\\nERROR\\r\\n");
}

#[test]
fn what_the_peer_closed_is_read_and_then_closed() {
    let scene = bc66();
    scene.play(&with_open(
        r#"
        ! send rest
        ! close
        < \r\n+QIURC: "recv",0\r\n
        < \r\n+QIURC: "closed",0\r\n
        > AT+QISEND=0,2,"no"\r
        < \r\nERROR\r\n
        > AT+QIRD=0,2\r
        < \r\n+QIRD: 2\r\nre\r\n\r\nOK\r\n
        > AT+QIRD=0,1024\r
        < \r\n+QIRD: 2\r\nst\r\n\r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n\r\nCLOSE OK\r\n
        > AT+QIRD=0,2\r
        < \r\nERROR\r\n
        "#,
    ));
}

#[test]
fn the_name_of_a_host_is_enough() {
    let scene = bc66();
    let _ = scene.world.clone().dns("echo.example", PEER);
    scene.play(
        r#"
        > AT+QIOPEN=1,4,"TCP","echo.example",8009,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 4,0\r\n
        > AT+QISTATE=1,4\r
        < \r\n+QISTATE: 4,"TCP","220.180.239.212",8009,49153,2,1,0\r\n\r\nOK\r\n
        "#,
    );
}
