//! The transcripts of the Quectel digest, section 13.

use super::{Scene, bg96, joined, play};
use core::net::Ipv4Addr;
use usocket_simulator::{Profile, Sim, VirtualWorld};

#[test]
fn t1_echo_ends_in_a_bare_carriage_return() {
    play(
        &VirtualWorld::new(Profile::bg96()),
        r"
        > AT\r
        < AT\r\r\nOK\r\n
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT\r
        < \r\nOK\r\n
        > ATE1\r
        < \r\nOK\r\n
        > AT\r\n
        < AT\r\r\nOK\r\n
        ",
    );
}

#[test]
fn t2_identification_is_bare_lines() {
    let scene = bg96();
    scene.play(
        r"
        > ATI\r
        < \r\nQuectel\r\nBG96\r\nRevision: BG96MAR02A07M1G\r\n\r\nOK\r\n
        > AT+CGMM\r
        < \r\nBG96\r\n\r\nOK\r\n
        > AT+CGMI\r
        < \r\nQuectel\r\n\r\nOK\r\n
        > AT+CGSN\r
        < \r\n866425030012345\r\n\r\nOK\r\n
        > AT+CIMI\r
        < \r\n001010123456789\r\n\r\nOK\r\n
        > AT+QCCID\r
        < \r\n+QCCID: 89860025128306012474\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn t3_status_queries() {
    let world = VirtualWorld::new(Profile::bg96());
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CPIN?\r
        < \r\n+CPIN: READY\r\n\r\nOK\r\n
        > AT+CFUN?\r
        < \r\n+CFUN: 1\r\n\r\nOK\r\n
        > AT+QICSGP=1\r
        < \r\n+QICSGP: 1,"","","",0\r\n\r\nOK\r\n
        > AT+QIACT?\r
        < \r\nOK\r\n
        > AT+QIDNSCFG=1\r
        < \r\n+QIDNSCFG: 1,"10.1.1.1","10.1.1.2"\r\n\r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        > AT+QISDE=0\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn t5_boot_text() {
    for (profile, text) in [
        (
            Profile::bg96(),
            r"
            < \r\nRDY\r\n\r\nAPP RDY\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n
            < \r\n+QIND: SMS DONE\r\n
            ",
        ),
        (
            Profile::ec25(),
            r"
            < \r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n
            < \r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n
            ",
        ),
    ] {
        let boot = profile.boot;
        let world = VirtualWorld::new(profile).boot();
        play(&world, text);
        let first = world.dialogue()[0].time;
        assert_eq!(first, boot);
    }
}

#[test]
fn t6_pin_entry() {
    let world = VirtualWorld::new(Profile::bg96()).sim(Sim::locked("1234"));
    play(
        &world,
        r"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CPIN?\r
        < \r\n+CPIN: SIM PIN\r\n\r\nOK\r\n
        > AT+CPIN=1234\r
        < \r\nOK\r\n
        < \r\n+CPIN: READY\r\n
        < \r\n+QUSIM: 1\r\n
        < \r\n+QIND: SMS DONE\r\n
        ",
    );
    let world = VirtualWorld::new(Profile::bg96()).sim(Sim::blocked("26601934"));
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CPIN?\r
        < \r\n+CPIN: SIM PUK\r\n\r\nOK\r\n
        > AT+CPIN="26601934","1234"\r
        < \r\nOK\r\n
        < \r\n+CPIN: READY\r\n
        < \r\n+QUSIM: 1\r\n
        < \r\n+QIND: SMS DONE\r\n
        "#,
    );
}

#[test]
fn t7_registration_with_location() {
    let world = VirtualWorld::new(Profile::bg96()).sim(Sim::locked("1234"));
    world.set_operator("CHINA MOBILE CMCC", "46000");
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CEREG=2\r
        < \r\nOK\r\n
        > AT+CPIN=1234\r
        < \r\nOK\r\n\r\n+CPIN: READY\r\n
        < \r\n+CEREG: 2\r\n
        < \r\n+CEREG: 1,"5B2F","0A1B2C3D",8\r\n
        < \r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n
        > AT+CEREG?\r
        < \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",8\r\n\r\nOK\r\n
        > AT+CSQ\r
        < \r\n+CSQ: 28,99\r\n\r\nOK\r\n
        > AT+QCSQ\r
        < \r\n+QCSQ: "CAT-M1",-52,-81,195,-10\r\n\r\nOK\r\n
        > AT+COPS?\r
        < \r\n+COPS: 0,0,"CHINA MOBILE CMCC",8\r\n\r\nOK\r\n
        > AT+QNWINFO\r
        < \r\n+QNWINFO: "CAT-M1","46000","LTE BAND 20",6300\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn t8_context_up_and_down() {
    let world = VirtualWorld::new(Profile::bg96()).apn("UNINET", "", "");
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+QICSGP=1,1,"UNINET","","",1\r
        < \r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nOK\r\n
        > AT+QIACT?\r
        < \r\n+QIACT: 1,1,1,"10.7.157.1"\r\n\r\nOK\r\n
        > AT+CGPADDR=1\r
        < \r\n+CGPADDR: 1,"10.7.157.1"\r\n\r\nOK\r\n
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QIACT?\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn t9_t10_t11_open_send_and_receive() {
    let scene = bg96();
    let peer = scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,0\r\n
        > AT+QISTATE=1,0\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,2,1,0,0,"uart1"\r\n\r\nOK\r\n
        > AT+QISEND=0\r
        < \r\n> 
        > test1\x1a
        < \r\nSEND OK\r\n
        > AT+QISEND=0,4\r
        < \r\n> 
        > test
        < \r\nSEND OK\r\n
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 9,9,0\r\n\r\nOK\r\n
        > AT+QISENDEX=0,"3132333435"\r
        < \r\nSEND OK\r\n
        > AT+QISEND=0,0\r
        < \r\n+QISEND: 14,14,0\r\n\r\nOK\r\n
        ! send test1
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 5\r\ntest1\r\n\r\nOK\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 5,5,0\r\n\r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        "#,
    );
    let peer = peer.expect("peer");
    assert_eq!(peer.received(), b"test1test12345");
    assert!(peer.is_closed() && !peer.was_reset());
}

#[test]
fn t13_an_mqtt_session_and_a_closed_id() {
    let scene = bg96();
    scene.world.quirks(|quirks| {
        quirks.prompt = Some("\r\n>");
        quirks.connected_is_3 = true;
    });
    let world = scene.world.clone().dns("kangaroo.rmq.cloudamqp.com", [104, 155, 82, 190]);
    let broker = world.listen(Ipv4Addr::new(104, 155, 82, 190), 1883);
    let scene = Scene { host: broker, ..scene };
    scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","kangaroo.rmq.cloudamqp.com",1883,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,0\r\n
        > AT+QISEND=0,4\r
        < \r\n>
        > abcd
        < \r\nSEND OK\r\n
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 0,0,0\r\n\r\nOK\r\n
        > AT+QISTATE=1,0\r
        < \r\n+QISTATE: 0,"TCP","104.155.82.190",1883,49153,3,1,0,0,"uart1"\r\n\r\nOK\r\n
        ! send pong
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,0\r
        < \r\n+QIRD: 4,0,4\r\n\r\nOK\r\n
        > AT+QIRD=0,4\r
        < \r\n+QIRD: 4\r\npong\r\n\r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        > AT+QIRD=0,0\r
        < \r\nERROR\r\n
        > AT+QISTATE=1,0\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn t16_parameter_error() {
    bg96().play(
        r#"
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 0,operate successfully\r\n\r\nOK\r\n
        > AT+QIOPEN=1,"TCP","220.180.239.212",8009,0,1\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 552, invalid parameters\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn t17_direct_push() {
    bg96().play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,1\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,0\r\n
        ! send test
        < \r\n+QIURC: "recv",0,4\r\ntest\r\n
        > AT+QIRD=0,10\r
        < \r\nERROR\r\n
        "#,
    );
}

#[test]
fn t18_udp_service() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+QIOPEN=1,2,"UDP SERVICE","127.0.0.1",0,3030,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 2,0\r\n
        > AT+QISTATE=0,1\r
        < \r\n+QISTATE: 2,"UDP SERVICE","10.7.157.1",0,3030,2,1,2,0,"uart1"\r\n\r\nOK\r\n
        ! datagram 3030 AAAA
        < \r\n+QIURC: "recv",2\r\n
        > AT+QIRD=2\r
        < \r\n+QIRD: 4,"10.7.76.34",7687\r\nAAAA\r\n\r\nOK\r\n
        > AT+QIRD=2\r
        < \r\n+QIRD: 0\r\n\r\nOK\r\n
        > AT+QISEND=2,10,"10.7.76.34",7687\r
        < \r\n> 
        > 1234567890
        < \r\nSEND OK\r\n
        > AT+QICLOSE=2\r
        < \r\nOK\r\n
        "#,
    );
    let received = scene.udp.received();
    assert_eq!(received, [(([10, 7, 157, 1], 3030).into(), b"1234567890".to_vec())]);
}

#[test]
fn t19_tcp_server() {
    let scene = bg96();
    let client = scene.play(
        r#"
        > AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 1,0\r\n
        > AT+QISTATE=0,1\r
        < \r\n+QISTATE: 1,"TCP LISTENER","10.7.157.1",0,2020,3,1,1,0,"uart1"\r\n\r\nOK\r\n
        ! client 2020
        < \r\n+QIURC: "incoming",11,1,"192.168.3.200",50000\r\n
        ! send test
        < \r\n+QIURC: "recv",11\r\n
        > AT+QIRD=11,1500\r
        < \r\n+QIRD: 4\r\ntest\r\n\r\nOK\r\n
        > AT+QICLOSE=11\r
        < \r\nOK\r\n
        > AT+QICLOSE=1\r
        < \r\nOK\r\n
        "#,
    );
    assert!(client.expect("client").is_closed());
    assert!(scene.world.connect_in(2020).is_closed());
}

#[test]
fn t20_transparent() {
    let scene = bg96();
    let peer = scene.play(
        r#"
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,2\r
        < \r\nCONNECT\r\n
        ! send raw\bytes
        < raw\\bytes
        > AT+QIRD=0\r
        ! wait 1000
        > +++
        ! wait 1000
        < \r\nOK\r\n
        > ATO\r
        < \r\nCONNECT\r\n
        ! wait 1000
        > +++
        ! wait 1000
        < \r\nOK\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        "#,
    );
    assert_eq!(peer.expect("peer").received(), b"AT+QIRD=0\r");
}

#[test]
fn t21_names() {
    let scene = bg96();
    let _ = scene
        .world
        .clone()
        .dns("example.com", [192, 0, 2, 10])
        .dns_more("example.com", [192, 0, 2, 11]);
    scene.play(
        r#"
        > AT+QIDNSGIP=1,"example.com"\r
        < \r\nOK\r\n
        < \r\n+QIURC: "dnsgip",0,2,600\r\n
        < \r\n+QIURC: "dnsgip","192.0.2.10"\r\n
        < \r\n+QIURC: "dnsgip","192.0.2.11"\r\n
        > AT+QIDNSGIP=1,"nosuch.invalid"\r
        < \r\nOK\r\n
        < \r\n+QIURC: "dnsgip",565\r\n
        "#,
    );
}

#[test]
fn t22_ping_and_time() {
    let world = VirtualWorld::new(Profile::bg96()).joined(true);
    let world = world.network_latency(core::time::Duration::from_millis(96));
    let world = world.dns("www.baidu.com", [61, 135, 169, 125]);
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+QPING=1,"www.baidu.com",4,2\r
        < \r\nOK\r\n
        < \r\n+QPING: 0,"61.135.169.125",32,192,255\r\n
        < \r\n+QPING: 0,"61.135.169.125",32,192,255\r\n
        < \r\n+QPING: 0,2,2,0,192,192,192\r\n
        > AT+CCLK?\r
        < \r\n+CCLK: "80/01/06,00:00:01+00"\r\n\r\nOK\r\n
        > AT+QNTP=1,"202.112.10.36",123\r
        < \r\nOK\r\n
        < \r\n+QNTP: 0,"2024/03/20,12:00:01+00"\r\n
        > AT+CCLK?\r
        < \r\n+CCLK: "24/03/20,12:00:01+00"\r\n\r\nOK\r\n
        > AT+QLTS=1\r
        < \r\n+QLTS: "2024/03/20,12:00:01+00,0"\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn t25_the_network_drops_the_context() {
    let (scene, peer) = super::connected();
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+QIURC: "pdpdeact",1\r\n
        > AT+QISTATE=1,0\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,4,1,0,0,"uart1"\r\n\r\nOK\r\n
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nOK\r\n
        > AT+QISTATE?\r
        < \r\nOK\r\n
        "#,
    );
    assert!(!peer.is_closed(), "nobody tells the peer");
}

#[test]
fn t27_power_down() {
    let scene = joined(Profile::bg96());
    scene.play(
        r"
        > AT+QPOWD=1\r
        < \r\nOK\r\n
        < \r\nPOWERED DOWN\r\n
        > AT\r
        ",
    );
}
