//! Socket options of links (ESP-AT digest §11) and how a link ends.

use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{Peer, Profile, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(192, 168, 3, 1);

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo and with several links.
fn multiplexed(profile: Profile) -> VirtualWorld {
    let world = VirtualWorld::new(profile).joined(true);
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        ",
    );
    world
}

fn connected(world: &VirtualWorld) -> Peer {
    let host = world.listen(PEER, 80);
    let connect = r#"AT+CIPSTART=0,"TCP","192.168.3.1",80"#;
    play(world, &format!(r"> {connect}\r\n{}< 0,CONNECT\r\n\r\nOK\r\n", '\n'));
    host.accept().expect("peer")
}

#[test]
fn options_are_kept_per_link_and_what_is_left_out_stays() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPTCPOPT=1,10,1,5000,60\r\n
        < \r\nOK\r\n
        > AT+CIPTCPOPT=1,,0\r\n
        < \r\nOK\r\n
        > AT+CIPTCPOPT=5,,,7000\r\n
        < \r\nOK\r\n
        > AT+CIPTCPOPT?\r\n
        < +CIPTCPOPT:0,-1,0,7000,0\r\n+CIPTCPOPT:1,10,0,7000,60\r\n+CIPTCPOPT:2,-1,0,7000,0\r\n
        < +CIPTCPOPT:3,-1,0,7000,0\r\n+CIPTCPOPT:4,-1,0,7000,0\r\n\r\nOK\r\n
        > AT+CIPTCPOPT=1,-2\r\n
        < \r\nERROR\r\n
        > AT+CIPTCPOPT=1,,2\r\n
        < \r\nERROR\r\n
        > AT+CIPTCPOPT=1,,,,7201\r\n
        < \r\nERROR\r\n
        > AT+CIPTCPOPT=6,1\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn a_firmware_has_four_options_or_three_or_none() {
    play(
        &multiplexed(Profile::esp8266_2_2_2()),
        r"
        > AT+CIPTCPOPT=1,10,1,5000,60\r\n
        < \r\nERROR\r\n
        > AT+CIPTCPOPT=5,10,1,5000\r\n
        < \r\nOK\r\n
        > AT+CIPTCPOPT?\r\n
        < +CIPTCPOPT:0,10,1,5000\r\n+CIPTCPOPT:1,10,1,5000\r\n+CIPTCPOPT:2,10,1,5000\r\n
        < +CIPTCPOPT:3,10,1,5000\r\n+CIPTCPOPT:4,10,1,5000\r\n\r\nOK\r\n
        ",
    );
    let world = VirtualWorld::new(Profile::nonos_1_7());
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CIPTCPOPT=-1,1\r\n
        < \r\nERROR\r\n
        > AT+CIPTCPOPT?\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn the_options_in_force_on_a_link_can_be_read_whoever_opened_it() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > AT+CIPTCPOPT=5,,1,,60\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        ",
    );
    let options = |id| world.with_module(|module| module.link_options(id));
    assert_eq!(options(0), None);
    world.connect_in(80);
    let accepted = options(0).expect("open");
    assert_eq!((accepted.linger, accepted.no_delay, accepted.keep_alive), (-1, true, 60));
    world.listen(PEER, 80);
    play(
        &world,
        r#"
        < 0,CONNECT\r\n
        > AT+CIPSTART=4,"TCP","192.168.3.1",80,30\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPTCPOPT=4,5,,1000\r\n
        < \r\nOK\r\n
        "#,
    );
    let opened = options(4).expect("open");
    assert_eq!((opened.linger, opened.send_timeout, opened.keep_alive), (5, 1000, 30));
    assert_eq!(options(5), None);
}

#[test]
fn options_survive_a_reset_if_they_were_stored() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPTCPOPT=10\r\n
        < \r\nOK\r\n
        > AT+SYSSTORE=0\r\n
        < \r\nOK\r\n
        > AT+CIPTCPOPT=,1\r\n
        < \r\nOK\r\n
        > AT+CIPTCPOPT?\r\n
        < +CIPTCPOPT:0,10,1,0,0\r\n\r\nOK\r\n
        > AT+RST\r\n
        < \r\nOK\r\n\r\nready\r\n
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPTCPOPT?\r\n
        < +CIPTCPOPT:0,10,0,0,0\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn a_linger_time_of_zero_makes_a_close_a_reset() {
    for (linger, reset) in [(-1, false), (0, true), (10, false)] {
        let world = multiplexed(Profile::esp32c3_4_1());
        play(&world, &format!(r"> AT+CIPTCPOPT=0,{linger}\r\n{}< \r\nOK\r\n", '\n'));
        let peer = connected(&world);
        play(&world, "> AT+CIPCLOSE=0\\r\\n\n< 0,CLOSED\\r\\n\\r\\nOK\\r\\n\n");
        assert!(peer.is_closed());
        assert_eq!(peer.was_reset(), reset, "linger {linger}");
    }
}

#[test]
fn a_send_fails_after_its_timeout() {
    let world = multiplexed(Profile::esp32c3_4_1());
    play(&world, "> AT+CIPTCPOPT=0,,,3000\\r\\n\n< \\r\\nOK\\r\\n\n");
    let peer = connected(&world);
    peer.stall();
    let start = world.now();
    let payload = "x".repeat(6000);
    let script = format!(
        "> AT+CIPSEND=0,6000\\r\\n\n< \\r\\nOK\\r\\n\\r\\n>\n> {payload}\n< \\r\\nRecv 6000 bytes\\r\\n\n"
    );
    play(&world, &script);
    play(&world, "< \\r\\nSEND FAIL\\r\\n\n");
    assert!(world.now() - start >= Duration::from_secs(3));
}
