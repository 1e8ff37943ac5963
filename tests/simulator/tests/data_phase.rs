//! The rules of the data phase and of `busy p...` (ESP-AT digest §2.6, §7, §14).

use core::net::Ipv4Addr;
use core::time::Duration;
use embedded_io::{Read, Write};
use usocket_simulator::replay::Script;
use usocket_simulator::{Host, Profile, Uart, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(192, 168, 3, 102);

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo and with link 0 open.
fn connected(profile: Profile) -> (VirtualWorld, Host) {
    let world = VirtualWorld::new(profile).joined(true);
    let host = world.listen(PEER, 80);
    let mut uart = world.uart();
    ask(&mut uart, "ATE0");
    ask(&mut uart, "AT+CIPMUX=1");
    ask(&mut uart, "AT+CIPSTART=0,\"TCP\",\"192.168.3.102\",80");
    (world, host)
}

/// Sends a command and reads up to and including its `OK`.
fn ask(uart: &mut Uart, command: &str) {
    uart.write_all(format!("{command}\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\nOK\r\n") {
        let mut byte = [0];
        uart.read_exact(&mut byte).expect(command);
        answer.push(byte[0]);
    }
}

#[test]
fn each_chunk_of_a_rejected_command_earns_one_busy() {
    let (world, _host) = connected(Profile::esp32c3_4_1());
    let long = format!("AT+{}\\r\\n", "X".repeat(145));
    // The connect to a silent address takes 18 seconds; 150 bytes are two chunks of the FIFO.
    let script = format!(
        r#"
        > AT+CIPSTART=1,"TCP","10.1.1.1",80\r\n
        <
        > {long}
        < \r\nbusy p...\r\n\r\nbusy p...\r\n\r\nERROR\r\n
        "#
    );
    play(&world, &script);
}

#[test]
fn a_reset_command_unwedges_a_busy_module() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+CIPSTART=1,"TCP","10.1.1.1",80\r\n
        <
        > AT+RST\r\n
        < \r\nWill force to restart!!!\r\n0,CLOSED\r\nWIFI DISCONNECT\r\n\r\nready\r\n
        < WIFI CONNECTED\r\nWIFI GOT IP\r\n
        "#,
    );
    assert!(host.accept().unwrap().is_closed());
}

#[test]
fn an_isolated_escape_cancels_a_send() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPSEND=0,100\r\n
        < \r\nOK\r\n\r\n>
        > abc
        > +++
        < \r\nSEND Canceled\r\n
        > AT\r\n
        < \r\nOK\r\n
        ",
    );
    assert_eq!(host.accept().unwrap().received(), b"");
}

#[test]
fn an_escape_within_a_payload_is_payload() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPSEND=0,12\r\n
        < \r\nOK\r\n\r\n>
        > ab+++cd
        > ef+++
        < \r\nRecv 12 bytes\r\n\r\nSEND OK\r\n
        ",
    );
    assert_eq!(host.accept().unwrap().received(), b"ab+++cdef+++");
}

#[test]
fn a_link_that_closes_in_the_data_phase_still_takes_the_bytes() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    let peer = host.accept().unwrap();
    let script = Script::parse(
        r"
        > AT+CIPSEND=0,4\r\n
        < \r\nOK\r\n\r\n>
        ! close
        < 0,CLOSED\r\n
        > data
        < \r\nRecv 4 bytes\r\n\r\nSEND FAIL\r\n
        > AT+CIPSEND=0,4\r\n
        < \r\nERROR\r\n
        ",
    );
    script.unwrap().play(&world, |_| peer.close()).unwrap();
}

#[test]
fn t24_a_reset_in_the_data_phase_makes_commands_of_the_payload() {
    let (world, _host) = connected(Profile::esp32c3_4_1());
    let script = Script::parse(
        r"
        > AT+CIPSEND=0,1000\r\n
        < \r\nOK\r\n\r\n>
        > first part
        ! reset
        < \r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n
        > rest\r\n
        < rest\r\n\r\nERROR\r\n
        ",
    );
    script.unwrap().play(&world, |_| world.reset_module()).unwrap();
}

