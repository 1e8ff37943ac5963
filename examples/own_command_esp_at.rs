//! Sends commands of its own to an ESP-AT module, while a socket goes on.
//!
//! It asks how much memory the module has left, before a page is fetched and while the answer is on its
//! way, and looks for URCs of its own. Without arguments module, network and web server are simulated:
//! `cargo run --example own_command_esp_at`. With `--port /dev/ttyUSB0 --ssid … --password …` they are
//! real. `--trace` shows the AT dialogue, `--help` the rest.

mod rig;
#[path = "counterparts/web.rs"]
mod web;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;

use clap::Parser;
use rig::{AnyModem, Failure, ModuleOptions, Step};
use usocket::at::UrcQueue;
use usocket::clock::StdClock;
use usocket::commands::atat::atat_derive::{AtatCmd, AtatResp, AtatUrc};
use usocket::commands::atat::{self, heapless::String as Text};
use usocket::uart::{SetBaud, Uart};
use usocket::{AF_INET, Memory, Modem, SOCK_STREAM, getaddrinfo, socket};

/// The web server in the simulated network: name and address lead to a server of this process.
const HOST: &str = "www.getman.com";
const ADDRESS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(93, 184, 216, 34), 80);

/// `AT+SYSRAM?` → `+SYSRAM:<free>,<least so far>`, in bytes.
#[derive(AtatCmd)]
#[at_cmd("+SYSRAM?", Ram, timeout_ms = 500)]
struct GetRam;

#[derive(AtatResp)]
struct Ram {
    free: u32,
    least: u32,
}

/// `+TIME_UPDATED`, `+BLECONN:0,"…"`: what the firmware says of what the driver does not use.
#[derive(Clone, AtatUrc)]
enum Urc {
    #[at_urc("+TIME_UPDATED")]
    TimeUpdated,
    #[at_urc("+BLECONN")]
    Connected(Connection),
}

#[derive(Clone, AtatResp)]
struct Connection {
    index: u8,
    address: Text<17>,
}

/// Send commands of one's own to an ESP-AT module, beside its sockets.
#[derive(Debug, Parser)]
struct Options {
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    rig::run(
        &options.module,
        |world| Ok(world.host(HOST, ADDRESS, web::start()?)),
        |uart, _| program(uart, &options),
    )
}

fn program(uart: impl Uart + SetBaud, options: &Options) -> Result<(), Failure> {
    let urcs = UrcQueue::<Urc, 4>::new();
    let mut memory = Memory::<2, 4096, 0>::new();
    let modem = Modem::esp_at(uart, StdClock::new(), &mut memory).with_urcs(&urcs);
    let modem = AnyModem::EspAt(modem);
    let network = rig::join(&modem, &options.module)?;
    println!("address: {}", network.ifconfig().during("ask for the address")?.address);
    let Some(modem) = modem.esp_at() else { return Ok(()) };

    let ram = modem.send_command(&GetRam, &mut [0; 64]).during("ask for the memory")?;
    println!("memory: {} bytes, at least {} so far", ram.free, ram.least);

    let sockaddr = getaddrinfo(network, HOST, 80).during("resolve the name")?[0].sockaddr;
    let sock = socket(network, AF_INET, SOCK_STREAM, 0).during("make a socket")?;
    sock.connect(sockaddr).during("connect")?;
    sock.sendall(b"GET /News HTTP/1.0\r\nHost: www.getman.com\r\n\r\n").during("send")?;

    // the answer of the server comes in between: it is the socket's, and this is ours
    let ram = modem.send_command(&GetRam, &mut [0; 64]).during("ask for the memory")?;
    println!("memory: {} bytes while a page is on its way", ram.free);

    let (mut page, mut buffer) = (Vec::new(), [0; 512]);
    loop {
        match sock.recv(&mut buffer).during("receive the page")? {
            0 => break,
            count => page.extend_from_slice(&buffer[..count]),
        }
    }
    println!("page: {} bytes", page.len());
    while let Some(urc) = urcs.take() {
        match urc {
            Urc::TimeUpdated => println!("the module knows the time"),
            Urc::Connected(it) => println!("BLE connection {} of {}", it.index, it.address),
        }
    }
    println!("lines that nobody knew: {}", modem.counters().unknown_lines);
    sock.close().during("close")
}
