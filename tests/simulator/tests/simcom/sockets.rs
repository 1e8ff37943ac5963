//! Sockets of a SIMCom module: opened, filled, read, ended and closed.

use super::Scene;
use core::net::Ipv4Addr;
use usocket_simulator::Profile;

#[test]
fn a_request_and_its_answer() {
    let (scene, peer) = Scene::connected(Profile::sim7080());
    scene.play(
        r"
        > AT+CASTATE?\r
        < \r\n+CASTATE: 0,1\r\n\r\nOK\r\n
        > AT+CASEND=0,4\r
        < \r\n>
        > test
        < \r\nOK\r\n
        > AT+CARECV=0,100\r
        < \r\n+CARECV: 0\r\n\r\nOK\r\n
        ",
    );
    scene.wait(100);
    assert_eq!(peer.received(), b"test");
    peer.send(b"\r\nOK\r\n>");
    scene.play(
        r"
        < \r\n+CADATAIND: 0\r\n
        > AT+CARECV?\r
        < \r\n+CARECV: 0,7\r\n\r\nOK\r\n
        > AT+CARECV=0,4\r
        < \r\n+CARECV: 4,\r\nOK\r\n\r\nOK\r\n
        > AT+CARECV=0,4\r
        < \r\n+CARECV: 3,\r\n>\r\n\r\nOK\r\n
        > AT+CARECV?\r
        < \r\nOK\r\n
        > AT+CACLOSE=0\r
        < \r\nOK\r\n
        > AT+CACLOSE=0\r
        < \r\nERROR\r\n
        > AT+CASTATE?\r
        < \r\nOK\r\n
        ",
    );
}

#[test]
fn data_are_announced_once_until_they_are_read() {
    let (scene, peer) = Scene::connected(Profile::sim7080());
    peer.send(b"one");
    scene.play(r"< \r\n+CADATAIND: 0\r\n");
    peer.send(b"two");
    scene.wait(1000);
    scene.play(
        r"
        > AT+CARECV=0,1459\r
        < \r\n+CARECV: 6,onetwo\r\n\r\nOK\r\n
        ",
    );
    peer.send(b"three");
    scene.play(r"< \r\n+CADATAIND: 0\r\n");
}

#[test]
fn what_came_before_the_end_stays_readable() {
    let (scene, peer) = Scene::connected(Profile::sim7080());
    peer.send(b"last");
    peer.close();
    scene.play(
        r"
        < \r\n+CADATAIND: 0\r\n\r\n+CASTATE: 0,0\r\n
        > AT+CASTATE?\r
        < \r\n+CASTATE: 0,0\r\n\r\nOK\r\n
        > AT+CASEND=0,4\r
        < \r\nERROR\r\n
        > AT+CARECV=0,100\r
        < \r\n+CARECV: 4,last\r\n\r\nOK\r\n
        > AT+CARECV=0,100\r
        < \r\n+CARECV: 0\r\n\r\nOK\r\n
        > AT+CACLOSE=0\r
        < \r\nOK\r\n
        > AT+CARECV=0,100\r
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn firmware_that_forgets_what_a_closed_socket_held() {
    let profile = Profile::sim7080().simcom(|variant| variant.forgets_when_closed = true);
    let (scene, peer) = Scene::connected(profile);
    peer.send(b"last");
    peer.close();
    scene.play(
        r"
        < \r\n+CADATAIND: 0\r\n\r\n+CASTATE: 0,0\r\n
        > AT+CARECV=0,100\r
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn opens_that_fail_say_why_and_leave_the_id_free() {
    let scene = Scene::joined(Profile::sim7080());
    scene.world.host(Ipv4Addr::new(10, 0, 0, 1));
    scene.play(
        r#"
        > AT+CAOPEN=0,0,"TCP","10.0.0.1",81\r
        < \r\n+CAOPEN: 0,23\r\n\r\nOK\r\n
        > AT+CAOPEN=0,0,"TCP","nosuch.invalid",80\r
        < \r\n+CAOPEN: 0,20\r\n\r\nOK\r\n
        > AT+CAOPEN=0,1,"TCP","10.0.0.1",80\r
        < \r\n+CAOPEN: 0,21\r\n\r\nOK\r\n
        > AT+CAOPEN=0,0,"UDP","10.0.0.1",80\r
        < \r\n+CAOPEN: 0,7\r\n\r\nOK\r\n
        > AT+CAOPEN=13,0,"TCP","10.0.0.1",80\r
        < \r\nERROR\r\n
        > AT+CAOPEN=0,0,"TCP","10.9.9.9",80\r
        < \r\n+CAOPEN: 0,27\r\n\r\nOK\r\n
        > AT+CASTATE?\r
        < \r\nOK\r\n
        > AT+CAOPEN=12,0,"TCP","peer",8009\r
        < \r\n+CAOPEN: 12,0\r\n\r\nOK\r\n
        > AT+CAOPEN=12,0,"TCP","peer",8009\r
        < \r\nERROR\r\n
        "#,
    );
    assert!(scene.host.accept().is_some());
}

#[test]
fn firmware_that_takes_commands_while_it_connects() {
    let profile = Profile::sim7080().simcom(|variant| variant.answers_open_at_once = true);
    let scene = Scene::joined(profile);
    scene.play(
        r#"
        > AT+CAOPEN=0,0,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n+CAOPEN: 0,0\r\n
        > AT+CAOPEN=1,3,"TCP","220.180.239.212",8009\r
        < \r\nOK\r\n
        < \r\n+CAOPEN: 1,21\r\n
        "#,
    );
}

#[test]
fn a_send_without_room_waits_for_it() {
    let profile = Profile::sim7080().simcom(|variant| variant.transmit_buffer = 6);
    let (scene, peer) = Scene::connected(profile);
    scene.play(
        r"
        > AT+CASEND=0,5\r
        < \r\n>
        > first
        < \r\nOK\r\n
        > AT+CASEND=0,6\r
        < \r\n>
        > second
        < \r\nOK\r\n
        ",
    );
    scene.wait(1000);
    assert_eq!(peer.received(), b"firstsecond");
    scene.world.fail_next_sends(1);
    scene.play(
        r"
        > AT+CASEND=0,5\r
        < \r\n>
        > third
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn a_send_that_waits_for_room_ends_with_the_connection() {
    let profile = Profile::sim7080().simcom(|variant| variant.transmit_buffer = 3);
    let (scene, peer) = Scene::connected(profile);
    scene.play(
        r"
        > AT+CASEND=0,5\r
        < \r\n>
        > never
        ",
    );
    scene.wait(100);
    peer.reset();
    scene.play(r"< \r\n+CASTATE: 0,0\r\n\r\nERROR\r\n");
}
