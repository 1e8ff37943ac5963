//! TCP clients: notices, reads, sends, closes, and errors (Quectel digest §5).

use super::{OPEN, Scene, bg96, connected, joined, play};
use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::Profile;

#[test]
fn data_are_announced_once_until_everything_is_read() {
    let (scene, peer) = connected();
    peer.send(b"abc");
    peer.send(b"defg");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,2\r
        < \r\n+QIRD: 2\r\nab\r\n\r\nOK\r\n
        "#,
    );
    peer.send(b"h");
    scene.play(
        r"
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 8,2,6\r\n\r\nOK\r\n
        > AT+QIRD=0\r
        < \r\n+QIRD: 6\r\ncdefgh\r\n\r\nOK\r\n
        ",
    );
    peer.send(b"i");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n");
}

#[test]
fn a_closed_socket_stays_readable_until_its_close() {
    let (scene, peer) = connected();
    peer.send(b"tail");
    peer.close();
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        < \r\n+QIURC: "closed",0\r\n
        > AT+QISEND=0,1\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 567, socket has been closed\r\n\r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 4\r\ntail\r\n\r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 563, socket identity has been used\r\n\r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn a_full_receive_buffer_holds_the_peer_back() {
    let (scene, peer) = connected();
    peer.send(&[b'x'; 10_000]);
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 5840,0,5840\r\n\r\nOK\r\n
        "#,
    );
    assert_eq!(peer.unsent(), 10_000 - 5840);
    peer.close();
    let all = "x".repeat(1500);
    scene.play(&format!("> AT+QIRD=0,1500\\r\n< \\r\\n+QIRD: 1500\\r\\n{all}\\r\\n\\r\\nOK\\r\\n"));
    assert_eq!(peer.unsent(), 10_000 - 5840 - 1500);
}

