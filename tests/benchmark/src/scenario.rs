//! What is measured: which module, which line, how much of what, and how the program uses its sockets.

use std::fmt;
use std::time::Duration;

use usocket_simulator::Profile;

/// Which way the payload goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Direction {
    /// From the peer to the program.
    Receive,
    /// From the program to the peer.
    Send,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receive => "receive",
            Self::Send => "send",
        })
    }
}

/// How the program uses its sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Calls with buffers of so many bytes.
    Chunks(usize),
    /// Lines of so many bytes, by `readline`.
    Lines(usize),
    /// The same as chunks, with `TCP_NODELAY`: nothing waits for more to join it.
    NoDelay(usize),
}

impl Habit {
    /// Bytes of one call.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Chunks(size) | Self::Lines(size) | Self::NoDelay(size) => size,
        }
    }
}

impl fmt::Display for Habit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chunks(size) => write!(f, "{size} B a call"),
            Self::Lines(size) => write!(f, "readline, {size} B a line"),
            Self::NoDelay(size) => write!(f, "{size} B a call, TCP_NODELAY"),
        }
    }
}

/// Receive buffer of the host's UART, and how it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Host {
    /// Bytes that it holds until they are read; `None`: as many as come.
    pub(crate) fifo: Option<usize>,
    /// Most bytes that one read gives; `None`: as many as the reader has room for.
    pub(crate) read: Option<usize>,
}

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    /// Name of the simulated module.
    pub(crate) module: &'static str,
    /// Rate of the line.
    pub(crate) baud: u32,
    /// From the end of a command to its answer.
    pub(crate) latency: Duration,
    pub(crate) direction: Direction,
    /// How many sockets share the payload.
    pub(crate) sockets: usize,
    /// Receive and send ring of each socket, in bytes.
    pub(crate) ring: usize,
    pub(crate) habit: Habit,
    /// Bytes in all.
    pub(crate) payload: usize,
    pub(crate) host: Host,
}

impl Scenario {
    pub(crate) fn profile(&self) -> Profile {
        Profile::by_name(self.module).expect("the modules of the benchmark are profiles")
    }

    /// Bytes that each socket moves.
    pub(crate) fn share(&self) -> usize {
        self.payload / self.sockets
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} at {} baud, {} ms, {} × {} B, {}",
            self.module,
            self.direction,
            self.baud,
            self.latency.as_millis(),
            self.sockets,
            self.ring,
            self.habit
        )
    }
}
