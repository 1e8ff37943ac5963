//! A client that resets its connection, seen by polls (`multi_net/tcp_client_rst.py`), in virtual time.

use std::net::Ipv4Addr;
use std::time::Duration;

use usocket::fugit::ExtU32;
use usocket::select::{POLLERR, POLLHUP, POLLIN, POLLNVAL, Poll};
use usocket::{AF_INET, Error, SOCK_STREAM, Socket, socket};

use crate::world::{on_every_module, with_modem};

/// Polls for input.
fn look(poll: &mut Poll<'_, 2>, sock: &Socket<'_>) -> u8 {
    let events = poll.poll(Some(1000.millis())).unwrap();
    assert!(events.len() == 1 && events[0].is(sock), "{events:?}");
    events[0].mask
}

#[test]
fn a_reset_shows_in_polls_before_and_after_it_is_read() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            listener.bind((Ipv4Addr::UNSPECIFIED, 8000)).unwrap();
            listener.listen(1).unwrap();
            // the module is told of the listener while somebody waits
            listener.settimeout_secs(0.5).unwrap();
            assert_eq!(listener.accept().err(), Some(Error::TimedOut));
            let peer = world.connect_in(8000);
            let (sock, _) = listener.accept().unwrap();
            if modem.is_nonos() {
                return; // drops what is unread when a connection ends
            }

            let mut poll = Poll::<2>::new(modem);
            poll.register(&sock, POLLIN).unwrap();
            peer.send(b"eighteen bytes sen");
            assert_eq!(look(&mut poll, &sock), POLLIN); // the driver has them, not the module
            peer.reset();
            world.advance(Duration::from_millis(100));
            let reported = modem.capabilities().reports_reset;
            let (before, after) = match reported {
                true => (POLLIN | POLLERR | POLLHUP, POLLIN | POLLHUP),
                false => (POLLIN, POLLIN), // an orderly end, as far as anybody can tell
            };
            let mut buf = [0; 10];
            assert_eq!(look(&mut poll, &sock) & before, before);
            assert_eq!(sock.recv(&mut buf), Ok(10));
            assert_eq!(look(&mut poll, &sock), before);
            assert_eq!(sock.recv(&mut buf), Ok(8));
            assert_eq!(look(&mut poll, &sock), before);
            if reported {
                assert_eq!(sock.recv(&mut buf), Err(Error::ConnectionReset));
            }
            for _ in 0..3 {
                assert_eq!(look(&mut poll, &sock), after);
                assert_eq!(sock.recv(&mut buf), Ok(0));
            }
            sock.close().unwrap();
            assert_eq!(look(&mut poll, &sock), POLLNVAL);
            assert_eq!(sock.recv(&mut buf), Err(Error::Closed));
        });
    });
}
