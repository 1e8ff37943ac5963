//! A cellular module in real time, bridged to sockets on `127.0.0.1`.

mod line;

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use embedded_io::Write as _;
use line::{expect, say_cellular as say};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::thread::JoinHandle;
use usocket_simulator::{LoopbackOptions, LoopbackUart, LoopbackWorld, Profile, Sim};

const SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(93, 184, 216, 34), 80);

fn options() -> LoopbackOptions {
    LoopbackOptions::new().joined(true).baud(921_600).read_limit(Duration::from_secs(3))
}

fn start(options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    start_as(Profile::ec25(), options)
}

fn start_as(profile: Profile, options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    let world = LoopbackWorld::start(profile, options);
    let mut uart = world.uart();
    say(&mut uart, "ATE0", "ATE0\r\r\nOK\r\n");
    (world, uart)
}

/// A server that echoes five bytes to one client, and closes.
fn echo_once() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 5];
        stream.read_exact(&mut hello).unwrap();
        stream.write_all(&hello).unwrap();
    });
    (address, server)
}

#[test]
fn a_stream_reaches_a_real_server_and_comes_back() {
    let (address, server) = echo_once();
    let (_world, mut uart) = start(options().host("www.getman.com", SERVER, address));
    say(&mut uart, "AT+QIDNSGIP=1,\"www.getman.com\"", "\r\nOK\r\n");
    expect(&mut uart, "\r\n+QIURC: \"dnsgip\",0,1,600\r\n");
    expect(&mut uart, "\r\n+QIURC: \"dnsgip\",\"93.184.216.34\"\r\n");
    say(&mut uart, "AT+QIOPEN=1,0,\"TCP\",\"www.getman.com\",80,0,0", "\r\nOK\r\n");
    expect(&mut uart, "\r\n+QIOPEN: 0,0\r\n");
    say(&mut uart, "AT+QISEND=0,5", "\r\n> ");
    uart.write_all(b"hello").unwrap();
    expect(&mut uart, "\r\nSEND OK\r\n\r\n+QIURC: \"recv\",0\r\n");
    server.join().unwrap();
    expect(&mut uart, "\r\n+QIURC: \"closed\",0\r\n");
    say(&mut uart, "AT+QIRD=0,1500", "\r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QISEND=0,0", "\r\n+QISEND: 5,5,0\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QICLOSE=0", "\r\nOK\r\n");
}

#[test]
fn a_stream_of_a_bc66_does_the_same() {
    let (address, server) = echo_once();
    let options = options().host("www.getman.com", SERVER, address);
    let (_world, mut uart) = start_as(Profile::bc66(), options);
    say(&mut uart, "AT+CGPADDR=1", "\r\n+CGPADDR: 1,10.7.157.1\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QIOPEN=1,0,\"TCP\",\"www.getman.com\",80", "\r\nOK\r\n");
    expect(&mut uart, "\r\n+QIOPEN: 0,0\r\n");
    say(&mut uart, "AT+QISEND=0,5,\"hello\"", "\r\nOK\r\n\r\nSEND OK\r\n");
    expect(&mut uart, "\r\n+QIURC: \"recv\",0\r\n");
    server.join().unwrap();
    expect(&mut uart, "\r\n+QIURC: \"closed\",0\r\n");
    say(&mut uart, "AT+QIRD=0,1024", "\r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QICLOSE=0", "\r\nOK\r\n\r\nCLOSE OK\r\n");
}

