//! The simulator program: a module on a pseudo-terminal, whose network is the loopback interface.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use agreement::HOST;

use crate::child::Owned;
use crate::options::Options;

/// The simulator program, running.
#[derive(Debug)]
pub(crate) struct Simulator {
    _process: Owned,
    terminal: String,
}

impl Simulator {
    /// Starts it; the networks that it finds are those that the firmware joins.
    pub(crate) fn start(options: &Options) -> Result<Self, String> {
        let mut command = Command::new(&options.simulator);
        command
            .args(["--pty", "--profile", &options.modem])
            .args(["--baud", &options.baud.to_string()])
            .args(["--ssid", "haas-open", "--password", "12345678", "--apn", "internet"])
            // each of its ports is the same one of this machine
            .args(["--host", &format!("{HOST}=127.0.0.1:0")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        if options.trace {
            command.arg("--trace");
        }
        let mut process = Owned::start(&mut command)?;
        let output = process.0.stdout.take().ok_or("the simulator has no output")?;
        let mut terminal = String::new();
        let read = BufReader::new(output).read_line(&mut terminal);
        read.map_err(|error| format!("the simulator says nothing: {error}"))?;
        let terminal = terminal.trim().to_owned();
        if terminal.is_empty() {
            return Err("the simulator has not started".to_owned());
        }
        Ok(Self { _process: process, terminal })
    }

    /// Where the UART of the module is.
    pub(crate) fn terminal(&self) -> &str {
        &self.terminal
    }
}
