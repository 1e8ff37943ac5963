//! A server on the module that sends back whatever its clients send.
//!
//! `cargo run --example tcp_echo_server` simulates the module, and clients that come to it; with
//! `--modem quectel-bg96` it is a cellular one. With `--port /dev/ttyUSB0 --ssid … --password …` the
//! module is a real one and the client is you: `nc ADDRESS 7000`. (Most mobile networks let nobody in.)
//! `--trace` shows the AT dialogue, `--help` the rest.

#[path = "counterparts/echo_clients.rs"]
mod echo_clients;
mod rig;

use std::net::Ipv4Addr;
use std::process::ExitCode;

use clap::Parser;
use rig::{Failure, ModuleOptions, Site, Step};
use usocket::clock::StdClock;
use usocket::uart::{SetBaud, Uart};
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, Socket, socket};

/// Serve echoes through a Wi-Fi or a cellular module.
#[derive(Debug, Parser)]
struct Options {
    /// TCP port to listen on.
    #[arg(long, default_value_t = 7000, value_parser = clap::value_parser!(u16).range(1..))]
    listen: u16,
    /// End after this many clients.
    #[arg(long, default_value_t = 3)]
    clients: usize,
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    rig::run(&options.module, Ok, |uart, site| program(uart, site, &options))
}

fn program(uart: impl Uart + SetBaud, site: &Site, options: &Options) -> Result<(), Failure> {
    // one socket listens, one is served, two wait for their turn
    let mut memory = Memory::<4, 2048, 0>::new();
    let modem = options.module.modem(uart, StdClock::new(), &mut memory)?;
    let network = rig::join(&modem, &options.module)?;
    println!("address: {}", network.ifconfig().during("ask for the address")?.address);

    let listener = socket(network, AF_INET, SOCK_STREAM, 0).during("make a socket")?;
    listener.bind((Ipv4Addr::UNSPECIFIED, options.listen)).during("bind")?;
    listener.listen(2).during("listen")?;
    println!("listening on port {}", options.listen);
    let visitors = site.visit(options.listen, options.clients, echo_clients::talk);

    for _ in 0..options.clients {
        let (client, from) = listener.accept().during("accept a client")?;
        println!("{from} has come");
        match echo(&client) {
            Ok(count) => println!("{from} has left, {count} bytes went back"),
            // one that breaks off is no reason to stop
            Err(error) => println!("{from} was lost: {error}"),
        }
    }
    listener.close().during("stop listening")?;
    visitors.leave()
}

/// Sends back what comes until the client closes; returns how much it was.
fn echo(client: &Socket<'_>) -> Result<usize, Error> {
    let mut data = [0; 1024];
    let mut total = 0;
    loop {
        let len = client.recv(&mut data)?;
        if len == 0 {
            client.close()?;
            return Ok(total);
        }
        client.sendall(&data[..len])?;
        total += len;
    }
}
