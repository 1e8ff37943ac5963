//! Connections with TLS over ESP-AT, as dialogues (esp-at.md §6.2, §8.8, §17; recording c3-tls).

use crate::script::tls::{HOST, INSECURE, connected, insecure, verified, wrapped};
use crate::script::{PEER, SETUP, idle, play};
use usocket::ssl::{Context, Verify};
use usocket::{Error, SO_ERROR, SOL_SOCKET};

#[test]
fn a_request_its_answer_and_the_end() {
    let dialogue = r#"
        → AT+CIPSEND=4,3\r\n
        ← \r\nOK\r\n\r\n>
        → tls
        ← \r\nRecv 3 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,4,32\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:3,tls\r\nOK\r\n
        … 5
        ← \r\n+IPD,4,31\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
        ← 4,CLOSED\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, &verified(4), &connected(4), dialogue], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        sock.connect(PEER).unwrap();
        assert_eq!(sock.getpeername(), Ok(PEER.into()));
        assert_eq!(sock.send(b"tls"), Ok(3));
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(3));
        assert_eq!(&buf[..3], b"tls");
        // the record that ends the connection is announced, and brings nothing
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
    });
}

#[test]
fn what_is_announced_is_more_than_what_comes() {
    // §8.8: 93 are announced, 64 are there, which is just as many as were asked for
    let dialogue = r#"
        ← \r\n+IPD,4,93\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:64,0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\nOK\r\n
        ← 4,CLOSED\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, &insecure(4), &connected(4), dialogue], |modem, _| {
        let sock = wrapped(modem, &INSECURE, None);
        sock.connect(PEER).unwrap();
        let mut buf = [0; 100];
        assert_eq!(sock.read(&mut buf), Ok(Some(64)));
        assert_eq!(sock.recv(&mut buf), Ok(0), "an orderly end");
    });
}

/// The setup of a firmware that loses what was not read when the peer closes (Q12).
fn old(version: &str) -> String {
    SETUP
        .replace("4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)", version)
        .replace("CIPRECVTYPE=5,1\\r\\n\n← \\r\\nOK", "CIPRECVTYPE=5,1\\r\\n\n← \\r\\nERROR")
        + "→ AT+CIPRECVMODE=1\\r\\n\n← \\r\\nOK\\r\\n\n"
}

#[test]
fn an_old_firmware_that_loses_the_end_of_a_stream_is_found_out() {
    let setup = old("2.1.0.0(883f7f2 - Jul 24 2020 11:50:07)");
    let closing = |announced: u32| {
        format!(
            r#"
            ← \r\n+IPD,4,{announced}\r\n4,CLOSED\r\n
            → AT+CIPRECVDATA=4,64\r\n
            ← \r\nERROR\r\n
            "#
        )
    };
    for (announced, result) in
        [(31, Ok(0)), (34, Err(Error::DataLost)), (523, Err(Error::DataLost))]
    {
        play(&[&setup, &insecure(4), &connected(4), &closing(announced)], |modem, _| {
            let sock = wrapped(modem, &INSECURE, None);
            sock.connect(PEER).unwrap();
            assert_eq!(sock.recv(&mut [0; 64]), result, "{announced} announced");
        });
    }
}

#[test]
fn a_handshake_that_fails_can_be_tried_again_with_another_context() {
    // recorded: nothing but `ERROR`
    let fails = "← \\r\\nERROR\\r\\n";
    play(&[SETUP, &verified(4), fails, &insecure(3), &connected(3)], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        assert_eq!(sock.connect(PEER), Err(Error::TlsHandshake));
        INSECURE.wrap_socket(&sock, None).unwrap();
        sock.connect(PEER).unwrap();
        assert_eq!(INSECURE.wrap_socket(&sock, None), Err(Error::AlreadyConnected));
        std::mem::forget(sock);
    });
}

#[test]
fn what_is_settled_is_not_told_again() {
    let fails = "← \\r\\nERROR\\r\\n";
    let again = "→ AT+CIPSTART=4,\"SSL\",\"192.168.4.2\",80\\r\\n";
    let parts =
        [SETUP, &verified(4), fails, &verified(3), fails, &verified(2), fails, &verified(1), fails];
    let rest = [&verified(0), fails, again, &connected(4)];
    play(&[&parts[..], &rest[..]].concat(), |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        for _ in 0..5 {
            assert_eq!(sock.connect(PEER), Err(Error::TlsHandshake));
        }
        sock.connect(PEER).unwrap(); // link 4 knows it all
        std::mem::forget(sock);
    });
}

#[test]
fn a_host_that_does_not_answer_is_not_one_that_fails_the_handshake() {
    let silence = "… 12000\n← \\r\\nERROR\\r\\n";
    play(&[SETUP, &verified(4), silence], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        assert_eq!(sock.connect(PEER), Err(Error::HostUnreachable));
    });
}

