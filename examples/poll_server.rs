//! A chat: one loop serves all clients of the module at once, and never waits for one of them.
//!
//! `cargo run --example poll_server` simulates the module, and people who chat; with
//! `--modem quectel-bg96` it is a cellular one. With `--port /dev/ttyUSB0 --ssid … --password …` the
//! module is a real one and the people are yours: `nc ADDRESS 7000`, twice. `--trace` shows the AT
//! dialogue, `--help` the rest.

#[path = "counterparts/chatters.rs"]
mod chatters;
mod rig;

use std::net::Ipv4Addr;
use std::process::ExitCode;

use clap::Parser;
use rig::{Failure, ModuleOptions, Site, Step};
use usocket::clock::StdClock;
use usocket::select::{POLLIN, POLLOUT, Poll};
use usocket::uart::{SetBaud, Uart};
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, Socket, socket};

/// Sockets of the server: the listener, and one for each link of a Wi-Fi module.
const SOCKETS: usize = 6;

/// Serve a chat through a Wi-Fi or a cellular module.
#[derive(Debug, Parser)]
struct Options {
    /// TCP port to listen on.
    #[arg(long, default_value_t = 7000, value_parser = clap::value_parser!(u16).range(1..))]
    listen: u16,
    /// End when this many have come, and all have left; a Wi-Fi module has five links.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=5))]
    clients: u8,
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    rig::run(&options.module, Ok, |uart, site| program(uart, site, &options))
}

fn program(uart: impl Uart + SetBaud, site: &Site, options: &Options) -> Result<(), Failure> {
    let mut memory = Memory::<SOCKETS, 1024, 512>::new();
    let modem = options.module.modem(uart, StdClock::new(), &mut memory)?;
    let network = rig::join(&modem, &options.module)?;
    println!("address: {}", network.ifconfig().during("ask for the address")?.address);

    let listener = socket(network, AF_INET, SOCK_STREAM, 0).during("make a socket")?;
    listener.bind((Ipv4Addr::UNSPECIFIED, options.listen)).during("bind")?;
    listener.listen(2).during("listen")?;
    listener.setblocking(false).during("stop waiting")?;
    println!("listening on port {}", options.listen);
    let expected = usize::from(options.clients);
    let round = chatters::Round::new(expected);
    let visitors = site.visit(options.listen, expected, move |number, it| round.talk(number, it));

    let mut poll = Poll::<SOCKETS>::new(network);
    poll.register(&listener, POLLIN).during("poll the listener")?;
    let mut clients: Vec<Client<'_>> = Vec::new();
    let mut come = 0;
    while come < expected || !clients.is_empty() {
        let mut said = Vec::new(); // (who, what)
        for event in poll.poll(None).during("poll")? {
            if event.is(&listener) {
                come += 1;
                clients.push(Client::accept(&listener, come).during("accept a client")?);
            } else if let Some(client) = clients.iter_mut().find(|it| event.is(&it.sock)) {
                if event.is_writable() {
                    client.tell();
                }
                if event.is_readable() {
                    let lines = client.hear();
                    said.extend(lines.into_iter().map(|line| (client.number, line)));
                }
            }
        }
        for (who, line) in said {
            print!("{who}: {}", String::from_utf8_lossy(&line));
            for client in clients.iter_mut().filter(|client| client.number != who) {
                client.outgoing.extend_from_slice(&line);
            }
        }
        clients.retain(|client| {
            if client.gone {
                println!("{} has left", client.number);
                poll.unregister(&client.sock);
            }
            !client.gone
        });
        for client in &clients {
            poll.register(&client.sock, client.wish()).during("poll a client")?;
        }
    }
    listener.close().during("stop listening")?;
    visitors.leave()
}

/// Somebody in the chat.
struct Client<'n> {
    sock: Socket<'n>,
    number: usize,
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// What the others have said and the module has not taken.
    outgoing: Vec<u8>,
    gone: bool,
}

impl<'n> Client<'n> {
    fn accept(listener: &Socket<'n>, number: usize) -> Result<Self, Error> {
        let (sock, from) = listener.accept()?;
        sock.setblocking(false)?;
        println!("{number} has come from {from}");
        Ok(Self { sock, number, line: Vec::new(), outgoing: b"welcome\n".to_vec(), gone: false })
    }

    /// What to wait for: room to write is of interest only to those who have something to write.
    fn wish(&self) -> u8 {
        if self.outgoing.is_empty() { POLLIN } else { POLLIN | POLLOUT }
    }

    /// Takes in what has come and returns the lines that are complete.
    fn hear(&mut self) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let mut buf = [0; 128];
        loop {
            match self.sock.readline(&mut buf) {
                Ok(None) => return lines, // no more for now
                Ok(Some(0)) | Err(_) => {
                    self.gone = true;
                    return lines;
                }
                Ok(Some(len)) => {
                    self.line.extend_from_slice(&buf[..len]);
                    if self.line.ends_with(b"\n") {
                        lines.push(std::mem::take(&mut self.line));
                    }
                }
            }
        }
    }

    /// Writes as much as there is room for; the rest has to wait for the next `POLLOUT`.
    fn tell(&mut self) {
        match self.sock.write(&self.outgoing) {
            Ok(count) => {
                self.outgoing.drain(..count.unwrap_or(0));
            }
            Err(_) => self.gone = true,
        }
    }
}
