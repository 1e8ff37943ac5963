//! TLS of the loopback world: a simulated module against genuine servers and clients.

mod authority;
mod clients;
#[path = "../line/mod.rs"]
mod line;
mod quectel;
mod server;
mod verification;

use core::net::Ipv4Addr;
use core::time::Duration;
use embedded_io::{Read as _, Write as _};
use line::{expect, say};
use std::net::SocketAddr;
use usocket_simulator::{LoopbackOptions, LoopbackUart, LoopbackWorld, Profile};

/// Nothing here takes longer.
const PATIENCE: Duration = Duration::from_secs(8);

const NAME: &str = "tls.example.com";

/// A joined module that reaches a server under [`NAME`], port 443.
fn options(server: SocketAddr) -> LoopbackOptions {
    let simulated = SocketAddr::from((Ipv4Addr::new(192, 0, 2, 7), 443));
    let options =
        LoopbackOptions::new().joined(true).time_set(true).baud(3_000_000).read_limit(PATIENCE);
    options.host(NAME, simulated, server)
}

/// A module without echo, with several links.
fn start(options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    start_as(Profile::esp32c3_4_1(), options)
}

fn start_as(profile: Profile, options: LoopbackOptions) -> (LoopbackWorld, LoopbackUart) {
    let world = LoopbackWorld::start(profile, options);
    let mut uart = world.uart();
    say(&mut uart, "ATE0", "ATE0\r\n\r\nOK\r\n");
    say(&mut uart, "AT+CIPMUX=1", "\r\nOK\r\n");
    (world, uart)
}

/// Opens link 0 to [`NAME`]; whether that worked.
fn connects(uart: &mut LoopbackUart) -> bool {
    uart.write_all(format!("AT+CIPSTART=0,\"SSL\",\"{NAME}\",443\r\n").as_bytes()).unwrap();
    let mut first = [0; 2];
    uart.read_exact(&mut first).unwrap();
    let opened = &first == b"0,";
    expect(uart, if opened { "CONNECT\r\n\r\nOK\r\n" } else { "ERROR\r\n" });
    opened
}

fn send(uart: &mut LoopbackUart, payload: &[u8]) {
    say(uart, &format!("AT+CIPSEND=0,{}", payload.len()), "\r\nOK\r\n\r\n>");
    uart.write_all(payload).unwrap();
}

/// Reads up to and including a text.
fn until(uart: &mut LoopbackUart, text: &str) -> Vec<u8> {
    let mut found = Vec::new();
    let mut byte = [0];
    while !found.ends_with(text.as_bytes()) {
        uart.read_exact(&mut byte).unwrap_or_else(|error| {
            panic!("{error:?} before {text:?} in {:?}", found.escape_ascii().to_string())
        });
        found.push(byte[0]);
    }
    found
}
