//! The QI-NB sockets of the BC66 (Quectel digest §7).

use super::{PEER, Scene, joined, play};
use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::{Peer, Profile, Registration, Sim, VirtualWorld};

fn bc66() -> Scene {
    joined(Profile::bc66())
}

/// As [`bc66`], with socket 0 open.
fn connected() -> (Scene, Peer) {
    let scene = bc66();
    scene.play(OPEN);
    let peer = scene.host.accept().expect("peer");
    (scene, peer)
}

const OPEN: &str = r#"
    > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009\r
    < \r\nOK\r\n
    < \r\n+QIOPEN: 0,0\r\n
    "#;
/// A script that begins with [`OPEN`], so that it can give cues to the peer.
fn with_open(script: &str) -> String {
    format!("{OPEN}{script}")
}

const CLOSE: &str = r"
    > AT+QICLOSE=0\r
    < \r\nOK\r\n
    < \r\nCLOSE OK\r\n
    ";
const QUIET: &str = "> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n";

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

#[test]
fn the_boot_ends_with_an_address() {
    let world = VirtualWorld::new(Profile::bc66()).boot();
    play(
        &world,
        "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: READY\\r\\n\\r\\n+IP: 10.7.157.1\\r\\n",
    );
    let slow = VirtualWorld::new(Profile::bc66()).registers_after(Duration::from_secs(30)).boot();
    play(&slow, "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: READY\\r\\n");
    let before = slow.now();
    play(&slow, "< \\r\\n+IP: 10.7.157.1\\r\\n");
    assert!(slow.now() - before > Duration::from_secs(29));
    let locked = VirtualWorld::new(Profile::bc66()).sim(Sim::locked("1234")).boot();
    play(&locked, "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: SIM PIN\\r\\n");
}

#[test]
fn nobody_hears_of_the_address_of_a_module_that_is_up() {
    let world = VirtualWorld::new(Profile::bc66());
    play(&world, QUIET);
    play(&world, "> AT+CGPADDR=1\\r\n< \\r\\n+CGPADDR: 1,10.7.157.1\\r\\n\\r\\nOK\\r\\n");
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
fn contexts_are_not_for_the_host() {
    let scene = bc66();
    for command in [
        "AT+QICSGP=1,1,\"internet\"",
        "AT+QIACT=1",
        "AT+QIACT?",
        "AT+QIDEACT=1",
        "AT+QISDE=0",
        "AT+QISWTMD=0,0",
        "AT+QIRD=0,0",
        "AT+QCSQ",
    ] {
        scene.play(&format!("> {command}\\r\n< \\r\\nERROR\\r\\n"));
    }
}

#[test]
fn the_access_point_name_is_set_while_detached() {
    let world = VirtualWorld::new(Profile::bc66()).apn("iot", "", "").boot();
    play(&world, "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: READY\\r\\n");
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+CGPADDR=1\r
        < \r\n+CGPADDR: 1\r\n\r\nOK\r\n
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 561, open PDP context failed\r\n\r\nOK\r\n
        > AT+CGATT=0\r
        < \r\nOK\r\n
        > AT+CGDCONT=1,"IP","iot"\r
        < \r\nOK\r\n
        > AT+CGATT=1\r
        < \r\nOK\r\n
        < \r\n+IP: 10.7.157.1\r\n
        > AT+CGATT=0\r
        < \r\nOK\r\n
        > AT+CGPADDR=1\r
        < \r\n+CGPADDR: 1\r\n\r\nOK\r\n
        > AT+CGATT?\r
        < \r\n+CGATT: 0\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn a_dropped_context_comes_back_by_itself() {
    let (scene, _peer) = connected();
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+QIURC: "pdpdeact",1\r\n
        > AT+QISTATE=1,0\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,4,1,0\r\n\r\nOK\r\n
        < \r\n+IP: 10.7.157.1\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n\r\nCLOSE OK\r\n
        "#,
    );
    scene.play(OPEN);
    scene.world.lose_network();
    scene.play("< \\r\\n+QIURC: \"pdpdeact\",1\\r\\n");
    scene.world.advance(Duration::from_secs(5));
    scene.world.regain_network();
    scene.play("< \\r\\n+IP: 10.7.157.1\\r\\n");
    scene.world.set_registration(Registration::Denied);
    scene.play("> AT+CGATT?\\r\n< \\r\\n+CGATT: 0\\r\\n\\r\\nOK\\r\\n");
}

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

#[test]
fn the_radio_connection_comes_with_traffic_and_goes_without() {
    let scene = bc66();
    scene.play(
        r#"
        > AT+CSCON?\r
        < \r\n+CSCON: 0,0\r\n\r\nOK\r\n
        > AT+CSCON=1\r
        < \r\nOK\r\n
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n+CSCON: 1\r\n
        < \r\n+QIOPEN: 0,0\r\n
        > AT+CSCON?\r
        < \r\n+CSCON: 1,1\r\n\r\nOK\r\n
        "#,
    );
    let before = scene.world.now();
    scene.play("< \\r\\n+CSCON: 0\\r\\n");
    assert!(scene.world.now() - before > Duration::from_secs(9));
    scene.play("! send !\n< \\r\\n+CSCON: 1\\r\\n\n< \\r\\n+QIURC: \"recv\",0\\r\\n");
    scene.play("> AT+CSCON=0\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(20));
    scene.play("> AT+CSCON?\\r\n< \\r\\n+CSCON: 0,0\\r\\n\\r\\nOK\\r\\n");
}

#[test]
fn the_first_bytes_only_wake_a_module_that_sleeps() {
    let (scene, peer) = connected();
    scene.world.quirks(|quirks| quirks.sleeps_after = Some(Duration::from_secs(5)));
    scene.play("> AT\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(6));
    peer.send(b"!");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n\n> AT\\r\n! wait 300\n> AT\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(6));
    // Of a long enough line the end is heard, and means nothing.
    let long = "x".repeat(200);
    scene.play(&format!("> AT+QISEND=0,200,\"{long}\"\\r\n! wait 50\n> AT\\r\n< \\r\\nOK\\r\\n"));
    scene.play(
        "> AT+QSCLK=0\\r\n< \\r\\nOK\\r\\n\n> AT+QSCLK?\\r\n< \\r\\n+QSCLK: 0\\r\\n\\r\\nOK\\r\\n",
    );
    scene.world.advance(Duration::from_secs(6));
    scene.play("> AT\\r\n< \\r\\nOK\\r\\n");
    assert_eq!(peer.received(), b"");
}

#[test]
fn switching_off_is_silent() {
    let (scene, _peer) = connected();
    scene.play("> AT+QPOWD=1\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(5));
    scene.play("> AT\\r");
    scene.world.power_key(Duration::from_millis(500));
    scene.play(
        "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: READY\\r\\n\\r\\n+IP: 10.7.157.1\\r\\n",
    );
    scene.play(QUIET);
    scene.play(OPEN);
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
