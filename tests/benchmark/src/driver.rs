//! Who is measured.

use std::fmt;

use anyhow::Result;

use crate::limit;
use crate::ours;
use crate::outcome::Outcome;
use crate::scenario::Scenario;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Driver {
    /// What the protocol allows: nobody's.
    Limit,
    Usocket,
}

impl Driver {
    /// Runs a scenario; `progress` is told how many bytes have been moved.
    pub(crate) fn run(self, scenario: &Scenario, progress: &dyn Fn(usize)) -> Result<Outcome> {
        match self {
            Self::Limit => Ok(limit::outcome(scenario)),
            Self::Usocket => ours::run(scenario, progress),
        }
    }
}

impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Limit => "limit",
            Self::Usocket => "usocket",
        })
    }
}
