//! A web page, the time by UDP and an echo server, over a cellular network.
#![no_std]
#![no_main]

use firmware::board::{self, Ticks};
use firmware::tasks::{page, serve, time};
use usocket::network::Cellular;
use usocket::{Error, Memory, Modem};

firmware::program!(main);
firmware::type_sizes!(Quectel);

fn main() {
    let error = run().map_or_else(|error| error.errno(), |()| 0);
    board::show(error);
}

fn run() -> Result<(), Error> {
    static mut MEMORY: Memory<2, 2048, 0> = Memory::new();
    let memory = &raw mut MEMORY;
    // SAFETY: this function runs once, and nothing else knows of this memory
    let memory = unsafe { &mut *memory };
    let modem = Modem::quectel(board::uart(), Ticks, memory);
    let net = Cellular::new(&modem);
    net.active(true)?;
    if !net.isconnected()? {
        net.connect("internet", "", "")?;
    }
    page(&net)?;
    time(&net)?;
    serve(&net)
}