#[test]
fn t26_a_new_line_speed_holds_after_the_answer() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    let script = Script::parse(
        r"
        > AT+UART_CUR=921600,8,1,0,3\r\n
        < AT+UART_CUR=921600,8,1,0,3\r\n\r\nOK\r\n
        ! switch
        > AT\r\n
        < AT\r\n\r\nOK\r\n
        ",
    );
    script.unwrap().play(&world, |_| world.set_host_baud(921_600)).unwrap();
    let probe = world.dialogue().into_iter().rev().nth(1).unwrap();
    assert_eq!(probe.bytes, b"AT\r\n");
}

#[test]
fn a_reset_returns_to_the_stored_line_speed() {
    for (command, after) in [("UART_CUR", 115_200), ("UART_DEF", 57_600)] {
        let world = VirtualWorld::new(Profile::esp32c3_4_1());
        let script = Script::parse(&format!(
            r"
            > AT+{command}=57600,8,1,0,0\r\n
            < AT+{command}=57600,8,1,0,0\r\n\r\nOK\r\n
            ! 57600
            > AT+RST\r\n
            < AT+RST\r\n\r\nOK\r\n
            ! {after}
            < \r\nready\r\n
            "
        ));
        let switch = |baud: &str| world.set_host_baud(baud.parse().unwrap());
        script.unwrap().play(&world, switch).unwrap();
        assert_eq!(world.with_module(|module| module.baud()), after);
    }
}

#[test]
fn a_wrong_line_speed_makes_garbage_in_both_directions() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.set_host_baud(9600);
    let mut uart = world.uart();
    uart.write_all(b"AT\r\n").unwrap();
    world.advance(Duration::from_millis(50));
    assert!(world.commands().is_empty());
    world.set_host_baud(9600);
    world.inject(b"\r\nready\r\n");
    let mut heard = [0; 9];
    uart.read_exact(&mut heard).unwrap();
    assert!(heard.iter().all(|byte| !byte.is_ascii()), "{heard:?}");
}

#[test]
fn t27_a_streamed_send_is_reported_by_blocks() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    let payload = "z".repeat(2048);
    play(
        &world,
        &format!(
            r"
            > AT+CIPSENDL=0,2048\r\n
            < \r\nOK\r\n\r\n>
            > {payload}
            < +CIPSENDL:1024,2048\r\n+CIPSENDL:2048,2048\r\n\r\nSEND OK\r\n
            "
        ),
    );
    assert_eq!(host.accept().unwrap().received().len(), 2048);
}

#[test]
fn send_ok_waits_for_a_peer_that_does_not_read() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    let peer = host.accept().unwrap();
    peer.stall();
    let payload = "z".repeat(6000);
    let script = Script::parse(&format!(
        r"
        > AT+CIPSEND=0,6000\r\n
        < \r\nOK\r\n\r\n>
        > {payload}
        < \r\nRecv 6000 bytes\r\n
        ! resume
        < \r\nSEND OK\r\n
        "
    ));
    let resume = |_: &str| {
        world.advance(Duration::from_secs(10));
        let last = world.dialogue().pop().unwrap();
        assert_eq!(last.bytes, b"\r\nRecv 6000 bytes\r\n");
        peer.resume();
    };
    script.unwrap().play(&world, resume).unwrap();
    assert_eq!(peer.received().len(), 6000);
}

#[test]
fn a_send_timeout_ends_in_send_fail() {
    let (world, host) = connected(Profile::esp32c3_4_1());
    host.accept().unwrap().stall();
    let payload = "z".repeat(6000);
    play(
        &world,
        &format!(
            r"
            > AT+CIPTCPOPT=0,,,5000\r\n
            < \r\nOK\r\n
            > AT+CIPSEND=0,6000\r\n
            < \r\nOK\r\n\r\n>
            > {payload}
            < \r\nRecv 6000 bytes\r\n\r\nSEND FAIL\r\n
            "
        ),
    );
}

#[test]
fn older_modules_send_less_at_once_and_legacy_ones_say_why_not() {
    let (world, _host) = connected(Profile::esp8266_2_2_2());
    play(&world, "> AT+CIPSEND=0,2049\\r\\n\n< \\r\\nERROR\\r\\n\n");
    let (world, _host) = connected(Profile::nonos_1_7());
    play(&world, "> AT+CIPSEND=3,10\\r\\n\n< link is not valid\\r\\n\\r\\nERROR\\r\\n\n");
    play(&world, "> AT+CIPSENDL=0,10\\r\\n\n< \\r\\nERROR\\r\\n\n");
}
