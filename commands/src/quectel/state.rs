//! Which sockets there are.
//!
//! ```
//! use usocket_commands::quectel::open::Service;
//! use usocket_commands::quectel::state::SocketState;
//!
//! let line = br#"+QISTATE: 0,"TCP","220.180.239.212",8009,65514,2,1,0,0,"usbmodem""#;
//! let socket = SocketState::parse_line(line).unwrap();
//! assert_eq!((socket.link, socket.service), (0, Service::Tcp));
//! assert_eq!(socket.remote(), Some("220.180.239.212:8009".parse().unwrap()));
//! assert!(socket.is_alive());
//! ```

use core::net::{IpAddr, SocketAddr};

use atat::heapless::Vec;

use crate::address;
use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::open::{Access, Service};
use super::{link, within};

/// The sockets of an answer.
pub type Sockets = Vec<SocketState, 12>;

command! {
    /// `AT+QISTATE?`: asks for all sockets (Quectel digest §5.6).
    pub struct GetSockets;
    answer Sockets, prefix "+QISTATE:", within within::SOCKET;
    |get, line| line.text("AT+QISTATE?")
}

command! {
    /// `AT+QISTATE=0,<context>`: asks for the sockets of a context (Quectel digest §5.6).
    pub struct GetSocketsOf {
        /// The context; not checked here.
        pub context: u8,
    }
    answer Sockets, prefix "+QISTATE:", within within::SOCKET;
    |get, line| line.text("AT+QISTATE=0").field().number(u32::from(get.context))
}

command! {
    /// `AT+QISTATE=1,<id>`: asks for one socket; no line and `OK` if it is not open
    /// (Quectel digest §5.6).
    pub struct GetSocket {
        /// The socket's id; not checked here.
        pub link: u8,
    }
    answer Sockets, prefix "+QISTATE:", within within::SOCKET;
    |get, line| line.text("AT+QISTATE=1").field().number(u32::from(get.link))
}

/// A socket (Quectel digest §5.6, §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SocketState {
    /// Its id.
    pub link: u8,
    /// Its kind.
    pub service: Service,
    /// Address of the peer, or that of the module if the socket has none; `None` if the module
    /// prints something else there.
    pub ip: Option<IpAddr>,
    /// Port of the peer; 0 if the socket has none.
    pub remote_port: u16,
    /// Port of the module.
    pub local_port: u16,
    /// What it does.
    pub state: State,
    /// Its context.
    pub context: u8,
    /// Of an [accepted](Service::TcpIncoming) socket its listener; means nothing for others.
    /// NB-IoT modules do not tell.
    pub listener: Option<u8>,
    /// How data reach the host.
    pub access: Access,
}

line!(SocketState, "+QISTATE:");

/// What a socket does; see [`SocketState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum State {
    /// 0: nothing yet.
    Initial,
    /// 1: it connects.
    Opening,
    /// 2: it is connected.
    Connected,
    /// 3: it listens. BG96 tells so of connected sockets too (Quectel digest §12, Q3).
    Listening,
    /// 4: the peer has closed it; what it has received can still be read.
    Closing,
}

impl State {
    pub(super) const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Initial,
            1 => Self::Opening,
            2 => Self::Connected,
            3 => Self::Listening,
            4 => Self::Closing,
            _ => return None,
        })
    }
}

impl SocketState {
    /// Reads the line `+QISTATE: <id>,"<service>","<ip>",<port>,<local port>,<state>,<context>,…`
    /// with `<listener>,<access>,"<uart>"` or, of an NB-IoT module, `<access>` at its end.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QISTATE:")?;
        let link = link(fields.number()?)?;
        let service = Service::from_name(fields.quoted()?)?;
        let ip = address::ip(fields.quoted()?);
        let (remote_port, local_port) = (fields.number()?, fields.number()?);
        let state = State::from_number(fields.number()?)?;
        let context = fields.number()?;
        let last: u8 = fields.number()?;
        let (listener, access) = if fields.at_end() {
            (None, last)
        } else {
            let access = fields.number()?;
            // Cut off in the middle unless the UART follows.
            fields.quoted()?;
            (Some(last), access)
        };
        let access = Access::from_number(access)?;
        Some(Self { link, service, ip, remote_port, local_port, state, context, listener, access })
    }

    /// Address and port of the peer, if the socket has one and its address can be read.
    #[must_use]
    pub fn remote(&self) -> Option<SocketAddr> {
        let has_peer = !matches!(self.service, Service::TcpListener | Service::UdpService);
        self.ip.filter(|_| has_peer).map(|ip| SocketAddr::new(ip, self.remote_port))
    }

    /// Whether data can be sent through it, or connections accepted.
    ///
    /// Firmware confuses the numbers of the two (Quectel digest §12, Q3).
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        matches!(self.state, State::Connected | State::Listening)
    }
}
