//! A web page, the time by UDP and an echo server, over Wi-Fi.
#![no_std]
#![no_main]

use core::net::{Ipv4Addr, SocketAddr};

use firmware::board::{self, Ticks};
use usocket::network::{STA_IF, Wlan};
use usocket::{
    AF_INET, Error, Memory, Modem, Network, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket,
};

firmware::program!(main);
firmware::type_sizes!(EspAt);

fn main() {
    let error = run().map_or_else(|error| error.errno(), |()| 0);
    board::show(error);
}

fn run() -> Result<(), Error> {
    static mut MEMORY: Memory<2, 2048, 0> = Memory::new();
    let memory = &raw mut MEMORY;
    // SAFETY: this function runs once, and nothing else knows of this memory
    let memory = unsafe { &mut *memory };
    let modem = Modem::esp_at(board::uart(), Ticks, memory);
    let net = Wlan::new(&modem, STA_IF);
    net.active(true)?;
    if !net.isconnected()? {
        net.connect("home", "12345678")?;
    }
    page(&net)?;
    time(&net)?;
    serve(&net)
}

/// A TCP client.
fn page(net: &impl Network) -> Result<(), Error> {
    let address = getaddrinfo(net, "www.example.com", 80)?[0].sockaddr;
    let sock = socket(net, AF_INET, SOCK_STREAM, 0)?;
    sock.connect(address)?;
    sock.send(b"GET / HTTP/1.0\r\nHost: www.example.com\r\n\r\n")?;
    let mut data = [0; 128];
    loop {
        let count = sock.recv(&mut data)?;
        if count == 0 {
            break;
        }
        board::show_bytes(data.get(..count).unwrap_or_default());
    }
    sock.close()
}

/// A question and its answer by UDP.
fn time(net: &impl Network) -> Result<(), Error> {
    let address = getaddrinfo(net, "pool.ntp.org", 123)?[0].sockaddr;
    let sock = socket(net, AF_INET, SOCK_DGRAM, 0)?;
    let mut packet = [0; 48];
    packet[0] = 0x1b;
    sock.sendto(&packet, address)?;
    let (count, from) = sock.recvfrom(&mut packet)?;
    if from.ip() == address.ip() {
        board::show_bytes(packet.get(..count).unwrap_or_default());
    }
    sock.close()
}

/// What clients send comes back.
fn serve(net: &impl Network) -> Result<(), Error> {
    let server = socket(net, AF_INET, SOCK_STREAM, 0)?;
    server.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 7)))?;
    server.listen(1)?;
    let mut data = [0; 128];
    loop {
        let (client, from) = server.accept()?;
        board::show(i32::from(from.port()));
        while let count @ 1.. = client.recv(&mut data)? {
            client.sendall(data.get(..count).unwrap_or_default())?;
        }
        client.close()?;
    }
}
