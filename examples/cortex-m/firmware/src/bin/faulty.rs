//! Firmware that does something wrong on purpose, to show that it is noticed.
#![no_std]
#![no_main]
#![deny(unsafe_code)]

use core::cell::Cell;
use core::hint::black_box;
use core::net::IpAddr;

use agreement::{Content, HOST, Status, TRANSFER};
use cortex_m_rt::entry;
use firmware::arguments::{Arguments, Fault};
use firmware::clock::SleepingClock;
use firmware::ending::{end, fail};
use firmware::failure::{Failure, Step};
use firmware::lm3s6965::{interrupt, start_clocks};
use firmware::transfer;
use firmware::uart::{self, Transmitter};
use semihosting::println;
use usocket::clock::Clock;
use usocket::network::{STA_IF, Wlan};
use usocket::uart::RxQueue;
use usocket::{Error, Idle, Memory, Modem, Network, getaddrinfo};

const RX: usize = 2048;
/// Too small for an answer to a fetch, unless the program takes it in while it comes.
static QUEUE: RxQueue<1024> = RxQueue::new();

/// So much is downloaded without a fault.
const BEFORE: u32 = 64 << 10;
/// So long the program does not look at the UART, each time that it waits.
const STALL_MS: u32 = 120;

#[interrupt]
fn UART1() {
    uart::receive(&QUEUE);
}

#[entry]
fn main() -> ! {
    let arguments = Arguments::read();
    match arguments.fault {
        Fault::None => panic!("nothing to do wrong"),
        Fault::Stall => match stall(arguments) {
            Ok(()) => end(Status::LossNoticed),
            Err(failure) => fail(failure),
        },
        Fault::Panic => {
            let none: [u32; 0] = [];
            println!("firmware: {}", none[black_box(0)]);
        }
        Fault::Undefined => cortex_m::asm::udf(),
    }
    end(Status::Success) // it was not noticed
}

/// Downloads with stalls; `Ok`: bytes were lost, and the driver said so instead of delivering a hole.
fn stall(arguments: Arguments) -> Result<(), Failure> {
    start_clocks();
    let board = cortex_m::Peripherals::take().expect("taken once");
    let clock = SleepingClock::start(board.SYST, &QUEUE);
    let uart = QUEUE.with_writer(Transmitter::start(115_200));
    let memory = cortex_m::singleton!(: Memory<4, RX, 0> = Memory::new()).expect("taken once");
    let stalls = Cell::new(false);
    let hook = || {
        if stalls.get() {
            let watch = SleepingClock::of(&QUEUE);
            let since = watch.now();
            while watch.now().wrapping_sub(since) < STALL_MS {}
        }
        Idle::Continue
    };
    let modem = Modem::esp_at(uart, clock, memory);
    modem.on_idle(Some(&hook));
    let wlan = Wlan::new(&modem, STA_IF);
    wlan.active(true).during("switch Wi-Fi on")?;
    wlan.connect("haas-open", "12345678").during("join")?;
    let [found] = getaddrinfo(&wlan, HOST, 0).during("look up the host")?;
    let host = found.sockaddr.ip();

    let sock = transfer::request(&wlan, host, arguments.download, TRANSFER)?;
    let mut piece = [0; 1024];
    let mut received = 0;
    let error = loop {
        match sock.recv(&mut piece) {
            Ok(0) => return Err(Failure::Wrong("the end, without an error,", received)),
            Ok(count) => {
                transfer::check("a byte", Content::DOWNLOAD, received, &piece[..count])?;
                received += count as u32;
                stalls.set(received >= BEFORE);
            }
            Err(error) => break error,
        }
    };
    stalls.set(false);
    let overruns = modem.counters().overruns;
    println!("firmware: {received} bytes were right, then: {error} ({overruns} overruns)");
    if error != Error::DataLost {
        return Err(Failure::Call("say what has happened", error));
    }
    if received < BEFORE || overruns == 0 {
        return Err(Failure::Wrong("the place of the loss", received));
    }
    drop(sock);
    again(&wlan, host, arguments.download)
}

/// Nothing else has suffered: the same works again.
fn again(net: &impl Network, host: IpAddr, port: u16) -> Result<(), Failure> {
    transfer::download(net, host, port, BEFORE)?;
    println!("firmware: after that, {BEFORE} bytes came whole");
    Ok(())
}
