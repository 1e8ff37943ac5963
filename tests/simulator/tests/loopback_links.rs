//! Links of the loopback world: datagrams, several clients, resets, and IPv6.

mod line;

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use embedded_io::Write as _;
use line::{expect, say};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use usocket_simulator::{LoopbackOptions, LoopbackUart, LoopbackWorld, Profile};

/// Nothing here takes longer.
const PATIENCE: Duration = Duration::from_secs(3);

fn options() -> LoopbackOptions {
    LoopbackOptions::new().joined(true).baud(921_600).read_limit(PATIENCE)
}

fn send(uart: &mut LoopbackUart, command: &str, payload: &str) {
    say(uart, command, "\r\nOK\r\n\r\n>");
    uart.write_all(payload.as_bytes()).unwrap();
    expect(uart, &format!("\r\nRecv {} bytes\r\n\r\nSEND OK\r\n", payload.len()));
}

/// A module without echo, with several links and with the senders' addresses.
fn start(options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    let world = LoopbackWorld::start(Profile::esp32c3_4_1(), options);
    let mut uart = world.uart();
    say(&mut uart, "ATE0", "ATE0\r\n\r\nOK\r\n");
    say(&mut uart, "AT+CIPMUX=1", "\r\nOK\r\n");
    say(&mut uart, "AT+CIPDINFO=1", "\r\nOK\r\n");
    (world, uart)
}

fn udp_socket(host: &str) -> (UdpSocket, u16) {
    let socket = UdpSocket::bind((host, 0)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 4096];
    let (length, from) = socket.recv_from(&mut buffer).unwrap();
    (buffer[..length].to_vec(), from)
}

/// Closes a connection with a RST.
#[cfg(unix)]
fn reset(stream: TcpStream) {
    rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO)).unwrap();
    drop(stream);
}

#[test]
fn a_link_without_a_local_port_gets_its_replies() {
    let (peer, port) = udp_socket("127.0.0.1");
    let (_world, mut uart) = start(options());
    let connect = format!("AT+CIPSTART=4,\"UDP\",\"127.0.0.1\",{port}");
    say(&mut uart, &connect, "4,CONNECT\r\n\r\nOK\r\n");
    for payload in ["one", "two"] {
        send(&mut uart, "AT+CIPSEND=4,3", payload);
        let (data, from) = receive(&peer);
        assert_eq!(data, payload.as_bytes());
        peer.send_to(b"reply", from).unwrap();
        expect(&mut uart, &format!("\r\n+IPD,4,5,\"127.0.0.1\",{port}:reply\r\n"));
    }
}

#[test]
fn several_peers_reach_a_forwarded_port_under_their_own_addresses() {
    let (world, mut uart) = start(options().forward(5353, 0));
    say(&mut uart, "AT+CIPSTART=4,\"UDP\",\"0.0.0.0\",5353,5353,2", "4,CONNECT\r\n\r\nOK\r\n");
    let module = world.real_udp_address(5353).unwrap();
    assert_eq!(world.real_address(5353), Some(module));
    let peers = [(); 3].map(|()| udp_socket("127.0.0.1"));
    for (peer, port) in &peers {
        peer.send_to(b"hello", module).unwrap();
        expect(&mut uart, &format!("\r\n+IPD,4,5,\"127.0.0.1\",{port}:hello\r\n"));
        // In mode 2 the answer goes to whoever spoke last.
        send(&mut uart, "AT+CIPSEND=4,2", "hi");
        assert_eq!(receive(peer), (b"hi".to_vec(), module));
    }
    let (first, port) = &peers[0];
    send(&mut uart, &format!("AT+CIPSEND=4,5,\"127.0.0.1\",{port}"), "again");
    assert_eq!(receive(first).0, b"again");
}

#[test]
fn a_mapped_host_keeps_its_simulated_address_in_replies() {
    let (server, port) = udp_socket("127.0.0.1");
    let real = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let anything = SocketAddr::from((Ipv4Addr::new(10, 0, 0, 53), 0));
    let (_world, mut uart) = start(options().host("dns.test", anything, real));
    say(&mut uart, "AT+CIPSTART=4,\"UDP\",\"dns.test\",53", "4,CONNECT\r\n\r\nOK\r\n");
    send(&mut uart, "AT+CIPSEND=4,5", "query");
    let (data, from) = receive(&server);
    assert_eq!(data, b"query");
    server.send_to(b"answer", from).unwrap();
    expect(&mut uart, "\r\n+IPD,4,6,\"10.0.0.53\",53:answer\r\n");
}

#[test]
fn a_datagram_beyond_one_packet_crosses_whole_and_an_empty_one_closes() {
    let (peer, port) = udp_socket("127.0.0.1");
    let (_world, mut uart) = start(options());
    let connect = format!("AT+CIPSTART=4,\"UDP\",\"127.0.0.1\",{port}");
    say(&mut uart, &connect, "4,CONNECT\r\n\r\nOK\r\n");
    let long = "x".repeat(2500);
    send(&mut uart, "AT+CIPSEND=4,2500", &long);
    let (data, from) = receive(&peer);
    assert_eq!(data.len(), 2500);
    peer.send_to(&data, from).unwrap();
    expect(&mut uart, &format!("\r\n+IPD,4,2500,\"127.0.0.1\",{port}:{long}\r\n"));
    peer.send_to(b"", from).unwrap();
    expect(&mut uart, "4,CLOSED\r\n");
}

