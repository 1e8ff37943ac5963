//! The module as a client: what it looks at in a handshake, and what it says there.

use super::authority::Authority;
use super::line::{expect, say};
use super::server::{Server, echo, send_and_close};
use super::{NAME, connects, options, send, start, start_as, until};
use std::io::Write as _;
use std::net::TcpListener;
use usocket_simulator::Profile;

#[test]
fn without_verification_any_certificate_will_do() {
    let (address, thread) = Server::new(&Authority::new().issue("other.test")).serve(echo);
    let (_world, mut uart) = start(options(address));
    assert!(connects(&mut uart));
    send(&mut uart, b"hello");
    expect(&mut uart, "\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,0,5:hello\r\n");
    say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
    assert_eq!(thread.join().unwrap(), Some(5));
}

#[test]
fn verification_takes_the_right_root_and_refuses_another() {
    let (right, wrong) = (Authority::new(), Authority::new());
    for (root, welcome) in [(right.pem(), true), (wrong.pem(), false)] {
        let (address, thread) = Server::new(&right.issue(NAME)).serve(echo);
        let (_world, mut uart) = start(options(address).ca(root));
        say(&mut uart, "AT+CIPSSLCCONF=0,2", "\r\nOK\r\n");
        assert_eq!(connects(&mut uart), welcome);
        if welcome {
            say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
        }
        assert_eq!(thread.join().unwrap().is_some(), welcome);
    }
}

#[test]
fn the_roots_of_the_manufacturer_are_nobodys() {
    let (address, thread) = Server::new(&Authority::new().issue(NAME)).serve(echo);
    let (_world, mut uart) = start(options(address));
    say(&mut uart, "AT+CIPSSLCCONF=0,2", "\r\nOK\r\n");
    assert!(!connects(&mut uart));
    assert_eq!(thread.join().unwrap(), None);
}

#[test]
fn the_name_counts_if_it_is_set() {
    let root = Authority::new();
    for (name, welcome) in [(NAME, true), ("other.example.com", false)] {
        let (address, thread) = Server::new(&root.issue(NAME)).serve(echo);
        let (_world, mut uart) = start(options(address).ca(root.pem()));
        say(&mut uart, "AT+CIPSSLCCONF=0,2,0,0", "\r\nOK\r\n");
        say(&mut uart, &format!("AT+CIPSSLCCN=0,\"{name}\""), "\r\nOK\r\n");
        assert_eq!(connects(&mut uart), welcome);
        if welcome {
            say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
        }
        assert_eq!(thread.join().unwrap().is_some(), welcome);
    }
}

#[test]
fn later_firmware_says_what_was_wrong() {
    let (root, other) = (Authority::new(), Authority::new());
    let cases = [
        (root.issue_expired(NAME), root.pem(), NAME, "0x1"),
        (root.issue(NAME), root.pem(), "other.example.com", "0x4"),
        (root.issue(NAME), other.pem(), NAME, "0x8"),
    ];
    for (identity, trusted, name, flags) in cases {
        let (address, thread) = Server::new(&identity).serve(echo);
        let (_world, mut uart) = start_as(Profile::esp32c6_5_0(), options(address).ca(trusted));
        say(&mut uart, "AT+SYSLOG=1", "\r\nOK\r\n");
        say(&mut uart, "AT+CIPSSLCCONF=0,2", "\r\nOK\r\n");
        say(&mut uart, &format!("AT+CIPSSLCCN=0,\"{name}\""), "\r\nOK\r\n");
        say(
            &mut uart,
            &format!("AT+CIPSTART=0,\"SSL\",\"{NAME}\",443"),
            &format!("ERR CODE:0x010a0000\r\n+ERRNO:{flags}\r\n\r\nERROR\r\n"),
        );
        assert_eq!(thread.join().unwrap(), None);
    }
}

#[test]
fn names_and_protocols_reach_the_server() {
    let identity = Authority::new().issue(NAME);
    let server = Server::new(&identity).alpn(&["mqtt", "http/1.1"]);
    let (address, thread) = server.serve(|session| {
        let name = session.conn.server_name().map(str::to_owned);
        let protocol = session.conn.alpn_protocol().map(<[u8]>::to_vec);
        echo(session);
        (name, protocol)
    });
    let (_world, mut uart) = start(options(address));
    say(&mut uart, "AT+CIPSSLCSNI=0,\"virtual.example.com\"", "\r\nOK\r\n");
    say(&mut uart, "AT+CIPSSLCALPN=0,2,\"h2\",\"http/1.1\"", "\r\nOK\r\n");
    assert!(connects(&mut uart));
    say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
    let (name, protocol) = thread.join().unwrap().unwrap();
    assert_eq!(name.as_deref(), Some("virtual.example.com"));
    assert_eq!(protocol.as_deref(), Some(&b"http/1.1"[..]));
}

#[test]
fn without_a_common_protocol_there_is_no_session() {
    let server = Server::new(&Authority::new().issue(NAME)).alpn(&["mqtt"]);
    let (address, thread) = server.serve(echo);
    let (_world, mut uart) = start(options(address));
    say(&mut uart, "AT+CIPSSLCALPN=0,1,\"h2\"", "\r\nOK\r\n");
    assert!(!connects(&mut uart));
    assert_eq!(thread.join().unwrap(), None);
}

