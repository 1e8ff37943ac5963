//! The TCP/IP stack and its context.

use super::{CLOSE, OPEN, QUIET, connected, m95};
use crate::play;
use usocket_simulator::{Profile, VirtualWorld};

#[test]
fn the_stack_is_started_activated_and_located() {
    let world = VirtualWorld::new(Profile::m95());
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+QILOCIP\r
        < \r\nERROR\r\n
        > AT+QIACT\r
        < \r\nERROR\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n
        < \r\nSTATE: IP INITIAL\r\n
        > AT+QIREGAPP="internet","",""\r
        < \r\nOK\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n\r\nSTATE: IP START\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n\r\nSTATE: IP GPRSACT\r\n
        > AT+QILOCIP\r
        < \r\n10.7.157.1\r\n
        > AT+QISTATE\r
        < \r\nOK\r\n\r\nSTATE: IP STATUS\r\n
        > AT+QIACT\r
        < \r\nERROR\r\n
        > AT+QIREGAPP\r
        < \r\nERROR\r\n
        > AT+QICSGP=1,"other"\r
        < \r\nERROR\r\n
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n\r\nSTATE: IP INITIAL\r\n
        > AT+QILOCIP\r
        < \r\nERROR\r\n
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        "#,
    );
}

#[test]
fn several_sockets_are_chosen_while_the_stack_is_down() {
    let scene = m95();
    scene.play(
        r#"
        > AT+QIMUX?\r
        < \r\n+QIMUX: 1\r\n\r\nOK\r\n
        > AT+QIMUX=1\r
        < \r\nERROR\r\n
        > AT+QIFGCNT=0\r
        < \r\nERROR\r\n
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QIMUX=0\r
        < \r\nOK\r\n
        > AT+QIMUX=1\r
        < \r\nOK\r\n
        > AT+QIMUX=2\r
        < \r\nERROR\r\n
        > AT+QIFGCNT=1\r
        < \r\nOK\r\n
        > AT+QIMODE=0\r
        < \r\nOK\r\n
        > AT+QIMODE=1\r
        < \r\nERROR\r\n
        > AT+QISRVC=1\r
        < \r\nOK\r\n
        > AT+QISRVC=2\r
        < \r\nERROR\r\n
        > AT+QIPROMPT=1\r
        < \r\nOK\r\n
        > AT+QISHOWRA=0;+QISHOWPT=0;+QISHOWLA=0\r
        < \r\nOK\r\n
        > AT+QINDI=?\r
        < \r\n+QINDI: (0-2)\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn the_context_of_the_others_is_unknown() {
    let scene = m95();
    for command in [
        "AT+QIACT=1",
        "AT+QIACT?",
        "AT+QICSGP=1",
        "AT+QICSGP=1,1,\"internet\",\"\",\"\",1",
        "AT+QIGETERROR",
        "AT+QICFG=\"dataformat\",0,0",
        "AT+QIOPEN=1,0,\"TCP\",\"220.180.239.212\",8009,0,0",
        "AT+QCSQ",
    ] {
        scene.play(&format!("> {command}\\r\n< \\r\\nERROR\\r\\n"));
    }
}

#[test]
fn a_name_that_the_network_does_not_know_is_refused() {
    let world = VirtualWorld::new(Profile::m95()).apn("internet", "me", "secret");
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+QICSGP=1,"internet","me","wrong"\r
        < \r\nOK\r\n
        > AT+QIREGAPP;+QIACT\r
        < \r\nERROR\r\n
        > AT+QICSGP=0,"internet"\r
        < \r\nERROR\r\n
        > AT+QICSGP=1,"internet","me","secret"\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn the_network_drops_the_context() {
    let (scene, peer) = connected();
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+PDP DEACT\r\n
        > AT+QISTATE\r
        < \r\nOK\r\n
        < \r\nSTATE: PDP DEACT\r\n
        < \r\n+QISTATE: 0,"TCP","220.180.239.212","8009","CLOSED"\r\n
        > AT+QISEND=0,1\r
        < \r\nERROR\r\n
        > AT+QIOPEN=1,"TCP","220.180.239.212",8009\r
        < \r\nERROR\r\n
        > AT+QIACT\r
        < \r\nERROR\r\n
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        "#,
    );
    assert!(!peer.is_closed(), "nobody tells the peer");
    scene.play(OPEN);
}

#[test]
fn a_dropped_context_ends_what_was_under_way() {
    let scene = m95();
    scene.play(
        r#"
        > AT+QIDNSGIP="slow.example"\r
        < \r\nOK\r\n
        > AT+QIOPEN=3,"TCP","10.9.9.9",80\r
        < \r\nOK\r\n
        "#,
    );
    scene.world.drop_context();
    scene.play(
        r"
        < \r\n+PDP DEACT\r\n
        < \r\n3, CONNECT FAIL\r\n
        < \r\nERROR: 570\r\n
        ",
    );
}

#[test]
fn losing_the_network_drops_the_context_too() {
    let (scene, _peer) = connected();
    scene.play("> AT+CGREG=1\\r\n< \\r\\nOK\\r\\n");
    scene.world.lose_network();
    scene.play("< \\r\\n+CGREG: 2\\r\\n\n< \\r\\n+PDP DEACT\\r\\n");
    scene.world.regain_network();
    scene.play("< \\r\\n+CGREG: 1\\r\\n");
}

#[test]
fn deactivating_closes_the_sockets_without_a_word() {
    let (scene, peer) = connected();
    scene.play("> AT+QIDEACT\\r\n< \\r\\nDEACT OK\\r\\n");
    assert!(peer.is_closed() && !peer.was_reset());
    scene.play("> AT+QISTATE\\r\n< \\r\\nOK\\r\\n\\r\\nSTATE: IP INITIAL\\r\\n");
    scene.play(CLOSE);
    let (scene, peer) = connected();
    scene.play("> AT+CGACT=0,1\\r\n< \\r\\nOK\\r\\n");
    scene.play("> AT+QISTATE\\r\n< \\r\\nOK\\r\\n\\r\\nSTATE: IP INITIAL\\r\\n");
    assert!(peer.is_closed());
}

#[test]
fn a_context_of_27_007_is_no_stack() {
    let world = VirtualWorld::new(Profile::m95());
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+CGACT=1,1\r
        < \r\nOK\r\n
        > AT+QISTAT\r
        < \r\nOK\r\n\r\nSTATE: IP INITIAL\r\n
        > AT+QIMUX?\r
        < \r\n+QIMUX: 0\r\n\r\nOK\r\n
        > AT+QIREGAPP\r
        < \r\nOK\r\n
        > AT+QIACT\r
        < \r\nOK\r\n
        "#,
    );
    world.drop_context();
    play(&world, "< \\r\\n+PDP DEACT\\r\\n");
}

#[test]
fn names_are_looked_up_without_a_name_in_the_answer() {
    let scene = m95();
    let _ = scene.world.clone().dns("example.com", [192, 0, 2, 10]);
    scene.play(
        r#"
        > AT+QIDNSCFG="8.8.8.8","8.8.4.4"\r
        < \r\nOK\r\n
        > AT+QIDNSCFG="8.8.8.8.8"\r
        < \r\nERROR\r\n
        > AT+QIDNSGIP="example.com"\r
        < \r\nOK\r\n
        < \r\n192.0.2.10\r\n
        > AT+QIDNSGIP="192.0.2.77"\r
        < \r\nOK\r\n
        < \r\n192.0.2.77\r\n
        > AT+QIDNSGIP="nosuch.invalid"\r
        < \r\nOK\r\n
        > AT+QIDNSGIP="example.com"\r
        < \r\nERROR\r\n
        < \r\nERROR: 565\r\n
        > AT+QIDEACT\r
        < \r\nDEACT OK\r\n
        > AT+QIDNSGIP="example.com"\r
        < \r\nERROR\r\n
        "#,
    );
}
