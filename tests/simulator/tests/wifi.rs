//! Wi-Fi: scan, join, leave, loss and return (ESP-AT digest §5).

use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{AccessPoint, Profile, Security, VirtualWorld};

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

const NO_ECHO: &str = "> ATE0\\r\\n\n< ATE0\\r\\n\\r\\nOK\\r\\n\n";

fn station(profile: Profile) -> VirtualWorld {
    let world = VirtualWorld::new(profile).access_point(AccessPoint::new("home", "secret"));
    play(&world, NO_ECHO);
    play(&world, "> AT+CWMODE=1\\r\\n\n< \\r\\nOK\\r\\n\n");
    world
}

/// A joined module with link 0 open, several links, no echo.
fn online() -> VirtualWorld {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    play(&world, NO_ECHO);
    play(
        &world,
        r#"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.1",80\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        "#,
    );
    world
}

#[test]
fn join_failures_have_numbers() {
    let world = station(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+CWJAP="home","wrong"\r\n
        < +CWJAP:2\r\n\r\nERROR\r\n
        > AT+CWJAP="elsewhere","secret"\r\n
        < +CWJAP:3\r\n\r\nERROR\r\n
        > AT+CWJAP?\r\n
        < \r\nOK\r\n
        > AT+CWSTATE?\r\n
        < +CWSTATE:4,"elsewhere"\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn legacy_firmware_ends_a_failed_join_with_fail() {
    let world = VirtualWorld::new(Profile::nonos_1_7());
    play(
        &world,
        r#"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CWMODE_CUR=1\r\n
        < \r\nOK\r\n
        > AT+CWJAP_CUR="home","wrong"\r\n
        < +CWJAP:3\r\n\r\nFAIL\r\n
        > AT+CWJAP_CUR?\r\n
        < No AP\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn a_join_needs_station_mode() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    play(&world, NO_ECHO);
    play(&world, "> AT+CWJAP=\"home\",\"secret\"\\r\\n\n< \\r\\nERROR\\r\\n\n");
    play(&world, "> AT+CWLAP\\r\\n\n< \\r\\nERROR\\r\\n\n");
}

#[test]
fn a_scan_lists_what_is_on_the_air() {
    let hidden = AccessPoint {
        hidden: true,
        security: Security::Wpa3,
        channel: 11,
        rssi: -80,
        ..AccessPoint::new("cellar", "secret")
    };
    let world = VirtualWorld::new(Profile::esp32c3_4_1())
        .access_point(AccessPoint::new("a,\"b\"", ""))
        .access_point(hidden);
    play(&world, NO_ECHO);
    play(
        &world,
        r#"
        > AT+CWMODE=1\r\n
        < \r\nOK\r\n
        > AT+CWLAP\r\n
        < +CWLAP:(0,"a\\,\\"b\\"",-55,"10:01:00:c4:0a:51",5,-1,-1,4,4,7,0)\r\n
        < +CWLAP:(6,"",-80,"10:01:00:c4:0a:51",11,-1,-1,4,4,7,0)\r\n\r\nOK\r\n
        > AT+CWLAP="cellar"\r\n
        < +CWLAP:(6,"cellar",-80,"10:01:00:c4:0a:51",11,-1,-1,4,4,7,0)\r\n\r\nOK\r\n
        "#,
    );
    assert!(world.now() > Duration::from_millis(3600), "two scans take their time");
}

#[test]
fn leaving_reports_links_after_the_answer() {
    let world = online();
    play(
        &world,
        r"
        > AT+CWQAP\r\n
        < WIFI DISCONNECT\r\n\r\nOK\r\n0,CLOSED\r\n
        ",
    );
    world.advance(Duration::from_secs(60));
    play(
        &world,
        "> AT+CIPSTA?\\r\\n\n< +CIPSTA:ip:\"0.0.0.0\"\\r\\n+CIPSTA:gateway:\"0.0.0.0\"\\r\\n+CIPSTA:netmask:\"0.0.0.0\"\\r\\n\\r\\nOK\\r\\n\n",
    );
}

#[test]
fn a_lost_access_point_closes_links_and_comes_back_by_itself() {
    let world = online();
    world.disconnect_wifi();
    play(
        &world,
        r#"
        < WIFI DISCONNECT\r\n0,CLOSED\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.1",80\r\n
        < \r\nERROR\r\n
        "#,
    );
    world.advance(Duration::from_secs(60));
    world.reconnect_wifi();
    play(&world, "< WIFI CONNECTED\\r\\nWIFI GOT IP\\r\\n\n");
}

#[test]
fn a_send_in_flight_fails_with_the_access_point() {
    let world = online();
    let script = Script::parse(
        r"
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSEND=0,4\r\n
        < \r\nOK\r\n\r\n>
        ! lose
        < WIFI DISCONNECT\r\n0,CLOSED\r\n
        > data
        < \r\nRecv 4 bytes\r\n\r\nSEND FAIL\r\n
        ",
    );
    script.unwrap().play(&world, |_| world.disconnect_wifi()).unwrap();
}

#[test]
fn unread_data_outlive_the_access_point_but_nothing_more_is_sent() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    let script = Script::parse(
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="TCP","192.168.3.1",80\r\n
        < CONNECT\r\n\r\nOK\r\n
        ! lose
        < \r\n+IPD,6\r\nWIFI DISCONNECT\r\n
        > AT+CIPSEND=4\r\n
        < \r\nOK\r\n\r\n>
        > data
        < \r\nRecv 4 bytes\r\n\r\nSEND FAIL\r\n
        > AT+CIPRECVDATA=9\r\n
        < +CIPRECVDATA:6,unread\r\nOK\r\nCLOSED\r\n
        "#,
    );
    let lose = |_: &str| {
        host.accept().unwrap().send(b"unread");
        world.disconnect_wifi();
    };
    script.unwrap().play(&world, lose).unwrap();
}

#[test]
fn settings_outlive_a_reset_only_if_stored() {
    let world = station(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+SYSSTORE=0\r\n
        < \r\nOK\r\n
        > AT+CWHOSTNAME="brief"\r\n
        < \r\nOK\r\n
        > AT+CWJAP="home","secret"\r\n
        < WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n
        > AT+RST\r\n
        < \r\nOK\r\nWIFI DISCONNECT\r\n\r\nready\r\n
        > AT+CWHOSTNAME?\r\n
        < AT+CWHOSTNAME?\r\n+CWHOSTNAME:espressif\r\n\r\nOK\r\n
        > AT+CWMODE?\r\n
        < AT+CWMODE?\r\n+CWMODE:1\r\n\r\nOK\r\n
        > AT+SYSSTORE?\r\n
        < AT+SYSSTORE?\r\n+SYSSTORE:1\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn restore_erases_the_stored_network() {
    let world = online();
    play(
        &world,
        r"
        > AT+RESTORE\r\n
        < 0,CLOSED\r\n\r\nOK\r\nWIFI DISCONNECT\r\n\r\nready\r\n
        > AT+CWMODE?\r\n
        < AT+CWMODE?\r\n+CWMODE:0\r\n\r\nOK\r\n
        ",
    );
}
