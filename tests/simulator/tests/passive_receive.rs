//! Passive receive: notices, partial reads, withheld `CLOSED`, and the window (ESP-AT digest §8).

use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{Peer, Profile, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(192, 168, 3, 102);

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo, with passive link 0 to a peer.
fn connected(profile: Profile) -> (VirtualWorld, Peer) {
    let world = VirtualWorld::new(profile).joined(true);
    let host = world.listen(PEER, 80);
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.102",80\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        "#,
    );
    (world.clone(), host.accept().expect("peer"))
}

#[test]
fn one_notice_is_outstanding_at_a_time() {
    let (world, peer) = connected(Profile::esp32c3_4_1());
    peer.send(b"hello");
    peer.send(b" world");
    play(
        &world,
        r"
        < \r\n+IPD,0,5\r\n
        > AT+CIPRECVLEN?\r\n
        < +CIPRECVLEN:11,0,0,0,0\r\n\r\nOK\r\n
        > AT+CIPRECVDATA=0,4\r\n
        < +CIPRECVDATA:4,hell\r\nOK\r\n\r\n+IPD,0,7\r\n
        > AT+CIPRECVDATA=0,100\r\n
        < +CIPRECVDATA:7,o world\r\nOK\r\n
        > AT+CIPRECVDATA=0,100\r\n
        < \r\nERROR\r\n
        ",
    );
    peer.send(b"again");
    play(&world, "< \\r\\n+IPD,0,5\\r\\n\n");
}

#[test]
fn closed_waits_until_everything_is_read() {
    let (world, peer) = connected(Profile::esp32c3_4_1());
    peer.send(b"last words");
    peer.close();
    world.advance(Duration::from_secs(60));
    play(
        &world,
        r"
        < \r\n+IPD,0,10\r\n
        > AT+CIPRECVDATA=0,5\r\n
        < +CIPRECVDATA:5,last \r\nOK\r\n\r\n+IPD,0,5\r\n
        > AT+CIPRECVDATA=0,5\r\n
        < +CIPRECVDATA:5,words\r\nOK\r\n0,CLOSED\r\n
        ",
    );
}

#[test]
fn an_empty_link_closes_at_once() {
    let (world, peer) = connected(Profile::esp32c3_4_1());
    peer.close();
    play(&world, "< 0,CLOSED\\r\\n\n");
}

#[test]
fn a_reset_throws_unread_data_away() {
    let (world, peer) = connected(Profile::esp32c3_4_1());
    peer.send(b"unread");
    peer.reset();
    play(
        &world,
        r"
        < \r\n+IPD,0,6\r\n0,CLOSED\r\n
        > AT+CIPRECVDATA=0,5\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn legacy_firmware_does_not_wait_with_closed() {
    let world = VirtualWorld::new(Profile::nonos_1_7()).joined(true);
    let host = world.listen(PEER, 80);
    let script = r#"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="TCP","192.168.3.102",80\r\n
        < CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,3\r\nCLOSED\r\n
        "#;
    let talk = |_: &str| {
        let peer = host.accept().unwrap();
        peer.send(b"bye");
        peer.close();
    };
    Script::parse(script).unwrap().play(&world, talk).unwrap();
}

#[test]
fn a_full_window_stops_the_peer_and_no_byte_is_lost() {
    let (world, peer) = connected(Profile::esp32c3_4_1());
    peer.send(&[b'x'; 20_000]);
    assert_eq!(peer.unsent(), 20_000 - 5760);
    let data = "x".repeat(1000);
    play(
        &world,
        &format!(
            r"
            < \r\n+IPD,0,1440\r\n
            > AT+CIPRECVDATA=0,1000\r\n
            < +CIPRECVDATA:1000,{data}\r\nOK\r\n\r\n+IPD,0,4760\r\n
            "
        ),
    );
    assert_eq!(peer.unsent(), 20_000 - 6760);
}

#[test]
fn an_active_link_is_throttled_by_the_line() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 80);
    play(
        &world,
        "> AT+CIPSTART=\"TCP\",\"192.168.3.102\",80\\r\\n\n< AT+CIPSTART=\"TCP\",\"192.168.3.102\",80\\r\\nCONNECT\\r\\n\\r\\nOK\\r\\n\n",
    );
    let peer = host.accept().unwrap();
    peer.send(&[b'x'; 40_000]);
    // The transmit ring and the window are full; the rest waits at the peer.
    let waiting = peer.unsent();
    assert!((20_000..30_000).contains(&waiting), "{waiting}");
    world.advance(Duration::from_secs(4));
    assert_eq!(peer.unsent(), 0);
    let (_, down) = world.statistics();
    assert!(down.bytes > 40_000);
}

#[test]
fn each_link_has_a_receive_type_of_its_own() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let udp = world.udp_host(PEER, 53);
    let host = world.listen(PEER, 80);
    let script = r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVTYPE=5,1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVTYPE=4,0\r\n
        < \r\nOK\r\n
        > AT+CIPRECVTYPE?\r\n
        < +CIPRECVTYPE:0,1\r\n+CIPRECVTYPE:1,1\r\n+CIPRECVTYPE:2,1\r\n+CIPRECVTYPE:3,1\r\n
        < +CIPRECVTYPE:4,0\r\n\r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.102",80\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTART=4,"UDP","192.168.3.102",53,1053,2\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,0,3\r\n\r\n+IPD,4,3:udp\r\n
        "#;
    let talk = |_: &str| {
        host.accept().unwrap().send(b"tcp");
        udp.send_to(1053, b"udp");
    };
    Script::parse(script).unwrap().play(&world, talk).unwrap();
}

#[test]
fn the_older_selection_command_is_the_only_one_before_3_3() {
    let world = VirtualWorld::new(Profile::esp32_3_2()).joined(true);
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVTYPE=5,1\r\n
        < \r\nERROR\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVLEN?\r\n
        < +CIPRECVLEN:-1,-1,-1,-1,-1\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn a_seventh_datagram_is_dropped() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let udp = world.udp_host(PEER, 53);
    let script = r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPRECVTYPE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="UDP","192.168.3.102",53,1053,2\r\n
        < CONNECT\r\n\r\nOK\r\n
        ! talk
        < \r\n+IPD,2\r\n
        > AT+CIPRECVDATA=100\r\n
        < +CIPRECVDATA:12,d0d1d2d3d4d5\r\nOK\r\n
        "#;
    let talk = |_: &str| (0..8).for_each(|n| udp.send_to(1053, format!("d{n}").as_bytes()));
    Script::parse(script).unwrap().play(&world, talk).unwrap();
}
