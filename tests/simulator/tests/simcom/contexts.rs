//! Contexts of a SIMCom module: asked for, given, dropped and got back.

use super::{Scene, play};
use usocket_simulator::{Profile, Sim, VirtualWorld};

#[test]
fn boot_text_and_identity() {
    let world = VirtualWorld::new(Profile::sim7080()).boot();
    play(
        &world,
        r"
        < \r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nSMS Ready\r\n
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CGMM\r
        < \r\nSIMCOM_SIM7080\r\n\r\nOK\r\n
        > AT+CCID\r
        < \r\n89860025128306012474\r\n\r\nOK\r\n
        ",
    );
}

#[test]
fn a_context_is_activated_in_two_stages() {
    let world = VirtualWorld::new(Profile::sim7080());
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CNACT?\r
        < \r\n+CNACT: 0,0,"0.0.0.0"\r\n+CNACT: 1,0,"0.0.0.0"\r\n+CNACT: 2,0,"0.0.0.0"\r\n
        < +CNACT: 3,0,"0.0.0.0"\r\n\r\nOK\r\n
        > AT+CNACT=0,0\r
        < \r\nERROR\r\n
        > AT+CNCFG=0,1,"internet","me","secret",1\r
        < \r\nOK\r\n
        > AT+CNACT=0,1\r
        < \r\nOK\r\n
        > AT+CNACT=0,1\r
        < \r\nERROR\r\n
        < \r\n+APP PDP: 0,ACTIVE\r\n
        > AT+CNACT?\r
        < \r\n+CNACT: 0,1,"10.7.157.1"\r\n+CNACT: 1,0,"0.0.0.0"\r\n+CNACT: 2,0,"0.0.0.0"\r\n
        < +CNACT: 3,0,"0.0.0.0"\r\n\r\nOK\r\n
        > AT+CNCFG=0,1,"other"\r
        < \r\nERROR\r\n
        > AT+CNACT=0,0\r
        < \r\nOK\r\n
        < \r\n+APP PDP: 0,DEACTIVE\r\n
        "#,
    );
}

#[test]
fn a_network_that_lets_nobody_in_says_so_afterwards() {
    let world = VirtualWorld::new(Profile::sim7080()).apn("internet", "me", "secret");
    play(
        &world,
        r#"
        > ATE0\r
        < ATE0\r\r\nOK\r\n
        > AT+CNCFG=0,1,"other"\r
        < \r\nOK\r\n
        > AT+CNACT=0,1\r
        < \r\nOK\r\n
        < \r\n+APP PDP: 0,DEACTIVE\r\n
        > AT+CNCFG?\r
        < \r\n+CNCFG: 0,1,"other","","",0\r\n+CNCFG: 1,1,"","","",0\r\n
        < +CNCFG: 2,1,"","","",0\r\n+CNCFG: 3,1,"","","",0\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn without_a_card_there_is_no_context() {
    let world = VirtualWorld::new(Profile::sim7080()).sim(Sim::absent());
    play(
        &world,
        r"
        > ATE0;+CMEE=1\r
        < ATE0;+CMEE=1\r\r\nOK\r\n
        > AT+CNACT=0,1\r
        < \r\n+CME ERROR: 10\r\n
        > AT+CCID\r
        < \r\n+CME ERROR: 10\r\n
        ",
    );
}

#[test]
fn a_context_that_the_network_drops_takes_its_sockets_with_it() {
    let (scene, _peer) = Scene::connected(Profile::sim7080());
    scene.world.drop_context();
    scene.play(
        r"
        < \r\n+CASTATE: 0,0\r\n\r\n+APP PDP: 0,DEACTIVE\r\n
        > AT+CASEND=0,1\r
        < \r\nERROR\r\n
        > AT+CACLOSE=0\r
        < \r\nOK\r\n
        ",
    );
}

#[test]
fn the_farewell_is_the_answer_to_switching_off() {
    let scene = Scene::joined(Profile::sim7080());
    scene.play(
        r"
        > AT+CPOWD=1\r
        < \r\nNORMAL POWER DOWN\r\n
        ",
    );
}

#[test]
fn a_reboot_says_nothing_of_contexts() {
    let scene = Scene::joined(Profile::sim7080());
    scene.play(
        r"
        > AT+CREBOOT\r
        < \r\nOK\r\n
        < \r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nSMS Ready\r\n
        ",
    );
}

#[test]
fn names_are_answered_for_behind_the_ok() {
    let scene = Scene::joined(Profile::sim7080());
    scene.play(
        r#"
        > AT+CDNSGIP="peer"\r
        < \r\nOK\r\n
        < \r\n+CDNSGIP: 1,"peer","220.180.239.212"\r\n
        > AT+CDNSGIP="nosuch.invalid"\r
        < \r\nOK\r\n
        < \r\n+CDNSGIP: 0,8\r\n
        > AT+CDNSGIP="192.0.2.1"\r
        < \r\nOK\r\n
        < \r\n+CDNSGIP: 1,"192.0.2.1","192.0.2.1"\r\n
        "#,
    );
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+APP PDP: 0,DEACTIVE\r\n
        > AT+CDNSGIP="peer"\r
        < \r\nOK\r\n
        < \r\n+CDNSGIP: 0,3\r\n
        "#,
    );
}
