//! What the examples stand on: options, the simulated module or a serial port, and clear sentences
//! for what goes wrong.

mod serial;
mod server;
mod traced;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use usocket::commands::esp_at::wifi::Join;
use usocket_simulator::{AccessPoint, LoopbackOptions, LoopbackWorld, Profile};

pub(crate) use serial::SerialUart;
pub(crate) use traced::Traced;

/// The network that the simulated module finds.
const SSID: &str = "haas-open";
const PASSWORD: &str = "12345678";
/// The web server in it: this name and address lead to a server of this process.
const HOST: &str = "www.getman.com";
const ADDRESS: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);

/// Fetch a web page through an ESP-AT module.
#[derive(Debug, Parser)]
#[command(about, long_about = None)]
pub(crate) struct Options {
    /// Serial port of a real module (or of the simulator's pseudo-terminal); without it the module
    /// is simulated in this process.
    #[arg(long, value_name = "DEVICE")]
    pub(crate) port: Option<String>,
    /// Baud rate of the line.
    #[arg(long, default_value_t = 115_200, value_parser = clap::value_parser!(u32).range(80..=5_000_000))]
    pub(crate) baud: u32,
    /// Network to join.
    #[arg(long, default_value = SSID)]
    pub(crate) ssid: String,
    /// Its password; empty for an open network.
    #[arg(long, default_value = PASSWORD)]
    pub(crate) password: String,
    /// Host to fetch from: a name or an IPv4 address.
    #[arg(long, default_value = HOST)]
    pub(crate) host: String,
    /// TCP port of the web server.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) http_port: u16,
    /// Page to fetch.
    #[arg(long, default_value = "/News")]
    pub(crate) path: String,
    /// Firmware that is simulated.
    #[arg(long, default_value = "esp32c3-4.1", conflicts_with = "port")]
    pub(crate) profile: String,
    /// Print the AT dialogue on standard error.
    #[arg(long)]
    pub(crate) trace: bool,
}

/// Why an example ended early: one sentence.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Adds to an error what was being done.
pub(crate) trait Step<T> {
    /// "cannot `action`: `error`".
    fn during(self, action: &str) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> Step<T> for Result<T, E> {
    fn during(self, action: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure(format!("cannot {action}: {error}")))
    }
}

/// Reads the options, starts what they ask for, and runs the program on it.
pub(crate) fn run<P>(program: P) -> ExitCode
where
    P: FnOnce(Traced, &Options) -> Result<(), Failure>,
{
    let options = Options::parse();
    // what no module would take is said before anything is started
    let result = Join::new(&options.ssid, &options.password).during("use --ssid and --password");
    let result = result.and_then(|_| match &options.port {
        Some(port) => SerialUart::open(port, options.baud)
            .during(&format!("open the serial port {port:?}"))
            .and_then(|uart| program(Traced::new(uart, options.trace), &options)),
        None => simulated(&options, program),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("http_get: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn simulated<P>(options: &Options, program: P) -> Result<(), Failure>
where
    P: FnOnce(Traced, &Options) -> Result<(), Failure>,
{
    let profile = Profile::by_name(&options.profile).ok_or_else(|| {
        let known: Vec<_> = Profile::all().iter().map(|profile| profile.name).collect();
        Failure(format!("no profile {:?}; there are {}", options.profile, known.join(", ")))
    })?;
    let server = server::start().during("start the web server")?;
    let world = LoopbackWorld::start(
        profile,
        LoopbackOptions::new()
            .baud(options.baud)
            .latency(Duration::from_millis(1))
            .boot()
            .access_point(AccessPoint::new(SSID, PASSWORD))
            .host(HOST, SocketAddrV4::new(ADDRESS, 80), server),
    );
    println!("simulated module: {}, web server: {HOST} at {server}", options.profile);
    program(Traced::new(world.uart(), options.trace), options)
}
