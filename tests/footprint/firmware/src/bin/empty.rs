//! The board without the driver: it shows what comes, and sends it back.
#![no_std]
#![no_main]

use embedded_io::{Read, ReadReady, Write};
use firmware::board::{self, Ticks};
use usocket::clock::Clock;

firmware::program!(main);

fn main() {
    let mut uart = board::uart();
    let mut buffer = [0; 16];
    while let Ok(true) = uart.read_ready() {
        let Ok(count) = uart.read(&mut buffer) else { return };
        for &byte in buffer.iter().take(count) {
            board::show(i32::from(byte));
            let Ok(_) = uart.write(&[byte]) else { return };
        }
        Ticks.pause();
        board::show(Ticks.now().cast_signed());
    }
}
