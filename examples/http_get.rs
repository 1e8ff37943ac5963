//! Fetches a web page through an ESP-AT module.
//!
//! Without arguments the module is a simulated one in this process, and so are the access point and
//! the web server: `cargo run --example http_get`. With `--port /dev/ttyUSB0 --ssid … --password …`
//! it is a real one. `--trace` shows the AT dialogue, `--help` the rest.

mod rig;

use std::process::ExitCode;

use rig::{Failure, Options, Step};
use usocket::clock::{Clock, StdClock};
use usocket::network::{STA_IF, Wlan};
use usocket::uart::Uart;
use usocket::{AF_INET, Memory, Modem, SOCK_STREAM, getaddrinfo, socket};

fn main() -> ExitCode {
    rig::run(program)
}

fn program(uart: impl Uart, options: &Options) -> Result<(), Failure> {
    let mut memory = Memory::<2, 4096, 0>::new();
    let modem = Modem::esp_at(uart, StdClock::new(), &mut memory);

    let wlan = Wlan::new(&modem, STA_IF); // make the WLAN object
    wlan.active(true).during("switch the module on")?; // switch the interface on
    if let Some(version) = modem.version() {
        let (major, minor, patch, _) = version.numbers();
        println!("module: ESP-AT {major}.{minor}.{patch} on {:?}", version.chip);
    }
    // a module that is joining the network it has stored does not scan: no reason to stop
    for ap in wlan.scan().unwrap_or_default() {
        let ssid = String::from_utf8_lossy(ap.ssid());
        println!("network: {ssid:?} channel {} {} dBm {:?}", ap.channel, ap.rssi, ap.security);
    }
    if !wlan.isconnected().during("ask for the network")? {
        wlan.connect(&options.ssid, &options.password)
            .during(&format!("join {:?}", options.ssid))?;
    }
    println!("address: {}", wlan.ifconfig().during("ask for the address")?);

    // make a socket
    let sock = socket(&wlan, AF_INET, SOCK_STREAM, 0).during("make a socket")?;

    // resolve the name
    let (host, port) = (options.host.as_str(), options.http_port);
    let sockaddr = getaddrinfo(&wlan, host, port).during(&format!("resolve {host:?}"))?[0].sockaddr;

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
    // the two directions of the line are independent: the busier one counts
    let busy_ms = received as f64 * 10.0 / f64::from(options.baud) * 1000.0;
    println!(
        "\n{moved} bytes moved in {elapsed} ms over {} baud: line utilisation {:.0} %",
        options.baud,
        100.0 * busy_ms / f64::from(elapsed)
    );

    // close the connection
    sock.close().during("close")?;
    Ok(())
}
