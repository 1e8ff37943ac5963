//! Heads of counted bodies: how many raw bytes follow, and for whom.
//!
//! A driver that has read a line hands it over without its CR LF. If it gets a [`Header`], the
//! next [`len`](Header::len) bytes are payload, whatever they look like; after them a new line
//! begins. The same text may be a head, a hint or a number of counters, and only the driver
//! knows what it has asked for: it says so with [`Shape`].
//!
//! ```
//! use usocket_commands::quectel::data::{Header, Shape};
//!
//! let header = Header::parse(b"+QIRD: 5", Shape::Read).unwrap();
//! assert_eq!(header.len, 5);
//!
//! let header = Header::parse(b"+QIRD: 4,\"10.7.76.34\",7687", Shape::Read).unwrap();
//! assert_eq!(header.from, Some("10.7.76.34:7687".parse().unwrap()));
//!
//! // Three numbers are counters, never a head.
//! assert_eq!(Header::parse(b"+QIRD: 5,5,0", Shape::Read), None);
//! ```

use core::net::{IpAddr, SocketAddr};

use crate::address;
use crate::fields::{Fields, decimal, in_quotes, signed};

use super::{MAX_BODY, gsm, link};

/// Which heads may come, given the command in flight and the sockets (Quectel digest §1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Shape {
    /// A [`Read`](super::receive::Read) or [`ReadDatagram`](super::receive::ReadDatagram) is in
    /// flight: `+QIRD: <n>`, `+QIRD: <n>,"<ip>",<port>`.
    Read,
    /// The same on an NB-IoT module: `+QIRD: <n>,<remaining>` too.
    NbRead,
    /// A [`Read`](super::gsm::receive::Read) of an old GSM module is in flight:
    /// `+QIRD: <ip>:<port>,<kind>,<n>`.
    GsmRead,
    /// Sockets were opened with [`Access::Push`](super::open::Access::Push):
    /// `+QIURC: "recv",<id>,<n>`, `+QIURC: "recv",<id>,<n>,"<ip>",<port>`.
    Push,
    /// An old GSM module pushes: `+RECEIVE: <id>, <n>`.
    GsmPush,
}

/// The head of a counted body (Quectel digest §1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Header {
    /// Bytes that follow, at most [`MAX_BODY`]; may be 0. The driver has to check that it asked
    /// for so many.
    pub len: u16,
    /// The socket, if the line names it.
    pub link: Option<u8>,
    /// The sender, if the line names it. With a count of 0 it tells an empty datagram from
    /// nothing at all (Quectel digest §5.3).
    pub from: Option<SocketAddr>,
    /// Bytes that wait behind these, if the module tells (Quectel digest §7). Some firmware
    /// prints a negative number, which is left out.
    pub remaining: Option<u16>,
}

impl Header {
    /// Reads a whole line, without CR LF; `None` if it is no head of that shape.
    ///
    /// An address in quotes that cannot be read gives a head without sender, because the count
    /// before it still stands.
    #[must_use]
    pub fn parse(line: &[u8], shape: Shape) -> Option<Self> {
        match shape {
            Shape::Read => Self::read(Fields::named(line, "+QIRD:")?, false),
            Shape::NbRead => Self::read(Fields::named(line, "+QIRD:")?, true),
            Shape::GsmRead => Self::gsm_read(Fields::named(line, "+QIRD:")?),
            Shape::Push => Self::push(Fields::named(line, "+QIURC:")?),
            Shape::GsmPush => {
                let mut fields = Fields::named(line, "+RECEIVE:")?;
                let (link, len) = (gsm::link(fields.number()?)?, len(&mut fields)?);
                fields.at_end().then_some(Self { link: Some(link), ..Self::of(len) })
            }
        }
    }

    /// Reads a whole line, without CR LF, while a [`Read`](super::tls::Read) of a TLS socket is in
    /// flight: `+QSSLRECV: <n>` (Quectel digest §6).
    ///
    /// ```
    /// use usocket_commands::quectel::data::Header;
    ///
    /// assert_eq!(Header::parse_tls(b"+QSSLRECV: 7").unwrap().len, 7);
    /// assert_eq!(Header::parse_tls(b"+QIRD: 7"), None);
    /// ```
    #[must_use]
    pub fn parse_tls(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QSSLRECV:")?;
        let len = len(&mut fields)?;
        fields.at_end().then_some(Self::of(len))
    }

    /// Reads the beginning of a line whose body stands in the same line, after a quote, as on
    /// BC260Y: `+QIURC: "recv",<id>,<n>,"` (Quectel digest §7).
    ///
    /// `head` is the line up to that quote, which must be the last byte. The body is followed by
    /// another quote and CR LF.
    ///
    /// ```
    /// use usocket_commands::quectel::data::Header;
    ///
    /// let header = Header::parse_quoted(b"+QIURC: \"recv\",0,5,\"").unwrap();
    /// assert_eq!((header.link, header.len), (Some(0), 5));
    /// assert_eq!(Header::parse_quoted(b"+QIURC: \""), None);
    /// ```
    #[must_use]
    pub fn parse_quoted(head: &[u8]) -> Option<Self> {
        let head = head.strip_suffix(b"\"")?.strip_suffix(b",")?;
        if let Some(fields) = Fields::named(head, "+QIURC:") {
            return Self::push(fields).filter(|header| header.from.is_none());
        }
        Self::read(Fields::named(head, "+QIRD:")?, true).filter(|header| header.from.is_none())
    }

    const fn of(len: u16) -> Self {
        Self { len, link: None, from: None, remaining: None }
    }

    fn read(mut fields: Fields<'_>, nb: bool) -> Option<Self> {
        let header = Self::of(len(&mut fields)?);
        if fields.at_end() {
            return Some(header);
        }
        let second = fields.clone().next_field()?;
        if in_quotes(second).is_some() {
            return Some(Self { from: sender(&mut fields)?, ..header });
        }
        let remaining = signed(fields.next_field()?)?;
        (nb && fields.at_end())
            .then_some(Self { remaining: u16::try_from(remaining).ok(), ..header })
    }

    fn gsm_read(mut fields: Fields<'_>) -> Option<Self> {
        let peer = fields.next_field()?;
        let mut parts = peer.splitn(2, |&byte| byte == b':');
        let ip = address::ipv4(parts.next()?);
        let port = u16::try_from(decimal(parts.next()?)?).ok()?;
        if !matches!(fields.next_field()?, b"TCP" | b"UDP") {
            return None;
        }
        let len = len(&mut fields)?;
        let from = ip.map(|ip| SocketAddr::new(IpAddr::V4(ip), port));
        fields.at_end().then_some(Self { from, ..Self::of(len) })
    }

    fn push(mut fields: Fields<'_>) -> Option<Self> {
        if fields.next_field()? != b"\"recv\"" {
            return None;
        }
        let link = Some(link(fields.number()?)?);
        let header = Self { link, ..Self::of(len(&mut fields)?) };
        if fields.at_end() {
            return Some(header);
        }
        Some(Self { from: sender(&mut fields)?, ..header })
    }
}

fn len(fields: &mut Fields<'_>) -> Option<u16> {
    fields.number().filter(|&len| len <= MAX_BODY)
}

/// Address in quotes and port, and nothing else. The inner `None` is an address that cannot be
/// read.
fn sender(fields: &mut Fields<'_>) -> Option<Option<SocketAddr>> {
    let ip = fields.quoted()?;
    let port = fields.number()?;
    fields.at_end().then(|| address::ip(ip).map(|ip| SocketAddr::new(ip, port)))
}
