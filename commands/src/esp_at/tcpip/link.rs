//! Links that are open: their kinds, their state, and closing them.

use core::net::SocketAddr;

use atat::heapless::Vec;

use crate::answer::{Answer, Lines, line};
use crate::command::command;
use crate::fields::{Fields, decimal};
use crate::table::look_up;

use super::{ALL_LINKS, NoResponse, within};

/// Kind of a link (ESP-AT digest §10).
///
/// ```
/// use usocket_commands::esp_at::tcpip::LinkKind;
///
/// assert_eq!(LinkKind::from_name(b"UDPv6"), Some(LinkKind::UdpV6));
/// assert_eq!(LinkKind::Ssl.name(), "SSL");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkKind {
    /// TCP over IPv4.
    Tcp,
    /// TCP over IPv6.
    TcpV6,
    /// UDP over IPv4.
    Udp,
    /// UDP over IPv6.
    UdpV6,
    /// TLS over IPv4.
    Ssl,
    /// TLS over IPv6.
    SslV6,
}

impl LinkKind {
    const TEXTS: &[(&[u8], Self)] = &[
        (b"TCP", Self::Tcp),
        (b"TCPv6", Self::TcpV6),
        (b"UDP", Self::Udp),
        (b"UDPv6", Self::UdpV6),
        (b"SSL", Self::Ssl),
        (b"SSLv6", Self::SslV6),
    ];

    /// The name that the module uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::TcpV6 => "TCPv6",
            Self::Udp => "UDP",
            Self::UdpV6 => "UDPv6",
            Self::Ssl => "SSL",
            Self::SslV6 => "SSLv6",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        look_up(Self::TEXTS, name)
    }

    /// Whether it carries datagrams.
    #[must_use]
    pub const fn is_udp(self) -> bool {
        matches!(self, Self::Udp | Self::UdpV6)
    }

    pub(super) const fn over_v6(self) -> Self {
        match self {
            Self::Tcp | Self::TcpV6 => Self::TcpV6,
            Self::Udp | Self::UdpV6 => Self::UdpV6,
            Self::Ssl | Self::SslV6 => Self::SslV6,
        }
    }
}

command! {
    /// `AT+CIPCLOSE=<id>`: closes a link (ESP-AT digest §6.4).
    ///
    /// Data that have not been read are lost. `ERROR` if the link is not open.
    pub struct Close {
        /// The link, 0 to 4; not checked here.
        pub link: u8,
    }
    answer NoResponse, prefix "", within within::CLOSE;
    |close, line| line.text("AT+CIPCLOSE=").number(u32::from(close.link))
}

command! {
    /// `AT+CIPCLOSE=5`: closes all links (ESP-AT digest §6.4).
    pub struct CloseAll;
    answer NoResponse, prefix "", within within::CLOSE_ALL;
    |close, line| line.text("AT+CIPCLOSE=").number(u32::from(ALL_LINKS))
}

command! {
    /// `AT+CIPCLOSE`: closes the only link, if links have no numbers (ESP-AT digest §6.4).
    pub struct CloseSingle;
    answer NoResponse, prefix "", within within::CLOSE;
    |close, line| line.text("AT+CIPCLOSE")
}

/// The links of an answer.
pub type Links = Vec<LinkState, 5>;

command! {
    /// `AT+CIPSTATE?`: asks which links are open, from 2.4 on (ESP-AT digest §10).
    pub struct GetLinks;
    answer Links, prefix "+CIPSTATE:", within within::ORDINARY;
    |get, line| line.text("AT+CIPSTATE?")
}

/// A link that is open (ESP-AT digest §10).
///
/// ```
/// use usocket_commands::esp_at::tcpip::{LinkKind, LinkState};
///
/// let line = br#"+CIPSTATE:0,"TCP","192.168.3.102",8080,50122,0"#;
/// let link = LinkState::parse_line(line).unwrap();
/// assert_eq!((link.link, link.kind, link.server), (0, LinkKind::Tcp, false));
/// assert_eq!(link.remote, "192.168.3.102:8080".parse().unwrap());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkState {
    /// Its number.
    pub link: u8,
    /// Its kind.
    pub kind: LinkKind,
    /// The peer; of UDP in passive mode not the last sender.
    pub remote: SocketAddr,
    /// Port of the module.
    pub local_port: u16,
    /// Whether the module's server accepted it.
    pub server: bool,
}

// The common beginning of `+CIPSTATE:` and `+CIPSTATUS:`.
line!(LinkState, "+CIPSTAT");

impl LinkState {
    /// Reads the line `+CIPSTATE:<id>,"<kind>","<ip>",<port>,<local port>,<server>`, or the same
    /// with `+CIPSTATUS:`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields =
            Fields::after(line, "+CIPSTATE:").or_else(|| Fields::after(line, "+CIPSTATUS:"))?;
        Some(Self {
            link: fields.link()?,
            kind: LinkKind::from_name(fields.text()?)?,
            remote: fields.socket()?,
            local_port: fields.number()?,
            server: fields.flag()?,
        })
    }
}

command! {
    /// `AT+CIPSTATUS`: asks for the state of the station and the open links
    /// (ESP-AT digest §10).
    ///
    /// For firmware without [`GetLinks`]; newer manuals leave it out.
    pub struct GetStatus;
    answer Status, prefix "+CIPSTATUS:", within within::ORDINARY;
    |get, line| line.text("AT+CIPSTATUS")
}

/// The answer of [`GetStatus`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Status {
    /// The station.
    pub station: StatusLine,
    /// The open links.
    pub links: Links,
}

impl atat::AtatResp for Status {}

impl Answer for Status {
    fn from_lines(lines: Lines<'_>) -> Option<Self> {
        let mut station = None;
        let mut links = Links::new();
        for line in lines {
            if let Some(status) = StatusLine::parse_line(line) {
                station = Some(status);
            } else if line.starts_with(b"+CIPSTATUS:") {
                links.push(LinkState::parse_line(line)?).ok()?;
            }
        }
        Some(Self { station: station?, links })
    }
}

/// First line of the answer to [`GetStatus`]: `STATUS:<n>` (ESP-AT digest §10).
///
/// ```
/// use usocket_commands::esp_at::tcpip::StatusLine;
///
/// assert_eq!(StatusLine::parse_line(b"STATUS:2"), Some(StatusLine::GotIp));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StatusLine {
    /// 0: the station does not exist.
    Uninitialised,
    /// 1: the station exists, and has not been asked to join.
    Initialised,
    /// 2: joined, with an address.
    GotIp,
    /// 3: a link is open, or was.
    Linked,
    /// 4: all links are closed.
    Unlinked,
    /// 5: not joined.
    NotJoined,
}

impl StatusLine {
    /// Reads the line `STATUS:<n>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        Some(match decimal(line.strip_prefix(b"STATUS:")?)? {
            0 => Self::Uninitialised,
            1 => Self::Initialised,
            2 => Self::GotIp,
            3 => Self::Linked,
            4 => Self::Unlinked,
            5 => Self::NotJoined,
            _ => return None,
        })
    }
}
