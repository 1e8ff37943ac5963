//! Heads of counted bodies: how many raw bytes follow.
//!
//! The body begins in the line of its head, right after the comma; after it comes a CR LF. A driver
//! hands over each part of a line that ends with a comma. If it gets a [`Header`], the next
//! [`len`](Header::len) bytes are payload, whatever they look like.
//!
//! ```
//! use usocket_commands::simcom::data::{Header, is_empty};
//!
//! assert_eq!(Header::parse(b"+CARECV: 5,").unwrap().len, 5);
//! assert_eq!(Header::parse(b"+CARECV:"), None);
//! assert!(is_empty(b"+CARECV: 0"));
//! ```

use crate::fields::{decimal, trim};

use super::MAX_BODY;

/// The head of the body that a [`Read`](super::receive::Read) is answered with
/// (Quectel digest §15.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// Bytes that follow, 1 to [`MAX_BODY`]. The driver has to check that it asked for so many.
    pub len: u16,
}

impl Header {
    /// Reads the beginning of a line up to its first comma, `+CARECV: <len>,`; `None` if it is
    /// anything else.
    ///
    /// A count of 0 is no head: that line [says](is_empty) that there is nothing.
    #[must_use]
    pub fn parse(head: &[u8]) -> Option<Self> {
        let len = trim(head.strip_prefix(b"+CARECV:")?.strip_suffix(b",")?);
        let len = u16::try_from(decimal(len)?).ok()?;
        (1..=MAX_BODY).contains(&len).then_some(Self { len })
    }
}

/// Whether a whole line, without CR LF, is the answer to a [`Read`](super::receive::Read) that there
/// is nothing: `+CARECV: 0`, perhaps with a comma and nothing behind it.
#[must_use]
pub fn is_empty(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"+CARECV:") else { return false };
    trim(rest.strip_suffix(b",").unwrap_or(rest)) == b"0"
}