#[test]
fn a_name_is_asked_for_by_itself_from_5_0_on() {
    let identity = Authority::new().issue(NAME);
    for (profile, asks) in [(Profile::esp32c6_5_0(), true), (Profile::esp32c3_4_1(), false)] {
        let (address, thread) = Server::new(&identity).serve(|session| {
            let asked = session.conn.server_name() == Some(NAME);
            echo(session);
            asked
        });
        let (_world, mut uart) = start_as(profile, options(address));
        assert!(connects(&mut uart));
        say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
        assert_eq!(thread.join().unwrap(), Some(asks));
    }
}

#[test]
fn the_own_certificate_is_shown_to_a_server_that_wants_one() {
    let root = Authority::new();
    let (identity, stranger) = (root.issue("device"), Authority::new().issue("device"));
    let cases = [(&identity, 1, true), (&identity, 0, false), (&stranger, 1, false)];
    for (own, auth, welcome) in cases {
        let (address, thread) = Server::demanding(&root.issue(NAME), &root.pem()).serve(echo);
        let options = options(address).client_identity(&own.certificate, &own.key);
        let (_world, mut uart) = start(options);
        say(&mut uart, &format!("AT+CIPSSLCCONF=0,{auth},0,0"), "\r\nOK\r\n");
        assert_eq!(connects(&mut uart), welcome);
        if welcome {
            say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
        }
        assert_eq!(thread.join().unwrap().is_some(), welcome);
    }
}

#[test]
fn a_server_without_tls_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        // One that talks about something else, and one that hangs up.
        let (mut first, _) = listener.accept().unwrap();
        first.write_all(b"220 mail.example.com\r\n").unwrap();
        drop(listener.accept().unwrap());
        first
    });
    let (_world, mut uart) = start(options(address));
    assert!(!connects(&mut uart));
    assert!(!connects(&mut uart));
    thread.join().unwrap();
}

#[test]
fn a_server_that_says_goodbye_is_closed_behind_its_data() {
    let identity = Authority::new().issue(NAME);
    let (address, thread) = Server::new(&identity).serve(|session| {
        send_and_close(session, b"last words");
    });
    let (_world, mut uart) = start(options(address));
    assert!(connects(&mut uart));
    expect(&mut uart, "\r\n+IPD,0,10:last words\r\n0,CLOSED\r\n");
    assert_eq!(thread.join().unwrap(), Some(()));
}

#[test]
fn a_passive_link_announces_records_and_reads_what_is_in_them() {
    let identity = Authority::new().issue(NAME);
    let (address, thread) = Server::new(&identity).serve(|session| {
        send_and_close(session, &[b'x'; 421]);
    });
    let (_world, mut uart) = start(options(address));
    say(&mut uart, "AT+CIPRECVTYPE=5,1", "\r\nOK\r\n");
    assert!(connects(&mut uart));
    expect(&mut uart, "\r\n+IPD,0,450\r\n");
    thread.join().unwrap();
    let data = "x".repeat(421);
    say(&mut uart, "AT+CIPRECVDATA=0,450", &format!("+CIPRECVDATA:421,{data}\r\nOK\r\n"));
    until(&mut uart, "0,CLOSED\r\n");
    say(&mut uart, "AT+CIPRECVDATA=0,29", "\r\nERROR\r\n");
}

#[test]
fn a_hundred_thousand_bytes_cross_each_way() {
    const TOTAL: usize = 100_000;
    let data: Vec<u8> = (0..TOTAL).map(|index| (index % 251) as u8).collect();
    let identity = Authority::new().issue(NAME);
    let (address, thread) = Server::new(&identity).serve(|session| {
        use std::io::Read as _;
        let mut received = vec![0; TOTAL];
        session.read_exact(&mut received).unwrap();
        send_and_close(session, &received);
        received
    });
    let (_world, mut uart) = start(options(address));
    say(&mut uart, "AT+CIPRECVTYPE=5,1", "\r\nOK\r\n");
    assert!(connects(&mut uart));
    for chunk in data.chunks(8000) {
        send(&mut uart, chunk);
        until(&mut uart, "\r\nSEND OK\r\n");
    }
    let mut received = Vec::new();
    while received.len() < TOTAL {
        until(&mut uart, "+IPD,0,");
        until(&mut uart, "\r\n");
        received.extend(read_all(&mut uart));
    }
    until(&mut uart, "0,CLOSED\r\n");
    assert!(received == data, "the echo differs");
    assert!(thread.join().unwrap().unwrap() == data, "the server received something else");
}

/// Reads one portion of link 0.
fn read_all(uart: &mut super::LoopbackUart) -> Vec<u8> {
    use embedded_io::Read as _;
    say(uart, "AT+CIPRECVDATA=0,5760", "+CIPRECVDATA:");
    let length = until(uart, ",");
    let length = core::str::from_utf8(&length[..length.len() - 1]).unwrap().parse().unwrap();
    let mut data = vec![0; length];
    uart.read_exact(&mut data).unwrap();
    expect(uart, "\r\nOK\r\n");
    data
}