#[test]
fn a_stream_of_an_m95_does_the_same() {
    let (address, server) = echo_once();
    let options = options().host("www.getman.com", SERVER, address).baud(115_200);
    let (_world, mut uart) = start_as(Profile::m95(), options);
    say(&mut uart, "AT+QISDE=0;+QINDI=1;+QIDNSIP=1", "\r\nOK\r\n");
    say(&mut uart, "AT+QILOCIP", "\r\n10.7.157.1\r\n");
    say(&mut uart, "AT+QIDNSGIP=\"www.getman.com\"", "\r\nOK\r\n\r\n93.184.216.34\r\n");
    say(&mut uart, "AT+QIOPEN=0,\"TCP\",\"www.getman.com\",80", "\r\nOK\r\n");
    expect(&mut uart, "\r\n0, CONNECT OK\r\n");
    say(&mut uart, "AT+QISEND=0,5", "\r\n> ");
    uart.write_all(b"hello").unwrap();
    expect(&mut uart, "\r\nSEND OK\r\n\r\n+QIRDI: 0,1,0\r\n");
    server.join().unwrap();
    expect(&mut uart, "\r\n0, CLOSED\r\n");
    let read = "\r\n+QIRD: 93.184.216.34:80,TCP,5\r\nhello\r\nOK\r\n";
    say(&mut uart, "AT+QIRD=0,1,0,1500", read);
    say(&mut uart, "AT+QISACK=0", "\r\n+QISACK: 5,5,0\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QICLOSE=0", "\r\n0, CLOSE OK\r\n");
}

#[test]
fn a_port_that_is_closed_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (_world, mut uart) = start(options());
    say(&mut uart, &format!("AT+QIOPEN=1,0,\"TCP\",\"127.0.0.1\",{port},0,0"), "\r\nOK\r\n");
    expect(&mut uart, "\r\n+QIOPEN: 0,566\r\n");
}

#[test]
fn two_listeners_accept_real_clients() {
    let (world, mut uart) = start(options().forward(2020, 0).forward(2021, 0));
    for (id, port) in [(0, 2020), (1, 2021)] {
        let open = format!("AT+QIOPEN=1,{id},\"TCP LISTENER\",\"127.0.0.1\",0,{port},0");
        say(&mut uart, &open, &format!("\r\nOK\r\n\r\n+QIOPEN: {id},0\r\n"));
    }
    let mut client = TcpStream::connect(world.real_address(2021).unwrap()).unwrap();
    let port = client.local_addr().unwrap().port();
    expect(&mut uart, &format!("\r\n+QIURC: \"incoming\",11,1,\"127.0.0.1\",{port}\r\n"));
    client.write_all(b"hi").unwrap();
    expect(&mut uart, "\r\n+QIURC: \"recv\",11\r\n");
    say(&mut uart, "AT+QIRD=11,10", "\r\n+QIRD: 2\r\nhi\r\n\r\nOK\r\n");
}

#[test]
fn datagrams_go_to_and_come_from_real_sockets() {
    let (world, mut uart) = start(options());
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    say(&mut uart, "AT+QIOPEN=1,0,\"UDP SERVICE\",\"127.0.0.1\",0,3030,0", "\r\nOK\r\n");
    expect(&mut uart, "\r\n+QIOPEN: 0,0\r\n");
    let module: SocketAddr = world.real_udp_address(3030).unwrap();
    socket.send_to(b"ping", module).unwrap();
    expect(&mut uart, "\r\n+QIURC: \"recv\",0\r\n");
    let port = address.port();
    let answer = format!("\r\n+QIRD: 4,\"127.0.0.1\",{port}\r\nping\r\n\r\nOK\r\n");
    say(&mut uart, "AT+QIRD=0", &answer);
    say(&mut uart, &format!("AT+QISEND=0,4,\"127.0.0.1\",{port}"), "\r\n> ");
    uart.write_all(b"pong").unwrap();
    expect(&mut uart, "\r\nSEND OK\r\n");
    let mut buffer = [0; 8];
    assert_eq!(socket.recv(&mut buffer).unwrap(), 4);
    assert_eq!(&buffer[..4], b"pong");
}

#[test]
fn the_card_and_the_network_are_options() {
    let (_world, mut uart) = start(options().sim(Sim::locked("0000")));
    say(&mut uart, "AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n");
    let (_world, mut uart) = start(options().apn("internet", "", "").joined(false));
    say(&mut uart, "AT+QIACT=1", "\r\nERROR\r\n");
    let slow = options().joined(false).registers_after(Duration::from_millis(300));
    let (_world, mut uart) = start(slow);
    say(&mut uart, "AT+CEREG=1", "\r\nOK\r\n\r\n+CEREG: 1\r\n");
}
