//! What the examples stand on: options, the simulated module or a serial port, and clear sentences
//! for what goes wrong.

#![allow(dead_code, reason = "shared by the examples, each of which uses a part")]

mod serial;
mod site;
mod traced;

use std::fmt;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use usocket::clock::Clock;
use usocket::commands::esp_at::wifi::Join;
use usocket::network::{STA_IF, Wlan};
use usocket::uart::Uart;
use usocket::{EspAt, Modem};
use usocket_simulator::{AccessPoint, LoopbackOptions, LoopbackWorld, Profile};

pub(crate) use serial::SerialUart;
pub(crate) use site::Site;
pub(crate) use traced::Traced;

/// The network that the simulated module finds.
const SSID: &str = "haas-open";
const PASSWORD: &str = "12345678";

/// The options that all examples have: which module, and which network.
#[derive(Debug, Args)]
pub(crate) struct ModuleOptions {
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

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

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

/// Starts what the options ask for, and runs the program on it. `neighbours` adds to the simulated
/// network the hosts that the program wants to meet.
pub(crate) fn run(
    options: &ModuleOptions,
    neighbours: impl FnOnce(LoopbackOptions) -> io::Result<LoopbackOptions>,
    program: impl FnOnce(Traced, &Site) -> Result<(), Failure>,
) -> ExitCode {
    // what no module would take is said before anything is started
    let result = Join::new(&options.ssid, &options.password).during("use --ssid and --password");
    let result = result.and_then(|_| match &options.port {
        Some(port) => SerialUart::open(port, options.baud)
            .during(&format!("open the serial port {port:?}"))
            .and_then(|uart| program(Traced::new(uart, options.trace), &Site::real())),
        None => {
            let world = simulated(options, neighbours)?;
            let uart = Traced::new(world.uart(), options.trace);
            program(uart, &Site::simulated(world))
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}: {failure}", env!("CARGO_CRATE_NAME"));
            ExitCode::FAILURE
        }
    }
}

fn simulated(
    options: &ModuleOptions,
    neighbours: impl FnOnce(LoopbackOptions) -> io::Result<LoopbackOptions>,
) -> Result<LoopbackWorld, Failure> {
    let profile = Profile::by_name(&options.profile).ok_or_else(|| {
        let known: Vec<_> = Profile::esp_at().iter().map(|profile| profile.name).collect();
        Failure(format!("no profile {:?}; there are {}", options.profile, known.join(", ")))
    })?;
    println!("simulated module: {}", options.profile);
    let world = LoopbackOptions::new()
        .baud(options.baud)
        .latency(Duration::from_millis(1))
        .boot()
        .access_point(AccessPoint::new(SSID, PASSWORD));
    let world = neighbours(world).during("start the other side")?;
    Ok(LoopbackWorld::start(profile, world))
}

/// Switches the module on, joins the network of the options and says under which address.
pub(crate) fn join<'n, U: Uart, C: Clock>(
    modem: &'n Modem<'_, EspAt, U, C>,
    options: &ModuleOptions,
) -> Result<Wlan<'n>, Failure> {
    let wlan = Wlan::new(modem, STA_IF);
    wlan.active(true).during("switch the module on")?;
    if !wlan.isconnected().during("ask for the network")? {
        let network = format!("join {:?}", options.ssid);
        wlan.connect(&options.ssid, &options.password).during(&network)?;
    }
    println!("address: {}", wlan.ifconfig().during("ask for the address")?.address);
    Ok(wlan)
}
