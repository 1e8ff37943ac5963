//! What each byte costs, from what many cost.

use core::fmt;

/// Instructions for so many payload bytes, with and without those of the UART.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Payload bytes.
    pub bytes: u64,
    /// With the UART.
    pub gross: u64,
    /// Without.
    pub net: u64,
}

/// Thousandths of an instruction for each payload byte.
#[derive(Clone, Copy, Debug)]
pub struct Each {
    /// With the UART.
    pub gross: u64,
    /// Without.
    pub net: u64,
}

impl Each {
    /// What each byte costs of those that `more` has beyond `less`. It must be the same for all bytes.
    #[must_use]
    pub fn of(less: Cost, more: Cost) -> Self {
        let bytes = more.bytes - less.bytes;
        let net = (more.net - less.net) * 1000 / bytes;
        let average = more.net * 1000 / more.bytes;
        assert!(average.abs_diff(net) <= net / 50, "not linear: {net} each, {average} on average");
        Self { gross: (more.gross - less.gross) * 1000 / bytes, net }
    }

    /// What each byte costs that makes a body longer: what a body costs whatever its length is left out.
    /// Of two figures, each with the length of the bodies.
    #[must_use]
    pub fn further((short, len): (Self, usize), (long, longer): (Self, usize)) -> u64 {
        (long.net * longer as u64 - short.net * len as u64) / (longer - len) as u64
    }
}

impl fmt::Display for Each {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}", self.net, self.gross)
    }
}
