//! Worlds: what surrounds a module, from its UART to the peers on the network.

mod clockwork;
mod fault;
mod line;
mod loopback;
mod noise;
pub(crate) mod trace;
mod virtual_world;

pub use line::Statistics;
pub use loopback::{LoopbackOptions, LoopbackUart, LoopbackWorld};
pub use noise::{Disturbance, Disturbed};
pub use trace::{Direction, Entry};
pub use virtual_world::{Host, Peer, TlsHello, Uart, UdpHost, VirtualWorld};

use core::fmt;

/// Why a read from or a write to a simulated UART failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UartError {
    /// Nothing came within the time limit of a blocking read.
    TimedOut,
    /// The world has stopped.
    Stopped,
    /// Bytes were lost because nobody read them in time, or came damaged.
    Overrun(embedded_io::ErrorKind),
}

impl fmt::Display for UartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TimedOut => "nothing received in time",
            Self::Stopped => "the simulated module has stopped",
            Self::Overrun(_) => "received bytes were lost",
        })
    }
}

impl core::error::Error for UartError {}

impl embedded_io::Error for UartError {
    fn kind(&self) -> embedded_io::ErrorKind {
        match self {
            Self::TimedOut => embedded_io::ErrorKind::TimedOut,
            Self::Stopped => embedded_io::ErrorKind::BrokenPipe,
            Self::Overrun(kind) => *kind,
        }
    }
}
