//! Opening sockets.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::Host;
//! use usocket_commands::quectel::open::*;
//!
//! let mut buffer = [0; 352];
//! let len = Open::tcp(1, 0, Host::from([220, 180, 239, 212]), 8009)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIOPEN=1,0,\"TCP\",\"220.180.239.212\",8009,0,0\r");
//!
//! let len = Open::udp_service(1, 2, 3030)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIOPEN=1,2,\"UDP SERVICE\",\"127.0.0.1\",0,3030,0\r");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::Ipv4Addr;

use crate::ArgumentError;
use crate::cellular::context::check_context;
use crate::command::cr_command as command;
use crate::number::check_port;

use super::host::{check_host, encode_host};
use super::{Host, NoResponse, check_link, within};

command! {
    /// `AT+QIOPEN=`: opens a socket (Quectel digest §5.1).
    ///
    /// `OK` only means that the module tries; [`Opened`](super::urc::Urc::Opened) tells the
    /// result, within [`OPEN_TIMEOUT_MS`](super::OPEN_TIMEOUT_MS). After a failure, and after an
    /// `ERROR` whose reason is
    /// [`LINK_IN_USE`](super::result::TcpIpError::LINK_IN_USE), [`Close`](super::close::Close)
    /// must come before the id is used again.
    ///
    /// A [transparent](Access::Transparent) socket has `CONNECT` for its only result.
    pub struct Open<'a> {
        context: u8,
        link: u8,
        service: Service,
        host: Host<'a>,
        port: u16,
        local_port: u16,
        access: Access,
    }
    answer NoResponse, prefix "", within within::TRANSPARENT, or |open| match open.access {
        Access::Transparent => within::TRANSPARENT,
        Access::Buffer | Access::Push => within::SOCKET,
    };
    |open, line| {
        line.text("AT+QIOPEN=").number(u32::from(open.context));
        line.field().number(u32::from(open.link));
        line.field().string(open.service.name());
        encode_host(&open.host, line.field());
        line.field().number(u32::from(open.port));
        line.field().number(u32::from(open.local_port));
        line.field().number(open.access as u32)
    }
}

/// How data reach the host (Quectel digest §5.1); see [`Open::access`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Access {
    /// The module holds them until they are [read](super::receive::Read).
    Buffer = 0,
    /// The module pushes them; what the host cannot take is lost.
    Push = 1,
    /// The UART becomes the socket.
    Transparent = 2,
}

impl Access {
    pub(super) const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Buffer,
            1 => Self::Push,
            2 => Self::Transparent,
            _ => return None,
        })
    }
}

command! {
    /// `AT+QISWTMD=`: changes how the data of an open socket reach the host
    /// (Quectel digest §5.8).
    ///
    /// A [transparent](Access::Transparent) socket answers with `CONNECT`.
    pub struct SetAccess {
        /// The socket's id; not checked here.
        pub link: u8,
        /// How.
        pub access: Access,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |set, line| {
        line.text("AT+QISWTMD=").number(u32::from(set.link)).field().number(set.access as u32)
    }
}

/// Kind of a socket (Quectel digest §5.1).
///
/// ```
/// use usocket_commands::quectel::open::Service;
///
/// assert_eq!(Service::from_name(b"UDP SERVICE"), Some(Service::UdpService));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Service {
    /// A TCP connection that the module opened.
    Tcp,
    /// UDP with one peer.
    Udp,
    /// A TCP socket that listens.
    TcpListener,
    /// UDP with any peer.
    UdpService,
    /// A TCP connection that a listener accepted.
    TcpIncoming,
    /// Datagrams that a service was sent, on some modules.
    UdpIncoming,
}

impl Service {
    /// The name that the module uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::TcpListener => "TCP LISTENER",
            Self::UdpService => "UDP SERVICE",
            Self::TcpIncoming => "TCP INCOMING",
            Self::UdpIncoming => "UDP INCOMING",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"TCP" => Self::Tcp,
            b"UDP" => Self::Udp,
            b"TCP LISTENER" => Self::TcpListener,
            b"UDP SERVICE" => Self::UdpService,
            b"TCP INCOMING" => Self::TcpIncoming,
            b"UDP INCOMING" => Self::UdpIncoming,
            _ => return None,
        })
    }

    /// Whether it carries datagrams.
    #[must_use]
    pub const fn is_udp(self) -> bool {
        matches!(self, Self::Udp | Self::UdpService | Self::UdpIncoming)
    }
}

impl<'a> Open<'a> {
    /// A TCP connection to `host`, whose name the module looks up.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, `link` 0 to 11, a name 1 to 150 bytes
    /// without quotes and control characters, and `port` not 0.
    pub fn tcp(context: u8, link: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        Self::new(Service::Tcp, context, link, host, port)
    }

    /// A UDP socket with `host` as its only peer.
    ///
    /// # Errors
    ///
    /// As [`tcp`](Self::tcp).
    pub fn udp(context: u8, link: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        Self::new(Service::Udp, context, link, host, port)
    }

    /// A TCP socket that listens on `local_port`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `context` is 0 to 16, `link` 0 to 11, and
    /// `local_port` not 0.
    pub const fn listener(context: u8, link: u8, local_port: u16) -> Result<Self, ArgumentError> {
        Self::local(Service::TcpListener, context, link, local_port)
    }

    /// A UDP socket on `local_port`, with any peer.
    ///
    /// # Errors
    ///
    /// As [`listener`](Self::listener).
    pub const fn udp_service(
        context: u8,
        link: u8,
        local_port: u16,
    ) -> Result<Self, ArgumentError> {
        Self::local(Service::UdpService, context, link, local_port)
    }

    fn new(
        service: Service,
        context: u8,
        link: u8,
        host: Host<'a>,
        port: u16,
    ) -> Result<Self, ArgumentError> {
        check_context(context)?;
        check_link(link)?;
        check_host(&host)?;
        check_port(port)?;
        Ok(Self { context, link, service, host, port, local_port: 0, access: Access::Buffer })
    }

    const fn local(
        service: Service,
        context: u8,
        link: u8,
        local_port: u16,
    ) -> Result<Self, ArgumentError> {
        if let Err(error) = check_context(context) {
            return Err(error);
        }
        if let Err(error) = check_link(link) {
            return Err(error);
        }
        if local_port == 0 {
            return Err(ArgumentError::OutOfRange { field: "local_port" });
        }
        let host = Host::Ip(core::net::IpAddr::V4(Ipv4Addr::LOCALHOST));
        Ok(Self { context, link, service, host, port: 0, local_port, access: Access::Buffer })
    }

    /// From that port of the module; 0 is any. [`listener`](Self::listener) and
    /// [`udp_service`](Self::udp_service) have theirs already, and keep it.
    #[must_use]
    pub const fn local_port(self, port: u16) -> Self {
        match self.service {
            Service::Tcp | Service::Udp => Self { local_port: port, ..self },
            _ => self,
        }
    }

    /// With data reaching the host in that way; without this, [`Access::Buffer`].
    #[must_use]
    pub const fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The socket's id.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }

    /// Kind of the socket.
    #[must_use]
    pub const fn service(&self) -> Service {
        self.service
    }
}
