//! Connecting and accepting by one instance (`net_hosted/*.py`), in virtual time.

use std::net::Ipv4Addr;

use usocket::fugit::ExtU32;
use usocket::select::{POLLHUP, POLLIN, POLLOUT, Poll};
use usocket::{AF_INET, Error, Network, SOCK_DGRAM, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Profile, VirtualWorld};

use crate::world::{PEER, on_every_module, with_modem};

/// Nobody answers there.
const NOBODY: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// The line may hold up the end of a wait by a command that is just being written.
const SLACK_MS: u32 = 20;

fn stream<N: Network>(net: &N) -> Socket<'_> {
    socket(net, AF_INET, SOCK_STREAM, 0).unwrap()
}

fn listener<N: Network>(net: &N) -> Socket<'_> {
    let sock = stream(net);
    sock.bind((Ipv4Addr::UNSPECIFIED, 8000)).unwrap();
    sock.listen(1).unwrap();
    sock
}

#[test]
fn accept_nonblock() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listener(modem);
            listener.setblocking(false).unwrap();
            assert_eq!(listener.accept().err(), Some(Error::WouldBlock));
            let mut poll = Poll::<1>::new(modem);
            poll.register(&listener, POLLIN | POLLOUT).unwrap();
            assert!(poll.poll(Some(0.millis())).unwrap().is_empty(), "nobody has come");
        });
    });
}

#[test]
fn accept_timeout() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let listener = listener(modem);
            listener.settimeout_secs(1.0).unwrap();
            for _ in 0..2 {
                let start = world.now_ms();
                assert_eq!(listener.accept().err(), Some(Error::TimedOut));
                let elapsed = world.now_ms() - start;
                assert!((1000..1000 + SLACK_MS).contains(&elapsed), "{elapsed} ms");
            }
        });
    });
}

#[test]
fn connect_nonblock() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let sock = stream(modem);
            sock.setblocking(false).unwrap();
            assert_eq!(sock.connect((NOBODY, 8000)), Err(Error::InProgress));
            assert_eq!(sock.connect((NOBODY, 8000)), Err(Error::Already));
        });
    });
}

#[test]
fn connect_nonblock_xfer() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let sock = stream(modem);
            sock.setblocking(false).unwrap();
            assert_eq!(sock.connect((NOBODY, 8000)), Err(Error::InProgress));
            for _ in 0..2 {
                let mut poll = Poll::<2>::new(modem);
                poll.register(&sock, POLLIN | POLLOUT).unwrap();
                assert!(poll.poll(Some(0.millis())).unwrap().is_empty());
                assert_eq!(sock.send(b"data"), Err(Error::WouldBlock));
                assert_eq!(sock.write(b"data"), Ok(None));
                assert_eq!(sock.recv(&mut [0; 8]), Err(Error::WouldBlock));
                assert_eq!(sock.read(&mut [0; 8]), Ok(None));
                assert_eq!(sock.readline(&mut [0; 8]), Ok(None));
                // the same when the module has been told and is trying
                assert!(poll.poll(Some(500.millis())).unwrap().is_empty());
            }
        });
    });
}

#[test]
fn connect_poll() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 80);
        with_modem(&world, |modem| {
            let sock = stream(modem);
            let mut poll = Poll::<2>::new(modem);
            poll.register(&sock, POLLIN | POLLOUT).unwrap();
            let events = poll.poll(Some(0.millis())).unwrap();
            assert_eq!(events.len(), 1);
            assert_eq!(events[0].mask, POLLOUT | POLLHUP);
            assert!(events[0].is(&sock));

            sock.setblocking(false).unwrap();
            assert_eq!(sock.connect((PEER, 80)), Err(Error::InProgress));
            let events = poll.poll(Some(1000.millis())).unwrap();
            assert_eq!(events.len(), 1, "the end of the attempt ends the wait");
            assert_eq!(events[0].mask, POLLOUT);
            assert_eq!(sock.connect((PEER, 80)), Ok(()));
            assert_eq!(sock.connect((PEER, 80)), Err(Error::AlreadyConnected));
            assert!(host.accept().is_some());
        });
    });
}

#[test]
fn connect_timeout() {
    // a module that answers at once that nobody is there has no use for a timeout
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    with_modem(&world, |modem| {
        let sock = stream(modem);
        sock.settimeout_secs(0.0).unwrap();
        assert_eq!(sock.connect((NOBODY, 8000)), Err(Error::InProgress));
        sock.close().unwrap();

        let sock = stream(modem);
        sock.settimeout_secs(1.0).unwrap();
        let start = world.now_ms();
        assert_eq!(sock.connect((NOBODY, 8000)), Err(Error::TimedOut));
        let elapsed = world.now_ms() - start;
        assert!((1000..1000 + SLACK_MS).contains(&elapsed), "{elapsed} ms");
        assert_eq!(sock.connect((NOBODY, 8000)), Err(Error::Already), "the attempt goes on");
    });
}

/// A port belongs to one socket, until that is closed; streams and datagrams have ports of their own.
#[test]
fn bind_in_use() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    with_modem(&world, |modem| {
        let any = |port| (Ipv4Addr::UNSPECIFIED, port);
        let make = |kind| socket(modem, AF_INET, kind, 0).unwrap();
        let (first, second) = (make(SOCK_STREAM), make(SOCK_STREAM));
        first.bind(any(8000)).unwrap();
        assert_eq!(second.bind(any(8000)), Err(Error::AddrInUse));
        assert_eq!(first.bind(any(8001)), Err(Error::InvalidInput), "bound already");
        first.close().unwrap();
        second.bind(any(8000)).unwrap();

        let first = make(SOCK_DGRAM);
        first.bind(any(8000)).unwrap();
        assert_eq!(first.getsockname().unwrap().port(), 8000);
        let third = make(SOCK_DGRAM);
        assert_eq!(third.bind(any(8000)), Err(Error::AddrInUse));
        third.bind(any(0)).unwrap();
        assert_ne!(third.getsockname().unwrap().port(), 8000);
    });
}