#[cfg(unix)]
#[test]
fn a_reset_of_one_client_leaves_the_others_alone() {
    let (world, mut uart) = start(options().forward(333, 0));
    say(&mut uart, "AT+CIPDINFO=0", "\r\nOK\r\n");
    say(&mut uart, "AT+CIPSERVER=1", "\r\nOK\r\n");
    let address = world.real_address(333).unwrap();
    let mut clients = Vec::new();
    for id in 0..3 {
        clients.push(TcpStream::connect(address).unwrap());
        expect(&mut uart, &format!("{id},CONNECT\r\n"));
    }
    for (id, client) in clients.iter_mut().enumerate() {
        client.write_all(format!("client {id}").as_bytes()).unwrap();
        expect(&mut uart, &format!("\r\n+IPD,{id},8:client {id}\r\n"));
        send(&mut uart, &format!("AT+CIPSEND={id},6"), &format!("link {id}"));
    }
    reset(clients.remove(1));
    expect(&mut uart, "1,CLOSED\r\n");
    for (id, client) in [0, 2].into_iter().zip(&mut clients) {
        let mut answer = [0; 6];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), format!("link {id}"));
    }
    // The free id is given out again.
    let _next = TcpStream::connect(address).unwrap();
    expect(&mut uart, "1,CONNECT\r\n");
}

#[cfg(unix)]
#[test]
fn a_client_that_resets_in_the_backlog_is_never_announced() {
    let (world, mut uart) = start(options().forward(333, 0));
    say(&mut uart, "AT+CIPSERVERMAXCONN=1", "\r\nOK\r\n");
    say(&mut uart, "AT+CIPSERVER=1", "\r\nOK\r\n");
    let address = world.real_address(333).unwrap();
    let first = TcpStream::connect(address).unwrap();
    expect(&mut uart, "0,CONNECT\r\n");
    let second = TcpStream::connect(address).unwrap();
    let mut third = TcpStream::connect(address).unwrap();
    third.write_all(b"third").unwrap();
    std::thread::sleep(Duration::from_millis(30));
    reset(second);
    std::thread::sleep(Duration::from_millis(30));
    drop(first);
    expect(&mut uart, "0,CLOSED\r\n0,CONNECT\r\n\r\n+IPD,0,5,\"127.0.0.1\",");
}

#[cfg(unix)]
#[test]
fn a_linger_time_of_zero_resets_the_real_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (_world, mut uart) = start(options());
    for (linger, reset) in [(0, true), (-1, false)] {
        say(&mut uart, &format!("AT+CIPTCPOPT=0,{linger}"), "\r\nOK\r\n");
        let connect = format!("AT+CIPSTART=0,\"TCP\",\"127.0.0.1\",{port}");
        say(&mut uart, &connect, "0,CONNECT\r\n\r\nOK\r\n");
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
        let end = stream.read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(end, if reset { Err(ErrorKind::ConnectionReset) } else { Ok(0) });
    }
}

/// Whether this machine has `::1`; without it, nothing can be shown.
fn has_ipv6() -> bool {
    UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[test]
fn streams_go_both_ways_over_ipv6() {
    if !has_ipv6() {
        return;
    }
    let listener = TcpListener::bind("[::1]:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let named = SocketAddr::from((Ipv6Addr::new(0x2001, 0xdb8, 9, 0, 0, 0, 0, 1), 80));
    let real = listener.local_addr().unwrap();
    let (world, mut uart) =
        start(options().ipv6(true).forward(333, 0).host("six.test", named, real));
    let connect = format!("AT+CIPSTART=4,\"TCPv6\",\"::1\",{port}");
    for (connect, shown) in [
        (connect.as_str(), format!("\"::1\",{port}")),
        ("AT+CIPSTART=4,\"TCPv6\",\"six.test\",80", "\"2001:db8:9::1\",80".to_owned()),
    ] {
        say(&mut uart, connect, "4,CONNECT\r\n\r\nOK\r\n");
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"hi").unwrap();
        expect(&mut uart, &format!("\r\n+IPD,4,2,{shown}:hi\r\n"));
        say(&mut uart, "AT+CIPCLOSE=4", "4,CLOSED\r\n\r\nOK\r\n");
    }
    say(&mut uart, "AT+CIPSERVER=1,333,\"TCPv6\"", "\r\nOK\r\n");
    let address = world.real_address(333).unwrap();
    assert!(address.is_ipv6());
    let mut client = TcpStream::connect(address).unwrap();
    client.write_all(b"hi").unwrap();
    let port = client.local_addr().unwrap().port();
    expect(&mut uart, &format!("0,CONNECT\r\n\r\n+IPD,0,2,\"::1\",{port}:hi\r\n"));
}

#[test]
fn datagrams_go_both_ways_over_ipv6() {
    if !has_ipv6() {
        return;
    }
    let (peer, port) = udp_socket("::1");
    let (_world, mut uart) = start(options().ipv6(true));
    let connect = format!("AT+CIPSTART=4,\"UDPv6\",\"::1\",{port}");
    say(&mut uart, &connect, "4,CONNECT\r\n\r\nOK\r\n");
    send(&mut uart, "AT+CIPSEND=4,3", "one");
    let (data, from) = receive(&peer);
    assert_eq!(data, b"one");
    peer.send_to(b"two", from).unwrap();
    expect(&mut uart, &format!("\r\n+IPD,4,3,\"::1\",{port}:two\r\n"));
}
