//! Power: keys, pins, resets and restarts (Quectel digest §2.1 to §2.4).

use super::{bg96, connected, play};
use core::time::Duration;
use usocket_simulator::{Profile, Sim, VirtualWorld};

const BOOT: &str = r"
    < \r\nRDY\r\n\r\nAPP RDY\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n
    ";
const ECHO: &str = "> AT\\r\n< AT\\r\\r\\nOK\\r\\n";

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn the_power_key_switches_on_and_off() {
    let world = VirtualWorld::new(Profile::bg96()).off();
    play(&world, "> AT\\r");
    world.power_key(ms(499));
    play(&world, "> AT\\r");
    world.power_key(ms(500));
    world.power_key(ms(1000));
    play(&world, BOOT);
    play(&world, ECHO);
    world.power_key(ms(649));
    play(&world, ECHO);
    world.power_key(ms(650));
    play(&world, "< \\r\\nPOWERED DOWN\\r\\n\n> AT\\r");
    world.power_key(ms(500));
    play(&world, BOOT);
}

#[test]
fn a_reset_takes_a_long_enough_pulse() {
    let (scene, peer) = connected();
    scene.world.reset_pin(ms(149));
    scene.play("> AT\\r\n< \\r\\nOK\\r\\n");
    scene.world.reset_pin(ms(150));
    scene.play(BOOT);
    scene.play("> AT+QISTATE?\\r\n< AT+QISTATE?\\r\\r\\nOK\\r\\n");
    assert!(!peer.is_closed(), "nobody tells the peer");
}

#[test]
fn a_reset_cuts_an_answer() {
    let (scene, peer) = connected();
    scene.world.reset_within(b"+QIRD", 13);
    peer.send(b"0123456789");
    scene.play(
        r#"
        < \r\n+QIURC: "recv",0\r\n
        > AT+QIRD=0,1500\r
        < \r\n+QIRD: 10\r\n01
        "#,
    );
    scene.play(BOOT);
    scene.play(ECHO);
}

#[test]
fn a_restart_says_so_and_forgets_what_was_not_stored() {
    let scene = bg96();
    let quiet = "> AT+QICFG=\"viewmode\",1;+CMEE=2\\r\n< \\r\\nOK\\r\\n";
    scene.play(quiet);
    let restart = "> AT+CFUN=1,1\\r\n< \\r\\nOK\\r\\n\n< \\r\\nPOWERED DOWN\\r\\n";
    scene.play(&format!("{restart}\n< \\r\\n+QIURC: \"pdpdeact\",1\\r\\n\n{BOOT}"));
    scene.play(
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CMEE?\r
        < \r\n+CMEE: 1\r\n\r\nOK\r\n
        > AT+QICFG="viewmode"\r
        < \r\n+QICFG: "viewmode",0\r\n\r\nOK\r\n
        > AT+QIACT?\r
        < \r\nOK\r\n
        > AT&W\r
        < \r\nOK\r\n
        "#,
    );
    scene.world.power_cycle();
    scene.play(BOOT);
    scene.play(
        "> AT\\r\n< \\r\\nOK\\r\\n\n> AT&F\\r\n< \\r\\nOK\\r\\n\n> AT\\r\n< AT\\r\\r\\nOK\\r\\n",
    );
}

#[test]
fn a_boot_shows_what_the_card_wants() {
    let locked = VirtualWorld::new(Profile::ec25()).sim(Sim::locked("4321")).boot();
    play(&locked, "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: SIM PIN\\r\\n");
    let none = VirtualWorld::new(Profile::ec25()).sim(Sim::absent()).boot();
    play(&none, "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: NOT INSERTED\\r\\n");
}

#[test]
fn the_line_speed_changes_behind_the_answer() {
    let scene = bg96();
    scene.play("> AT+IPR=460800\\r\n< \\r\\nOK\\r\\n");
    scene.world.set_host_baud(460_800);
    scene.play("> AT+IPR?\\r\n< \\r\\n+IPR: 460800\\r\\n\\r\\nOK\\r\\n\n> AT+IPR=123\\r\n< \\r\\nERROR\\r\\n");
    scene.world.reset_module();
    scene.world.set_host_baud(115_200);
    scene.play(BOOT);
    scene.play(ECHO);
}

#[test]
fn flight_mode_leaves_the_network_and_comes_back() {
    let (scene, _peer) = connected();
    scene.play(
        r#"
        > AT+CEREG=1\r
        < \r\nOK\r\n
        > AT+CFUN=4\r
        < \r\n+CEREG: 0\r\n
        < \r\nOK\r\n
        > AT+QISTATE?\r
        < \r\nOK\r\n
        > AT+CSQ\r
        < \r\n+CSQ: 99,99\r\n\r\nOK\r\n
        > AT+CFUN=1\r
        < \r\n+CEREG: 2\r\n
        < \r\nOK\r\n
        < \r\n+CEREG: 1\r\n
        "#,
    );
}

#[test]
fn sockets_and_boot_work_on_every_module_again_after_a_reset() {
    for profile in [Profile::bg96(), Profile::ec25()] {
        let world = VirtualWorld::new(profile).joined(true);
        let host = world.listen(super::PEER, 8009);
        world.reset_module_with_noise(b"\x00\xff");
        world.advance(Duration::from_secs(20));
        world.drop_next(b"nothing");
        let transcript = world.transcript();
        assert!(transcript.contains("\\x00\\xff") && transcript.contains("RDY"), "{transcript}");
        let uart = &mut world.uart();
        let mut rest = [0; 512];
        embedded_io::Read::read(uart, &mut rest).unwrap();
        play(
            &world,
            r#"
            > ATE0\r
            < ATE0\r\r\nOK\r\n
            > AT+QIACT=1\r
            < \r\nOK\r\n
            > AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
            < \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
            "#,
        );
        assert!(host.accept().is_some());
    }
}
