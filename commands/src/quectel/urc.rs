//! Lines that the module prints unasked, in all three dialects.
//!
//! ```
//! use usocket_commands::quectel::urc::Urc;
//!
//! assert_eq!(Urc::parse(b"+QIURC: \"closed\",3"), Some(Urc::Closed { link: 3 }));
//! assert_eq!(Urc::parse(b"0, CLOSED"), Some(Urc::Closed { link: 0 }));
//! assert_eq!(Urc::parse(b"SEND OK"), None);
//! ```

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use atat::AtatUrc;

use crate::address;
use crate::cellular::signal::Signal;
use crate::cellular::urc as core_urc;
use crate::fields::{Fields, in_quotes, trim};

use super::ping::PingLine;
use super::result::TcpIpError;
use super::sim::SimPresence;
use super::time::NetworkTime;
use super::{context, gsm, link};

/// A line that may come at any time (Quectel digest §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Urc {
    /// A line that all cellular modules have.
    Core(core_urc::Urc),
    /// `APP RDY`: the module takes all commands, on BG96, BG95, BG77 and BG600L.
    AppReady,
    /// `POWERED DOWN`, `NORMAL POWER DOWN`: the module is off.
    PoweredDown,
    /// `PSM POWER DOWN`: the module sleeps, and all sockets are closed.
    PowerSaving,
    /// `UNDER_VOLTAGE …`, `OVER_VOLTAGE …`: trouble with the supply.
    Voltage {
        /// Whether the module switches itself off for it.
        off: bool,
    },
    /// `+QUSIM: <n>`, `+USIM: <n>`: the kind of the SIM.
    SimKind {
        /// A USIM, else a SIM.
        usim: bool,
    },
    /// `+QSIMSTAT: …`: the SIM was inserted or removed.
    SimPresence(SimPresence),
    /// `+QIND: …`, `Call Ready`, `SMS Ready`: something is ready or has changed.
    Indication(Indication),

    /// `+QIOPEN: <id>,<error>`: the result of an [`Open`](super::open::Open).
    Opened {
        /// The socket.
        link: u8,
        /// Whether it is open, or why not.
        result: TcpIpError,
    },
    /// `+QIURC: "recv",<id>[,<len>[,"<ip>",<port>]]`: the buffer of a socket is no longer empty.
    ///
    /// Of a socket that pushes, the same line is the [`Header`](super::data::Header) of data.
    Received {
        /// The socket.
        link: u8,
        /// How much waits; a hint.
        len: Option<u16>,
        /// The sender, if the line names it.
        from: Option<SocketAddr>,
    },
    /// `+QIURC: "recv",<id>,"buff full"`: an NB-IoT module has lost data that it had
    /// acknowledged.
    BufferFull {
        /// The socket.
        link: u8,
    },
    /// `+QIURC: "closed",<id>`, or `<id>, CLOSED` of an old GSM module: the peer has closed, or
    /// the connection is lost.
    ///
    /// What has been received can still be read; the id is in use until
    /// [`Close`](super::close::Close).
    Closed {
        /// The socket.
        link: u8,
    },
    /// `+QIURC: "incoming",<id>,<listener>,"<ip>",<port>`: a connection was accepted.
    Incoming {
        /// The new socket.
        link: u8,
        /// The socket that listens.
        listener: u8,
        /// The peer.
        remote: SocketAddr,
    },
    /// `+QIURC: "incoming full"`: a connection was refused, because all ids are in use.
    IncomingFull,
    /// `+QIURC: "pdpdeact",<context>`, or `+PDP DEACT` of an old GSM module: the network has
    /// deactivated a context. Its sockets are dead; deactivate it before activating it again.
    ContextDown {
        /// The context, if the line names it.
        context: Option<u8>,
    },
    /// `+QIURC: "dnsgip",<error>[,<count>[,<ttl>]]`: the end of a look-up, or its head.
    LookupDone {
        /// Whether the name has addresses, or why not.
        result: TcpIpError,
        /// How many [`LookupAddress`](Self::LookupAddress) follow.
        count: u8,
        /// How long they are valid in seconds, if the module tells.
        ttl_s: Option<u32>,
    },
    /// `+QIURC: "dnsgip","<ip>"`: an address of a look-up.
    LookupAddress {
        /// The address.
        ip: IpAddr,
    },
    /// `+QIACTEX: <context>,<error>[,<kind>,"<ip>"…]`: the result of an
    /// [`ActivateLater`](super::context::ActivateLater).
    Activated {
        /// The context.
        context: u8,
        /// Whether it is active, or why not.
        result: TcpIpError,
        /// Its IPv4 address.
        v4: Option<Ipv4Addr>,
        /// Its IPv6 address.
        v6: Option<Ipv6Addr>,
    },
    /// `+QIDEACTEX: <context>,<error>`: the result of a
    /// [`DeactivateLater`](super::context::DeactivateLater).
    Deactivated {
        /// The context.
        context: u8,
        /// Whether it is inactive, or why not.
        result: TcpIpError,
    },
    /// `+QPING: …`: the result of a [`Ping`](super::ping::Ping).
    Ping(PingLine),
    /// `+QNTP: …`: the result of a [`SyncTime`](super::time::SyncTime).
    Time(NetworkTime),
    /// `+QSSLOPEN: <client>,<error>`: the result of opening a TLS socket.
    TlsOpened {
        /// The TLS socket.
        client: u8,
        /// Whether it is open, or why not.
        result: TcpIpError,
    },
    /// `+QSSLURC: "recv",<client>`: the buffer of a TLS socket is no longer empty.
    TlsReceived {
        /// The TLS socket.
        client: u8,
    },
    /// `+QSSLURC: "closed",<client>`: the peer has closed a TLS socket.
    TlsClosed {
        /// The TLS socket.
        client: u8,
    },

    /// `+IP: <address>`: an NB-IoT module has an address.
    Address {
        /// The address.
        ip: IpAddr,
    },
    /// `+CSCON: <0|1>`: whether an NB-IoT module has a radio connection.
    RadioConnection {
        /// Whether it has one.
        on: bool,
    },
    /// `+QNBIOTEVENT: …`: an NB-IoT module falls asleep or wakes.
    SleepEvent,
    /// `+QATWAKEUP`: an NB-IoT module is awake.
    Awake,

    /// `<id>, CONNECT OK` of an old GSM module: a socket is open.
    Connected {
        /// The socket.
        link: u8,
    },
    /// `<id>, CONNECT FAIL` of an old GSM module: a socket could not be opened.
    ConnectFailed {
        /// The socket.
        link: u8,
    },
    /// `<id>, ALREADY CONNECT` of an old GSM module: the id is in use.
    AlreadyConnected {
        /// The socket.
        link: u8,
    },
    /// `+QIRDI: <context>,<role>,<id>[,<packets>,<len>,<total>]` of an old GSM module: the buffer
    /// of a socket is no longer empty.
    GsmReceived {
        /// The socket.
        link: u8,
        /// Whether it is one that the module's server accepted.
        server: bool,
        /// How much waits, if the module tells.
        total: Option<u32>,
    },
}

