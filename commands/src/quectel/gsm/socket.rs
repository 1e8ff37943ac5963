//! Opening sockets, sending through them, closing them (Quectel digest §9).
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::gsm::socket::*;
//!
//! let mut buffer = [0; 352];
//! let len = Send::new(0, 4)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QISEND=0,4\r");
//!
//! let line = br#"+QISTATE: 0,"TCP","1.2.3.4","80","CONNECTED""#;
//! assert!(SocketState::parse_line(line).unwrap().connected);
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::SocketAddr;

use atat::heapless::Vec;

use crate::ArgumentError;
use crate::address;
use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::{Fields, decimal};
use crate::number::{check_len, check_port};
use crate::quectel::MAX_SEND;
use crate::quectel::host::{check_host, encode_host};
use crate::quectel::open::Service;
use crate::quectel::send::Sent as Counters;

use super::{Host, NoResponse, check_link, link, within};

command! {
    /// `AT+QIDNSIP=`: whether [`Open`] is given names or addresses (Quectel digest §9).
    pub struct NamesOrAddresses {
        /// Names.
        pub names: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| line.text("AT+QIDNSIP=").flag(set.names)
}

command! {
    /// `AT+QIOPEN=`: opens a socket (Quectel digest §9).
    ///
    /// [`NamesOrAddresses`] comes before. After `OK` comes
    /// [`Connected`](crate::quectel::urc::Urc::Connected),
    /// [`ConnectFailed`](crate::quectel::urc::Urc::ConnectFailed) or
    /// [`AlreadyConnected`](crate::quectel::urc::Urc::AlreadyConnected), within
    /// [`OPEN_TIMEOUT_MS`](super::OPEN_TIMEOUT_MS).
    pub struct Open<'a> {
        link: u8,
        service: Service,
        host: Host<'a>,
        port: u16,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |open, line| {
        line.text("AT+QIOPEN=").number(u32::from(open.link));
        line.field().string(open.service.name());
        encode_host(&open.host, line.field());
        line.field().number(u32::from(open.port))
    }
}

impl<'a> Open<'a> {
    /// A TCP connection to `host`, or a UDP socket with it as its only peer.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `link` is 0 to 5, `service` [`Tcp`](Service::Tcp) or
    /// [`Udp`](Service::Udp), a name 1 to 150 bytes without quotes and control characters, an
    /// address of IPv4, and `port` not 0.
    pub fn new(
        link: u8,
        service: Service,
        host: Host<'a>,
        port: u16,
    ) -> Result<Self, ArgumentError> {
        check_link(link)?;
        if !matches!(service, Service::Tcp | Service::Udp) {
            return Err(ArgumentError::Illegal { field: "service" });
        }
        if matches!(host, Host::Ip(ip) if ip.is_ipv6()) {
            return Err(ArgumentError::Illegal { field: "host" });
        }
        check_host(&host)?;
        check_port(port)?;
        Ok(Self { link, service, host, port })
    }
}

command! {
    /// `AT+QISEND=`: sends through a socket (Quectel digest §9).
    ///
    /// Goes on like [`Send`](crate::quectel::send::Send) of newer modules.
    pub struct Send {
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "", within within::PROMPT;
    |send, line| {
        line.text("AT+QISEND=").number(u32::from(send.link)).field().number(u32::from(send.len))
    }
}

impl Send {
    /// `len` bytes through `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 5 and `len` 1 to 1460.
    pub fn new(link: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, len: check_len(len, MAX_SEND)? })
    }
}

command! {
    /// `AT+QISACK=`: asks how much has been sent and acknowledged (Quectel digest §9).
    pub struct GetSent {
        /// The socket's id; not checked here.
        pub link: u8,
    }
    answer Sent, prefix "+QISACK:", within within::SOCKET;
    |get, line| line.text("AT+QISACK=").number(u32::from(get.link))
}

/// The answer of [`GetSent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sent {
    /// What the socket has sent.
    pub counters: Counters,
}

line!(Sent, "+QISACK:");

impl Sent {
    /// Reads the line `+QISACK: <total>,<acknowledged>,<unacknowledged>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QISACK:")?;
        Counters::from_fields(&mut fields).map(|counters| Self { counters })
    }
}

command! {
    /// `AT+QICLOSE=`: closes a socket (Quectel digest §9).
    ///
    /// Ends with [`CloseOk`](crate::quectel::result::Final::CloseOk), without `OK`.
    pub struct Close {
        /// The socket's id; not checked here.
        pub link: u8,
    }
    answer NoResponse, prefix "", within within::CLOSE;
    |close, line| line.text("AT+QICLOSE=").number(u32::from(close.link))
}

command! {
    /// `AT+QISTATE`: asks for all sockets (Quectel digest §9).
    ///
    /// The lines may come after `OK`.
    pub struct GetSockets;
    answer Vec<SocketState, 6>, prefix "+QISTATE:", within within::SOCKET;
    |get, line| line.text("AT+QISTATE")
}

/// A socket; see [`GetSockets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SocketState {
    /// Its id.
    pub link: u8,
    /// Its kind.
    pub service: Service,
    /// Its peer; `None` if it has none.
    pub remote: Option<SocketAddr>,
    /// Whether it is connected.
    pub connected: bool,
}

line!(SocketState, "+QISTATE:");

impl SocketState {
    /// Reads the line `+QISTATE: <id>,"<service>","<ip>","<port>","<state>"`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QISTATE:")?;
        let link = link(fields.number()?)?;
        let service = Service::from_name(fields.quoted()?)?;
        let ip = address::ip(fields.quoted()?);
        let port = decimal(fields.quoted()?).and_then(|port| u16::try_from(port).ok());
        let connected = fields.quoted()? == b"CONNECTED";
        let remote = ip.zip(port).map(|(ip, port)| SocketAddr::new(ip, port));
        fields.at_end().then_some(Self { link, service, remote, connected })
    }
}

command! {
    /// `AT+QISTAT`: asks what the stack does (Quectel digest §9).
    ///
    /// The line comes after `OK`.
    pub struct GetStack;
    answer Stack, prefix "STATE:", within within::SOCKET;
    |get, line| line.text("AT+QISTAT")
}

/// What the stack does; see [`GetStack`].
///
/// ```
/// use usocket_commands::quectel::gsm::socket::Stack;
///
/// assert_eq!(Stack::parse_line(b"STATE: IP GPRSACT"), Some(Stack::Active));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Stack {
    /// `IP INITIAL`: nothing.
    Initial,
    /// `IP START`: it has been started.
    Started,
    /// `IP CONFIG`: it activates the context.
    Activating,
    /// `IP IND`, `IP GPRSACT`, `IP STATUS`: the context is active.
    Active,
    /// `PDP DEACT`: the context has been deactivated.
    Inactive,
    /// Anything else: sockets.
    Sockets,
}

line!(Stack, "STATE:");

impl Stack {
    /// Reads the line `STATE: <state>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        Some(match Fields::named(line, "STATE:")?.next_field()? {
            b"IP INITIAL" => Self::Initial,
            b"IP START" => Self::Started,
            b"IP CONFIG" => Self::Activating,
            b"IP IND" | b"IP GPRSACT" | b"IP STATUS" => Self::Active,
            b"PDP DEACT" => Self::Inactive,
            _ => Self::Sockets,
        })
    }
}
