//! Stream calls over a stream that has nothing, too little, or fails (`ports/unix/extra_coverage`),
//! and files (`io/file_*.py`), in virtual time.

use std::time::Duration;

use usocket::fugit::ExtU32;
use usocket::select::{POLLOUT, Poll};
use usocket::{AF_INET, Error, MSG_PEEK, SOCK_STREAM, Socket, StreamError, socket};
use usocket_simulator::{Peer, Profile, VirtualWorld};

use crate::world::{PEER, with_modem};

/// Long enough for anything that is under way to arrive.
const A_WHILE: Duration = Duration::from_millis(100);

/// Runs a program with a connection, and a poll that waits for room to send.
fn polled(program: impl FnOnce(&VirtualWorld, &Socket<'_>, &Peer, &mut Poll<'_, 1>)) {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 80);
    with_modem(&world, |modem| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        let peer = host.accept().unwrap();
        let mut poll = Poll::<1>::new(modem);
        poll.register(&sock, POLLOUT).unwrap();
        program(&world, &sock, &peer, &mut poll);
    });
}

fn on_stream(program: impl FnOnce(&VirtualWorld, &Socket<'_>, &Peer)) {
    polled(|world, sock, peer, _| program(world, sock, peer));
}

/// Sends bytes and waits until the driver has taken them from the module.
fn arrive(world: &VirtualWorld, sock: &Socket<'_>, peer: &Peer, data: &[u8]) {
    peer.send(data);
    let start = world.now_ms();
    let mut look = vec![0; data.len() + 1];
    while sock.recv_flags(&mut look, MSG_PEEK) != Ok(data.len()) {
        world.pause();
        assert!(world.now_ms() - start < 2000, "{} bytes do not arrive", data.len());
    }
}

#[test]
fn nothing_yet_is_none() {
    on_stream(|_, sock, _| {
        sock.setblocking(false).unwrap();
        let mut buf = *b"unchanged";
        assert_eq!(sock.read(&mut buf), Ok(None));
        assert_eq!(sock.readinto(&mut buf, None), Ok(None));
        assert_eq!(sock.readinto(&mut buf, Some(4)), Ok(None));
        assert_eq!(sock.readline(&mut buf), Ok(None));
        assert_eq!(sock.read_to_end(&mut heapless::Vec::<u8, 16>::new()), Ok(None));
        assert_eq!(&buf, b"unchanged");
        assert_eq!(sock.recv(&mut buf), Err(Error::WouldBlock));
        // nothing asked for is no wait
        assert_eq!(sock.read(&mut []), Ok(Some(0)));
        assert_eq!(sock.readinto(&mut buf, Some(0)), Ok(Some(0)));
        assert_eq!(sock.write(b""), Ok(Some(0)));
    });
}

#[test]
fn a_full_send_ring_takes_a_part_and_then_none() {
    polled(|world, sock, peer, poll| {
        sock.setblocking(false).unwrap();
        assert_eq!(poll.poll(Some(0.millis())).unwrap().len(), 1, "there is room");
        let data: Vec<u8> = (0..2000).map(|at| at as u8).collect();
        let mut done = sock.write(&data).unwrap().unwrap();
        assert!(0 < done && done < data.len(), "{done}");
        assert_eq!(sock.write(&data[done..]), Ok(None));
        assert_eq!(sock.send(&data[done..]), Err(Error::WouldBlock));
        assert!(poll.poll(Some(0.millis())).unwrap().is_empty(), "there is no room");
        while done < data.len() {
            assert_eq!(poll.poll(Some(1000.millis())).unwrap().len(), 1, "there is room again");
            let more = sock.write(&data[done..]).unwrap();
            done += more.expect("room means that something is taken");
        }
        sock.setblocking(true).unwrap();
        sock.close().unwrap();
        world.advance(A_WHILE);
        assert!(peer.received() == data);
    });
}

#[test]
fn a_part_is_what_there_is() {
    on_stream(|world, sock, peer| {
        sock.setblocking(false).unwrap();
        let mut buf = [0; 8];
        arrive(world, sock, peer, b"12");
        assert_eq!(sock.read(&mut buf), Ok(Some(2)));
        arrive(world, sock, peer, b"345");
        assert_eq!(sock.readinto(&mut buf, Some(2)), Ok(Some(2)));
        assert_eq!(sock.readinto(&mut buf, None), Ok(Some(1)));
        arrive(world, sock, peer, b"no end");
        assert_eq!(sock.readline(&mut buf), Ok(Some(6)), "a line without its end");
        arrive(world, sock, peer, b" yet\nnext");
        assert_eq!(sock.readline(&mut buf), Ok(Some(5)));
        assert_eq!(&buf[..5], b" yet\n");
        let mut rest = heapless::Vec::<u8, 16>::new();
        assert_eq!(sock.read_to_end(&mut rest), Ok(Some(4)));
        assert_eq!(rest, b"next");
        assert_eq!(sock.read_to_end(&mut rest), Ok(None));
    });
}

#[test]
fn what_came_before_an_error_is_told_with_it() {
    on_stream(|world, sock, peer| {
        sock.settimeout_secs(0.2).unwrap();
        let mut buf = [0; 8];
        peer.send(b"12");
        let late = StreamError { error: Error::TimedOut, done: 2 };
        assert_eq!(sock.read(&mut buf), Err(late));
        assert_eq!(&buf[..2], b"12");
        peer.send(b"34");
        assert_eq!(sock.readline(&mut buf), Err(late));
        peer.send(b"56");
        assert_eq!(sock.readinto(&mut buf, Some(5)), Err(late));
        assert_eq!(&buf[..2], b"56");

        arrive(world, sock, peer, b"789");
        world.reset_module();
        sock.setblocking(true).unwrap(); // it takes the module a while to say so
        let gone = sock.read(&mut buf).unwrap_err();
        assert_eq!(gone, StreamError { error: Error::ModuleReset, done: 3 });
        assert_eq!(&buf[..3], b"789");
    });
}

#[test]
fn file_readinto_and_its_length() {
    on_stream(|world, sock, peer| {
        let file = sock.makefile("rb").unwrap();
        peer.send(b"0123456789");
        let mut buf = [b'.'; 6];
        assert_eq!(file.readinto(&mut buf, None), Ok(Some(6)));
        assert_eq!(&buf, b"012345");
        assert_eq!(file.readinto(&mut buf, Some(2)), Ok(Some(2)));
        assert_eq!(&buf, b"672345");
        assert_eq!(file.readinto(&mut buf, Some(0)), Ok(Some(0)));
        peer.close();
        world.advance(A_WHILE);
        // longer than the buffer is the buffer; the end of the stream cuts it short
        assert_eq!(file.readinto(&mut buf, Some(100)), Ok(Some(2)));
        assert_eq!(&buf, b"892345");
        assert_eq!(file.readinto(&mut buf, None), Ok(Some(0)));
    });
}

#[test]
fn file_readline_and_its_limit() {
    on_stream(|world, sock, peer| {
        let file = sock.makefile("rb").unwrap();
        peer.send(b"short\r\na longer line\nlast");
        peer.close();
        world.advance(A_WHILE);
        let mut buf = [0; 8];
        let mut next = || {
            let count = file.readline(&mut buf).unwrap().unwrap();
            String::from_utf8(buf[..count].to_vec()).unwrap()
        };
        assert_eq!(next(), "short\r\n");
        assert_eq!(next(), "a longer");
        assert_eq!(next(), " line\n");
        assert_eq!(next(), "last");
        assert_eq!(next(), "");
    });
}

#[test]
fn file_iter() {
    on_stream(|world, sock, peer| {
        let file = sock.makefile("rwb").unwrap();
        assert_eq!(file.write(b"?\n"), Ok(Some(2)));
        file.flush().unwrap();
        assert_eq!(peer.received(), b"?\n");
        peer.send(b"one\ntwo\n\nlast");
        peer.close();
        world.advance(A_WHILE);
        let lines: Result<Vec<_>, _> = file.lines::<16>().collect();
        assert_eq!(lines.unwrap(), [&b"one\n"[..], b"two\n", b"\n", b"last"]);
        assert_eq!(file.lines::<16>().count(), 0);
        file.close().unwrap();
        assert_eq!(sock.fileno(), -1, "the file and the socket are one");
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::Closed));
    });
}
