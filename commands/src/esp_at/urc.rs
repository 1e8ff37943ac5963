//! Lines that the module prints unasked.
//!
//! ```
//! use usocket_commands::esp_at::urc::Urc;
//!
//! assert_eq!(Urc::parse(b"0,CLOSED"), Some(Urc::Closed { link: Some(0) }));
//! assert_eq!(Urc::parse(b"+IPD,3,512"), Some(Urc::Notice { link: Some(3), len: 512 }));
//! assert_eq!(Urc::parse(b"OK"), None);
//! ```

use core::net::{Ipv4Addr, SocketAddr};

use atat::AtatUrc;

use crate::address::{ipv4, mac};
use crate::fields::{Fields, decimal, link};
use crate::table::look_up;

use super::tcpip::LinkKind;

/// A line that may come at any time (ESP-AT digest §2.3, §8.3).
///
/// A link of `None` is the only link of a module that does not number them
/// ([`Multiplex`](super::tcpip::Multiplex) off).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Urc {
    /// `ready`: the module has started. All links and all volatile settings are gone.
    Ready,
    /// `WIFI CONNECTED`: associated, without an address yet.
    WifiConnected,
    /// `WIFI GOT IP`: the station has an IPv4 address.
    WifiGotIp,
    /// `WIFI GOT IPv6 LL`: the station has a link-local IPv6 address.
    WifiGotIpv6Local,
    /// `WIFI GOT IPv6 GL`: the station has a global IPv6 address.
    WifiGotIpv6Global,
    /// `WIFI DISCONNECT`: not associated any more; may repeat.
    WifiDisconnected,
    /// `<id>,CONNECT`: a link is open, asked for or accepted.
    Connect {
        /// The link.
        link: Option<u8>,
    },
    /// `<id>,CLOSED`: a link is closed.
    Closed {
        /// The link.
        link: Option<u8>,
    },
    /// `<id>,CONNECT FAIL`: NonOS could not open the link.
    ConnectFailed {
        /// The link.
        link: u8,
    },
    /// `+LINK_CONN:…`: a link is open, in the long form (ESP-AT digest §6.3).
    LinkUp {
        /// The link.
        link: u8,
        /// What kind of link.
        kind: LinkKind,
        /// Whether the module's server accepted it.
        server: bool,
        /// Address of the peer.
        remote: SocketAddr,
        /// Port of the module.
        local_port: u16,
    },
    /// `+IPD,[<id>,]<len>`: data wait to be read; a hint (ESP-AT digest §8.3).
    Notice {
        /// The link.
        link: Option<u8>,
        /// Bytes that waited when the line was made.
        len: u32,
    },
    /// `+STA_CONNECTED:"<mac>"`: a station joined the module's network.
    StationConnected {
        /// The station.
        mac: [u8; 6],
    },
    /// `+DIST_STA_IP:"<mac>","<ip>"`: a station was given an address.
    StationAddress {
        /// The station.
        mac: [u8; 6],
        /// Its address.
        ip: Ipv4Addr,
    },
    /// `+STA_DISCONNECTED:"<mac>"`: a station left the module's network.
    StationDisconnected {
        /// The station.
        mac: [u8; 6],
    },
    /// `+TIME_UPDATED`: the clock has been set by SNTP.
    TimeUpdated,
    /// `+QUITT`: passthrough has ended.
    Quit,
}

impl Urc {
    /// Lines without arguments.
    const PLAIN: &[(&[u8], Self)] = &[
        (b"ready", Self::Ready),
        (b"WIFI CONNECTED", Self::WifiConnected),
        (b"WIFI GOT IP", Self::WifiGotIp),
        (b"WIFI GOT IPv6 LL", Self::WifiGotIpv6Local),
        (b"WIFI GOT IPv6 GL", Self::WifiGotIpv6Global),
        (b"WIFI DISCONNECT", Self::WifiDisconnected),
        (b"CONNECT", Self::Connect { link: None }),
        (b"CLOSED", Self::Closed { link: None }),
        (b"+TIME_UPDATED", Self::TimeUpdated),
        (b"+QUITT", Self::Quit),
    ];

    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        if let plain @ Some(_) = look_up(Self::PLAIN, line) {
            return plain;
        }
        match line {
            [b'+', ..] => Self::parse_extended(line),
            [digit, b',', event @ ..] => {
                let link = link(digit.checked_sub(b'0')?)?;
                match look_up(Self::PLAIN, event) {
                    Some(Self::Connect { .. }) => Some(Self::Connect { link: Some(link) }),
                    Some(Self::Closed { .. }) => Some(Self::Closed { link: Some(link) }),
                    _ if event == b"CONNECT FAIL" => Some(Self::ConnectFailed { link }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn parse_extended(line: &[u8]) -> Option<Self> {
        if let Some(fields) = line.strip_prefix(b"+IPD,") {
            notice(fields)
        } else if let Some(fields) = Fields::after(line, "+LINK_CONN:") {
            link_up(fields)
        } else if let Some(station) = line.strip_prefix(b"+STA_CONNECTED:") {
            Some(Self::StationConnected { mac: mac(station)? })
        } else if let Some(station) = line.strip_prefix(b"+STA_DISCONNECTED:") {
            Some(Self::StationDisconnected { mac: mac(station)? })
        } else {
            let mut fields = Fields::after(line, "+DIST_STA_IP:")?;
            let (mac, ip) = (mac(fields.next_field()?)?, ipv4(fields.next_field()?)?);
            fields.at_end().then_some(Self::StationAddress { mac, ip })
        }
    }
}

fn notice(text: &[u8]) -> Option<Urc> {
    let mut fields = text.splitn(2, |&byte| byte == b',');
    let first = decimal(fields.next()?)?;
    Some(match fields.next() {
        Some(len) => {
            Urc::Notice { link: Some(link(u8::try_from(first).ok()?)?), len: decimal(len)? }
        }
        None => Urc::Notice { link: None, len: first },
    })
}

fn link_up(mut fields: Fields<'_>) -> Option<Urc> {
    let status: u32 = fields.number()?;
    let link = fields.link()?;
    if status != 0 {
        return Some(Urc::ConnectFailed { link });
    }
    Some(Urc::LinkUp {
        link,
        kind: LinkKind::from_name(fields.text()?)?,
        server: fields.flag()?,
        remote: fields.socket()?,
        local_port: fields.number()?,
    })
}

impl AtatUrc for Urc {
    fn parse(line: &[u8]) -> Option<Self> {
        Self::parse(line)
    }
}