#[test]
fn firmware_that_says_why_is_understood() {
    let cases = [
        ("0x8", Error::TlsCertificate),   // not trusted
        ("0x4", Error::TlsCertificate),   // another name
        ("0x201", Error::TlsCertificate), // at the wrong time
        ("0x2700", Error::TlsCertificate),
        ("0x7780", Error::TlsHandshake), // a fatal alert
        ("0x50", Error::TlsHandshake),   // reset
        ("0x801a", Error::TlsHandshake),
        ("0x8004", Error::ConnectionRefused),
        ("0x8006", Error::HostUnreachable),
        ("0x8001", Error::Dns(-2)),
    ];
    for (number, error) in cases {
        let fails = format!("← ERR CODE:0x010a0000\\r\\n+ERRNO:{number}\\r\\n\\r\\nERROR\\r\\n");
        play(&[SETUP, &verified(4), &fails], |modem, _| {
            let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
            assert_eq!(sock.connect(PEER), Err(error), "{number}");
        });
    }
}

#[test]
fn a_call_that_does_not_wait_starts_the_handshake_and_asks_how_it_ended() {
    let ends = |end: &str| format!("… 700\n{end}");
    let fails = ends("← \\r\\nERROR\\r\\n");
    play(&[SETUP, &verified(4), &fails, &verified(3), &ends(&connected(3))], |modem, script| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        sock.setblocking(false).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::InProgress));
        idle(modem, 100);
        assert_eq!(sock.connect(PEER), Err(Error::Already));
        assert_eq!(sock.send(b"x"), Err(Error::WouldBlock));
        idle(modem, 1000);
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(Error::TlsHandshake.errno()));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(0));
        assert_eq!(sock.connect(PEER), Err(Error::InProgress));
        let mut poll = usocket::select::Poll::<1>::new(modem);
        poll.register(&sock, usocket::select::POLLOUT).unwrap();
        let events = poll.poll(Some(fugit::MillisDurationU32::from_ticks(2000))).unwrap();
        assert!(events[0].is_writable());
        assert_eq!(sock.connect(PEER), Ok(()));
        assert!(script.time() >= 1400);
        std::mem::forget(sock);
    });
}

#[test]
fn a_timeout_ends_the_wait_and_not_the_handshake() {
    let slow = "… 4000\n← 4,CONNECT\\r\\n\\r\\nOK\\r\\n";
    play(&[SETUP, &insecure(4), slow], |modem, _| {
        let sock = wrapped(modem, &INSECURE, None);
        sock.settimeout_secs(1.5).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::TimedOut));
        idle(modem, 3000);
        assert_eq!(sock.connect(PEER), Ok(()));
        std::mem::forget(sock);
    });
}

#[test]
fn a_module_that_restarts_is_told_everything_again() {
    let restart = r#"
        … 5
        ← \r\nready\r\n
    "#;
    let setup = SETUP.split_once("→ ATE0").unwrap().1;
    let setup = format!("→ ATE0{setup}\n→ AT+CIPMUX?\\r\\n\n← +CIPMUX:1\\r\\n\\r\\nOK\\r\\n");
    let parts = [SETUP, &verified(4), &connected(4), restart, &setup, &verified(3), &connected(3)];
    play(&parts, |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        sock.connect(PEER).unwrap();
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        sock.close().unwrap();
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn a_server_with_tls_accepts_connections_with_tls() {
    let dialogue = r#"
        → AT+CIPSERVER=0\r\n
        ← \r\nOK\r\n
        → AT+CIPSERVERMAXCONN=2\r\n
        ← \r\nOK\r\n
        → AT+SYSMSG=2\r\n
        ← \r\nOK\r\n
        → AT+CIPSERVER=1,443,"SSL",1\r\n
        ← \r\nOK\r\n
        ← +LINK_CONN:0,0,"SSL",1,"192.168.4.2",49469,443\r\n
        ← \r\n+IPD,0,450\r\n
        → AT+CIPRECVDATA=0,64\r\n
        ← +CIPRECVDATA:16,GET / HTTP/1.1\r\n\r\nOK\r\n
        ← 0,CLOSED\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:31,-1,-1,-1,-1\r\n\r\nOK\r\n
        → AT+CIPRECVDATA=0,64\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let listener = wrapped(modem, &Context::server(true), None);
        listener.bind(([0, 0, 0, 0], 443)).unwrap();
        listener.listen(1).unwrap();
        assert_eq!(INSECURE.wrap_socket(&listener, None), Err(Error::InvalidInput));
        let (sock, peer) = listener.accept().unwrap();
        assert_eq!(peer, ([192, 168, 4, 2], 49469).into());
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(16));
        assert_eq!(&buf[..16], b"GET / HTTP/1.1\r\n");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        std::mem::forget((sock, listener));
    });
}
