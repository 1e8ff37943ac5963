//! The loopback world: a module in real time, bridged to sockets on `127.0.0.1`.

mod line;

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use embedded_io::{Read as _, ReadReady as _, Write as _};
use line::{expect, say};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::Instant;
use usocket_simulator::{LoopbackOptions, LoopbackUart, LoopbackWorld, Profile, UartError};

const SERVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(93, 184, 216, 34), 80);

fn options() -> LoopbackOptions {
    LoopbackOptions::new()
        .joined(true)
        .baud(921_600)
        .unreachable_after(Duration::from_millis(100))
        .lookup_fails_after(Duration::from_millis(50))
        .read_limit(Duration::from_secs(3))
}

/// A module without echo and with several links.
fn start(options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    let world = LoopbackWorld::start(Profile::esp32c3_4_1(), options);
    let mut uart = world.uart();
    say(&mut uart, "ATE0", "ATE0\r\n\r\nOK\r\n");
    say(&mut uart, "AT+CIPMUX=1", "\r\nOK\r\n");
    (world, uart)
}

/// A real server that sends everything back, for one connection.
fn echo_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 2048];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            stream.write_all(&buffer[..length]).unwrap();
        }
    });
    address
}

#[test]
fn a_named_host_reaches_a_real_server_and_its_echo_comes_back() {
    let (_world, mut uart) = start(options().host("www.getman.com", SERVER, echo_server()));
    say(&mut uart, "AT+CIPDOMAIN=\"www.getman.com\"", "+CIPDOMAIN:\"93.184.216.34\"\r\n\r\nOK\r\n");
    say(&mut uart, "AT+CIPSTART=0,\"TCP\",\"www.getman.com\",80", "0,CONNECT\r\n\r\nOK\r\n");
    say(&mut uart, "AT+CIPSEND=0,5", "\r\nOK\r\n\r\n>");
    uart.write_all(b"hello").unwrap();
    expect(&mut uart, "\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,0,5:hello\r\n");
    say(&mut uart, "AT+CIPCLOSE=0", "0,CLOSED\r\n\r\nOK\r\n");
}

#[test]
fn a_closed_port_refuses_and_an_unknown_address_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (_world, mut uart) = start(options());
    say(&mut uart, &format!("AT+CIPSTART=0,\"TCP\",\"127.0.0.1\",{port}"), "\r\nERROR\r\n");
    let before = Instant::now();
    say(&mut uart, "AT+CIPSTART=0,\"TCP\",\"10.0.0.1\",80", "\r\nERROR\r\n");
    assert!(before.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_real_client_reaches_the_server_of_the_module() {
    let (world, mut uart) = start(options().forward(333, 0));
    say(&mut uart, "AT+CIPSERVER=1", "\r\nOK\r\n");
    let mut client = TcpStream::connect(world.real_address(333).unwrap()).unwrap();
    expect(&mut uart, "0,CONNECT\r\n");
    client.write_all(b"ping").unwrap();
    expect(&mut uart, "\r\n+IPD,0,4:ping\r\n");
    say(&mut uart, "AT+CIPSEND=0,4", "\r\nOK\r\n\r\n>");
    uart.write_all(b"pong").unwrap();
    let mut reply = [0; 4];
    client.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"pong");
    drop(client);
    expect(&mut uart, "\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n0,CLOSED\r\n");
}

#[test]
fn datagrams_cross_in_both_directions() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let (_world, mut uart) = start(options());
    say(
        &mut uart,
        &format!("AT+CIPSTART=4,\"UDP\",\"127.0.0.1\",{port}"),
        "4,CONNECT\r\n\r\nOK\r\n",
    );
    say(&mut uart, "AT+CIPSEND=4,3", "\r\nOK\r\n\r\n>");
    uart.write_all(b"abc").unwrap();
    expect(&mut uart, "\r\nRecv 3 bytes\r\n\r\nSEND OK\r\n");
    let mut buffer = [0; 16];
    let (length, from) = server.recv_from(&mut buffer).unwrap();
    assert_eq!(&buffer[..length], b"abc");
    server.send_to(b"defg", from).unwrap();
    expect(&mut uart, "\r\n+IPD,4,4:defg\r\n");
}

#[test]
fn passive_receive_stops_a_real_sender_and_loses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let sender = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let data: Vec<u8> = (0..20_000_u32).map(|n| (n % 251) as u8).collect();
        stream.write_all(&data).unwrap();
        data
    });
    let (_world, mut uart) = start(options());
    say(&mut uart, "AT+CIPRECVTYPE=5,1", "\r\nOK\r\n");
    let connect = format!("AT+CIPSTART=0,\"TCP\",\"127.0.0.1\",{}", address.port());
    say(&mut uart, &connect, "0,CONNECT\r\n\r\nOK\r\n");
    let mut received = Vec::new();
    let before = Instant::now();
    while received.len() < 20_000 {
        assert!(before.elapsed() < Duration::from_secs(5), "{} bytes", received.len());
        uart.write_all(b"AT+CIPRECVDATA=0,2048\r\n").unwrap();
        read_payload(&mut uart, &mut received);
    }
    assert_eq!(received, sender.join().unwrap());
}

/// Reads the answer to a read command up to its `OK` or `ERROR`, and takes the payload.
fn read_payload(uart: &mut LoopbackUart, payload: &mut Vec<u8>) {
    let mut line = Vec::new();
    while !line.starts_with(b"ERROR\r\n") {
        let mut byte = [0];
        uart.read_exact(&mut byte).unwrap();
        line.push(byte[0]);
        if line.starts_with(b"+CIPRECVDATA:") && byte[0] == b',' {
            let digits = String::from_utf8_lossy(&line[13..line.len() - 1]).into_owned();
            let start = payload.len();
            payload.resize(start + digits.parse::<usize>().unwrap(), 0);
            uart.read_exact(&mut payload[start..]).unwrap();
            return expect(uart, "\r\nOK\r\n");
        }
        if line.ends_with(b"\r\n") && !line.starts_with(b"ERROR") {
            line.clear();
        }
    }
}

#[test]
fn the_line_is_as_slow_as_its_baud_rate() {
    let (world, mut uart) = start(options().baud(19_200));
    let before = Instant::now();
    say(&mut uart, "AT+GMR", Profile::esp32c3_4_1().release().unwrap().version);
    expect(&mut uart, "\r\nOK\r\n");
    let bytes = 8 + Profile::esp32c3_4_1().release().unwrap().version.len() + 6;
    let least = Duration::from_secs_f64(bytes as f64 * 10.0 / 19_200.0);
    assert!(before.elapsed() >= least, "{:?} is faster than the line", before.elapsed());
    assert_eq!(world.statistics().0.bytes, 6 + 13 + 8);
}

#[test]
fn a_read_gives_up_in_time_and_a_dropped_world_says_so() {
    let (world, mut uart) = start(options().read_limit(Duration::from_millis(20)));
    assert!(!uart.read_ready().unwrap());
    assert_eq!(uart.read(&mut [0; 4]), Err(UartError::TimedOut));
    drop(world);
    assert_eq!(uart.read(&mut [0; 4]), Err(UartError::Stopped));
    assert_eq!(uart.write(b"AT\r\n"), Err(UartError::Stopped));
}
