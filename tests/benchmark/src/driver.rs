//! Who is measured.

use std::fmt;

use anyhow::Result;

use crate::limit;
use crate::ours;
use crate::outcome::Outcome;
use crate::peer::{self, Settings};
use crate::scenario::Scenario;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Driver {
    /// What the protocol allows: nobody's.
    Limit,
    Usocket,
    /// esp-at-nal 0.5, with no pause between commands and a receive interrupt for each byte.
    EspAtNalBest,
    /// The same, with a receive interrupt for each 32 bytes, as of a UART with a FIFO.
    EspAtNalFifo,
    /// The same as the first, with the pause of 20 ms between commands that is its default.
    EspAtNalDefault,
}

impl Driver {
    /// Runs a scenario; `progress` is told how many bytes have been moved.
    pub(crate) fn run(self, scenario: &Scenario, progress: &dyn Fn(usize)) -> Result<Outcome> {
        match self {
            Self::Limit => Ok(limit::outcome(scenario)),
            Self::Usocket => ours::run(scenario, progress),
            Self::EspAtNalBest => peer::run(scenario, &Settings::BEST, progress),
            Self::EspAtNalFifo => peer::run(scenario, &Settings::FIFO, progress),
            Self::EspAtNalDefault => peer::run(scenario, &Settings::DEFAULT, progress),
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Limit => "limit",
            Self::Usocket => "usocket",
            Self::EspAtNalBest => "esp-at-nal",
            Self::EspAtNalFifo => "esp-at-nal with a FIFO of 32",
            Self::EspAtNalDefault => "esp-at-nal as it comes",
        })
    }
}
