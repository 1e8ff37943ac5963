//! How full the driver keeps the line, in virtual time, beside esp-at-nal and the limit of the protocol.

mod chart;
mod driver;
mod limit;
mod ours;
mod outcome;
mod payload;
mod peer;
mod plan;
mod runner;
mod scenario;
mod stream;
mod table;
mod target;
mod world;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use scenario::Host;

/// How full the driver keeps the line: payload time ÷ elapsed time, in virtual time.
///
/// Every run gives the same figures. Without arguments: the tables and the chart of the README.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Every combination of module, direction, rate, latency, sockets and size.
    #[arg(long)]
    all: bool,

    /// Payload of each measurement, in KiB.
    #[arg(long, default_value_t = 1024)]
    payload: usize,

    /// Receive buffer of the host's UART, in bytes; without it, it holds all that comes.
    #[arg(long)]
    fifo: Option<usize>,

    /// Most bytes that one read of the UART gives; without it, as many as the reader has room for.
    #[arg(long)]
    read: Option<usize>,

    /// Where tables and chart are written as files, too.
    #[arg(long)]
    out: Option<PathBuf>,

    /// Measurements at a time.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    jobs: usize,
}

fn main() -> ExitCode {
    match go(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn go(arguments: &Arguments) -> Result<()> {
    let host = Host { fifo: arguments.fifo, read: arguments.read };
    let base = plan::standard(arguments.payload * 1024, host);
    let sections = if arguments.all { plan::grid(base) } else { plan::report(base) };

    let runs: Vec<_> = sections.iter().flat_map(|section| &section.runs).copied().collect();
    let mut outcomes = runner::measure(&runs, arguments.jobs)?;
    let missed = target::missed(&runs, &outcomes);
    let failures = table::failures(&runs, &outcomes)?;

    let mut report = String::new();
    let mut drawn = None;
    for section in &sections {
        let rest = outcomes.split_off(section.runs.len());
        report += &table::render(section, &outcomes)?;
        report.push('\n');
        if section.title == plan::SIZES_TITLE {
            drawn = Some((&section.runs, outcomes.clone()));
        }
        outcomes = rest;
    }
    if !failures.is_empty() {
        report += "### What failed\n\n";
        report += &failures;
    }
    print!("{report}");
    if let Some(folder) = &arguments.out {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("utilisation.md"), &report)?;
        if let Some((runs, outcomes)) = drawn {
            chart::draw(&folder.join("utilisation.svg"), runs, &outcomes)?;
        }
        println!("written to {}", folder.display());
    }
    if !missed.is_empty() {
        bail!("short of the targets:\n{}", missed.join("\n"));
    }
    Ok(())
}
