//! Clients of an echo server, for the simulated module to serve.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

/// Says something, and something longer, and expects to hear it again.
pub(crate) fn talk(number: usize, mut stream: TcpStream) -> io::Result<()> {
    let short = format!("client {number} says hello\n").into_bytes();
    let long: Vec<u8> = (0..3000).map(|at| (at + number) as u8).collect();
    for text in [short, long] {
        stream.write_all(&text)?;
        let mut echo = vec![0; text.len()];
        stream.read_exact(&mut echo)?;
        if echo != text {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the echo differs"));
        }
    }
    stream.shutdown(Shutdown::Write)?;
    match stream.read(&mut [0])? {
        0 => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "more came back than was said")),
    }
}
