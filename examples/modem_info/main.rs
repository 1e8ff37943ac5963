//! Shows what a cellular module tells of itself, its SIM and its network.
//!
//! Without arguments the module is a simulated Quectel BG96: `cargo run --example modem_info`. With
//! `--port /dev/ttyUSB0` it is a real one. It is left as it is, except that its radio is switched on,
//! and its SIM unlocked with `--pin`; with `--connect` it is connected first. `--trace` shows the AT
//! dialogue, `--help` the rest.

mod facts;
mod page;
#[path = "../rig/mod.rs"]
mod rig;
mod signal_bar;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};
use facts::Facts;
use page::Page;
use rig::{Failure, ModuleOptions, Step, coloured};
use usocket::Memory;
use usocket::clock::StdClock;
use usocket::uart::{SetBaud, Uart};

/// Show what a cellular module tells of itself, its SIM and its network.
#[derive(Debug, Parser)]
struct Options {
    /// Connect the module first: register, and get a context.
    #[arg(long)]
    connect: bool,
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    // a module that is to be looked at is cellular, and has been on for a while
    let command = Options::command()
        .mut_arg("modem", |arg| arg.default_value("quectel-bg96"))
        .mut_arg("registers_after", |arg| arg.default_value("0"));
    let options = Options::from_arg_matches(&command.get_matches());
    let options = options.unwrap_or_else(|error| error.exit());
    rig::run(&options.module, Ok, |uart, _| program(uart, &options))
}

fn program(uart: impl Uart + SetBaud, options: &Options) -> Result<(), Failure> {
    let mut memory = Memory::<1, 64, 0>::new(); // no socket is made
    let modem = options.module.modem(uart, StdClock::new(), &mut memory)?;
    let Some(lte) = modem.cellular() else {
        let name = &options.module.modem;
        return Err(Failure::new(format!("{name:?} is no cellular module: see --modem")));
    };
    lte.active(true).during("switch the module on")?;
    if options.connect {
        rig::join(&modem, &options.module)?;
    } else {
        rig::unlock(&lte, &options.module)?;
    }
    let facts = Facts::ask(&lte)?;
    println!();
    print!("{}", Page { facts: &facts, colour: coloured(&io::stdout()) });
    Ok(())
}
