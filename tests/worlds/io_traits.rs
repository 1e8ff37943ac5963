//! Sockets and files as streams of `embedded_io`, in code that knows the traits alone.

use crate::world;
use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use crate::world::{AnyModem, PEER, WorldModem, WorldUart, idle, on_every_module, with_modem};
use embedded_io::{
    Error as _, ErrorKind, Read, ReadExactError, ReadReady, Write, WriteFmtError, WriteReady,
};
use usocket::clock::Clock;
use usocket::fugit::ExtU32;
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Profile, VirtualWorld};

fn connect<'n>(modem: &'n WorldModem<'_>, port: u16) -> Socket<'n> {
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, port)).unwrap();
    sock
}

/// The socket as code sees it that knows the traits alone: it has no calls of its own.
fn io<'s>(sock: &'s Socket<'_>) -> impl Read<Error = Error> + Write + ReadReady + WriteReady + 's {
    sock
}

/// What any client does: says something in every way there is, and reads as much back.
fn converse<S: Read + Write>(mut server: S) -> Result<String, S::Error> {
    server.write_all(b"one ")?;
    write!(server, "{} {:>4}", 2, "two").map_err(|error| match error {
        WriteFmtError::Other(error) => error,
        WriteFmtError::FmtError => panic!("nothing to format"),
    })?;
    let mut rest = &b" and the rest"[..];
    while !rest.is_empty() {
        let count = server.write(rest)?;
        assert!(count > 0);
        rest = &rest[count..];
    }
    server.flush()?;
    let mut answer = [0; 23];
    match server.read_exact(&mut answer) {
        Ok(()) => Ok(String::from_utf8(answer.to_vec()).unwrap()),
        Err(ReadExactError::Other(error)) => Err(error),
        Err(ReadExactError::UnexpectedEof) => panic!("the end"),
    }
}

#[test]
fn code_that_knows_the_traits_alone_talks_over_a_socket_and_over_a_file() {
    on_every_module(|world| {
        let world = world.joined(true);
        world.listen(PEER, 7).echo();
        with_modem(&world, |modem| {
            let said = "one 2  two and the rest";
            let sock = connect(modem, 7);
            assert_eq!(converse(&sock).as_deref(), Ok(said));
            let mut lent = &sock;
            assert_eq!(converse(&mut lent).as_deref(), Ok(said));
            assert_eq!(converse(sock.makefile("rwb").unwrap()).as_deref(), Ok(said));
            assert_eq!(converse(sock).as_deref(), Ok(said));
        });
    });
}

#[test]
fn a_read_returns_what_is_there_and_zero_at_the_end_alone() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let fresh = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            assert_eq!(io(&fresh).read(&mut []), Ok(0)); // says nothing of an end
            assert_eq!(io(&fresh).read(&mut [0]), Err(Error::NotConnected));
            assert_eq!(io(&fresh).write(&[]), Ok(0));
            assert_eq!(io(&fresh).write_all(&[]), Ok(()));
            drop(fresh);

            let sock = connect(modem, 7);
            let peer = host.accept().unwrap();
            peer.send(b"abc");
            let mut buf = [0; 64];
            // far less than there is room for, and no wait for more
            assert_eq!(io(&sock).read(&mut buf), Ok(3));
            sock.setblocking(false).unwrap();
            let nothing = io(&sock).read(&mut buf).unwrap_err();
            assert_eq!((nothing, nothing.kind()), (Error::WouldBlock, ErrorKind::Other));
            sock.settimeout(Some(50.millis())).unwrap();
            let late = io(&sock).read(&mut buf).unwrap_err();
            assert_eq!((late, late.kind()), (Error::TimedOut, ErrorKind::TimedOut));
            peer.send(b"de");
            idle(&world, modem, 200);
            peer.close();
            assert_eq!(io(&sock).read_exact(&mut [0; 4]), Err(ReadExactError::UnexpectedEof));
            for blocking in [true, false] {
                sock.setblocking(blocking).unwrap();
                idle(&world, modem, 100);
                assert_eq!(io(&sock).read(&mut buf), Ok(0));
                assert!(io(&sock).read_ready().unwrap());
            }
            assert_eq!(io(&sock).write_all(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
            sock.close().unwrap();
            assert_eq!(io(&sock).read(&mut buf), Err(Error::Closed));
            assert!(io(&sock).read_ready().unwrap());
            assert!(io(&sock).write_ready().unwrap());
        });
    });
}

/// A clock of a virtual world that counts the pauses: a call without any has not waited.
#[derive(Clone)]
struct Witness {
    world: VirtualWorld,
    pauses: Rc<Cell<usize>>,
}

impl Clock for Witness {
    fn now(&self) -> u32 {
        self.world.now_ms()
    }

    fn pause(&self) {
        self.pauses.set(self.pauses.get() + 1);
        self.world.pause();
    }
}

type WitnessedModem<'b> = AnyModem<'b, WorldUart, Witness>;

