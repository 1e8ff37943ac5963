//! Clients and servers of TCP that know `embedded-nal` alone.

use crate::world;
use std::fmt::Debug;
use std::net::{Ipv4Addr, SocketAddr};

use crate::world::{PEER, idle, on_every_module, with_modem};
use embedded_nal::{SharableStack, TcpClientStack, TcpError, TcpErrorKind, TcpFullStack, nb};
use usocket::{Error, Memory, Network};
use usocket_simulator::{Profile, VirtualWorld};

/// Polls until there is an answer, and lets time pass meanwhile; whoever waits for minutes has failed.
fn wait<T, E: Debug>(
    world: &VirtualWorld,
    mut call: impl FnMut() -> nb::Result<T, E>,
) -> Result<T, E> {
    let start = world.now_ms();
    loop {
        match call() {
            Err(nb::Error::WouldBlock) => world.pause(),
            Err(nb::Error::Other(error)) => return Err(error),
            Ok(answer) => return Ok(answer),
        }
        assert!(world.now_ms() - start < 120_000, "no answer");
    }
}

fn server(port: u16) -> SocketAddr {
    (PEER, port).into()
}

fn receive_exactly<S: TcpClientStack>(
    world: &VirtualWorld,
    stack: &mut S,
    sock: &mut S::TcpSocket,
    len: usize,
) -> Result<Vec<u8>, S::Error> {
    let mut got = Vec::new();
    let mut buf = [0; 100];
    while got.len() < len {
        let count = wait(world, || stack.receive(sock, &mut buf))?;
        assert!(count > 0);
        got.extend_from_slice(&buf[..count]);
    }
    Ok(got)
}

fn send_all<S: TcpClientStack>(
    world: &VirtualWorld,
    stack: &mut S,
    sock: &mut S::TcpSocket,
    mut data: &[u8],
) -> Result<(), S::Error> {
    while !data.is_empty() {
        let count = wait(world, || stack.send(sock, data))?;
        assert!(count > 0);
        data = &data[count..];
    }
    Ok(())
}

/// A client as a library would have it.
fn echo_client<S: TcpClientStack>(
    world: &VirtualWorld,
    stack: &mut S,
    data: &[u8],
) -> Result<(), S::Error> {
    let mut sock = stack.socket()?;
    wait(world, || stack.connect(&mut sock, server(7)))?;
    for piece in data.chunks(700) {
        send_all(world, stack, &mut sock, piece)?;
        let got = receive_exactly(world, stack, &mut sock, piece.len())?;
        assert!(got == piece);
    }
    stack.close(sock)
}

#[test]
fn a_client_gets_back_what_it_sends_on_every_module() {
    on_every_module(|world| {
        let world = world.joined(true);
        world.listen(PEER, 7).echo();
        with_modem(&world, |modem| {
            let data: Vec<u8> = (0..5000_u32).map(|at| (at * 7 % 251) as u8).collect();
            echo_client(&world, &mut modem.stack(), &data).unwrap();
            // in the hands of several
            let shared = SharableStack::new(modem.stack());
            for _ in 0..5 {
                echo_client(&world, &mut shared.acquire(), b"shared").unwrap();
                idle(&world, modem, 1000); // the sockets are closed by the way
            }
        });
    });
}

#[test]
fn connecting_can_be_asked_for_again_and_again() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut sock = TcpClientStack::socket(&mut stack).unwrap();
            let nothing = TcpClientStack::send(&mut stack, &mut sock, b"early");
            assert_eq!(nothing, Err(nb::Error::Other(Error::NotConnected)));
            assert_eq!(tcp(&mut stack, &mut sock, 7), Err(nb::Error::WouldBlock));
            // to somebody else meanwhile
            assert_eq!(tcp(&mut stack, &mut sock, 8), Err(nb::Error::Other(Error::Already)));
            let nothing = TcpClientStack::receive(&mut stack, &mut sock, &mut [0; 4]);
            assert_eq!(nothing, Err(nb::Error::WouldBlock));
            wait(&world, || tcp(&mut stack, &mut sock, 7)).unwrap();
            for _ in 0..3 {
                assert_eq!(tcp(&mut stack, &mut sock, 7), Ok(()));
            }
            let elsewhere = tcp(&mut stack, &mut sock, 8);
            assert_eq!(elsewhere, Err(nb::Error::Other(Error::AlreadyConnected)));
            let peer = host.accept().unwrap();
            send_all(&world, &mut stack, &mut sock, b"still there").unwrap();
            idle(&world, modem, 500);
            assert_eq!(peer.received(), b"still there");
            // with something to read it stands; then it has ended
            peer.send(b"bye");
            peer.close();
            idle(&world, modem, 500);
            if !modem.is_nonos() {
                assert_eq!(tcp(&mut stack, &mut sock, 7), Ok(()));
                assert_eq!(receive_exactly(&world, &mut stack, &mut sock, 3).unwrap(), b"bye");
                let over = wait(&world, || stack_receive(&mut stack, &mut sock)).unwrap_err();
                assert_eq!(over, Error::BrokenPipe);
                assert_eq!(TcpError::kind(&over), TcpErrorKind::PipeClosed);
                assert_eq!(tcp(&mut stack, &mut sock, 7), Err(nb::Error::Other(over)));
            }
        });
    });
}

