//! Polling (`extmod/select_*.py`), in virtual time.

use std::net::Ipv4Addr;
use std::time::Duration;

use usocket::fugit::{ExtU32, MillisDurationU32};
use usocket::select::{Event, POLLHUP, POLLIN, POLLNVAL, POLLOUT, Poll};
use usocket::{AF_INET, Error, Network, SOCK_DGRAM, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Profile, VirtualWorld};

use crate::world::{PEER, WorldModem, with_modem};

/// Longer than anything takes here.
const LONG: Option<MillisDurationU32> = Some(MillisDurationU32::from_ticks(60_000));

fn on_module(program: impl FnOnce(&VirtualWorld, &WorldModem<'_>)) {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    with_modem(&world, |modem| program(&world, modem));
}

fn datagram<N: Network>(net: &N, port: u16) -> Socket<'_> {
    let sock = socket(net, AF_INET, SOCK_DGRAM, 0).unwrap();
    sock.bind((Ipv4Addr::UNSPECIFIED, port)).unwrap();
    sock
}

fn masks(events: impl IntoIterator<Item = Event>) -> Vec<u8> {
    events.into_iter().map(|event| event.mask).collect()
}

#[test]
fn select_poll_basic() {
    on_module(|_, modem| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let other = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let mut poll = Poll::<4>::new(modem);
        assert_eq!(poll.modify(&sock, POLLIN).err().map(Error::errno), Some(2), "ENOENT");
        poll.register(&sock, POLLIN | POLLOUT).unwrap();
        poll.register(&sock, POLLIN).unwrap(); // twice is an update
        assert_eq!(masks(poll.poll(Some(0.millis())).unwrap()), [POLLHUP]);
        poll.modify(&sock, POLLOUT).unwrap();
        assert_eq!(masks(poll.poll(Some(0.millis())).unwrap()), [POLLOUT | POLLHUP]);
        poll.unregister(&other); // never registered: nothing happens
        assert_eq!(poll.modify(&other, POLLIN), Err(Error::NotFound));

        sock.close().unwrap();
        let events = poll.poll(None).unwrap();
        assert_eq!(masks(events), [POLLNVAL], "a closed socket ends even a wait for ever");
        poll.unregister(&sock);
        assert!(poll.poll(Some(0.millis())).unwrap().is_empty());
    });
}

#[test]
fn select_poll_udp() {
    on_module(|world, modem| {
        let sock = datagram(modem, 8000);
        let peer = world.udp_host(PEER, 9000);
        let mut poll = Poll::<2>::new(modem);
        poll.register(&sock, POLLIN).unwrap();
        assert!(poll.poll(Some(1.millis())).unwrap().is_empty());
        poll.modify(&sock, POLLIN | POLLOUT).unwrap();
        assert_eq!(masks(poll.poll(Some(1.millis())).unwrap()), [POLLOUT]);

        poll.modify(&sock, POLLIN).unwrap();
        // by now the module listens there, or soon will
        assert!(poll.poll(Some(500.millis())).unwrap().is_empty());
        peer.send_to(8000, b"hello");
        assert_eq!(masks(poll.poll(Some(500.millis())).unwrap()), [POLLIN]);
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((5, (PEER, 9000).into())));
        assert!(poll.poll(Some(0.millis())).unwrap().is_empty());
    });
}

#[test]
fn select_ipoll() {
    on_module(|_, modem| {
        let first = datagram(modem, 8000);
        let second = datagram(modem, 8001);
        let mut poll = Poll::<4>::new(modem);
        poll.register(&first, POLLIN).unwrap();
        assert!(masks(poll.ipoll(Some(0.millis()), 0).unwrap()).is_empty());
        poll.modify(&first, POLLOUT).unwrap();
        for _ in 0..2 {
            assert_eq!(masks(poll.ipoll(LONG, 0).unwrap()), [POLLOUT], "as often as asked");
        }
        // one-shot: told once, then not until it is modified
        assert_eq!(masks(poll.ipoll(LONG, 1).unwrap()), [POLLOUT]);
        assert!(masks(poll.ipoll(Some(0.millis()), 1).unwrap()).is_empty());
        poll.modify(&first, POLLOUT).unwrap();

        poll.register(&second, POLLOUT).unwrap();
        let events: Vec<_> = poll.ipoll(LONG, 1).unwrap().collect();
        assert_eq!(masks(events.iter().copied()), [POLLOUT, POLLOUT]);
        assert!(events.iter().any(|event| event.is(&first)));
        assert!(events.iter().any(|event| event.is(&second)));
        assert!(masks(poll.ipoll(Some(0.millis()), 0).unwrap()).is_empty());

        poll.modify(&first, POLLOUT).unwrap();
        poll.modify(&second, POLLOUT).unwrap();
        poll.unregister(&first);
        let events: Vec<_> = poll.ipoll(LONG, 0).unwrap().collect();
        assert_eq!(events.len(), 1);
        assert!(events[0].is(&second) && events[0].fileno() == second.fileno());
    });
}

/// The part of `select_poll_custom` that types leave: files and sockets in one poll.
#[test]
fn select_poll_custom() {
    on_module(|world, modem| {
        let host = world.listen(PEER, 80);
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        let peer = host.accept().unwrap();
        let file = sock.makefile("rb").unwrap();
        let other = datagram(modem, 8000);
        let mut poll = Poll::<2>::new(modem);
        poll.register(&file, POLLIN).unwrap();
        poll.register(&other, POLLIN).unwrap();
        assert!(poll.poll(Some(10.millis())).unwrap().is_empty());
        peer.send(b"line\n");
        let events = poll.poll(Some(1000.millis())).unwrap();
        assert_eq!(events.len(), 1);
        assert!(events[0].is(&file) && events[0].is(&sock), "a file is its socket");
        assert!(!events[0].is(&other));
        let third = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(poll.register(&third, POLLIN), Err(Error::OutOfMemory));
    });
}

/// What happens meanwhile, and is not asked for, neither ends the wait nor makes it longer.
#[test]
fn select_poll_eintr() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let world = world.network_latency(Duration::from_millis(100));
    let host = world.listen(PEER, 80);
    with_modem(&world, |modem| {
        let busy = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        busy.connect((PEER, 80)).unwrap();
        let peer = host.accept().unwrap();
        let quiet = datagram(modem, 8000);
        let mut poll = Poll::<2>::new(modem);
        poll.register(&quiet, POLLIN).unwrap();
        assert!(poll.poll(Some(100.millis())).unwrap().is_empty());

        peer.send(b"not asked for");
        world.inject(b"+CWJAP:1\r\n\r\n+FOREIGN\r\n");
        let start = world.now_ms();
        assert!(poll.poll(Some(400.millis())).unwrap().is_empty());
        let elapsed = world.now_ms() - start;
        assert!((400..410).contains(&elapsed), "{elapsed} ms");
        let mut buf = [0; 20];
        assert_eq!(busy.recv(&mut buf), Ok(13));
    });
}
