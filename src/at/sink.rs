//! Where lines go that the driver has no use for.

use super::Part;

/// Where lines go that the driver has no use for: [`UrcQueue`](super::UrcQueue), or something of the
/// program's own.
pub trait UrcSink {
    /// Whether this line, which comes without CR LF, is one that the program waits for.
    ///
    /// It is offered what the driver does not know, and what it knows and does not act upon (`RING`,
    /// `NO CARRIER`, `+CMTI:`, `+STA_CONNECTED:`; `+CREG:` and `+CPIN:`, too), also while the driver sets the
    /// module up. What is not taken belongs to the answer of
    /// the program's command, if one is in flight, or is counted
    /// ([`unknown_lines`](crate::Counters::unknown_lines)).
    ///
    /// It is called while the driver is at work: calls of the driver fail there with
    /// [`Error::Busy`](crate::Error::Busy).
    fn offer(&self, line: &[u8], part: Part) -> bool;
}
