//! A Quectel module as a client of genuine TLS servers.

use super::authority::{Authority, Identity};
use super::line::{expect, say_cellular as say};
use super::server::{Server, echo, send_and_close};
use super::{NAME, options, until};
use embedded_io::Write as _;
use usocket_simulator::{LoopbackOptions, LoopbackUart, LoopbackWorld, Profile};

fn start(options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    let world = LoopbackWorld::start(Profile::ec25(), options.time_set(false));
    let mut uart = world.uart();
    say(&mut uart, "ATE0", "ATE0\r\r\nOK\r\n");
    (world, uart)
}

/// Sets keys of TLS context 0.
fn configure(uart: &mut LoopbackUart, keys: &[(&str, &str)]) {
    for (key, value) in keys {
        say(uart, &format!("AT+QSSLCFG=\"{key}\",0,{value}"), "\r\nOK\r\n");
    }
}

fn open(uart: &mut LoopbackUart, error: u16) {
    say(uart, &format!("AT+QSSLOPEN=1,0,4,\"{NAME}\",443,0"), "\r\nOK\r\n");
    expect(uart, &format!("\r\n+QSSLOPEN: 4,{error}\r\n"));
}

#[test]
fn a_verified_session_carries_data_both_ways() {
    let root = Authority::new();
    let (address, thread) = Server::new(&root.issue(NAME)).serve(|session| {
        let name = session.conn.server_name().map(str::to_owned);
        (echo(session), name)
    });
    let (_world, mut uart) = start(options(address));
    // The certificate comes from the host.
    let pem = root.pem();
    say(&mut uart, &format!("AT+QFUPL=\"cacert.pem\",{}", pem.len()), "\r\nCONNECT\r\n");
    uart.write_all(pem.as_bytes()).unwrap();
    until(&mut uart, "\r\n\r\nOK\r\n");
    let keys = [("seclevel", "1"), ("cacert", "\"cacert.pem\""), ("sni", "1"), ("checkhost", "1")];
    configure(&mut uart, &keys);
    open(&mut uart, 0);
    say(&mut uart, "AT+QSSLSEND=4,5", "\r\n> ");
    uart.write_all(b"hello").unwrap();
    expect(&mut uart, "\r\nSEND OK\r\n\r\n+QSSLURC: \"recv\",4\r\n");
    say(&mut uart, "AT+QSSLRECV=4,1500", "\r\n+QSSLRECV: 5\r\nhello\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QSSLCLOSE=4", "\r\nOK\r\n");
    assert_eq!(thread.join().unwrap(), Some((5, Some(NAME.to_owned()))));
}

#[test]
fn verification_finds_what_is_wrong() {
    let (root, other) = (Authority::new(), Authority::new());
    let verify = ("seclevel", "1");
    let cacert = ("cacert", "\"cacert.pem\"");
    let dates = ("ignorelocaltime", "0");
    // The clock of the module stands in 1980, when the certificate of the last case did not exist.
    type Case<'a> = (Identity, Vec<(&'a str, &'a str)>, u16);
    let cases: [Case<'_>; 6] = [
        (other.issue(NAME), vec![], 0),
        (root.issue("other.example.com"), vec![verify, cacert], 0),
        (root.issue_expired(NAME), vec![verify, cacert], 0),
        (other.issue(NAME), vec![verify, cacert], 580),
        (root.issue("other.example.com"), vec![verify, cacert, ("checkhost", "1")], 580),
        (root.issue_young(NAME), vec![verify, cacert, dates], 580),
    ];
    for (identity, keys, error) in cases {
        let (address, thread) = Server::new(&identity).serve(echo);
        let (_world, mut uart) = start(options(address).ca(root.pem()));
        configure(&mut uart, &keys);
        open(&mut uart, error);
        say(&mut uart, "AT+QSSLCLOSE=4", "\r\nOK\r\n");
        assert_eq!(thread.join().unwrap().is_some(), error == 0);
    }
}

#[test]
fn both_ends_show_certificates_on_level_2() {
    let root = Authority::new();
    let own = root.issue("device");
    for (level, welcome) in [("2", true), ("1", false)] {
        let (address, thread) = Server::demanding(&root.issue(NAME), &root.pem()).serve(echo);
        let options = options(address).ca(root.pem());
        let (_world, mut uart) = start(options.client_identity(&own.certificate, &own.key));
        let files = [
            ("cacert", "\"cacert.pem\""),
            ("clientcert", "\"clientcert.pem\""),
            ("clientkey", "\"clientkey.pem\""),
            ("seclevel", level),
        ];
        configure(&mut uart, &files);
        open(&mut uart, if welcome { 0 } else { 579 });
        say(&mut uart, "AT+QSSLCLOSE=4", "\r\nOK\r\n");
        assert_eq!(thread.join().unwrap().is_some(), welcome);
    }
}

#[test]
fn the_end_is_reported_and_the_tail_stays_readable() {
    let identity = Authority::new().issue(NAME);
    let (address, thread) = Server::new(&identity).serve(|session| {
        send_and_close(session, b"last words");
    });
    let (_world, mut uart) = start(options(address));
    open(&mut uart, 0);
    expect(&mut uart, "\r\n+QSSLURC: \"recv\",4\r\n\r\n+QSSLURC: \"closed\",4\r\n");
    thread.join().unwrap();
    say(&mut uart, "AT+QSSLRECV=4,1500", "\r\n+QSSLRECV: 10\r\nlast words\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QSSLRECV=4,1500", "\r\n+QSSLRECV: 0\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QSSLCLOSE=4", "\r\nOK\r\n");
}

#[test]
fn old_versions_are_not_spoken_by_the_server() {
    let (address, _) = Server::new(&Authority::new().issue(NAME)).serve(echo);
    let (_world, mut uart) = start(options(address));
    configure(&mut uart, &[("sslversion", "1")]);
    open(&mut uart, 579);
}
