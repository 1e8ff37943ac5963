//! Every quirk that can be switched on (Quectel digest §12, §14.4).

use super::{OPEN, bg96, connected, play};
use core::time::Duration;
use usocket_simulator::cellular::{BusyInput, Rearm, Refused};
use usocket_simulator::{Profile, VirtualWorld};

const READ: &str = "> AT+QIRD=0,1500\\r\n< \\r\\n+QIRD: 1\\r\\n_\\r\\n\\r\\nOK\\r\\n";

fn read(byte: &str) -> String {
    READ.replace('_', byte)
}

#[test]
fn a_read_that_finds_nothing_is_needed_for_the_next_notice() {
    let (scene, peer) = connected();
    scene.world.quirks(|quirks| quirks.rearm = Rearm::FoundNothing);
    peer.send(b"a");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n");
    scene.play(&read("a"));
    peer.send(b"b");
    scene.play(&read("b"));
    scene.play("> AT+QIRD=0,1500\\r\n< \\r\\n+QIRD: 0\\r\\n\\r\\nOK\\r\\n");
    peer.send(b"c");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n");
}

#[test]
fn notices_are_lost_or_come_twice() {
    let (scene, peer) = connected();
    scene.world.quirks(|quirks| quirks.no_notices = true);
    peer.send(b"a");
    scene.play(&read("a"));
    scene.world.quirks(|quirks| {
        quirks.no_notices = false;
        quirks.doubled_notices = true;
    });
    peer.send(b"b");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n\\r\\n+QIURC: \"recv\",0\\r\\n");
    scene.play(&read("b"));
    scene.world.quirks(|quirks| quirks.doubled_notices = false);
    scene.world.drop_next(b"recv");
    peer.send(b"c");
    scene.play(&read("c"));
}

#[test]
fn the_sockets_of_a_lost_context_are_reported_or_gone() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| {
        quirks.closes_with_context = true;
        quirks.frees_with_context = true;
    });
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+QIURC: "pdpdeact",1\r\n
        < \r\n+QIURC: "closed",0\r\n
        > AT+QISTATE?\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn opens_are_refused_behind_the_ok() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| {
        quirks.used_id = Refused::Later;
        quirks.no_context = Refused::Later;
    });
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,563\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 563, socket identity has been used\r\n\r\nOK\r\n
        > AT+QIOPEN=2,1,"TCP","220.180.239.212",8009,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 1,561\r\n
        > AT+QICLOSE=1\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn errors_are_numbers() {
    let scene = bg96();
    scene.world.quirks(|quirks| quirks.cme_for_tcp = true);
    scene.play("> AT+QIRD=0,1500\\r\n< \\r\\n+CME ERROR: 567\\r\\n");
}

#[test]
fn prompts_come_in_three_forms() {
    let (scene, peer) = connected();
    for (prompt, written) in [("\r\n>", r"\r\n>"), ("\r\n>\r\n", r"\r\n>\r\n"), ("> ", "> ")] {
        scene.world.quirks(|quirks| quirks.prompt = Some(prompt));
        scene.play(&format!("> AT+QISEND=0,2\\r\n< {written}\n> hi\n< \\r\\nSEND OK\\r\\n"));
    }
    assert_eq!(peer.received(), b"hihihi");
}

#[test]
fn a_notice_falls_in_front_of_the_prompt() {
    let (scene, _peer) = connected();
    scene.world.inject_before_prompt(b"\r\n+QIURC: \"recv\",0\r\n");
    scene.play(
        r#"
        > AT+QISEND=0,2\r
        < \r\n+QIURC: "recv",0\r\n
        < \r\n> 
        > hi
        < \r\nSEND OK\r\n
        "#,
    );
}

#[test]
fn answers_lack_the_blank_line() {
    let scene = bg96();
    scene.world.quirks(|quirks| quirks.compact = true);
    scene.play("> AT+CSQ\\r\n< \\r\\n+CSQ: 28,99\\r\\nOK\\r\\n\n> AT\\r\n< \\r\\nOK\\r\\n");
}

