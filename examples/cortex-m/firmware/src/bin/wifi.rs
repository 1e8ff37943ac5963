//! The firmware on a Wi-Fi module with ESP-AT.
#![no_std]
#![no_main]
#![deny(unsafe_code)]

use agreement::Status;
use cortex_m_rt::entry;
use firmware::arguments::Arguments;
use firmware::clock::SleepingClock;
use firmware::ending::{end, fail};
use firmware::failure::{Failure, Step};
use firmware::lm3s6965::{interrupt, start_clocks};
use firmware::program;
use firmware::uart::{self, Transmitter};
use semihosting::println;
use usocket::network::{STA_IF, Wlan};
use usocket::uart::RxQueue;
use usocket::{Memory, Modem};

/// The receive ring of each socket: the answer to a fetch is at most this long,
const RX: usize = 2048;
/// and fits here with its frame and with notices, whatever the program is busy with.
static QUEUE: RxQueue<4096> = RxQueue::new();

#[interrupt]
fn UART1() {
    uart::receive(&QUEUE);
}

#[entry]
fn main() -> ! {
    match run() {
        Ok(()) => end(Status::Success),
        Err(failure) => fail(failure),
    }
}

fn run() -> Result<(), Failure> {
    let arguments = Arguments::read();
    start_clocks();
    let board = cortex_m::Peripherals::take().expect("taken once");
    let clock = SleepingClock::start(board.SYST, &QUEUE);
    let uart = QUEUE.with_writer(Transmitter::start(115_200));
    let memory = cortex_m::singleton!(: Memory<4, RX, 0> = Memory::new()).expect("taken once");
    let modem = Modem::esp_at(uart, clock, memory);

    let wlan = Wlan::new(&modem, STA_IF);
    wlan.active(true).during("switch Wi-Fi on")?;
    wlan.connect("haas-open", "12345678").during("join")?;
    println!("firmware: joined, {}", wlan.ifconfig().during("ask for the address")?);

    program::run(&wlan, arguments)?;
    program::report(modem.counters())
}
