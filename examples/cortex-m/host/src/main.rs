//! Runs the firmware in QEMU, with the simulated module on its second serial port and real peers.
#![forbid(unsafe_code)]

mod child;
mod datagram_peer;
mod download;
mod echo_clients;
mod machine;
mod options;
mod port;
mod simulator;
mod traffic;
mod upload;

use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use agreement::Status;
use clap::Parser;

use machine::Machine;
use options::Options;
use simulator::Simulator;
use traffic::Traffic;

/// How long peers may take to come to an end when the firmware has.
const AFTERWARDS: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("host: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), String> {
    let began = Instant::now();
    let (peer, reports) = channel::<Result<Traffic, String>>();
    let start = |error: std::io::Error| format!("cannot start a peer: {error}");
    let echo = port::free().map_err(start)?;
    let calls = port::free().map_err(start)?;
    let arguments = [
        ("upload", upload::start(peer.clone()).map_err(start)?),
        ("download", download::start(options.flaw, peer.clone()).map_err(start)?),
        ("datagrams", datagram_peer::start(calls, peer.clone()).map_err(start)?),
        ("echo", echo),
        ("calls", calls),
    ];
    echo_clients::start(echo, peer);

    let simulator = Simulator::start(options)?;
    let mut machine = Machine::start(options, simulator.terminal(), &arguments)?;
    let status = machine.wait(Duration::from_secs(options.limit))?;
    println!(
        "host: the firmware has ended after {:.1} s: {status:?}",
        began.elapsed().as_secs_f32()
    );
    if status != options.expected() {
        return Err(format!("expected {:?}", options.expected()));
    }
    if status == Status::Success {
        for _ in
            0..upload::REPORTS + download::REPORTS + datagram_peer::REPORTS + echo_clients::REPORTS
        {
            let report = reports.recv_timeout(AFTERWARDS);
            println!("host: {}", report.map_err(|_| "a peer has not come to an end")??);
        }
    }
    Ok(())
}