/// Asks once.
fn tcp<S: TcpClientStack>(
    stack: &mut S,
    sock: &mut S::TcpSocket,
    port: u16,
) -> nb::Result<(), S::Error> {
    stack.connect(sock, server(port))
}

fn stack_receive<S: TcpClientStack>(
    stack: &mut S,
    sock: &mut S::TcpSocket,
) -> nb::Result<usize, S::Error> {
    stack.receive(sock, &mut [0; 16])
}

#[test]
fn a_refused_attempt_is_told_once_and_the_next_one_begins_anew() {
    on_every_module(|world| {
        let world = world.joined(true);
        world.host(PEER);
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut sock = TcpClientStack::socket(&mut stack).unwrap();
            for _ in 0..2 {
                let result =
                    wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, server(7)));
                assert_eq!(result, Err(Error::ConnectionRefused));
                assert_eq!(TcpError::kind(&Error::ConnectionRefused), TcpErrorKind::Other);
            }
            // a failure that nobody has heard of is no answer to the next question
            let asked = TcpClientStack::connect(&mut stack, &mut sock, server(7));
            assert_eq!(asked, Err(nb::Error::WouldBlock));
            idle(&world, modem, 5000);
            let host = world.listen(PEER, 8);
            wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, server(8))).unwrap();
            assert!(host.accept().is_some());
        });
    });
}

#[test]
fn the_end_of_a_stream_is_a_closed_pipe_in_both_directions() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut sock = TcpClientStack::socket(&mut stack).unwrap();
            wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, server(7))).unwrap();
            host.accept().unwrap().close();
            let over = wait(&world, || stack_receive(&mut stack, &mut sock)).unwrap_err();
            assert_eq!(TcpError::kind(&over), TcpErrorKind::PipeClosed);
            let over = send_all(&world, &mut stack, &mut sock, b"hello?").unwrap_err();
            assert_eq!(TcpError::kind(&over), TcpErrorKind::PipeClosed);
            // an empty buffer says nothing of an end
            assert_eq!(TcpClientStack::receive(&mut stack, &mut sock, &mut []), Ok(0));
            TcpClientStack::close(&mut stack, sock).unwrap();
        });
    });
}

#[test]
fn a_connection_that_is_lost_has_not_ended() {
    on_every_module(|world| {
        let world = world.joined(true);
        let host = world.listen(PEER, 7);
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut sock = TcpClientStack::socket(&mut stack).unwrap();
            wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, server(7))).unwrap();
            let _peer = host.accept().unwrap();
            world.reset_module();
            let lost = wait(&world, || stack_receive(&mut stack, &mut sock)).unwrap_err();
            assert_eq!((lost, TcpError::kind(&lost)), (Error::ModuleReset, TcpErrorKind::Other));
        });
    });
}

/// An echo server for so many clients at once, as a library would have it: one loop, no waits.
fn echo_server<S: TcpFullStack>(
    world: &VirtualWorld,
    stack: &mut S,
    clients: usize,
    done: impl Fn() -> bool,
) -> Result<(), S::Error> {
    let mut listener = stack.socket()?;
    stack.bind(&mut listener, 80)?;
    stack.listen(&mut listener)?;
    let mut socks: Vec<S::TcpSocket> = Vec::new();
    let start = world.now_ms();
    while !done() {
        if socks.len() < clients {
            match stack.accept(&mut listener) {
                Ok((sock, _)) => socks.push(sock),
                Err(nb::Error::WouldBlock) => {}
                Err(nb::Error::Other(error)) => return Err(error),
            }
        }
        let mut ended = None;
        for (at, sock) in socks.iter_mut().enumerate() {
            let mut buf = [0; 64];
            match stack.receive(sock, &mut buf) {
                Ok(count) => send_all(world, stack, sock, &buf[..count])?,
                Err(nb::Error::WouldBlock) => {}
                Err(nb::Error::Other(error)) => {
                    assert_eq!(error.kind(), TcpErrorKind::PipeClosed);
                    ended = Some(at);
                }
            }
        }
        if let Some(at) = ended {
            stack.close(socks.remove(at))?;
        }
        world.pause();
        assert!(world.now_ms() - start < 120_000, "the server is not done");
    }
    for sock in socks {
        stack.close(sock)?;
    }
    stack.close(listener)
}