#[test]
fn an_open_is_never_answered() {
    let scene = bg96();
    scene.world.quirks(|quirks| quirks.unanswered_opens = 1);
    scene.play("> AT+QIOPEN=1,0,\"TCP\",\"220.180.239.212\",8009,0,0\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(200));
    scene.play("> AT+QICLOSE=0\\r\n< \\r\\nOK\\r\\n");
    scene.play(OPEN);
}

#[test]
fn a_close_takes_all_its_time() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.slow_close = true);
    let start = scene.world.now();
    scene.play("> AT+QICLOSE=0\\r\n< \\r\\nOK\\r\\n");
    assert!(scene.world.now() - start > Duration::from_secs(10));
}

#[test]
fn reads_are_short() {
    let (scene, peer) = connected();
    scene.world.quirks(|quirks| quirks.short_reads = Some(1));
    peer.send(b"xy");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n");
    scene.play(&read("x"));
    scene.play(&read("y"));
}

#[test]
fn payload_is_echoed_until_it_is_switched_off() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.echoes_payload = true);
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
fn reports_come_into_a_payload() {
    let (scene, peer) = connected();
    scene.world.quirks(|quirks| quirks.urcs_in_payload = true);
    scene.play("> AT+QISEND=0,2\\r\n< \\r\\n> \n> h");
    peer.send(b"!");
    scene.play("< \\r\\n+QIURC: \"recv\",0\\r\\n\n> i\n< \\r\\nSEND OK\\r\\n");
}

#[test]
fn bytes_for_a_busy_port_wait() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.busy_input = BusyInput::Queued);
    scene.play(
        r"
        > AT+QICLOSE=0\rAT\r
        < \r\nOK\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn a_line_feed_is_echoed() {
    let world = VirtualWorld::new(Profile::bg96()).latency(Duration::from_millis(5));
    world.quirks(|quirks| {
        quirks.echoes_line_feed = true;
        quirks.busy_input = BusyInput::Queued;
    });
    play(&world, "> AT\\r\\n\n< AT\\r\\r\\nOK\\r\\n\\n");
}

#[test]
fn commands_are_refused_until_the_application_is_ready() {
    let world = VirtualWorld::new(Profile::bg96());
    world.quirks(|quirks| {
        quirks.refuses_until_ready = true;
        quirks.boot_noise = b"\x00\xff";
    });
    let world = world.boot();
    play(
        &world,
        r"
        < \x00\xff\r\nRDY\r\n
        > AT\r
        < AT\r\r\nERROR\r\n
        < \r\nAPP RDY\r\n
        > AT\r
        < AT\r\r\nOK\r\n
        < \r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n
        ",
    );
}

#[test]
fn the_farewell_is_missing() {
    let scene = bg96();
    scene.world.quirks(|quirks| quirks.no_farewell = true);
    scene.play("> AT+QPOWD\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(5));
    scene.play("> AT\\r");
}

#[test]
fn a_connected_socket_is_in_an_odd_state() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.connected_is_3 = true);
    scene.play(
        r#"
        > AT+QISTATE\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,3,1,0,0,"uart1"\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn unknown_lines_and_messages_come_out_of_the_blue() {
    let (scene, _peer) = connected();
    scene.world.inject_before(b"+QIRD", b"\r\n+CMT: \"+491\",,\"24/03/20\"\r\n+QIRD: 99\r\n");
    scene.world.inject_after(b"+QIRD: 0\r\n", b"\r\n^MODE: 5,4\r\n");
    scene.play(
        r#"
        > AT+QIRD=0,1500\r
        < \r\n+CMT: "+491",,"24/03/20"\r\n+QIRD: 99\r\n
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        < \r\n^MODE: 5,4\r\n
        "#,
    );
}
