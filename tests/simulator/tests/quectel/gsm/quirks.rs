//! Every quirk that an M95 can have.

use super::{OPEN, QUIET, connected, m95, with_open};
use crate::play;
use core::time::Duration;
use usocket_simulator::{Profile, VirtualWorld};

#[test]
fn a_blank_line_comes_behind_data() {
    let scene = m95();
    scene.world.quirks(|quirks| quirks.blank_line_behind_data = true);
    scene.play(&with_open(
        r"
        ! send hi
        < \r\n+QIRDI: 0,1,0\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,2\r\nhi\r\n\r\nOK\r\n
        ",
    ));
}

#[test]
fn the_number_of_the_card_is_quoted() {
    let scene = m95();
    scene.world.quirks(|quirks| quirks.quoted_card_number = true);
    scene.play("> AT+CCID\\r\n< \\r\\n\"89860025128306012474\"\\r\\n\\r\\nOK\\r\\n");
}

#[test]
fn closing_what_is_not_open_is_refused() {
    let scene = m95();
    scene.world.quirks(|quirks| quirks.unused_close_fails = true);
    scene.play("> AT+QICLOSE=0\\r\n< \\r\\nERROR\\r\\n");
}

#[test]
fn nothing_comes_out_of_a_boot_before_the_first_command() {
    let world = VirtualWorld::new(Profile::m95());
    world.quirks(|quirks| quirks.silent_until_addressed = true);
    let world = world.boot();
    play(&world, "");
    world.advance(Duration::from_secs(10));
    play(&world, "> AT\\r\n< AT\\r\\r\\nOK\\r\\n");
    world.power_cycle();
    world.advance(Duration::from_millis(3600));
    play(&world, "> AT\\r\n< AT\\r\\r\\nOK\\r\\n\n< \\r\\nCall Ready\\r\\n");
    world.quirks(|quirks| quirks.silent_until_addressed = false);
    world.power_cycle();
    play(&world, super::power::BOOT);
}

#[test]
fn notices_are_lost_or_come_twice() {
    let scene = m95();
    scene.world.quirks(|quirks| quirks.doubled_notices = true);
    scene.play(&with_open("! send a\n< \\r\\n+QIRDI: 0,1,0\\r\\n\\r\\n+QIRDI: 0,1,0\\r\\n"));
    let scene = m95();
    scene.world.quirks(|quirks| quirks.no_notices = true);
    scene.play(&with_open(
        r"
        ! send hi
        ! wait 1000
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,2\r\nhi\r\nOK\r\n
        ",
    ));
}

#[test]
fn reads_are_short() {
    let scene = m95();
    scene.world.quirks(|quirks| quirks.short_reads = Some(1));
    scene.play(&with_open(
        r"
        ! send hi
        < \r\n+QIRDI: 0,1,0\r\n
        > AT+QIRD=0,1,0,1500\r
        < \r\n+QIRD: 220.180.239.212:8009,TCP,1\r\nh\r\nOK\r\n
        ",
    ));
}

#[test]
fn the_sockets_of_a_lost_context_are_reported_or_gone() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| {
        quirks.closes_with_context = true;
        quirks.frees_with_context = true;
    });
    scene.world.drop_context();
    scene.play(
        r"
        < \r\n+PDP DEACT\r\n
        < \r\n0, CLOSED\r\n
        > AT+QISTATE\r
        < \r\nOK\r\n\r\nSTATE: PDP DEACT\r\n
        ",
    );
}

#[test]
fn an_open_is_never_answered_and_stays_in_use() {
    let scene = m95();
    scene.world.quirks(|quirks| quirks.unanswered_opens = 1);
    scene.play("> AT+QIOPEN=0,\"TCP\",\"220.180.239.212\",8009\\r\n< \\r\\nOK\\r\\n");
    scene.world.advance(Duration::from_secs(100));
    scene.play(
        r#"
        > AT+QIOPEN=0,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n0, ALREADY CONNECT\r\n
        > AT+QICLOSE=0\r
        < \r\n0, CLOSE OK\r\n
        "#,
    );
    scene.play(OPEN);
}

#[test]
fn a_close_takes_all_its_time() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.slow_close = true);
    let start = scene.world.now();
    scene.play(super::CLOSE);
    assert!(scene.world.now() - start > Duration::from_secs(10));
}

#[test]
fn prompts_come_in_several_forms() {
    let (scene, peer) = connected();
    scene.world.with_modem(|modem| {
        modem.pace_mut().prompt = Duration::from_millis(50);
        modem.pace_mut().send = Duration::from_millis(50);
    });
    for (prompt, written) in [("\r\n>", r"\r\n>"), ("> ", "> ")] {
        scene.world.quirks(|quirks| quirks.prompt = Some(prompt));
        scene.play(&format!("> AT+QISEND=0,2\\r\n< {written}\n> hi\n< \\r\\nSEND OK\\r\\n"));
    }
    assert_eq!(peer.received(), b"hihi");
}

#[test]
fn the_farewell_is_missing() {
    let (scene, _peer) = connected();
    scene.world.quirks(|quirks| quirks.no_farewell = true);
    scene.play("> AT+QPOWD=1\\r");
    scene.world.advance(Duration::from_secs(5));
    scene.play("> AT\\r");
}

#[test]
fn the_first_bytes_only_wake_a_module_that_sleeps() {
    let world = VirtualWorld::new(Profile::m95());
    world.quirks(|quirks| quirks.sleeps_after = Some(Duration::from_secs(5)));
    play(&world, QUIET);
    world.advance(Duration::from_secs(6));
    play(&world, "> AT\\r");
    play(&world, "> AT\\r\n< \\r\\nOK\\r\\n\n> AT+QSCLK=0\\r\n< \\r\\nOK\\r\\n");
    world.advance(Duration::from_secs(6));
    play(&world, "> AT\\r\n< \\r\\nOK\\r\\n");
}
