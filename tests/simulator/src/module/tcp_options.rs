//! Socket options that a test can look at.

/// Options of one TCP link, as the firmware has set them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TcpOptions {
    /// Seconds that a close waits for unsent data; -1 is off, and 0 makes it a reset.
    pub linger: i32,
    /// Whether small segments are sent at once.
    pub no_delay: bool,
    /// Milliseconds after which a send fails; 0 is never.
    pub send_timeout: u32,
    /// Seconds of silence after which the peer is probed; 0 is never.
    pub keep_alive: u32,
}

impl Default for TcpOptions {
    fn default() -> Self {
        Self { linger: -1, no_delay: false, send_timeout: 0, keep_alive: 0 }
    }
}
