//! What has gone over a connection, as one line.

use std::fmt;
use std::time::{Duration, Instant};

/// Bytes that went over, each of them checked.
#[derive(Debug)]
pub(crate) struct Traffic {
    what: &'static str,
    bytes: u64,
    time: Duration,
}

impl Traffic {
    /// What began then and is over now.
    pub(crate) fn since(began: Instant, what: &'static str, bytes: u64) -> Self {
        Self { what, bytes, time: began.elapsed() }
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, bytes, time } = self;
        let rate = *bytes as f64 / 1000.0 / time.as_secs_f64();
        write!(f, "{what}: {bytes} bytes as they should be, {rate:.0} kB/s")
    }
}
