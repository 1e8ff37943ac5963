//! The transcripts of the ESP-AT digest, section 18, byte for byte.

mod cues;

use core::net::Ipv4Addr;
use core::time::Duration;
use usocket_simulator::replay::Script;
use usocket_simulator::{AccessPoint, Host, Profile, UdpHost, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(192, 168, 3, 102);

/// A joined module without echo, and the hosts of the transcripts.
struct Scene {
    world: VirtualWorld,
    host: Host,
    udp: UdpHost,
    other: UdpHost,
}

impl Scene {
    fn new(profile: Profile) -> Self {
        let world = VirtualWorld::new(profile).joined(true);
        let host = world.listen(PEER, 8080);
        let udp = world.udp_host(PEER, 8080);
        let other = world.udp_host(Ipv4Addr::new(192, 168, 3, 103), 1000);
        Self { world, host, udp, other }
    }

    /// Plays a script; cues are those of [`cues::play`], and `other PORT TEXT`.
    fn play(&self, text: &str) {
        cues::play(&self.world, &self.host, &self.udp, text, |verb, rest| match verb {
            "other" => cues::send_to(&self.other, rest),
            _ => panic!("unknown cue {verb}"),
        });
    }
}

fn c3() -> Scene {
    let scene = Scene::new(Profile::esp32c3_4_1());
    scene.play("> ATE0\\r\\n\n< ATE0\\r\\n\n< \\r\\nOK\\r\\n\n");
    scene
}

#[test]
fn t1_boot_says_ready() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).boot();
    Script::parse("< \\r\\nready\\r\\n").unwrap().play(&world, |_| ()).unwrap();
}

#[test]
fn t2_echo_is_on_until_ate0() {
    Scene::new(Profile::esp32c3_4_1()).play(
        r"
        > AT\r\n
        < AT\r\n\r\nOK\r\n
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT\r\n
        < \r\nOK\r\n
        ",
    );
}