/// What is ready or has changed; see [`Urc::Indication`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Indication {
    /// `+QIND: SMS DONE`, `SMS Ready`: messages can be used.
    MessagesReady,
    /// `+QIND: PB DONE`: the phone book can be used.
    PhoneBookReady,
    /// `Call Ready`: an old GSM module can be used.
    CallReady,
    /// `+QIND: "csq",<rssi>,<ber>`: the signal quality.
    Signal(Signal),
    /// Anything else.
    Other,
}

impl Urc {
    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Some(match line {
            b"APP RDY" => Self::AppReady,
            b"POWERED DOWN" | b"NORMAL POWER DOWN" => Self::PoweredDown,
            b"PSM POWER DOWN" => Self::PowerSaving,
            b"Call Ready" => Self::Indication(Indication::CallReady),
            b"SMS Ready" => Self::Indication(Indication::MessagesReady),
            b"+PDP DEACT" => Self::ContextDown { context: None },
            b"+QATWAKEUP" => Self::Awake,
            [b'+', ..] => match Self::parse_extended(line) {
                Some(urc) => urc,
                None => Self::Core(core_urc::Urc::parse(line)?),
            },
            [b'0'..=b'9', ..] => {
                let (link, event) = gsm::numbered(line)?;
                match event {
                    b"CONNECT OK" => Self::Connected { link },
                    b"CONNECT FAIL" => Self::ConnectFailed { link },
                    b"ALREADY CONNECT" => Self::AlreadyConnected { link },
                    b"CLOSED" => Self::Closed { link },
                    _ => return None,
                }
            }
            _ => {
                let event = line
                    .strip_prefix(b"UNDER_VOLTAGE ")
                    .or_else(|| line.strip_prefix(b"OVER_VOLTAGE "));
                match event {
                    Some(event) => Self::Voltage { off: event == b"POWER DOWN" },
                    None => Self::Core(core_urc::Urc::parse(line)?),
                }
            }
        })
    }

    fn parse_extended(line: &[u8]) -> Option<Self> {
        let colon = line.iter().position(|&byte| byte == b':')?;
        let (name, rest) = line.split_at_checked(colon)?;
        let mut fields = Fields::plain(rest.strip_prefix(b":")?);
        Some(match name {
            b"+QIURC" => return socket_event(fields),
            b"+QIOPEN" => {
                let (link, result) = (link(fields.number()?)?, last_error(&mut fields)?);
                Self::Opened { link, result }
            }
            b"+QSSLOPEN" => {
                let (client, result) = (link(fields.number()?)?, last_error(&mut fields)?);
                Self::TlsOpened { client, result }
            }
            b"+QSSLURC" => {
                let event = fields.quoted()?;
                let client = link(fields.number()?)?;
                match event {
                    b"recv" => Self::TlsReceived { client },
                    b"closed" => Self::TlsClosed { client },
                    _ => return None,
                }
            }
            b"+QIACTEX" => {
                let context = fields.number()?;
                let result = TcpIpError::from_fields(&mut fields)?;
                let _kind: Option<u8> = fields.number_if_any()?;
                let (v4, v6) = context::addresses(&mut fields)?;
                Self::Activated { context, result, v4, v6 }
            }
            b"+QIDEACTEX" => {
                let (context, result) = (fields.number()?, last_error(&mut fields)?);
                Self::Deactivated { context, result }
            }
            b"+QPING" => Self::Ping(PingLine::parse_line(line)?),
            b"+QNTP" => Self::Time(NetworkTime::parse_line(line)?),
            b"+QUSIM" | b"+USIM" => {
                let usim = fields.flag()?;
                fields.at_end().then_some(Self::SimKind { usim })?
            }
            b"+QSIMSTAT" => Self::SimPresence(SimPresence::parse_line(line)?),
            b"+QIND" => Self::Indication(indication(fields)),
            b"+IP" => {
                let ip = address::ip(fields.next_field()?)?;
                fields.at_end().then_some(Self::Address { ip })?
            }
            b"+CSCON" => {
                let on = fields.flag()?;
                fields.at_end().then_some(Self::RadioConnection { on })?
            }
            b"+QNBIOTEVENT" => Self::SleepEvent,
            b"+QIRDI" => {
                let _context: u8 = fields.number()?;
                let server = match fields.number::<u8>()? {
                    1 => false,
                    2 => true,
                    _ => return None,
                };
                let link = gsm::link(fields.number()?)?;
                let _packets: Option<u32> = fields.number_if_any()?;
                let _len: Option<u32> = fields.number_if_any()?;
                Self::GsmReceived { link, server, total: fields.number_if_any()? }
            }
            _ => return None,
        })
    }

    /// Whether the next line belongs to it, whatever that looks like (Quectel digest §8).
    #[must_use]
    pub const fn has_second_line(&self) -> bool {
        matches!(self, Self::Core(urc) if urc.has_second_line())
    }
}

