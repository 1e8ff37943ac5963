//! A simulated Wi-Fi or cellular module on a pseudo-terminal, a TCP port, or standard input and output.

mod credentials;
#[cfg(unix)]
mod terminal;

use clap::{Args, Parser};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::str::FromStr;
use core::time::Duration;
use credentials::Credentials;
use embedded_io::{Read as _, ReadReady as _, Write as _};
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Instant;
use usocket_simulator::{
    AccessPoint, Dialogue, LoopbackOptions, LoopbackUart, LoopbackWorld, Profile, Sim, UartError,
};

/// A simulated Wi-Fi or cellular module.
///
/// It speaks AT commands like the real firmware, and its network is this machine: addresses in
/// 127.0.0.0/8 are real, hosts given with --host are mapped, everything else is unreachable.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
struct Options {
    /// Firmware to simulate; see --list-profiles
    #[arg(long, visible_alias = "modem", value_name = "NAME", default_value = "esp32c3-4.1")]
    profile: String,

    /// List the firmware profiles and exit
    #[arg(long)]
    list_profiles: bool,

    #[command(flatten)]
    service: Service,

    /// Speed of the simulated line, in baud
    #[arg(long, value_name = "BAUD", default_value_t = 115_200,
          value_parser = clap::value_parser!(u32).range(80..=5_000_000))]
    baud: u32,

    /// Name of the Wi-Fi access point in reach
    #[arg(long, default_value = "simulated")]
    ssid: String,

    /// Password of the Wi-Fi access point; empty for an open one
    #[arg(long, default_value = "password")]
    password: String,

    #[command(flatten)]
    card: Card,

    /// Access point name that the mobile network lets in; without one, it lets in every name
    #[arg(long = "apn", value_name = "NAME[,USER[,PASSWORD]]")]
    apns: Vec<String>,

    /// Start connected: associated with the Wi-Fi access point, or with an active PDP context
    #[arg(long)]
    joined: bool,

    /// Start with a boot instead of a module that is up
    #[arg(long)]
    boot: bool,

    /// Start with the clock set, which verified TLS links need
    #[arg(long)]
    time_set: bool,

    /// Have IPv6 (on Wi-Fi, AT+CIPV6=1); a mapped host has an IPv6 address too
    #[arg(long)]
    ipv6: bool,

    /// Map a host of the simulated network to a real address; without PORT, every port of it
    #[arg(long = "host", value_name = "NAME[:PORT]=IP:PORT")]
    hosts: Vec<Mapping>,

    #[command(flatten)]
    credentials: Credentials,

    /// Time from the end of a command to its answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency_ms: u64,

    /// Print the dialogue to standard error
    #[arg(long)]
    trace: bool,

    /// Print the dialogue without colours, as NO_COLOR in the environment does
    #[arg(long, visible_alias = "no-color")]
    no_colour: bool,
}

/// Where the UART of the module is to be found.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Service {
    /// Serve on a pseudo-terminal and print its name (default)
    #[arg(long)]
    pty: bool,

    /// Serve one client at a time on this TCP address
    #[arg(long, value_name = "ADDRESS:PORT")]
    tcp: Option<SocketAddr>,

    /// Serve on standard input and output, until the input ends
    #[arg(long)]
    stdio: bool,
}

/// The card of a cellular module.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Card {
    /// PIN that the SIM card of a cellular module asks for; without one, it asks for none
    #[arg(long, value_name = "PIN")]
    pin: Option<String>,

    /// Leave the SIM card out
    #[arg(long)]
    no_sim: bool,
}

/// `NAME[:PORT]=IP:PORT`.
#[derive(Debug, Clone)]
struct Mapping {
    name: String,
    port: u16,
    real: SocketAddr,
}

impl FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, real) = text.split_once('=').ok_or("expected NAME[:PORT]=IP:PORT")?;
        let (name, port) = match name.split_once(':') {
            Some((name, port)) => (name, port.parse().map_err(|_| format!("bad port `{port}`"))?),
            None => (name, 0),
        };
        if name.is_empty() {
            return Err("the name is empty".to_owned());
        }
        let real = real.parse().map_err(|_| format!("`{real}` is not IP:PORT"))?;
        Ok(Self { name: name.to_owned(), port, real })
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    if options.list_profiles {
        for profile in Profile::all() {
            println!("{:<14} {}", profile.name, profile.title);
        }
        return ExitCode::SUCCESS;
    }
    match serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: Options) -> Result<(), String> {
    let profile = Profile::by_name(&options.profile).ok_or_else(|| {
        let known = Profile::all().iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        format!("there is no profile `{}`; the profiles are {known}", options.profile)
    })?;
    let service = &options.service;
    if service.stdio {
        let world = LoopbackWorld::start(profile, world_options(&options)?);
        return serve_stdio(&world.uart());
    }
    if let Some(address) = service.tcp {
        let listener = TcpListener::bind(address)
            .map_err(|error| format!("cannot listen on {address}: {error}"))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("{address}");
        let world = LoopbackWorld::start(profile, world_options(&options)?);
        return serve_tcp(&listener, &world.uart());
    }
    serve_terminal(profile, &options)
}

