//! The firmware and datagrams: it asks the host, then the host asks it.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use agreement::{Content, DATAGRAMS};
use semihosting::println;
use usocket::fugit::ExtU32;
use usocket::{AF_INET, Network, SOCK_DGRAM, Socket, socket};

use crate::failure::{Failure, Step};
use crate::transfer::check;

/// Exchanges datagrams of all lengths with the host, which answers at `port`, and calls at `own_port`.
pub fn exchange(net: &impl Network, host: IpAddr, port: u16, own_port: u16) -> Result<(), Failure> {
    let sock = socket(net, AF_INET, SOCK_DGRAM, 0).during("make a socket")?;
    sock.settimeout(Some(20.secs())).during("set the timeout")?;
    sock.bind((Ipv4Addr::UNSPECIFIED, own_port)).during("bind the datagram socket")?;
    let mut memory = [0; 1500];
    let peer = SocketAddr::new(host, port);
    for (number, length) in DATAGRAMS.into_iter().enumerate() {
        send(&sock, &mut memory[..length], Content::question(number), peer)?;
        let from = receive(&sock, &mut memory, length, Content::answer(number))?;
        if from != peer {
            return Err(Failure::Wrong("the sender of an answer", number as u32));
        }
    }
    println!("firmware: {} datagrams asked and answered", DATAGRAMS.len());
    for (number, length) in DATAGRAMS.into_iter().enumerate() {
        let from = receive(&sock, &mut memory, length, Content::call(number))?;
        send(&sock, &mut memory[..length], Content::reply(number), from)?;
    }
    println!("firmware: {} datagrams taken and replied to", DATAGRAMS.len());
    sock.close().during("close the datagram socket")
}

fn send(
    sock: &Socket<'_>,
    memory: &mut [u8],
    content: Content,
    to: SocketAddr,
) -> Result<(), Failure> {
    content.fill(0, memory);
    let count = sock.sendto(memory, to).during("send a datagram")?;
    if count != memory.len() {
        return Err(Failure::Wrong("the length of a datagram that was sent", count as u32));
    }
    Ok(())
}

/// Receives one datagram, which has to be this; returns where it came from.
fn receive(
    sock: &Socket<'_>,
    memory: &mut [u8],
    length: usize,
    content: Content,
) -> Result<SocketAddr, Failure> {
    let (count, from) = sock.recvfrom(memory).during("receive a datagram")?;
    if count != length {
        return Err(Failure::Wrong("the length of a datagram", count as u32));
    }
    check("a byte of a datagram", content, 0, &memory[..length])?;
    Ok(from)
}