#[test]
fn a_send_is_acknowledged_a_round_trip_later() {
    let world = usocket_simulator::VirtualWorld::new(Profile::bg96()).joined(true);
    let scene = Scene::new(world.network_latency(Duration::from_millis(200)));
    scene.play("> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n");
    scene.play(OPEN);
    scene.play(
        r"
        > AT+QISEND=0,5\r
        < \r\n> 
        > hello
        < \r\nSEND OK\r\n
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 5,0,5\r\n\r\nOK\r\n
        ! wait 400
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 5,5,0\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn a_send_fails_while_the_buffer_is_full_and_takes_nothing() {
    let (scene, peer) = connected();
    peer.stall();
    let chunk = "z".repeat(1460);
    let send = |result: &str| {
        scene
            .play(&format!("> AT+QISEND=0,1460\\r\n< \\r\\n> \n> {chunk}\n< \\r\\n{result}\\r\\n"));
    };
    // 5760 bytes reach the peer's buffer, 10240 wait in the module.
    for _ in 0..10 {
        send("SEND OK");
    }
    send("SEND FAIL");
    scene.play("> AT+QISEND=0,0\\r\n< \\r\\n+QISEND: 14600,4380,10220\\r\\n\\r\\nOK\\r\\n");
    peer.resume();
    send("SEND OK");
    scene.world.advance(Duration::from_secs(1));
    assert_eq!(peer.received().len(), 11 * 1460);
}

#[test]
fn sends_fail_on_demand() {
    let (scene, peer) = connected();
    scene.world.fail_next_sends(2);
    let send = |result: &str| {
        scene.play(&format!("> AT+QISEND=0,2\\r\n< \\r\\n> \n> hi\n< \\r\\n{result}\\r\\n"));
    };
    send("SEND FAIL");
    send("SEND FAIL");
    send("SEND OK");
    assert_eq!(peer.received(), b"hi");
}

#[test]
fn payload_may_hold_anything() {
    let (scene, peer) = connected();
    scene.play(
        r"
        > AT+QISEND=0,14\r
        < \r\n> 
        > \x1a\x1b\r\nOK\r\nAT\r\n> 
        < \r\nSEND OK\r\n
        > \x1aAT\r
        < \r\nOK\r\n
        ",
    );
    assert_eq!(peer.received(), b"\x1a\x1b\r\nOK\r\nAT\r\n> ");
    peer.send(b"\r\nOK\r\n");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 6\r\n\r\nOK\r\n\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn an_escape_cancels_a_send_of_open_length() {
    let (scene, peer) = connected();
    scene.play(
        r"
        > AT+QISEND=0\r
        < \r\n> 
        > abc\x1b
        < \r\nOK\r\n
        ",
    );
    assert_eq!(peer.received(), b"");
}

#[test]
fn notices_wait_for_the_end_of_a_payload() {
    let (scene, peer) = connected();
    scene.play(
        r"
        > AT+QISEND=0,4\r
        < \r\n> 
        > ab
        ",
    );
    peer.send(b"early");
    peer.close();
    scene.play(
        r#"
        > cd
        < \r\nERROR\r\n
        < \r\n+QIURC: "recv",0\r\n
        < \r\n+QIURC: "closed",0\r\n
        "#,
    );
}

#[test]
fn connects_fail_and_keep_the_id() {
    let scene = bg96();
    scene.world.host(Ipv4Addr::new(10, 0, 0, 1));
    scene.play(
        r#"
        > AT+QIOPEN=1,3,"TCP","10.0.0.1",80,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 3,566\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 566, socket connect failed\r\n\r\nOK\r\n
        > AT+QIRD=3,1500\r
        < \r\nERROR\r\n
        > AT+QIOPEN=1,3,"TCP","220.180.239.212",8009,0,0\r
        < \r\nERROR\r\n
        > AT+QICLOSE=3\r
        < \r\nOK\r\n
        > AT+QIOPEN=1,3,"TCP","nosuch.invalid",80,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 3,565\r\n
        > AT+QICLOSE=3\r
        < \r\nOK\r\n
        > AT+QIOPEN=1,3,"TCP","220.180.239.212",8009,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 3,0\r\n
        "#,
    );
}

#[test]
fn several_opens_are_under_way_at_once() {
    let scene = bg96();
    let _ = scene.world.clone().dns("late.example", [220, 180, 239, 212]);
    scene.world.clone().network_latency(Duration::from_millis(50)).listen(super::PEER, 81);
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","late.example",81,0,0\r
        < \r\nOK\r\n
        > AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        < \r\nOK\r\n
        > AT+QISTATE=1,1\r
        < \r\n+QISTATE: 1,"TCP","220.180.239.212",8009,0,1,1,1,0,"uart1"\r\n\r\nOK\r\n
        < \r\n+QIOPEN: 1,0\r\n
        < \r\n+QIOPEN: 0,0\r\n
        "#,
    );
}

#[test]
fn a_pending_open_is_given_up_by_a_close() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","10.9.9.9",80,0,0\r
        < \r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        > AT+QISTATE?\r
        < \r\nOK\r\n
        ! wait 30000
        "#,
    );
}

#[test]
fn a_close_without_time_breaks_off() {
    let (scene, peer) = connected();
    scene.play("> AT+QICLOSE=0,0\\r\n< \\r\\nOK\\r\\n");
    assert!(peer.was_reset());
}

#[test]
fn bytes_for_a_busy_port_are_lost() {
    let (scene, _peer) = connected();
    scene.play(
        r"
        > AT+QICLOSE=0\rAT\r
        < \r\nOK\r\n
        > AT\r
        < \r\nOK\r\n
        ",
    );
}

