//! Heads of counted bodies: how many raw bytes follow, and for which link.
//!
//! A driver that reads a line hands over what it has of it after each `:` and `,`. As soon as it
//! gets a [`Header`], the next [`len`](Header::len) bytes are payload, whatever they look like;
//! after them a new line begins.
//!
//! ```
//! use usocket_commands::esp_at::data::Header;
//!
//! let head = b"+IPD,0,5:";
//! assert_eq!(Header::parse(head, false), Some(Header::Pushed { link: 0, len: 5, from: None }));
//!
//! // With packet information on, address and port come before the payload.
//! assert_eq!(Header::parse(b"+CIPRECVDATA:5,", true), None);
//! let header = Header::parse(b"+CIPRECVDATA:5,\"10.0.0.7\",40406,", true).unwrap();
//! assert_eq!(header.len(), 5);
//! assert_eq!(header.from(), Some("10.0.0.7:40406".parse().unwrap()));
//! ```

use core::net::SocketAddr;

use crate::address;
use crate::fields::{Fields, decimal, link};

use super::MAX_BODY;

/// The head of a counted body (ESP-AT digest §8.2, §8.4, §19).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Header {
    /// `+IPD`: data that the module pushes.
    Pushed {
        /// The link that the data came in on.
        link: u8,
        /// Bytes that follow, at most [`MAX_BODY`].
        len: u32,
        /// The sender, if packet information is on.
        from: Option<SocketAddr>,
    },
    /// `+CIPRECVDATA`: the data asked for by [`ReceiveData`](super::tcpip::ReceiveData). The line
    /// does not repeat the link.
    Received {
        /// Bytes that follow. The driver has to check that it asked for so many.
        len: u32,
        /// The sender, if packet information is on.
        from: Option<SocketAddr>,
    },
}

impl Header {
    /// Reads the head of a line up to the separator just received; `None` if it is no head, or
    /// not complete.
    ///
    /// `packet_info` is the setting of [`PacketInfo`](super::tcpip::PacketInfo): the payload may
    /// begin with a quote itself, so that looking at it does not tell (ESP-AT digest §20.3).
    ///
    /// Lines of a module that does not number its links are no heads. An address in quotes that
    /// cannot be read gives a head without sender, because the count before it still stands.
    #[must_use]
    pub fn parse(head: &[u8], packet_info: bool) -> Option<Self> {
        let (separator, head) = head.split_last()?;
        let colon = match separator {
            b':' => true,
            b',' => false,
            _ => return None,
        };
        if let Some(fields) = head.strip_prefix(b"+IPD,") {
            if !colon {
                return None;
            }
            let mut fields = Fields::new(fields);
            let link = link(u8::try_from(decimal(fields.next_field()?)?).ok()?)?;
            let len = fields.number().filter(|&len| len <= MAX_BODY)?;
            let from = sender(&mut fields)?;
            return Some(Self::Pushed { link, len, from });
        }
        let fields = head.strip_prefix(b"+CIPRECVDATA")?;
        let (kind, fields) = fields.split_first()?;
        let mut fields = Fields::new(fields);
        let len = fields.number().filter(|&len: &u32| i32::try_from(len).is_ok())?;
        match (kind, colon) {
            (b':', false) if fields.at_end() == packet_info => None,
            // The form of AT 1.7.
            (b':', false) | (b',', true) => {
                Some(Self::Received { len, from: sender(&mut fields)? })
            }
            _ => None,
        }
    }

    /// Number of payload bytes that follow; may be 0.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // a head is not a collection
    pub const fn len(&self) -> u32 {
        match self {
            Self::Pushed { len, .. } | Self::Received { len, .. } => *len,
        }
    }

    /// The sender, if the head names it.
    #[must_use]
    pub const fn from(&self) -> Option<SocketAddr> {
        match self {
            Self::Pushed { from, .. } | Self::Received { from, .. } => *from,
        }
    }
}

/// What follows the count: nothing, or address and port. The outer `None` is a head that goes on.
fn sender(fields: &mut Fields<'_>) -> Option<Option<SocketAddr>> {
    if fields.at_end() {
        return Some(None);
    }
    let ip = fields.next_field()?;
    let port = fields.number()?;
    if !fields.at_end() {
        return None;
    }
    match address::ip(ip) {
        Some(ip) => Some(Some(SocketAddr::new(ip, port))),
        None => matches!(ip, [b'"', .., b'"']).then_some(None),
    }
}
