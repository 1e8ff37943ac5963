//! How long a module takes, whatever its family.

use core::time::Duration;

/// How long things take; worlds change it, firmware cannot.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Timing {
    /// From the end of a command to the start of its answer.
    pub latency: Duration,
    /// From power or reset to the first word of the firmware, `ready` or `RDY`.
    pub boot: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { latency: Duration::ZERO, boot: Duration::from_millis(500) }
    }
}
