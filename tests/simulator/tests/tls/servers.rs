//! The module's SSL server (ESP-AT digest §9, T17).

use super::{ERROR, OK, OTHER, ROOT, play, say, scene};
use core::time::Duration;
use usocket_simulator::Profile;

#[test]
fn t17_ssl_server_passive() {
    let (world, _) = scene(Profile::esp32_3_2());
    say(&world, "AT+CIPRECVMODE=1", OK);
    say(&world, "AT+CIPSERVER=1,443,\"SSL\"", OK);
    let client = world.connect_in_tls(443);
    let request = format!("GET / HTTP/1.1\r\n{}\r\n\r\n", "x".repeat(401));
    assert_eq!(request.len(), 421);
    client.send(request.as_bytes());
    let shown = request.replace("\r\n", "\\r\\n");
    play(
        &world,
        &format!(
            "< 0,CONNECT\\r\\n
             < \\r\\n+IPD,0,450\\r\\n
             > AT+CIPRECVDATA=0,450\\r\\n
             < +CIPRECVDATA:421,{shown}\\r\\nOK\\r\\n
             > AT+CIPRECVDATA=0,29\\r\\n
             < \\r\\nERROR\\r\\n"
        ),
    );
    say(
        &world,
        "AT+CIPSTATE?",
        "+CIPSTATE:0,\"SSL\",\"192.168.3.200\",50000,443,1\\r\\n\\r\\nOK\\r\\n",
    );
}

#[test]
fn a_link_is_announced_when_the_handshake_is_over() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    let world = world.network_latency(Duration::from_millis(100));
    say(&world, "AT+CIPSERVER=1,443,\"SSL\"", OK);
    let start = world.now();
    let client = world.connect_in_tls(443);
    play(&world, "< 0,CONNECT\\r\\n");
    assert!(world.now() - start >= Duration::from_millis(500));
    assert!(client.is_established());
    say(&world, "AT+CIPSERVER?", "+CIPSERVER:1,443,\"SSL\",0,0\\r\\n\\r\\nOK\\r\\n");
    say(&world, "AT+CIPSEND=0,2", "\\r\\nOK\\r\\n\\r\\n>");
    play(&world, "> hi\n< \\r\\nRecv 2 bytes\\r\\n\\r\\nSEND OK\\r\\n");
    assert_eq!(
        {
            world.advance(Duration::from_secs(1));
            client.received()
        },
        b"hi"
    );
}

#[test]
fn a_client_without_tls_is_dropped_unheard() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    say(&world, "AT+CIPSERVER=1,443,\"SSL\"", OK);
    let plain = world.connect_in(443);
    assert!(plain.is_closed() && !plain.is_established());
    // Its id is free again.
    assert!(world.connect_in_tls(443).is_established());
    play(&world, "< 0,CONNECT\\r\\n");
}

#[test]
fn certificates_of_clients_are_asked_for_on_request() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    let world = world.file("server_ca.0", ROOT);
    say(&world, "AT+CIPSERVER=1,443,\"SSL\",1", OK);
    assert!(world.connect_in_tls(443).is_closed());
    assert!(world.connect_in_tls_with(443, OTHER).is_closed());
    assert!(world.connect_in_tls_with(443, ROOT).is_established());
    play(&world, "< 0,CONNECT\\r\\n");
    say(&world, "AT+CIPSERVER?", "+CIPSERVER:1,443,\"SSL\",1,0\\r\\n\\r\\nOK\\r\\n");
}

#[test]
fn servers_need_certificates_and_a_chip_that_has_the_memory() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    world.with_module(|module| module.remove_file("server_cert.0"));
    say(&world, "AT+CIPSERVER=1,443,\"SSL\"", &format!("NO CERT FOUND\\r\\n{ERROR}"));
    say(&world, "AT+CIPSERVER=1,443,\"SSLv6\"", ERROR);
    for profile in [Profile::esp8266_2_2_2(), Profile::nonos_1_7()] {
        let (world, _) = scene(profile);
        say(&world, "AT+CIPSERVER=1,443,\"SSL\"", ERROR);
    }
}
