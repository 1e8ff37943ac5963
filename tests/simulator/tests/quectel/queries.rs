//! Names, echo requests and time (Quectel digest §5.9).

use super::{bg96, play};
use core::time::Duration;
use usocket_simulator::{Profile, VirtualWorld};

#[test]
fn an_address_is_its_own_name() {
    bg96().play(
        r#"
        > AT+QIDNSGIP=1,"192.0.2.77"\r
        < \r\nOK\r\n
        < \r\n+QIURC: "dnsgip",0,1,600\r\n
        < \r\n+QIURC: "dnsgip","192.0.2.77"\r\n
        "#,
    );
}

#[test]
fn one_question_at_a_time() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+QIDNSGIP=1,"slow.example"\r
        < \r\nOK\r\n
        > AT+QIDNSGIP=1,"other.example"\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 564, DNS busy\r\n\r\nOK\r\n
        < \r\n+QIURC: "dnsgip",565\r\n
        "#,
    );
}

#[test]
fn questions_need_a_context() {
    let world = VirtualWorld::new(Profile::bg96());
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+QIDNSGIP=1,"example.com"\r
        < \r\nERROR\r\n
        > AT+QPING=1,"example.com"\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 561, open PDP context failed\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn echo_requests_can_be_lost() {
    let scene = bg96();
    let start = scene.world.now();
    scene.play(
        r#"
        > AT+QPING=1,"10.9.9.9",2,2\r
        < \r\nOK\r\n
        < \r\n+QPING: 569\r\n
        < \r\n+QPING: 569\r\n
        < \r\n+QPING: 0,2,0,2,0,0,0\r\n
        "#,
    );
    // Two timeouts of two seconds, and the pause between them.
    assert!(scene.world.now() - start > Duration::from_secs(5));
    scene.play("> AT+QPING=1,\"nosuch.invalid\"\\r\n< \\r\\nOK\\r\\n\n< \\r\\n+QPING: 565\\r\\n");
    scene.play("> AT+QNTP=1,\"nosuch.invalid\"\\r\n< \\r\\nOK\\r\\n\n< \\r\\n+QNTP: 565\\r\\n");
}
