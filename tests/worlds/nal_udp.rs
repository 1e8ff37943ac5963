//! Datagrams in programs that know `embedded-nal` alone.

use crate::world;
use std::fmt::Debug;
use std::net::{Ipv4Addr, SocketAddr};

use crate::world::{PEER, idle, on_every_module, with_modem};
use embedded_nal::{UdpClientStack, UdpFullStack, nb};
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

/// Sends a question and takes the answer, as a client of CoAP does.
fn ask<S: UdpClientStack>(
    world: &VirtualWorld,
    stack: &mut S,
    server: SocketAddr,
    question: &[u8],
) -> Result<Vec<u8>, S::Error> {
    let mut sock = stack.socket()?;
    stack.connect(&mut sock, server)?;
    wait(world, || stack.send(&mut sock, question))?;
    let mut answer = [0; 1500];
    let (count, from) = wait(world, || stack.receive(&mut sock, &mut answer))?;
    assert_eq!(from, server);
    stack.close(sock)?;
    Ok(answer[..count].to_vec())
}

#[test]
fn a_client_asks_and_is_answered_on_every_module() {
    on_every_module(|world| {
        let world = world.joined(true);
        world.udp_host(PEER, 7).echo();
        let mut memory = Memory::<3, 2048, 2048>::new();
        let modem = world::modem(&world, &mut memory);
        for len in [1, 100, 1460] {
            let question: Vec<u8> = (0..len).map(|at: u32| (at * 7 % 251) as u8).collect();
            let answer = ask(&world, &mut modem.stack(), (PEER, 7).into(), &question);
            assert_eq!(answer.as_deref(), Ok(&question[..]));
            idle(&world, &modem, 1000);
        }
    });
}

#[test]
fn a_server_answers_whoever_asks() {
    on_every_module(|world| {
        let world = world.joined(true);
        let hosts: Vec<_> =
            (1..=3).map(|last| world.udp_host(Ipv4Addr::new(192, 168, 3, last), 7)).collect();
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut sock = UdpClientStack::socket(&mut stack).unwrap();
            UdpFullStack::bind(&mut stack, &mut sock, 5683).unwrap();
            // confirmed: what comes from now on is heard
            for (number, host) in (0..).zip(&hosts) {
                host.send_to(5683, &[number; 5]);
                let mut buf = [0; 16];
                let (count, from) =
                    wait(&world, || UdpClientStack::receive(&mut stack, &mut sock, &mut buf))
                        .unwrap();
                assert_eq!((&buf[..count], from), (&[number; 5][..], host.address()));
                wait(&world, || UdpFullStack::send_to(&mut stack, &mut sock, from, &buf[..2]))
                    .unwrap();
            }
            idle(&world, modem, 500);
            for (number, host) in (0..).zip(&hosts) {
                let got = host.received();
                assert_eq!(got.len(), 1);
                assert_eq!((got[0].0.port(), &got[0].1[..]), (5683, &[number; 2][..]));
            }
            let again = UdpFullStack::bind(&mut stack, &mut sock, 5684);
            assert_eq!(again, Err(Error::InvalidInput));
            let mut other = UdpClientStack::socket(&mut stack).unwrap();
            let taken = UdpFullStack::bind(&mut stack, &mut other, 5683);
            assert_eq!(taken, Err(Error::AddrInUse));
        });
    });
}

