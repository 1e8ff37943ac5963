//! What the firmwares do on their networks, whatever these are.

use core::net::{Ipv4Addr, SocketAddr};

use usocket::{AF_INET, Error, Network, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket};

use crate::board;

/// A TCP client.
pub fn page(net: &impl Network) -> Result<(), Error> {
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
pub fn time(net: &impl Network) -> Result<(), Error> {
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
pub fn serve(net: &impl Network) -> Result<(), Error> {
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