/// A module whose waits are counted; sockets have rings of 2048 and 64 bytes.
fn witnessed(world: &VirtualWorld, program: impl FnOnce(&WitnessedModem<'_>, &Witness)) {
    let mut memory = Memory::<3, 2048, 64>::new();
    let name = world.with_module(|module| module.profile().name);
    let witness = Witness { world: world.clone(), pauses: Rc::default() };
    program(&AnyModem::named(name, WorldUart::new(world), witness.clone(), &mut memory), &witness);
}

/// The result of a call that must not wait.
fn at_once<T>(witness: &Witness, call: impl FnOnce() -> T) -> T {
    let before = witness.pauses.get();
    let result = call();
    assert_eq!(witness.pauses.get(), before, "it has waited");
    result
}

#[test]
fn who_is_ready_does_not_wait_although_the_socket_does() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        witnessed(&world, |modem, witness| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            sock.connect((PEER, 7)).unwrap();
            let peer = host.accept().unwrap();
            let mut stream = io(&sock);

            // reading, one byte at a time, whenever it is said to be possible
            assert_eq!(at_once(witness, || stream.read_ready()), Ok(false));
            peer.send(b"hello");
            let mut got = Vec::new();
            while got.len() < 5 {
                if at_once(witness, || stream.read_ready()).unwrap() {
                    let mut byte = [0];
                    assert_eq!(at_once(witness, || stream.read(&mut byte)), Ok(1));
                    got.extend(byte);
                } else {
                    world.pause();
                }
            }
            assert_eq!(got, b"hello");
            assert_eq!(at_once(witness, || stream.read_ready()), Ok(false));

            // writing, more than the ring holds, without a flush
            let data: Vec<u8> = (0..2000_u32).map(|at| (at * 7 % 251) as u8).collect();
            let mut rest = &data[..];
            let mut full = 0;
            while !rest.is_empty() {
                if at_once(witness, || stream.write_ready()).unwrap() {
                    let count = at_once(witness, || stream.write(rest)).unwrap();
                    assert!((1..=64).contains(&count), "{count}");
                    rest = &rest[count..];
                } else {
                    full += 1;
                    world.pause();
                }
            }
            assert!(full > 0, "the ring has been full");
            for _ in 0..500 {
                stream.read_ready().unwrap();
                world.pause();
            }
            assert!(peer.received() == data, "all of it, without flush");

            // a write that has not asked waits until the module has its bytes
            assert_eq!(stream.write(b"!"), Ok(1));
            stream.flush().unwrap();
            assert_eq!(peer.received(), b"!");
        });
    });
}

#[test]
fn a_socket_without_a_send_ring_writes_but_is_never_ready_to() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 7);
    let mut memory = Memory::<1, 256, 0>::new();
    let modem = world::modem(&world, &mut memory);
    let sock = connect(&modem, 7);
    let peer = host.accept().unwrap();
    for _ in 0..5 {
        assert_eq!(io(&sock).write_ready(), Ok(false));
    }
    io(&sock).write_all(b"straight to the module").unwrap();
    assert_eq!(peer.received(), b"straight to the module");
    peer.close();
    idle(&world, &modem, 200);
    assert_eq!(io(&sock).write_ready(), Ok(true)); // an error is an answer
    assert_eq!(io(&sock).write(b"x"), Err(Error::BrokenPipe));
}

#[test]
fn flush_tells_when_the_module_has_everything() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let sock = connect(modem, 7);
            let peer = host.accept().unwrap();
            sock.setblocking(false).unwrap();
            let mut stream = io(&sock);
            assert_eq!(stream.write(&[b'x'; 400]), Ok(400));
            let mut waits = 0;
            while let Err(error) = stream.flush() {
                assert_eq!(error, Error::WouldBlock);
                world.pause();
                waits += 1;
            }
            assert!(waits > 0);
            assert_eq!(peer.received(), [b'x'; 400]);
            assert_eq!(stream.write(&[b'y'; 400]), Ok(400));
            sock.setblocking(true).unwrap();
            stream.flush().unwrap();
            assert_eq!(peer.received(), [b'y'; 400]);
        });
    });
}

#[test]
fn a_module_that_restarts_is_an_error_and_no_end() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let sock = connect(modem, 7);
            let _peer = host.accept().unwrap();
            world.reset_module();
            let lost = io(&sock).read(&mut [0; 8]).unwrap_err();
            assert_eq!((lost, lost.kind()), (Error::ModuleReset, ErrorKind::ConnectionAborted));
            assert_eq!(io(&sock).read_ready(), Ok(true));
            assert_eq!(io(&sock).write_ready(), Ok(true));
            assert_eq!(io(&sock).write(b"x"), Err(Error::ModuleReset));
            assert_eq!(io(&sock).flush(), Err(Error::ModuleReset));
        });
    });
}