#[test]
fn send_goes_to_whom_was_connected_or_sent_to_last() {
    on_every_module(|world| {
        let world = world.joined(true);
        let (first, second) = (world.udp_host(PEER, 7), world.udp_host(PEER, 8));
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            let mut sock = UdpClientStack::socket(&mut stack).unwrap();
            let nobody = UdpClientStack::send(&mut stack, &mut sock, b"x");
            assert_eq!(nobody, Err(nb::Error::Other(Error::DestAddrRequired)));
            let to = |port| SocketAddr::from((PEER, port));
            wait(&world, || UdpFullStack::send_to(&mut stack, &mut sock, to(7), b"1")).unwrap();
            wait(&world, || UdpClientStack::send(&mut stack, &mut sock, b"2")).unwrap();
            wait(&world, || UdpFullStack::send_to(&mut stack, &mut sock, to(8), b"3")).unwrap();
            wait(&world, || UdpClientStack::send(&mut stack, &mut sock, b"4")).unwrap();
            // nobody was connected: both are heard
            idle(&world, modem, 1000);
            let port = first.received()[0].0.port();
            for host in [&first, &second] {
                host.send_to(port, b"heard");
                let mut buf = [0; 8];
                let got = wait(&world, || UdpClientStack::receive(&mut stack, &mut sock, &mut buf));
                assert_eq!(got, Ok((5, host.address())));
            }
            // the later of both
            UdpClientStack::connect(&mut stack, &mut sock, to(7)).unwrap();
            wait(&world, || UdpClientStack::send(&mut stack, &mut sock, b"5")).unwrap();
            idle(&world, modem, 1000);
            let said = |host: &usocket_simulator::UdpHost| -> Vec<u8> {
                host.received().into_iter().flat_map(|(_, data)| data).collect()
            };
            assert_eq!(said(&first), b"5");
            assert_eq!(said(&second), b"34");
            // the other one is not heard any more
            second.send_to(port, b"not heard");
            first.send_to(port, b"heard");
            idle(&world, modem, 500);
            let mut buf = [0; 16];
            let got = UdpClientStack::receive(&mut stack, &mut sock, &mut buf);
            assert_eq!(got, Ok((5, first.address())));
            let got = UdpClientStack::receive(&mut stack, &mut sock, &mut buf);
            assert_eq!(got, Err(nb::Error::WouldBlock));
            assert_eq!(sock.as_ref().getpeername(), Ok(to(7)));
        });
    });
}

#[test]
fn an_empty_datagram_is_received_as_one() {
    let world = VirtualWorld::new(Profile::bg96()).joined(true);
    let host = world.udp_host(PEER, 7);
    with_modem(&world, |modem| {
        let mut stack = modem.stack();
        let mut sock = UdpClientStack::socket(&mut stack).unwrap();
        UdpFullStack::bind(&mut stack, &mut sock, 5683).unwrap();
        host.send_to(5683, b"");
        let got = wait(&world, || UdpClientStack::receive(&mut stack, &mut sock, &mut [0; 4]));
        assert_eq!(got, Ok((0, host.address())));
    });
}

#[test]
fn what_does_not_fit_the_send_ring_is_refused() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let to = SocketAddr::from((PEER, 7));
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = world::modem(&world, &mut memory);
    let mut stack = modem.stack();
    let mut sock = UdpClientStack::socket(&mut stack).unwrap();
    let long = UdpFullStack::send_to(&mut stack, &mut sock, to, &[0; 24]);
    assert_eq!(long, Err(nb::Error::Other(Error::MessageTooLong)));
    UdpFullStack::send_to(&mut stack, &mut sock, to, &[0; 23]).unwrap();
    let more = UdpFullStack::send_to(&mut stack, &mut sock, to, &[0; 23]);
    assert_eq!(more, Err(nb::Error::WouldBlock));

    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let mut memory = Memory::<1, 64, 0>::new();
    let modem = world::modem(&world, &mut memory);
    let mut stack = modem.stack();
    let mut sock = UdpClientStack::socket(&mut stack).unwrap();
    let ringless = UdpFullStack::send_to(&mut stack, &mut sock, to, b"x");
    assert_eq!(ringless, Err(nb::Error::Other(Error::NoBuffers)));
}

#[test]
fn a_link_that_the_module_refuses_is_said_by_the_call_that_needs_it() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let mut memory = Memory::<6, 64, 64>::new();
    let modem = world::modem(&world, &mut memory);
    let mut stack = modem.stack();
    let mut socks = Vec::new();
    for port in 0..5 {
        let mut sock = UdpClientStack::socket(&mut stack).unwrap();
        UdpFullStack::bind(&mut stack, &mut sock, 5000 + port).unwrap();
        socks.push(sock);
    }
    // the module has five links
    let mut sock = UdpClientStack::socket(&mut stack).unwrap();
    let full = UdpFullStack::bind(&mut stack, &mut sock, 6000);
    assert_eq!(full, Err(Error::TooManySockets));
}
