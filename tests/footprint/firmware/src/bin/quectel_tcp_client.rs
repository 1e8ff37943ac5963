//! A web page over a cellular network.
#![no_std]
#![no_main]

use firmware::board::{self, Ticks};
use usocket::network::Cellular;
use usocket::{AF_INET, Error, Memory, Modem, SOCK_STREAM, getaddrinfo, socket};

firmware::program!(main);
firmware::type_sizes!(Quectel);

fn main() {
    let error = run().map_or_else(|error| error.errno(), |()| 0);
    board::show(error);
}

fn run() -> Result<(), Error> {
    static mut MEMORY: Memory<1, 2048, 0> = Memory::new();
    let memory = &raw mut MEMORY;
    // SAFETY: this function runs once, and nothing else knows of this memory
    let memory = unsafe { &mut *memory };
    let modem = Modem::quectel(board::uart(), Ticks, memory);
    let net = Cellular::new(&modem);
    net.active(true)?;
    if !net.isconnected()? {
        net.connect("internet", "", "")?;
    }
    let address = getaddrinfo(&net, "www.example.com", 80)?[0].sockaddr;
    let sock = socket(&net, AF_INET, SOCK_STREAM, 0)?;
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
