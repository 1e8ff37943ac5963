//! What can be chosen.

use std::path::PathBuf;

use agreement::Status;
use clap::{Parser, ValueEnum};

/// Run the firmware in QEMU against the simulated module.
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// The firmware
    #[arg(long)]
    pub(crate) firmware: PathBuf,

    /// The simulator program
    #[arg(long)]
    pub(crate) simulator: PathBuf,

    /// QEMU
    #[arg(long, default_value = "qemu-system-arm")]
    pub(crate) qemu: PathBuf,

    /// The simulated module
    #[arg(long, default_value = "esp32c3-4.1")]
    pub(crate) modem: String,

    /// Speed of the simulated line: how fast the module takes and gives bytes
    #[arg(long, default_value_t = 5_000_000)]
    pub(crate) baud: u32,

    /// What the firmware does wrong
    #[arg(long)]
    pub(crate) fault: Option<Fault>,

    /// Send a wrong byte, which the firmware has to find, at this place of each download
    #[arg(long)]
    pub(crate) flaw: Option<u32>,

    /// Longest time that the firmware may run, in seconds
    #[arg(long, default_value_t = 120)]
    pub(crate) limit: u64,

    /// Print the dialogue with the module
    #[arg(long)]
    pub(crate) trace: bool,
}

/// Something that the firmware does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    Stall,
    Panic,
    Undefined,
}

impl Options {
    /// How the firmware has to end.
    pub(crate) fn expected(&self) -> Status {
        match (self.fault, self.flaw) {
            (None, None) => Status::Success,
            (None, Some(_)) => Status::Wrong,
            (Some(Fault::Stall), _) => Status::LossNoticed,
            (Some(Fault::Panic), _) => Status::Panic,
            (Some(Fault::Undefined), _) => Status::HardFault,
        }
    }
}