fn world_options(options: &Options) -> Result<LoopbackOptions, String> {
    let mut world = LoopbackOptions::new()
        .baud(options.baud)
        .latency(Duration::from_millis(options.latency_ms))
        .access_point(AccessPoint::new(&options.ssid, &options.password))
        .sim(match &options.card {
            Card { no_sim: true, .. } => Sim::absent(),
            Card { pin: Some(pin), .. } => Sim::locked(pin),
            Card { pin: None, .. } => Sim::default(),
        })
        .joined(options.joined)
        .ipv6(options.ipv6)
        .time_set(options.time_set)
        .read_limit(Duration::from_millis(100));
    if options.boot {
        world = world.boot();
    }
    for apn in &options.apns {
        let mut parts = apn.splitn(3, ',');
        let mut next = || parts.next().unwrap_or_default();
        world = world.apn(next(), next(), next());
    }
    for mapping in &options.hosts {
        // Each name gets an address of TEST-NET-1, which is never a real network.
        let first = options.hosts.iter().position(|other| other.name == mapping.name).unwrap_or(0);
        let address = Ipv4Addr::from(u32::from(Ipv4Addr::new(192, 0, 2, 1)) + first as u32);
        world = world.host(&mapping.name, (address, mapping.port), mapping.real);
        if options.ipv6 {
            // And one of the prefix for documentation.
            let address = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, first as u16 + 1);
            world = world.host(&mapping.name, (address, mapping.port), mapping.real);
        }
    }
    if options.trace {
        let mut dialogue = Dialogue::stderr();
        if options.no_colour {
            dialogue = Dialogue::new(io::stderr(), false);
        }
        world = world.trace(move |entry| {
            // There is nowhere to report that standard error is gone.
            let _ = dialogue.entry(entry);
        });
    }
    options.credentials.apply(world)
}

fn serve_stdio(uart: &LoopbackUart) -> Result<(), String> {
    let mut output = uart.clone();
    let printer = std::thread::spawn(move || {
        // Ends with the world.
        let _ = pump_out(&mut output, &mut io::stdout(), |_| false);
    });
    let mut uart = uart.clone();
    pump_in(&mut io::stdin().lock(), &mut uart).map_err(|error| error.to_string())?;
    uart.flush().map_err(|error| error.to_string())?;
    // The answer to the last command still has to come.
    let mut quiet = Instant::now();
    while quiet.elapsed() < Duration::from_millis(500) {
        if uart.read_ready().unwrap_or(false) || !uart.is_idle() {
            quiet = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    if printer.is_finished() {
        return Err("standard output is closed".to_owned());
    }
    Ok(())
}

fn serve_tcp(listener: &TcpListener, uart: &LoopbackUart) -> Result<(), String> {
    loop {
        let (client, _) = listener.accept().map_err(|error| error.to_string())?;
        // an answer comes in pieces, which must not wait for each other
        let _ = client.set_nodelay(true);
        let (mut reader, mut input) = match client.try_clone() {
            Ok(reader) => (reader, uart.clone()),
            Err(error) => return Err(error.to_string()),
        };
        let writer = std::thread::spawn(move || pump_in(&mut reader, &mut input));
        let mut output = uart.clone();
        // A client that left is no error; the next one may come.
        let _ = pump_out(&mut output, &mut &client, |_| writer.is_finished());
        let _ = client.shutdown(std::net::Shutdown::Both);
        let _ = writer.join();
    }
}

#[cfg(unix)]
fn serve_terminal(profile: Profile, options: &Options) -> Result<(), String> {
    let terminal = terminal::Terminal::open()
        .map_err(|error| format!("cannot open a pseudo-terminal: {error}"))?;
    println!("{}", terminal.name());
    let world = LoopbackWorld::start(profile, world_options(options)?);
    let mut reader = terminal.controller().map_err(|error| error.to_string())?;
    let mut writer = terminal.controller().map_err(|error| error.to_string())?;
    let mut output = world.uart();
    std::thread::spawn(move || pump_out(&mut output, &mut writer, |_| false));
    let result = pump_in(&mut reader, &mut world.uart());
    drop(terminal);
    result.map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn serve_terminal(_: Profile, _: &Options) -> Result<(), String> {
    Err("this system has no pseudo-terminals; use --tcp or --stdio".to_owned())
}

/// Host to module, until the source ends.
fn pump_in(source: &mut impl Read, uart: &mut LoopbackUart) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        uart.write_all(&buffer[..count]).map_err(io::Error::other)?;
    }
}

/// Module to host, until the world stops, the sink fails, or `done`.
fn pump_out(
    uart: &mut LoopbackUart,
    sink: &mut impl Write,
    mut done: impl FnMut(&[u8]) -> bool,
) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        match uart.read(&mut buffer) {
            Ok(count) => {
                sink.write_all(&buffer[..count])?;
                sink.flush()?;
            }
            Err(UartError::TimedOut) => {}
            Err(error) => return Err(io::Error::other(error)),
        }
        if done(&buffer) {
            return Ok(());
        }
    }
}
