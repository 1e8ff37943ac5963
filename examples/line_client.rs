//! Talks a protocol of lines: takes the letters out of a mailbox, by POP3 (RFC 1939).
//!
//! Without arguments module, network and mailbox are simulated: `cargo run --example line_client`;
//! with `--modem quectel-bg96` the module is a cellular one. With `--port /dev/ttyUSB0 --ssid …
//! --password … --host … --mailbox … --secret …` they are real (the mailbox must be one that is served
//! without TLS). `--trace` shows the AT dialogue, `--help` the rest.

#[path = "counterparts/mailbox.rs"]
mod mailbox;
mod rig;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;

use clap::Parser;
use rig::{Failure, ModuleOptions, Step};
use usocket::clock::StdClock;
use usocket::fugit::ExtU32;
use usocket::uart::{SetBaud, Uart};
use usocket::{AF_INET, File, Memory, SOCK_STREAM, getaddrinfo, socket};

/// The mailbox in the simulated network: this name and address lead to one of this process.
const HOST: &str = "mail.example.com";
const ADDRESS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(203, 0, 113, 110), 110);

/// Longest line of a server: 512 bytes for answers (RFC 1939 §3), 1000 in a letter (RFC 5322 §2.1.1).
const LINE: usize = 1000;

/// Read a mailbox through a Wi-Fi or a cellular module.
#[derive(Debug, Parser)]
struct Options {
    /// Mail server: a name or an IPv4 address.
    #[arg(long, default_value = HOST)]
    host: String,
    /// TCP port of the mail server.
    #[arg(long, default_value_t = 110, value_parser = clap::value_parser!(u16).range(1..))]
    pop_port: u16,
    /// Name of the mailbox.
    #[arg(long, default_value = mailbox::USER)]
    mailbox: String,
    /// Its password.
    #[arg(long, default_value = mailbox::SECRET)]
    secret: String,
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    rig::run(
        &options.module,
        |world| Ok(world.host(HOST, ADDRESS, mailbox::start()?)),
        |uart, _| program(uart, &options),
    )
}

fn program(uart: impl Uart + SetBaud, options: &Options) -> Result<(), Failure> {
    let mut memory = Memory::<1, 2048, 0>::new();
    let modem = options.module.modem(uart, StdClock::new(), &mut memory)?;
    let network = rig::join(&modem, &options.module)?;
    println!("address: {}", network.ifconfig().during("ask for the address")?.address);

    let (host, port) = (options.host.as_str(), options.pop_port);
    let sockaddr =
        getaddrinfo(network, host, port).during(&format!("resolve {host:?}"))?[0].sockaddr;
    let sock = socket(network, AF_INET, SOCK_STREAM, 0).during("make a socket")?;
    sock.settimeout(Some(20.secs())).during("set the timeout")?;
    sock.connect(sockaddr).during(&format!("connect to {sockaddr}"))?;

    // from here on the socket is a file of lines
    let file = sock.makefile("rwb").during("make a file")?;
    answer(&file)?;
    command(&file, &format!("USER {}", options.mailbox))?;
    command(&file, &format!("PASS {}", options.secret))?;
    let state = command(&file, "STAT")?;
    let count: u32 = state.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    println!("{count} letters");

    for number in 1..=count {
        command(&file, &format!("RETR {number}"))?;
        println!("--- letter {number}");
        for line in file.lines::<LINE>() {
            let line = line.during("read the letter")?;
            let line = String::from_utf8_lossy(line.trim_ascii_end());
            match line.strip_prefix('.') {
                Some("") => break,                // a dot alone ends the letter
                Some(rest) => println!("{rest}"), // a dot was put before one that the line begins with
                None => println!("{line}"),
            }
        }
    }
    command(&file, "QUIT")?;
    file.close().during("close")
}

/// Gives a command and returns the rest of the answer's line.
fn command(file: &File<'_>, text: &str) -> Result<String, Failure> {
    file.write(format!("{text}\r\n").as_bytes()).during("give a command")?;
    answer(file)
}

/// Reads the line that answers: `+OK …`, or `-ERR …`.
fn answer(file: &File<'_>) -> Result<String, Failure> {
    let mut line = [0; LINE];
    let len = file.readline(&mut line).during("read an answer")?.unwrap_or(0);
    let line = String::from_utf8_lossy(line[..len].trim_ascii_end());
    match line.strip_prefix("+OK") {
        Some(rest) => Ok(rest.to_owned()),
        None => Err(Failure::new(format!("the server says {line:?}"))),
    }
}
