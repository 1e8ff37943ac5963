//! Fetches a web page through a Wi-Fi or a cellular module.
//!
//! Without arguments the module is a simulated ESP32-C3 in this process, and so are the access point
//! and the web server: `cargo run --example http_get`. With `--modem quectel-bg96` it is a cellular
//! one. With `--port /dev/ttyUSB0 --ssid … --password …`, or `--port /dev/ttyUSB0 --modem quectel
//! --apn …`, it is a real one. `--trace` shows the AT dialogue, `--help` the rest.

mod rig;
#[path = "counterparts/web.rs"]
mod web;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;

use clap::Parser;
use rig::{Failure, ModuleOptions, Step};
use usocket::clock::{Clock, StdClock};
use usocket::uart::{SetBaud, Uart};
use usocket::{AF_INET, Memory, ModuleEvent, SOCK_STREAM, getaddrinfo, socket};

/// The web server in the simulated network: name and address lead to a server of this process.
const HOST: &str = "www.getman.com";
const ADDRESS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(93, 184, 216, 34), 80);

/// Fetch a web page through a Wi-Fi or a cellular module.
#[derive(Debug, Parser)]
struct Options {
    /// Host to fetch from: a name or an IPv4 address.
    #[arg(long, default_value = HOST)]
    host: String,
    /// TCP port of the web server.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(1..))]
    http_port: u16,
    /// Page to fetch.
    #[arg(long, default_value = "/News")]
    path: String,
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
    let mut memory = Memory::<2, 4096, 0>::new();
    let modem = options.module.modem(uart, StdClock::new(), &mut memory)?;

    // make the network object, switch it on and connect it; what follows is the same on any network
    rig::introduce(&modem)?;
    let network = rig::join(&modem, &options.module)?;
    println!("address: {}", network.ifconfig().during("ask for the address")?);

    // make a socket
    let sock = socket(network, AF_INET, SOCK_STREAM, 0).during("make a socket")?;

    // resolve the name
    let (host, port) = (options.host.as_str(), options.http_port);
    let sockaddr =
        getaddrinfo(network, host, port).during(&format!("resolve {host:?}"))?[0].sockaddr;

    // connect
    sock.connect(sockaddr).during(&format!("connect to {sockaddr}"))?;

    // send a message to the server
    let start = modem.clock().now();
    let path = &options.path;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    sock.sendall(request.as_bytes()).during("send the request")?;

    // receive the server's message: status line and headers line by line, then the body
    let mut received = 0;
    let mut data = [0; 1024];
    let mut head = true;
    loop {
        let len = if head { sock.readline(&mut data) } else { sock.read(&mut data) };
        let len = len.during("receive the answer")?.unwrap_or(0);
        print!("{}", String::from_utf8_lossy(&data[..len]));
        head &= len > 2; // an empty line ends the headers
        received += len;
        if len == 0 {
            break;
        }
    }

    let elapsed = modem.clock().now().wrapping_sub(start).max(1);
    let moved = received + request.len();
    let mut baud = options.module.baud;
    while let Some(event) = modem.event() {
        if let ModuleEvent::Baud(raised) = event {
            baud = raised;
        }
    }
    // the two directions of the line are independent: the busier one counts
    let busy_ms = received as f64 * 10.0 / f64::from(baud) * 1000.0;
    println!(
        "\n{moved} bytes moved in {elapsed} ms over {baud} baud: line utilisation {:.0} %",
        100.0 * busy_ms / f64::from(elapsed)
    );

    // close the connection
    sock.close().during("close")?;
    Ok(())
}
