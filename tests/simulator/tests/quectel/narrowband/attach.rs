//! The network: boot, context, radio connection, sleep.

use super::{OPEN, QUIET, bc66, connected};
use crate::play;
use core::time::Duration;
use usocket_simulator::{Profile, Registration, Sim, VirtualWorld};

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