/// An error that ends its line.
fn last_error(fields: &mut Fields<'_>) -> Option<TcpIpError> {
    TcpIpError::from_fields(fields).filter(|_| fields.at_end())
}

/// What follows `+QIURC:`.
fn socket_event(mut fields: Fields<'_>) -> Option<Urc> {
    let urc = match fields.quoted()? {
        b"recv" => return received(fields),
        b"closed" => Urc::Closed { link: link(fields.number()?)? },
        b"incoming" => Urc::Incoming {
            link: link(fields.number()?)?,
            listener: link(fields.number()?)?,
            remote: fields.socket()?,
        },
        b"incoming full" => Urc::IncomingFull,
        b"pdpdeact" => Urc::ContextDown { context: Some(fields.number()?) },
        b"dnsgip" => match in_quotes(fields.clone().next_field()?) {
            Some(ip) => {
                fields.next_field()?;
                Urc::LookupAddress { ip: address::ip(ip)? }
            }
            None => Urc::LookupDone {
                result: TcpIpError::from_fields(&mut fields)?,
                count: fields.number_if_any()?.unwrap_or(0),
                ttl_s: fields.number_if_any()?,
            },
        },
        _ => return None,
    };
    fields.at_end().then_some(urc)
}

fn received(mut fields: Fields<'_>) -> Option<Urc> {
    let link = link(fields.number()?)?;
    let (mut len, mut from) = (None, None);
    if let Some(field) = fields.clone().next_field() {
        if in_quotes(field) == Some(b"buff full") {
            return Some(Urc::BufferFull { link });
        }
        len = Some(fields.number()?);
        if !fields.at_end() {
            from = Some(fields.socket()?);
        }
    }
    fields.at_end().then_some(Urc::Received { link, len, from })
}

fn indication(mut fields: Fields<'_>) -> Indication {
    match fields.next_field().map(trim) {
        Some(b"SMS DONE") => Indication::MessagesReady,
        Some(b"PB DONE") => Indication::PhoneBookReady,
        Some(b"\"csq\"") => {
            Signal::from_fields(&mut fields).map_or(Indication::Other, Indication::Signal)
        }
        _ => Indication::Other,
    }
}

impl AtatUrc for Urc {
    fn parse(line: &[u8]) -> Option<Self> {
        Self::parse(line)
    }
}