#[test]
fn parameters_are_checked() {
    let scene = bg96();
    for line in [
        "AT+QIOPEN=1,12,\"TCP\",\"h\",80,0,0",
        "AT+QIOPEN=17,0,\"TCP\",\"h\",80,0,0",
        "AT+QIOPEN=1,0,\"SCTP\",\"h\",80,0,0",
        "AT+QIOPEN=1,0,\"TCP\",\"h\",0,0,0",
        "AT+QIOPEN=1,0,\"TCP\",\"h\",65536,0,0",
        "AT+QIOPEN=1,0,\"TCP LISTENER\",\"127.0.0.1\",0,0,0",
        "AT+QIRD=12,1",
        "AT+QISEND=x",
        "AT+QICLOSE",
        "AT+QICLOSE=0,65536",
        "AT+QISTATE=2,0",
        "AT+QISWTMD=0",
        "AT+QICSGP=1,4,\"apn\"",
    ] {
        scene.play(&format!("> {line}\\r\n< \\r\\nERROR\\r\\n"));
        scene.play(
            "> AT+QIGETERROR\\r\n< \\r\\n+QIGETERROR: 552, invalid parameters\\r\\n\\r\\nOK\\r\\n",
        );
    }
}

#[test]
fn formats_of_data_can_be_changed() {
    let (scene, peer) = connected();
    peer.send(b"ab");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QICFG="viewmode",1\r
        < \r\nOK\r\n
        > AT+QIRD=0,1\r
        < \r\n+QIRD: 1,a\r\n\r\nOK\r\n
        > AT+QICFG="viewmode",0\r
        < \r\nOK\r\n
        > AT+QICFG="dataformat",1,1\r
        < \r\nOK\r\n
        > AT+QIRD=0,1\r
        < \r\n+QIRD: 1\r\n62\r\n\r\nOK\r\n
        > AT+QISEND=0,2\r
        < \r\n> 
        > 6a6B
        < \r\nSEND OK\r\n
        > AT+QICFG="dataformat"\r
        < \r\n+QICFG: "dataformat",1,1\r\n\r\nOK\r\n
        > AT+QICFG="recvind",0\r
        < \r\nERROR\r\n
        > AT+QICFG="nonsense"\r
        < \r\nERROR\r\n
        "#,
    );
    assert_eq!(peer.received(), b"jk");
}

#[test]
fn a_notice_can_carry_the_length_on_ec25() {
    let scene = joined(Profile::ec25());
    scene.play("> AT+QICFG=\"recvind\",1\\r\n< \\r\\nOK\\r\\n");
    scene.play(OPEN);
    scene.host.accept().unwrap().send(b"five!");
    scene.play("< \\r\\n+QIURC: \"recv\",0,5\\r\\n");
}

#[test]
fn pushed_data_leave_no_gap_and_wait_for_a_payload() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,1\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,0\r\n
        > AT+QISEND=0,2\r
        < \r\n> 
        > a
        "#,
    );
    let peer = scene.host.accept().unwrap();
    peer.send(b"pushed");
    peer.close();
    play(
        &scene.world,
        r#"
        > b
        < \r\nERROR\r\n
        < \r\n+QIURC: "recv",0,6\r\npushed\r\n
        < \r\n+QIURC: "closed",0\r\n
        "#,
    );
}

#[test]
fn the_mode_of_a_socket_can_be_switched() {
    let (scene, peer) = connected();
    peer.send(b"first");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QISWTMD=0,1\r
        < \r\nOK\r\n
        < \r\n+QIURC: "recv",0,5\r\nfirst\r\n
        > AT+QISWTMD=0,2\r
        < \r\nCONNECT\r\n
        "#,
    );
    peer.send(b"raw");
    peer.close();
    scene.play("< raw\\r\\nNO CARRIER\\r\\n\n> AT\\r\n< \\r\\nOK\\r\\n");
}

#[test]
fn sockets_outlive_a_host_that_starts_again() {
    let (scene, peer) = connected();
    peer.send(b"old");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > ATE0\r
        < \r\nOK\r\n
        > AT+QISTATE?\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,2,1,0,0,"uart1"\r\n\r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 3\r\nold\r\n\r\nOK\r\n
        "#,
    );
}
