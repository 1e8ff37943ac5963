//! PDP contexts (Quectel digest §4).

use super::{OPEN, QUIET, bg96, connected, joined, play};
use core::time::Duration;
use usocket_simulator::{Profile, Registration, VirtualWorld};

#[test]
fn activating_takes_a_while_and_happens_once() {
    let world = VirtualWorld::new(Profile::bg96());
    play(&world, QUIET);
    let start = world.now();
    play(
        &world,
        r#"
        > AT+QIACT=1\r
        < \r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nERROR\r\n
        > AT+QICSGP=1,1,"other"\r
        < \r\nERROR\r\n
        > AT+CGACT?\r
        < \r\n+CGACT: 1,1\r\n\r\nOK\r\n
        > AT+CGATT?\r
        < \r\n+CGATT: 1\r\n\r\nOK\r\n
        "#,
    );
    assert!(world.now() - start > Duration::from_millis(500));
}

#[test]
fn a_name_that_the_network_does_not_know_is_refused() {
    let world = VirtualWorld::new(Profile::bg96()).apn("internet", "me", "secret");
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+QICSGP=1,1,"internet","me","wrong",1\r
        < \r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 561, open PDP context failed\r\n\r\nOK\r\n
        > AT+QICSGP=1,1,"internet","me","secret",1\r
        < \r\nOK\r\n
        > AT+QICSGP=1\r
        < \r\n+QICSGP: 1,"internet","me","secret",1\r\n\r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn there_is_no_context_without_a_network() {
    let world = VirtualWorld::new(Profile::bg96());
    world.set_registration(Registration::Denied);
    play(&world, QUIET);
    play(&world, "> AT+QIACT=1\\r\n< \\r\\nERROR\\r\\n");
}

#[test]
fn both_families_come_with_type_3() {
    let world = VirtualWorld::new(Profile::ec25()).ipv6(true);
    let host = world.listen([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 80);
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+QICSGP=1,3,"internet"\r
        < \r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nOK\r\n
        > AT+QIACT?\r
        < \r\n+QIACT: 1,1,3,"10.7.157.1","2001:DB8:7:9D::1"\r\n\r\nOK\r\n
        > AT+QIOPEN=1,0,"TCP","2001:db8::1",80,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,0\r\n
        > AT+QISTATE=1,0\r
        < \r\n+QISTATE: 0,"TCP","2001:DB8::1",80,49153,2,1,0,0,"uart1"\r\n\r\nOK\r\n
        "#,
    );
    assert!(host.accept().is_some());
}

#[test]
fn a_context_of_type_1_reaches_no_ipv6_host() {
    bg96().play(
        r#"
        > AT+QIOPEN=1,0,"TCP","2001:db8::1",80,0,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 0,566\r\n
        "#,
    );
}

#[test]
fn deactivating_closes_the_sockets_without_a_word() {
    let (scene, peer) = connected();
    scene.play(
        r#"
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QISTATE?\r
        < \r\nOK\r\n
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 561, open PDP context failed\r\n\r\nOK\r\n
        "#,
    );
    assert!(peer.is_closed());
}

#[test]
fn a_dropped_context_ends_what_was_under_way() {
    let scene = joined(Profile::bg96());
    scene.play("> AT+QIOPEN=1,0,\"TCP\",\"10.9.9.9\",80,0,0\\r\n< \\r\\nOK\\r\\n");
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+QIURC: "pdpdeact",1\r\n
        < \r\n+QIOPEN: 0,570\r\n
        > AT+QIACT?\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn losing_the_network_drops_every_context() {
    let (scene, _peer) = connected();
    scene.play("> AT+CEREG=1\\r\n< \\r\\nOK\\r\\n");
    scene.world.lose_network();
    scene.play(
        r#"
        < \r\n+CEREG: 2\r\n
        < \r\n+QIURC: "pdpdeact",1\r\n
        "#,
    );
    scene.world.regain_network();
    scene.play(
        r"
        < \r\n+CEREG: 1\r\n
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QIACT=1\r
        < \r\nOK\r\n
        ",
    );
    scene.play(OPEN);
}

#[test]
fn contexts_are_defined_as_27_007_has_it() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+CGDCONT=2,"IPV4V6","other"\r
        < \r\nOK\r\n
        > AT+CGDCONT?\r
        < \r\n+CGDCONT: 1,"IP","","10.7.157.1",0,0,0\r\n+CGDCONT: 2,"IPV4V6","other","0.0.0.0",0,0,0\r\n
        < \r\nOK\r\n
        > AT+CGACT=1,2\r
        < \r\nOK\r\n
        > AT+CGPADDR\r
        < \r\n+CGPADDR: 1,"10.7.157.1"\r\n+CGPADDR: 2,"10.7.157.2"\r\n\r\nOK\r\n
        > AT+QIACT?\r
        < \r\n+QIACT: 1,1,1,"10.7.157.1"\r\n+QIACT: 2,1,3,"10.7.157.2"\r\n\r\nOK\r\n
        > AT+CGACT=0,2\r
        < \r\nOK\r\n
        > AT+CGPADDR=2\r
        < \r\n+CGPADDR: 2,"0.0.0.0"\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn name_servers_last_as_long_as_the_context() {
    bg96().play(
        r#"
        > AT+QIDNSCFG=1,"8.8.8.8","1.1.1.1"\r
        < \r\nOK\r\n
        > AT+QIDNSCFG=1\r
        < \r\n+QIDNSCFG: 1,"8.8.8.8","1.1.1.1"\r\n\r\nOK\r\n
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QIDNSCFG=1\r
        < \r\n+QIDNSCFG: 1,"10.1.1.1","10.1.1.2"\r\n\r\nOK\r\n
        > AT+QIDNSCFG=1,"8.8.8.8"\r
        < \r\nERROR\r\n
        "#,
    );
}
