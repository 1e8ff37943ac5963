//! TLS of the module's own on async sockets, on virtual time: wrapped, and by the traits of clients.

use crate::rig::{on_any, pattern};
use crate::world::PEER;
use embedded_io_async::{Read, Write};
use embedded_nal_async::TcpConnect;
use usocket::asynch::{Handle, socket};
use usocket::ssl::{Context, Verify};
use usocket::{AF_INET, Error, Memory, SOCK_STREAM};
use usocket_simulator::{Host, Profile, VirtualWorld};

const NAME: &str = "tls.example.com";
const ROOT: &[u8] = b"the root of all trust";

/// Runs a program beside the runner, on a module that knows the time and has the root, and a host with a
/// certificate from that root.
fn on_each(program: impl AsyncFn(Handle<'_>, Context<'static>, &Host)) {
    for profile in [Profile::esp32c3_4_1(), Profile::ec25()] {
        let cellular = profile.is_cellular();
        let file = if cellular { "cacert.pem" } else { "client_ca.0" };
        let world =
            VirtualWorld::new(profile).joined(true).dns(NAME, PEER).file(file, ROOT).time_set(true);
        let host = world.listen_tls(PEER, 443);
        host.certificate(&[NAME], ROOT).echo();
        let context = Context::new(Verify::Server);
        let context = if cellular { context.ca("cacert.pem") } else { context.ca(0) };
        on_any(&world, Memory::<4, 2048, 512>::new(), async |net, _| {
            program(net.stack(), context, &host).await;
        });
    }
}

/// What is sent comes back.
async fn echo(mut stream: impl Read<Error = Error> + Write<Error = Error>) {
    let data = pattern(5000);
    for piece in data.chunks(400) {
        stream.write_all(piece).await.unwrap();
        let mut back = vec![0; piece.len()];
        stream.read_exact(&mut back).await.unwrap();
        assert!(back == piece);
    }
}

#[test]
fn a_wrapped_socket_is_a_stream_like_any_other() {
    on_each(async |net, context, host| {
        let sock = socket(&net, AF_INET, SOCK_STREAM, 0).unwrap();
        context.wrap_socket(&sock, Some(NAME)).unwrap();
        sock.connect((PEER, 443)).await.unwrap();
        echo(&sock).await;
        sock.close().await.unwrap();
        let hellos = host.hellos();
        assert!(hellos[0].verifies && hellos[0].sni.as_deref() == Some(NAME), "{:?}", hellos[0]);
    });
}

#[test]
fn a_client_that_connects_by_itself_is_given_secured_connections() {
    on_each(async |net, context, host| {
        let secured = net.secured(context, Some(NAME));
        echo(secured.connect((PEER, 443).into()).await.unwrap()).await;
        let hellos = host.hellos();
        assert!(hellos[0].verifies && hellos[0].outcome.is_ok(), "{:?}", hellos[0]);
        let missing = net.secured(context, None); // nobody to look for
        assert_eq!(missing.connect((PEER, 443).into()).await.err(), Some(Error::InvalidInput));
    });
}

#[test]
fn a_server_that_is_somebody_else_is_refused() {
    on_each(async |net, context, host| {
        host.certificate(&["somebody.else"], ROOT);
        let refused = net.secured(context, Some(NAME)).connect((PEER, 443).into()).await.err();
        assert!(
            matches!(refused, Some(Error::TlsHandshake | Error::TlsCertificate)),
            "{refused:?}"
        );
    });
}
