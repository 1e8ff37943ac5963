//! Short messages in text mode (3GPP TS 27.005 §3).

use super::play;
use usocket_simulator::{Profile, VirtualWorld};

#[test]
fn a_message_to_the_module_itself_comes_back_and_can_be_read_once_as_unread() {
    let world = VirtualWorld::new(Profile::bg96());
    play(&world, "> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n");
    play(
        &world,
        r#"
        > AT+CMGS="+12025550123"\r
        < \r\n+CMS ERROR: 303\r\n
        > AT+CMGF=1\r
        < \r\nOK\r\n
        > AT+CMGS="+12025550123"\r
        < \r\n>\x20
        > hello\x1a
        < \r\n+CMGS: 1\r\n\r\nOK\r\n\r\n+CMTI: "ME",0\r\n
        > AT+CMGR=0\r
        < \r\n+CMGR: "REC UNREAD","+12025550123",,"24/03/20,12:00:01+00"\r\nhello\r\n\r\nOK\r\n
        > AT+CMGD=0\r
        < \r\nOK\r\n
        > AT+CMGR=0\r
        < \r\n+CMS ERROR: 321\r\n
        "#,
    );
}

#[test]
fn escape_gives_a_message_up() {
    let world = VirtualWorld::new(Profile::bg96());
    play(&world, "> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n");
    play(
        &world,
        r#"
        > AT+CMGF=1\r
        < \r\nOK\r\n
        > AT+CMGS="+12025550124"\r
        < \r\n>\x20
        > hello\x1b
        < \r\nOK\r\n
        > AT+CMGF?\r
        < \r\n+CMGF: 1\r\n\r\nOK\r\n
        "#,
    );
}
