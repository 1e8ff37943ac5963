//! TCP listeners (Quectel digest §5.7).

use super::{OPEN, bg96};

const LISTEN: &str = r#"
    > AT+QIOPEN=1,1,"TCP LISTENER","127.0.0.1",0,2020,0\r
    < \r\nOK\r\n
    < \r\n+QIOPEN: 1,0\r\n
    "#;

#[test]
fn clients_take_ids_from_the_top_and_outlive_their_listener() {
    let scene = bg96();
    scene.play(LISTEN);
    let first = scene.world.connect_in(2020);
    let second = scene.world.connect_in(2020);
    scene.play(
        r#"
        < \r\n+QIURC: "incoming",11,1,"192.168.3.200",50000\r\n
        < \r\n+QIURC: "incoming",10,1,"192.168.3.200",50001\r\n
        > AT+QISTATE=1,10\r
        < \r\n+QISTATE: 10,"TCP INCOMING","192.168.3.200",50001,2020,2,1,1,0,"uart1"\r\n\r\nOK\r\n
        > AT+QICLOSE=1\r
        < \r\nOK\r\n
        > AT+QISEND=10,2\r
        < \r\n> 
        > yo
        < \r\nSEND OK\r\n
        "#,
    );
    assert_eq!((first.is_closed(), second.received()), (false, b"yo".to_vec()));
}

#[test]
fn a_client_too_many_is_turned_away() {
    let scene = bg96();
    scene.play(LISTEN);
    for _ in 0..11 {
        scene.world.connect_in(2020);
    }
    let last = scene.world.connect_in(2020);
    scene.world.advance(core::time::Duration::from_secs(1));
    let said = scene.world.transcript();
    assert!(said.contains("\"incoming\",0,1,") && said.ends_with("\"incoming full\"\\r\\n\n"));
    assert!(last.is_closed() && !last.is_established());
}

#[test]
fn accepting_can_be_switched_off() {
    let scene = bg96();
    scene.play("> AT+QICFG=\"tcp/accept\",0\\r\n< \\r\\nOK\\r\\n");
    scene.play(LISTEN);
    let client = scene.world.connect_in(2020);
    scene.play("> AT+QICLOSE=1\\r\n< \\r\\nOK\\r\\n");
    assert!(client.is_closed() && !client.is_established());
}

#[test]
fn several_listeners_have_a_port_each() {
    let scene = bg96();
    scene.play(LISTEN);
    scene.play(
        r#"
        > AT+QIOPEN=1,2,"TCP LISTENER","127.0.0.1",0,2020,0\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 2,556\r\n
        > AT+QIOPEN=1,3,"TCP LISTENER","127.0.0.1",0,2021,1\r
        < \r\nOK\r\n
        < \r\n+QIOPEN: 3,0\r\n
        "#,
    );
    let client = scene.world.connect_in(2021);
    client.send(b"hey");
    scene.play(
        r#"
        < \r\n+QIURC: "incoming",11,3,"192.168.3.200",50000\r\n
        < \r\n+QIURC: "recv",11,3\r\nhey\r\n
        "#,
    );
    scene.play(OPEN);
}
