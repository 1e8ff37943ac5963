//! Fault injection: what goes wrong in the field, on demand (ESP-AT digest §20.2).

use core::net::Ipv4Addr;
use core::time::Duration;
use embedded_io::Write;
use usocket_simulator::replay::Script;
use usocket_simulator::{Peer, Profile, VirtualWorld};

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo, with link 0 open.
fn connected() -> (VirtualWorld, Peer) {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.1",80\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        "#,
    );
    (world.clone(), host.accept().expect("peer"))
}

const SEND: &str = r"
    > AT+CIPSEND=0,2\r\n
    < PROMPT
    > hi
    < RESULT
    ";

fn send(world: &VirtualWorld, prompt: &str, result: &str) {
    play(world, &SEND.replace("PROMPT", prompt).replace("RESULT", result));
    assert!(world.faults_spent());
}

#[test]
fn urcs_fall_between_any_two_writes() {
    let (world, _peer) = connected();
    world.inject_before(b"SEND OK", b"\r\n+IPD,0,9\r\n");
    world.inject_after(b"Recv", b"WIFI GOT IP\r\n");
    world.inject_after(b">", b"1,CLOSED\r\n");
    send(
        &world,
        r"\r\nOK\r\n\r\n>",
        r"1,CLOSED\r\n\r\nRecv 2 bytes\r\nWIFI GOT IP\r\n\r\n+IPD,0,9\r\n\r\nSEND OK\r\n",
    );
}

#[test]
fn a_urc_falls_between_ok_and_prompt() {
    let (world, _peer) = connected();
    world.inject_before_prompt(b"1,CLOSED\r\n");
    send(&world, r"\r\nOK\r\n1,CLOSED\r\n\r\n>", r"\r\nRecv 2 bytes\r\n\r\nSEND OK\r\n");
}

#[test]
fn a_notice_is_lost_and_the_length_still_tells() {
    let (world, peer) = connected();
    play(&world, "> AT+CIPRECVMODE=1\\r\\n\n< \\r\\nOK\\r\\n\n");
    world.drop_next(b"+IPD");
    peer.send(b"quiet");
    play(&world, "> AT+CIPRECVLEN?\\r\\n\n< +CIPRECVLEN:5,0,0,0,0\\r\\n\\r\\nOK\\r\\n\n");
}

#[test]
fn a_late_answer_keeps_the_module_busy() {
    let (world, _peer) = connected();
    world.delay_next(b"OK", Duration::from_secs(3));
    let script = Script::parse(
        r"
        > AT\r\n
        ! early
        > AT\r\n
        < \r\nbusy p...\r\n\r\nOK\r\n
        ",
    );
    script.unwrap().play(&world, |_| world.advance(Duration::from_millis(10))).unwrap();
}

#[test]
fn busy_may_or_may_not_mean_executed() {
    let (world, _peer) = connected();
    world.busy_next("AT+CIPMUX", true);
    play(&world, "> AT+CIPMUX?\\r\\n\n< \\r\\nbusy p...\\r\\n+CIPMUX:1\\r\\n\\r\\nOK\\r\\n\n");
    world.busy_next("AT+CIPMUX", false);
    play(&world, "> AT+CIPMUX?\\r\\n\n< \\r\\nbusy p...\\r\\n\n> AT\\r\\n\n< \\r\\nOK\\r\\n\n");
}

#[test]
fn a_send_fails_after_part_of_it_is_gone() {
    let (world, peer) = connected();
    world.send_fail_next_after(1);
    send(&world, r"\r\nOK\r\n\r\n>", r"\r\nRecv 2 bytes\r\n\r\nSEND FAIL\r\n");
    assert_eq!(peer.received(), b"h");
    world.send_fail_next();
    send(&world, r"\r\nOK\r\n\r\n>", r"\r\nRecv 2 bytes\r\n\r\nSEND FAIL\r\n");
    assert_eq!(peer.received(), b"");
}

#[test]
fn a_mute_module_never_answers() {
    let (world, _peer) = connected();
    world.mute(true);
    play(&world, "> AT\\r\\n\n");
    world.mute(false);
    play(&world, "> AT\\r\\n\n< \\r\\nOK\\r\\n\n");
}

#[test]
fn a_reset_cuts_a_counted_block() {
    let (world, peer) = connected();
    world.reset_within(b"+IPD", 14);
    peer.send(b"0123456789");
    play(
        &world,
        r"
        < \r\n+IPD,0,10:0123
        < \r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n
        > AT\r\n
        < AT\r\n\r\nOK\r\n
        ",
    );
    assert!(!peer.is_closed(), "nobody tells the peer");
}

#[test]
fn a_reset_cuts_what_the_host_says() {
    let (world, peer) = connected();
    world.reset_after_hearing("AT+CIPSEND=0,10\r\n".len() + 4);
    play(
        &world,
        r"
        > AT+CIPSEND=0,10\r\n
        < \r\nOK\r\n\r\n>
        > 0123456789
        < \r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n
        ",
    );
    assert_eq!(peer.received(), b"");
}

#[test]
fn a_pulled_reset_pin_stops_the_line_in_the_middle() {
    let (world, _peer) = connected();
    let mut uart = world.uart();
    uart.write_all(b"AT+GMR\r\n").unwrap();
    world.advance(Duration::from_millis(3));
    world.reset_module_with_noise(b"\x1f\x00rst cause:2\xfe");
    world.advance(Duration::from_secs(3));
    let transcript = world.transcript();
    assert!(transcript.contains("rst cause:2"), "{transcript}");
    let (_, down) = world.statistics();
    let mut heard = vec![0; 4096];
    let mut length = 0;
    world.set_read_limit(Duration::ZERO);
    while let Ok(count) = embedded_io::Read::read(&mut uart, &mut heard[length..]) {
        length += count;
    }
    let heard = String::from_utf8_lossy(&heard[..length]).into_owned();
    assert!(heard.starts_with("AT version:") && !heard.contains("Bin version"), "{heard}");
    assert!(heard.ends_with("\r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"), "{heard}");
    assert!(down.bytes as usize > length, "cut bytes never arrive");
}

#[test]
fn answers_come_mangled() {
    let (world, _peer) = connected();
    world.replace_next(b"OK", b"OK\n");
    play(&world, "> AT\\r\\n\n< OK\\n\n");
    world.inject_before(b"OK", b"to read 41 bytes\r\n");
    world.inject_within(b"OK", 1, b"1,CONNECT\r\n");
    play(&world, "> AT\\r\\n\n< to read 41 bytes\\r\\n\\r\\nO1,CONNECT\\r\\nK\\r\\n\n");
}
