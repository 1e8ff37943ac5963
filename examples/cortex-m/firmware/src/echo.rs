//! The firmware as a TCP server: what its clients send goes back to them.

use core::net::Ipv4Addr;

use agreement::Content;
use semihosting::println;
use usocket::fugit::ExtU32;
use usocket::{AF_INET, Network, SOCK_STREAM, Socket, socket};

use crate::failure::{Failure, Step};
use crate::transfer::check;

/// Serves clients one after the other, each of whom sends `total` bytes, and checks what they send.
pub fn serve(net: &impl Network, port: u16, clients: u32, total: u32) -> Result<(), Failure> {
    let listener = socket(net, AF_INET, SOCK_STREAM, 0).during("make a socket")?;
    listener.settimeout(Some(20.secs())).during("set the timeout")?;
    listener.bind((Ipv4Addr::UNSPECIFIED, port)).during("bind the server")?;
    listener.listen(1).during("listen")?;
    println!("firmware: echo server on port {port}");
    for number in 0..clients {
        let (client, from) = listener.accept().during("accept a client")?;
        client.settimeout(Some(20.secs())).during("set the timeout")?;
        let count = echo(&client, number)?;
        if count != total {
            return Err(Failure::Wrong("the end of what a client sent", count));
        }
        println!("firmware: {from} has had {} KiB back", count >> 10);
        client.close().during("close a client")?;
    }
    listener.close().during("stop listening")
}

/// Sends back what comes, until the client closes; returns how much it was.
fn echo(client: &Socket<'_>, number: u32) -> Result<u32, Failure> {
    let mut piece = [0; 1024];
    let mut total = 0;
    loop {
        let count = client.recv(&mut piece).during("receive from a client")?;
        let Some(piece) = piece.get(..count).filter(|piece| !piece.is_empty()) else {
            return Ok(total);
        };
        check("a byte of a client", Content::echo(number), total, piece)?;
        client.sendall(piece).during("send to a client")?;
        total += count as u32;
    }
}
