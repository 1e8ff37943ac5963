//! What the examples stand on: options, a module that is simulated or at a serial port, its network,
//! and clear sentences for what goes wrong.

#![allow(dead_code, unused_imports, reason = "shared by the examples, each of which uses a part")]

mod any_modem;
mod any_uart;
mod colour;
mod failure;
mod join;
mod log_screen;
mod options;
mod simulated;
mod site;
pub(crate) mod words;

use std::io;
use std::process::ExitCode;

use usocket_simulator::LoopbackOptions;

pub(crate) use any_modem::AnyModem;
pub(crate) use any_uart::AnyUart;
pub(crate) use colour::coloured;
pub(crate) use failure::{Failure, Step};
pub(crate) use join::{introduce, join, unlock};
pub(crate) use options::ModuleOptions;
pub(crate) use site::Site;

use simulated::SimulatedUart;
use usocket::uart::SerialUart;

/// Starts what the options ask for, and runs the program on it. `neighbours` adds to the simulated
/// network the hosts that the program wants to meet.
pub(crate) fn run(
    options: &ModuleOptions,
    neighbours: impl FnOnce(LoopbackOptions) -> io::Result<LoopbackOptions>,
    program: impl FnOnce(AnyUart, &Site) -> Result<(), Failure>,
) -> ExitCode {
    if options.trace {
        log_screen::show();
    }
    let result = options.check().and_then(|()| match &options.port {
        Some(port) => {
            let uart = SerialUart::open(port, options.baud);
            let uart = uart.during(&format!("open the serial port {port:?}"))?;
            println!("module at {port:?}, {} baud", options.baud);
            program(AnyUart::new(uart), &Site::real())
        }
        None => {
            let world = simulated::start(options, neighbours)?;
            let uart = AnyUart::new(SimulatedUart(world.uart()));
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
