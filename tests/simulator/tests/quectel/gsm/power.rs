//! Power.

use super::{OPEN, QUIET, connected};
use crate::play;
use core::time::Duration;
use usocket_simulator::{Profile, Sim, VirtualWorld};

pub(super) const BOOT: &str =
    "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: READY\\r\\n\\r\\nCall Ready\\r\\n";

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn the_boot_ends_with_call_ready() {
    play(&VirtualWorld::new(Profile::m95()).boot(), BOOT);
    let locked = VirtualWorld::new(Profile::m95()).sim(Sim::locked("1234")).boot();
    play(&locked, "< \\r\\nRDY\\r\\n\\r\\n+CFUN: 1\\r\\n\\r\\n+CPIN: SIM PIN\\r\\n");
    play(&locked, QUIET);
    play(
        &locked,
        r"
        > AT+CPIN=1234\r
        < \r\nOK\r\n
        < \r\n+CPIN: READY\r\n\r\nCall Ready\r\n
        ",
    );
}

#[test]
fn switching_off_has_no_ok() {
    let (scene, peer) = connected();
    let start = scene.world.now();
    scene.play("> AT+QPOWD=1\\r\n< \\r\\nNORMAL POWER DOWN\\r\\n\n> AT\\r");
    assert!(scene.world.now() - start > Duration::from_secs(2));
    assert!(!peer.is_closed(), "nobody tells the peer");
    scene.world.power_key(ms(999));
    scene.play("> AT\\r");
    scene.world.power_key(ms(1000));
    scene.play(BOOT);
    scene.world.power_key(ms(599));
    scene.play(QUIET);
    scene.world.power_key(ms(600));
    scene.play("< \\r\\nNORMAL POWER DOWN\\r\\n");
}

#[test]
fn a_restart_forgets_everything() {
    let (scene, _peer) = connected();
    scene.play(&format!("> AT+CFUN=1,1\\r\n< \\r\\nOK\\r\\n\n{BOOT}\n{QUIET}"));
    scene.play(
        r#"
        > AT+QIMUX?\r
        < \r\n+QIMUX: 0\r\n\r\nOK\r\n
        > AT+QISTATE\r
        < \r\nOK\r\n\r\nSTATE: IP INITIAL\r\n
        > AT+QIMUX=1;+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        "#,
    );
    scene.play(OPEN);
}

#[test]
fn there_is_no_reset_pin() {
    let (scene, _peer) = connected();
    scene.world.reset_pin(Duration::from_secs(60));
    scene.play("> AT\\r\n< \\r\\nOK\\r\\n");
}