#[test]
fn t3_syslog_shows_error_codes() {
    c3().play(
        r"
        > AT+SYSLOG=1\r\n
        < \r\nOK\r\n
        > AT+FAKE\r\n
        < ERR CODE:0x01090000\r\n\r\nERROR\r\n
        > AT+SYSLOG=0\r\n
        < \r\nOK\r\n
        > AT+FAKE\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn t4_version_ends_with_a_blank_line_except_on_legacy_firmware() {
    for profile in Profile::esp_at() {
        let legacy = profile.is_legacy();
        let world = VirtualWorld::new(profile.clone());
        let echo = if legacy { "AT+GMR\\r\\r\\n" } else { "AT+GMR\\r\\n" };
        let blank = if legacy { "" } else { "\\r\\n" };
        let version = profile.release().unwrap().version.escape_default();
        let script = format!("> AT+GMR\\r\\n\n< {echo}{version}{blank}OK\\r\\n\n");
        Script::parse(&script).unwrap().play(&world, |_| ()).unwrap();
    }
}

#[test]
fn t5_join_succeeds() {
    let point = AccessPoint::new("espressif", "1234567890");
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).access_point(point);
    let script = r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CWMODE=1\r\n
        < \r\nOK\r\n
        > AT+CWJAP="espressif","1234567890"\r\n
        < WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n
        > AT+CIPSTA?\r\n
        < +CIPSTA:ip:"192.168.3.112"\r\n+CIPSTA:gateway:"192.168.3.1"\r\n
        < +CIPSTA:netmask:"255.255.255.0"\r\n\r\nOK\r\n
        "#;
    Script::parse(script).unwrap().play(&world, |_| ()).unwrap();
}

#[test]
fn t6_join_fails_and_an_impatient_host_hears_busy() {
    let mut point = AccessPoint::new("xxx", "xxx@SINO789");
    point.responsive = false;
    let world = VirtualWorld::new(Profile::esp32_3_2()).access_point(point);
    let script = r#"
        > AT+CWMODE=1\r\n
        < AT+CWMODE=1\r\n\r\nOK\r\n
        > AT+CWJAP="xxx","xxx@SINO789"\r\n
        < AT+CWJAP="xxx","xxx@SINO789"\r\n
        > AT\r\n
        < \r\nbusy p...\r\n
        ! wait 50
        > AT\r\n
        < \r\nbusy p...\r\n
        < +CWJAP:1\r\n\r\nERROR\r\n
        > AT\r\n
        < AT\r\n\r\nOK\r\n
        "#;
    let cue = |_: &str| world.advance(Duration::from_millis(750));
    Script::parse(script).unwrap().play(&world, cue).unwrap();
}

#[test]
fn t7_tcp_client_single_active() {
    c3().play(
        r#"
        > AT+CIPSTART="TCP","192.168.3.102",8080\r\n
        < CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4\r\n
        < \r\nOK\r\n\r\n>
        > test
        < \r\nRecv 4 bytes\r\n\r\nSEND OK\r\n
        ! send test
        < \r\n+IPD,4:test\r\n
        > AT+CIPCLOSE\r\n
        < CLOSED\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn t8_payload_is_not_echoed() {
    Scene::new(Profile::esp32c3_4_1()).play(
        r#"
        > AT+CIPMUX=1\r\n
        < AT+CIPMUX=1\r\n\r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.102",8080\r\n
        < AT+CIPSTART=0,"TCP","192.168.3.102",8080\r\n0,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=0,8\r\n
        < AT+CIPSEND=0,8\r\n\r\nOK\r\n\r\n>
        > test,26,
        < \r\nRecv 8 bytes\r\n\r\nSEND OK\r\n
        ! send test,28,
        < \r\n+IPD,0,8:test,28,\r\n
        "#,
    );
}

#[test]
fn t9_server_multi_active() {
    c3().play(
        r"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1\r\n
        < \r\nOK\r\n
        ! client 333
        < 0,CONNECT\r\n
        > AT+CIPSEND=0,4\r\n
        < \r\nOK\r\n\r\n>
        > test
        < \r\nRecv 4 bytes\r\n\r\nSEND OK\r\n
        ! send test
        < \r\n+IPD,0,4:test\r\n
        > AT+CIPCLOSE=0\r\n
        < 0,CLOSED\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn t10_udp_fixed_remote_multi() {
    let scene = c3();
    scene.play(
        r#"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=4,"UDP","192.168.3.102",8080,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,7\r\n
        < \r\nOK\r\n\r\n>
        > abcdefg
        < \r\nRecv 7 bytes\r\n\r\nSEND OK\r\n
        ! datagram 1112 test
        < \r\n+IPD,4,4:test\r\n
        > AT+CIPCLOSE=4\r\n
        < 4,CLOSED\r\n\r\nOK\r\n
        "#,
    );
    assert_eq!(scene.udp.received()[0].1, b"abcdefg");
}

#[test]
fn t11_udp_send_to_another_peer_single() {
    let scene = c3();
    scene.play(
        r#"
        > AT+CIPSTART="UDP","192.168.3.102",8080,1112,2\r\n
        < CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=4,"192.168.3.103",1000\r\n
        < \r\nOK\r\n\r\n>
        > test
        < \r\nRecv 4 bytes\r\n\r\nSEND OK\r\n
        "#,
    );
    assert_eq!(scene.other.received()[0].1, b"test");
    assert!(scene.udp.received().is_empty());
}

#[test]
fn t12_passive_tcp_single() {
    c3().play(
        r#"
        > AT+CIPSTART="TCP","192.168.3.102",8080\r\n
        < CONNECT\r\n\r\nOK\r\n
        > AT+CIPRECVTYPE=1\r\n
        < \r\nOK\r\n
        ! send test
        < \r\n+IPD,4\r\n
        > AT+CIPRECVLEN?\r\n
        < +CIPRECVLEN:4\r\n\r\nOK\r\n
        > AT+CIPRECVDATA=4\r\n
        < +CIPRECVDATA:4,test\r\nOK\r\n
        "#,
    );
}

#[test]
fn t13_passive_udp_listener_joins_datagrams_and_names_the_last_sender() {
    let scene = Scene::new(Profile::esp8266_2_2_2());
    scene.play(
        r#"
        > ATE0\r\n
        < ATE0\r\n\r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPDINFO=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="UDP","0.0.0.0",2390,2390,2\r\n
        < CONNECT\r\n\r\nOK\r\n
        ! datagram 2390 from .102
        < \r\n+IPD,9\r\n
        ! other 2390 from .103
        > AT+CIPRECVDATA=18\r\n
        < +CIPRECVDATA:18,"192.168.3.103",1000,from .102from .103\r\nOK\r\n
        "#,
    );
}

#[test]
fn t15_the_rest_of_a_cut_datagram_is_lost() {
    let scene = c3();
    let long = format!("! datagram 1112 {}", "d".repeat(331));
    let head = format!("< +CIPRECVDATA:256,{}\\r\\nOK\\r\\n", "d".repeat(256));
    scene.play(&format!(
        r#"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVTYPE=4,1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=4,"UDP","192.168.3.102",8080,1112,0\r\n
        < 4,CONNECT\r\n\r\nOK\r\n
        {long}
        < \r\n+IPD,4,331\r\n
        > AT+CIPRECVDATA=4,256\r\n
        {head}
        > AT+CIPRECVDATA=4,75\r\n
        < \r\nERROR\r\n
        "#
    ));
}

#[test]
fn t19_link_conn_names_the_accepted_peer() {
    c3().play(
        r"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+SYSMSG=2\r\n
        < \r\nOK\r\n
        > AT+CIPSERVER=1,80\r\n
        < \r\nOK\r\n
        ! client 80
        < +LINK_CONN:0,0,\x22TCP\x22,1,\x22192.168.3.200\x22,50000,80\r\n
        ",
    );
}

#[test]
fn t21_send_to_a_closed_link_is_an_error() {
    c3().play(
        r#"
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.102",8080\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        ! close
        < 0,CLOSED\r\n
        > AT+CIPSEND=0,10\r\n
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn t25_passthrough_ends_with_an_isolated_escape() {
    c3().play(
        r#"
        > AT+SYSMSG=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART="TCP","192.168.3.102",8080\r\n
        < CONNECT\r\n\r\nOK\r\n
        > AT+CIPMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSEND\r\n
        < \r\nOK\r\n\r\n>
        ! send raw
        < raw
        ! wait 50
        > +++
        < \r\n+QUITT\r\n
        > AT+CIPMODE=0\r\n
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn t29_ping_and_lookup_fail() {
    c3().play(
        r#"
        > AT+PING="10.255.255.1"\r\n
        < +PING:TIMEOUT\r\n\r\nERROR\r\n
        > AT+CIPDOMAIN="no.such.host"\r\n
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn t31_nonos_prompts_with_a_blank() {
    Scene::new(Profile::nonos_1_7()).play(
        r#"
        > AT\r\n
        < AT\r\r\n\r\nOK\r\n
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"TCP","192.168.3.102",8080\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSEND=0,4\r\n
        < \r\nOK\r\n> 
        > test
        < \r\nRecv 4 bytes\r\n\r\nSEND OK\r\n
        > AT+CIPCLOSE=0\r\n
        < 0,CLOSED\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn t32_nonos_says_why_a_connect_failed_and_closes_late() {
    Scene::new(Profile::nonos_1_7()).play(
        r#"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=4,"TCP","192.168.1.99",80\r\n
        < \r\nERROR\r\n4,CLOSED\r\n
        > AT+CIPSTART=4,"TCP","no.such.host",80\r\n
        < DNS Fail\r\n\r\nERROR\r\n
        "#,
    );
}

#[test]
fn t33_nonos_passive_head() {
    let scene = Scene::new(Profile::nonos_1_7());
    let data = "x".repeat(256);
    scene.play(&format!(
        r#"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CIPMUX=1\r\n
        < \r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=1,"TCP","192.168.3.102",8080\r\n
        < 1,CONNECT\r\n\r\nOK\r\n
        ! fill 518
        < \r\n+IPD,1,518\r\n
        > AT+CIPRECVDATA=1,256\r\n
        < +CIPRECVDATA,256:{data}\r\nOK\r\n
        < \r\n+IPD,1,262\r\n
        "#
    ));
}