#[test]
fn flush_waits_for_a_datagram_whose_link_is_still_being_opened() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
            sock.try_sendto(b"early", (PEER, 9)).unwrap();
            sock.makefile("wb").unwrap().flush().unwrap();
            world.advance(core::time::Duration::from_millis(50)); // without a look of the driver
            assert_eq!(host.received().len(), 1);
        });
    });
}

#[test]
fn files_keep_their_modes() {
    let world = VirtualWorld::new(Profile::bg96()).joined(true);
    let host = world.listen(PEER, 7);
    with_modem(&world, |modem| {
        let sock = connect(modem, 7);
        let peer = host.accept().unwrap();
        let mut source = sock.makefile("rb").unwrap();
        let mut sink = sock.makefile("wb").unwrap();
        assert_eq!(Write::write(&mut source, b"x"), Err(Error::Closed));
        assert_eq!(Write::write_all(&mut source, b"x"), Err(Error::Closed));
        assert_eq!(Read::read(&mut sink, &mut [0]), Err(Error::Closed));
        assert_eq!(WriteReady::write_ready(&mut source), Ok(true));
        assert_eq!(ReadReady::read_ready(&mut sink), Ok(true));
        assert_eq!(ReadReady::read_ready(&mut source), Ok(false));
        Write::write_all(&mut sink, b"line\n").unwrap();
        Write::flush(&mut sink).unwrap();
        assert_eq!(peer.received(), b"line\n");
        peer.send(b"answer");
        let mut answer = [0; 6];
        Read::read_exact(&mut source, &mut answer).unwrap();
        assert_eq!(&answer, b"answer");
    });
}

#[test]
fn of_datagrams_one_is_read_and_one_is_written_and_an_empty_one_is_no_end() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
            let mut stream = io(&sock);
            let nobody = stream.write(b"x").unwrap_err();
            assert_eq!((nobody, nobody.kind()), (Error::DestAddrRequired, ErrorKind::NotConnected));
            sock.bind((Ipv4Addr::UNSPECIFIED, 5000)).unwrap();
            sock.connect((PEER, 9)).unwrap();
            sock.settimeout(Some(300.millis())).unwrap();
            stream.write_all(b"question").unwrap();
            assert_eq!(stream.write(b"another"), Ok(7));
            stream.flush().unwrap();
            world.advance(Duration::from_millis(100));
            let said: Vec<_> = host.received().into_iter().map(|(_, data)| data).collect();
            assert_eq!(said, [&b"question"[..], b"another"]);

            assert_eq!(stream.read_ready(), Ok(false));
            host.send_to(5000, b"abcdef");
            host.send_to(5000, b"xyz");
            idle(&world, modem, 100); // a module that holds them back has to be asked
            assert_eq!(stream.read_ready(), Ok(true));
            let mut buf = [0; 4];
            assert_eq!(stream.read(&mut buf), Ok(4)); // the rest is dropped
            assert_eq!(stream.read(&mut buf), Ok(3));
            assert_eq!(&buf[..3], b"xyz");
            assert_eq!(stream.read(&mut buf), Err(Error::TimedOut));

            // no room is promised but that of the ring
            assert_eq!(stream.write_ready(), Ok(true));
            assert_eq!(stream.write(&[0; 1000]), Err(Error::MessageTooLong));
            assert_eq!(stream.write(&[0; 1000]), Ok(1000)); // the module takes as much
        });
    });
}

#[test]
fn an_empty_datagram_is_skipped() {
    // the one family that tells of them
    for profile in [Profile::bg96(), Profile::ec25()] {
        let world = VirtualWorld::new(profile).joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
            sock.bind((Ipv4Addr::UNSPECIFIED, 5000)).unwrap();
            sock.settimeout(Some(300.millis())).unwrap();
            let from: SocketAddr = (PEER, 9).into();
            host.send_to(5000, b"");
            host.send_to(5000, b"full");
            world.advance(Duration::from_millis(100));
            let mut buf = [0; 8];
            assert_eq!(sock.recvfrom(&mut buf), Ok((0, from)), "it has come");
            assert_eq!(sock.recvfrom(&mut buf), Ok((4, from)));

            host.send_to(5000, b"");
            host.send_to(5000, b"full");
            world.advance(Duration::from_millis(100));
            assert_eq!(io(&sock).read(&mut buf), Ok(4));
            host.send_to(5000, b"");
            idle(&world, modem, 100);
            assert_eq!(io(&sock).read_ready(), Ok(false));
            assert_eq!(io(&sock).read(&mut buf), Err(Error::TimedOut));
        });
    }
}

#[test]
fn a_listener_is_no_stream() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    with_modem(&world, |modem| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.bind((Ipv4Addr::UNSPECIFIED, 80)).unwrap();
        sock.listen(1).unwrap();
        let mut stream = io(&sock);
        assert_eq!(stream.read_ready(), Ok(true)); // the answer is there: an error
        assert_eq!(stream.read(&mut [0]), Err(Error::NotConnected));
        assert_eq!(stream.write_ready(), Ok(true));
        assert_eq!(stream.write(b"x"), Err(Error::NotConnected));
    });
}
