//! The module as a server: genuine clients of `AT+CIPSERVER=1,<port>,"SSL"`.

use super::authority::{Authority, Identity};
use super::line::{expect, say};
use super::server::{chain, roots};
use super::{NAME, PATIENCE, options, send, start};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

const NOWHERE: SocketAddr =
    SocketAddr::new(core::net::IpAddr::V4(core::net::Ipv4Addr::LOCALHOST), 1);

/// A client that asks and reads an answer of four bytes; `None` if it is not let in.
fn ask(address: SocketAddr, root: &str, own: Option<&Identity>) -> JoinHandle<Option<Vec<u8>>> {
    let builder = ClientConfig::builder().with_root_certificates(roots(root));
    let config = match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let (certificates, key) = chain(own);
            builder.with_client_auth_cert(certificates, key).unwrap()
        }
    };
    std::thread::spawn(move || {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let name = ServerName::try_from(NAME).unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut session = StreamOwned::new(connection, stream);
        let answer = converse(&mut session);
        // The module has let go of the connection when it ends.
        let _ = session.sock.read_to_end(&mut Vec::new());
        answer
    })
}

fn converse(session: &mut StreamOwned<ClientConnection, TcpStream>) -> Option<Vec<u8>> {
    session.write_all(b"ping").ok()?;
    let mut answer = vec![0; 4];
    session.read_exact(&mut answer).ok()?;
    session.conn.send_close_notify();
    session.flush().ok()?;
    Some(answer)
}

#[test]
fn a_client_that_trusts_the_module_is_served() {
    let root = Authority::new();
    let own = root.issue(NAME);
    let options = options(NOWHERE).server_identity(&own.certificate, &own.key).forward(443, 0);
    let (world, mut uart) = start(options);
    say(&mut uart, "AT+CIPSERVER=1,443,\"SSL\"", "\r\nOK\r\n");
    let client = ask(world.real_address(443).unwrap(), &root.pem(), None);
    expect(&mut uart, "0,CONNECT\r\n\r\n+IPD,0,4:ping\r\n");
    send(&mut uart, b"pong");
    expect(&mut uart, "\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n");
    assert_eq!(client.join().unwrap().as_deref(), Some(&b"pong"[..]));
    expect(&mut uart, "0,CLOSED\r\n");
}

#[test]
fn a_client_that_does_not_trust_the_module_is_not_announced() {
    let (root, other) = (Authority::new(), Authority::new());
    let own = root.issue(NAME);
    let options = options(NOWHERE).server_identity(&own.certificate, &own.key).forward(443, 0);
    let (world, mut uart) = start(options);
    say(&mut uart, "AT+CIPSERVER=1,443,\"SSL\"", "\r\nOK\r\n");
    let address = world.real_address(443).unwrap();
    assert_eq!(ask(address, &other.pem(), None).join().unwrap(), None);
    // The id is free again.
    let client = ask(address, &root.pem(), None);
    expect(&mut uart, "0,CONNECT\r\n\r\n+IPD,0,4:ping\r\n");
    send(&mut uart, b"pong");
    assert!(client.join().unwrap().is_some());
}

#[test]
fn certificates_of_clients_are_asked_for_on_request() {
    let root = Authority::new();
    let (own, device, stranger) =
        (root.issue(NAME), root.issue("device"), Authority::new().issue("device"));
    let options = options(NOWHERE).server_identity(&own.certificate, &own.key).forward(443, 0);
    let (world, mut uart) = start(options.file("server_ca.0", root.pem()));
    say(&mut uart, "AT+CIPSERVER=1,443,\"SSL\",1", "\r\nOK\r\n");
    let address = world.real_address(443).unwrap();
    assert_eq!(ask(address, &root.pem(), None).join().unwrap(), None);
    assert_eq!(ask(address, &root.pem(), Some(&stranger)).join().unwrap(), None);
    let client = ask(address, &root.pem(), Some(&device));
    expect(&mut uart, "0,CONNECT\r\n\r\n+IPD,0,4:ping\r\n");
    send(&mut uart, b"pong");
    assert!(client.join().unwrap().is_some());
}

#[test]
fn the_certificate_of_the_manufacturer_lets_nobody_in() {
    let (world, mut uart) = start(options(NOWHERE).forward(443, 0));
    say(&mut uart, "AT+CIPSERVER=1,443,\"SSL\"", "\r\nOK\r\n");
    let address = world.real_address(443).unwrap();
    assert_eq!(ask(address, &Authority::new().pem(), None).join().unwrap(), None);
}
