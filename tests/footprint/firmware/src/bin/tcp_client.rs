//! A web page over Wi-Fi.
#![no_std]
#![no_main]

use firmware::board::{self, Ticks};
use firmware::tasks::page;
use usocket::network::{STA_IF, Wlan};
use usocket::{Error, Memory, Modem};

firmware::program!(main);
firmware::type_sizes!(EspAt);

fn main() {
    let error = run().map_or_else(|error| error.errno(), |()| 0);
    board::show(error);
}

fn run() -> Result<(), Error> {
    static mut MEMORY: Memory<1, 2048, 0> = Memory::new();
    let memory = &raw mut MEMORY;
    // SAFETY: this function runs once, and nothing else knows of this memory
    let memory = unsafe { &mut *memory };
    let modem = Modem::esp_at(board::uart(), Ticks, memory);
    let net = Wlan::new(&modem, STA_IF);
    net.active(true)?;
    if !net.isconnected()? {
        net.connect("home", "12345678")?;
    }
    page(&net)
}