#[test]
fn a_server_serves_many_clients_at_once_and_one_after_the_other() {
    on_every_module(|world| {
        let world = world.joined(true);
        let mut memory = Memory::<5, 512, 256>::new();
        let modem = world::modem(&world, &mut memory);
        let peers = std::cell::RefCell::new(Vec::new());
        let heard = std::cell::RefCell::new(vec![Vec::new(); 7]);
        let done = || {
            let (mut peers, mut heard) = (peers.borrow_mut(), heard.borrow_mut());
            // it listens: four come at once, and three more when the first ones have left
            let whole = heard.iter().filter(|all: &&Vec<u8>| all.len() == 150).count();
            let wanted = if whole < 2 { 4 } else { heard.len() };
            while peers.len() < wanted {
                let peer = world.connect_in(80);
                peer.send(&[b'a' + peers.len() as u8; 150]);
                peers.push(peer);
            }
            for (all, peer) in heard.iter_mut().zip(&*peers) {
                all.extend(peer.received());
                if all.len() == 150 && !peer.is_closed() {
                    peer.close();
                }
            }
            heard.iter().all(|all| all.len() == 150)
        };
        echo_server(&world, &mut modem.stack(), 4, done).unwrap();
        for (number, all) in heard.borrow().iter().enumerate() {
            assert!(all.iter().all(|&byte| byte == b'a' + number as u8), "client {number}");
        }
    });
}

#[test]
fn a_client_that_comes_before_a_server_is_done_is_told_by_its_address() {
    on_every_module(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut listener = TcpClientStack::socket(&mut stack).unwrap();
            let unbound = TcpFullStack::listen(&mut stack, &mut listener);
            assert_eq!(unbound, Err(Error::InvalidInput));
            TcpFullStack::bind(&mut stack, &mut listener, 80).unwrap();
            let again = TcpFullStack::bind(&mut stack, &mut listener, 81);
            assert_eq!(again, Err(Error::InvalidInput));
            let early = TcpFullStack::accept(&mut stack, &mut listener).map(drop);
            assert_eq!(early, Err(nb::Error::Other(Error::InvalidInput)));
            TcpFullStack::listen(&mut stack, &mut listener).unwrap();
            TcpFullStack::listen(&mut stack, &mut listener).unwrap(); // it does already
            let nobody = TcpFullStack::accept(&mut stack, &mut listener).map(drop);
            assert_eq!(nobody, Err(nb::Error::WouldBlock));

            let mut other = TcpClientStack::socket(&mut stack).unwrap();
            let taken = TcpFullStack::bind(&mut stack, &mut other, 80);
            assert_eq!(taken, Err(Error::AddrInUse));
            TcpClientStack::close(&mut stack, other).unwrap();

            let client = SocketAddr::from((Ipv4Addr::new(192, 168, 4, 7), 50_001));
            let peer = world.connect_in_from(client, 80);
            let (mut sock, address) =
                wait(&world, || TcpFullStack::accept(&mut stack, &mut listener)).unwrap();
            assert_eq!(address, client);
            peer.send(b"ping");
            assert_eq!(receive_exactly(&world, &mut stack, &mut sock, 4).unwrap(), b"ping");
            send_all(&world, &mut stack, &mut sock, b"pong").unwrap();
            idle(&world, modem, 500);
            assert_eq!(peer.received(), b"pong");
        });
    });
}

#[test]
fn what_settimeout_says_of_a_socket_does_not_count() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 7);
    with_modem(&world, |modem| {
        let mut stack = modem.stack();
        let mut sock = TcpClientStack::socket(&mut stack).unwrap();
        wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, server(7))).unwrap();
        let _peer = host.accept().unwrap();
        sock.setblocking(true).unwrap();
        let before = world.now_ms();
        for _ in 0..10 {
            let nothing = stack_receive(&mut stack, &mut sock);
            assert_eq!(nothing, Err(nb::Error::WouldBlock));
        }
        TcpClientStack::close(&mut stack, sock).unwrap();
        assert!(world.now_ms() - before < 20, "{}", world.now_ms() - before);
    });
}

#[test]
fn sending_needs_a_send_ring_and_sockets_are_as_many_as_the_memory_has() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 7);
    let mut memory = Memory::<2, 64, 0>::new();
    let modem = world::modem(&world, &mut memory);
    let mut stack = modem.stack();
    let mut sock = TcpClientStack::socket(&mut stack).unwrap();
    wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, server(7))).unwrap();
    assert!(host.accept().is_some());
    let sent = TcpClientStack::send(&mut stack, &mut sock, b"x");
    assert_eq!(sent, Err(nb::Error::Other(Error::NoBuffers)));
    let second = TcpClientStack::socket(&mut stack).unwrap();
    let third = TcpClientStack::socket(&mut stack).map(drop);
    assert_eq!(third, Err(Error::TooManySockets));
    drop(second);
    assert!(TcpClientStack::socket(&mut stack).is_ok());
}

#[test]
fn a_socket_takes_the_family_of_the_address_that_it_connects_to() {
    let six: SocketAddr = "[2001:db8::7]:7".parse().unwrap();
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).ipv6(true).joined(true);
    let host = world.listen(six.ip(), 7);
    host.echo();
    with_modem(&world, |modem| {
        modem.wlan().unwrap().set_ipv6(true).unwrap();
        let mut stack = modem.stack();
        let mut sock = TcpClientStack::socket(&mut stack).unwrap();
        let result = wait(&world, || TcpClientStack::connect(&mut stack, &mut sock, six));
        assert_eq!(result, Ok(()));
        send_all(&world, &mut stack, &mut sock, b"six").unwrap();
        assert_eq!(receive_exactly(&world, &mut stack, &mut sock, 3).unwrap(), b"six");
    });
}
