//! `edge-nal` itself: each of its traits on async sockets, on virtual time.

#[path = "../../tasks/mod.rs"]
mod tasks;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use edge_nal::{
    AddrType, Close, Dns, MulticastV4, MulticastV6, Readable, TcpAccept, TcpBind, TcpConnect,
    TcpShutdown, TcpSplit, UdpBind, UdpConnect, UdpReceive, UdpSend, UdpSplit, UdpSplitMulticast,
};
use embedded_io_async::{Read, Write};
use futures_lite::future::zip;
use tasks::{TaskClock, Time, task};
use usocket::asynch::{Handle, Modem, Network};
use usocket::{Error, EspAt, Memory};
use usocket_simulator::{Profile, VirtualWorld};

const PEER: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);
const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

fn at(port: u16) -> SocketAddr {
    (PEER, port).into()
}

/// Runs a program beside the runner of a module that has joined a network.
fn run(world: &VirtualWorld, program: impl AsyncFnOnce(Handle<'_>, &Time)) {
    let time = Time::of(world);
    let mut memory = Memory::<4, 1024, 512>::new();
    let modem: Modem<'_, EspAt, _> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    time.run(program(modem.stack(), &time), &mut [task(runner.run())]);
}

fn world() -> VirtualWorld {
    VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).dns("echo.example", PEER)
}

#[test]
fn a_stream_is_split_waited_for_and_shut_down() {
    let world = world();
    let host = world.listen(PEER, 7);
    host.echo();
    run(&world, async |stack, time| {
        let mut sock = TcpConnect::connect(&stack, at(7)).await.unwrap();
        let data: Vec<u8> = (0..3000u32).map(|at| (at % 251) as u8).collect();
        let mut back = vec![0; data.len()];
        let (mut rx, mut tx) = TcpSplit::split(&mut sock);
        let (sent, read) = zip(tx.write_all(&data), rx.read_exact(&mut back)).await;
        sent.unwrap();
        read.unwrap();
        assert!(back == data);
        let wait = async {
            Readable::readable(&mut rx).await.unwrap();
            world.now_ms()
        };
        let later = async {
            time.sleep(300).await;
            host.accept().unwrap().send(b"x");
            world.now_ms()
        };
        let (readable, sent) = zip(wait, later).await;
        assert!((sent..sent + 100).contains(&readable), "sent at {sent}, readable at {readable}");
        assert_eq!(rx.read(&mut [0; 4]).await, Ok(1));
        assert_eq!(TcpShutdown::close(&mut sock, Close::Write).await, Err(Error::NotSupported));
        assert_eq!(TcpShutdown::close(&mut sock, Close::Read).await, Err(Error::NotSupported));
        TcpShutdown::close(&mut sock, Close::Both).await.unwrap();
        assert_eq!(Read::read(&mut sock, &mut [0; 4]).await, Ok(0));
        assert_eq!(Write::write(&mut sock, b"x").await, Err(Error::BrokenPipe));
        TcpShutdown::abort(&mut sock).await.unwrap();
    });
}

#[test]
fn a_server_accepts() {
    let world = world();
    run(&world, async |stack, _| {
        let acceptor = TcpBind::bind(&stack, (Ipv4Addr::UNSPECIFIED, 80).into()).await.unwrap();
        let client = world.connect_in(80);
        client.send(b"hello");
        let (from, mut sock) = acceptor.accept().await.unwrap();
        assert_eq!(from, client.address());
        Readable::readable(&mut sock).await.unwrap();
        let mut hello = [0; 5];
        sock.read_exact(&mut hello).await.unwrap();
        assert_eq!(&hello, b"hello");
    });
}

#[test]
fn datagrams_go_to_one_peer_or_to_any() {
    let world = world();
    let host = world.udp_host(PEER, 53);
    host.on_datagram(|_, asked| vec![[b"to ", asked].concat()]);
    run(&world, async |stack, _| {
        let mut one = UdpConnect::connect(&stack, ANY, at(53)).await.unwrap();
        UdpSend::send(&mut one, at(1), b"you").await.unwrap(); // it is connected: that address is ignored
        let mut buffer = [0; 4];
        assert_eq!(UdpReceive::receive(&mut one, &mut buffer).await, Ok((6, at(53))));
        assert_eq!(&buffer, b"to y"); // the count is that of the whole
        let mut any = UdpBind::bind(&stack, (Ipv4Addr::UNSPECIFIED, 5683).into()).await.unwrap();
        let (mut rx, mut tx) = UdpSplit::split(&mut any);
        UdpSend::send(&mut tx, at(53), b"me").await.unwrap();
        let mut buffer = [0; 16];
        assert_eq!(UdpReceive::receive(&mut rx, &mut buffer).await, Ok((5, at(53))));
        assert_eq!(&buffer[..5], b"to me");
    });
}

#[test]
fn a_group_is_joined_and_left() {
    let world = world();
    let host = world.udp_host(PEER, 5353);
    run(&world, async |stack, time| {
        let mut sock = UdpBind::bind(&stack, (Ipv4Addr::UNSPECIFIED, 5353).into()).await.unwrap();
        let (mut rx, _, mut groups, mut none) = UdpSplitMulticast::split_multicast(&mut sock);
        groups.join_v4(GROUP, Ipv4Addr::UNSPECIFIED).await.unwrap();
        host.send_to_group(GROUP, 5353, b"all");
        let mut buffer = [0; 8];
        assert_eq!(UdpReceive::receive(&mut rx, &mut buffer).await, Ok((3, at(5353))));
        groups.leave_v4(GROUP, Ipv4Addr::UNSPECIFIED).await.unwrap();
        time.sleep(100).await;
        assert_eq!(none.join_v6(Ipv6Addr::LOCALHOST, 0).await, Err(Error::NotSupported));
    });
}

#[test]
fn names_are_found_and_addresses_have_none() {
    let world = world();
    run(&world, async |stack, _| {
        let found = Dns::get_host_by_name(&stack, "echo.example", AddrType::IPv4).await;
        assert_eq!(found, Ok(PEER.into()));
        let none = Dns::get_host_by_address(&stack, PEER.into(), &mut [0; 64]).await;
        assert_eq!(none, Err(Error::NotSupported));
    });
}
