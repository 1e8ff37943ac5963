//! TLS on modules that can do little of it, or nothing (esp-at.md §19, quectel.md §7, §9, §15.2).

mod script;
mod world;

use script::tls::{HOST, INSECURE, wrapped};
use script::{PEER, SETUP, play};
use usocket::ssl::{Context, Verify};
use usocket::{AF_INET, Error, SOCK_STREAM, socket};
use usocket_simulator::{Profile, VirtualWorld};

/// The setup of an ESP8266 with NonOS 1.7.
fn nonos() -> String {
    let refuse = |setup: &str, command: &str| {
        let ok = format!("{command}\\r\\n\n← \\r\\nOK\\r\\n");
        assert!(setup.contains(&ok), "{command}");
        setup.replace(&ok, &ok.replace("← \\r\\nOK", "← \\r\\nERROR"))
    };
    let mut setup = SETUP.replace(
        "4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)",
        "1.7.0.0(Aug 16 2018 00:57:04)",
    );
    for command in ["AT+SYSSTORE=0", "AT+SYSLOG=1", "AT+CIPRECVTYPE=5,1"] {
        setup = refuse(&setup, command);
    }
    setup + "→ AT+CIPRECVMODE=1\\r\\n\n← \\r\\nOK\\r\\n\n"
}

#[test]
fn nonos_has_one_link_with_tls_which_pushes() {
    let dialogue = r#"
        → AT+CIPSSLSIZE=4096\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=0,"SSL","192.168.4.2",80\r\n
        ← 0,CONNECT\r\n\r\nOK\r\n
        ← \r\n+IPD,0,5:hello\r\n+IPD,0,4:\r\nOK\r\n0,CLOSED\r\n
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        ← 4,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[&nonos(), dialogue], |modem, _| {
        let sock = wrapped(modem, &INSECURE, None);
        sock.connect(PEER).unwrap();
        let second = wrapped(modem, &INSECURE, None);
        let mut buf = [0; 64];
        assert_eq!(sock.read(&mut buf), Ok(Some(9)));
        assert_eq!(&buf[..9], b"hello\r\nOK");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        let plain = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        plain.connect(PEER).unwrap();
        std::mem::forget((sock, second, plain));
    });
}

#[test]
fn the_second_link_with_tls_is_one_too_many_for_nonos() {
    let dialogue = r#"
        → AT+CIPSSLSIZE=4096\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=0,"SSL","192.168.4.2",80\r\n
        ← 0,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[&nonos(), dialogue], |modem, _| {
        let sock = wrapped(modem, &INSECURE, None);
        sock.connect(PEER).unwrap();
        let second = wrapped(modem, &INSECURE, None);
        assert_eq!(second.connect(PEER), Err(Error::TooManySockets));
        std::mem::forget(sock);
    });
}

#[test]
fn nonos_can_verify_nobody_and_serve_nobody() {
    let contexts = [
        (Context::new(Verify::Server), Some(HOST)),
        (INSECURE, Some(HOST)),
        (INSECURE.psk("device", b"sesame"), None),
        (INSECURE.certificate(1), None),
    ];
    for (context, name) in contexts {
        play(&[&nonos()], |modem, _| {
            let sock = wrapped(modem, &context, name);
            assert_eq!(sock.connect(PEER), Err(Error::NotSupported), "{context:?}");
        });
    }
}

#[test]
fn other_modules_refuse() {
    for name in ["quectel-bc66", "quectel-m95", "simcom-sim7080"] {
        let world = VirtualWorld::new(Profile::by_name(name).expect(name)).joined(true);
        world.listen(world::PEER, 443);
        world::with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            Context::new(Verify::InsecureNobody).wrap_socket(&sock, None).unwrap();
            assert_eq!(sock.connect((world::PEER, 443)), Err(Error::NotSupported), "{name}");
            assert!(!modem.capabilities().tls);
            let tls = ["QSSL", "CASSL"];
            let said = world.transcript();
            assert!(tls.iter().all(|command| !said.contains(command)), "{said}");
        });
    }
}
