//! QEMU: a board with an LM3S6965, a Cortex-M3, whose second serial port is the module's.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use agreement::Status;

use crate::child::Owned;
use crate::options::Options;

/// QEMU, running.
#[derive(Debug)]
pub(crate) struct Machine(Owned);

impl Machine {
    /// Starts it; the module is at the other end of `terminal`, and the firmware is told the arguments.
    pub(crate) fn start(
        options: &Options,
        terminal: &str,
        arguments: &[(&str, u16)],
    ) -> Result<Self, String> {
        let mut semihosting = "enable=on,target=native".to_owned();
        for (name, value) in arguments {
            // QEMU takes what follows a comma for the next setting, and joins all `arg`s by blanks
            semihosting += &format!(",arg={name}={value}");
        }
        if let Some(fault) = options.fault {
            semihosting += &format!(",arg=fault={fault:?}").to_lowercase();
        }
        let mut command = Command::new(&options.qemu);
        command
            .args([
                "-machine",
                "lm3s6965evb",
                "-nodefaults",
                "-display",
                "none",
                "-monitor",
                "none",
            ])
            .args(["-serial", "null"])
            .arg("-chardev")
            .arg(format!("serial,id=module,path={terminal}"))
            .args(["-serial", "chardev:module"])
            .args(["-semihosting-config", &semihosting])
            .arg("-kernel")
            .arg(&options.firmware)
            .stdin(Stdio::null());
        Owned::start(&mut command).map(Self)
    }

    /// Waits until the firmware ends.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<Status, String> {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            let ended = self.0.0.try_wait().map_err(|error| format!("QEMU is lost: {error}"))?;
            if let Some(status) = ended {
                let known = status.code().and_then(Status::of);
                return known.ok_or_else(|| format!("QEMU has ended: {status}"));
            }
            sleep(Duration::from_millis(10));
        }
        Err(format!("the firmware has not ended after {limit:?}"))
    }
}
