//! Opening links.

use core::net::IpAddr;

use crate::ArgumentError;
use crate::command::command;
use crate::number::check_port;

use super::{Host, LinkKind, NoResponse, check_host, check_link, encode_host, within};

command! {
    /// `AT+CIPSTART=`: opens a link (ESP-AT digest §6.2).
    ///
    /// Before `OK` comes [`Connect`](crate::esp_at::urc::Urc::Connect) or
    /// [`LinkUp`](crate::esp_at::urc::Urc::LinkUp), perhaps data, perhaps even
    /// [`Closed`](crate::esp_at::urc::Urc::Closed). Never open a link that is open: some versions
    /// stop for good.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::{Host, Open, UdpMode};
    ///
    /// let mut buffer = [0; 256];
    /// let open = Open::udp(4, Host::from([192, 168, 3, 102]), 8080, Some(1112), UdpMode::Fixed)?;
    /// let len = open.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSTART=4,\"UDP\",\"192.168.3.102\",8080,1112,0\r\n");
    ///
    /// let open = Open::ssl(3, Host::Name("example.org"), 443)?.keep_alive(60);
    /// let len = open.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSTART=3,\"SSL\",\"example.org\",443,60\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct Open<'a> {
        link: u8,
        kind: LinkKind,
        host: Host<'a>,
        port: u16,
        keep_alive_s: Option<u16>,
        local: Option<(u16, UdpMode)>,
        local_ip: Option<IpAddr>,
        timeout_ms: Option<u16>,
    }
    answer NoResponse, prefix "", within within::CONNECT_TLS, or |open| open.time();
    |open, line| {
        line.text("AT+CIPSTART=").number(u32::from(open.link));
        line.field().quoted(open.kind.name().as_bytes());
        encode_host(&open.host, line.field());
        line.field().number(u32::from(open.port));
        if open.kind.is_udp() {
            line.field();
            if let Some((port, mode)) = open.local {
                line.number(u32::from(port)).field().number(mode as u32);
            } else {
                line.field();
            }
        } else {
            line.field();
            if let Some(seconds) = open.keep_alive_s {
                line.number(u32::from(seconds));
            }
        }
        line.field();
        if let Some(ip) = open.local_ip {
            line.ip(ip);
        }
        line.field();
        if let Some(ms) = open.timeout_ms {
            line.number(u32::from(ms));
        }
    }
}

/// What a UDP link does when somebody else than its peer sends to it (ESP-AT digest §6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum UdpMode {
    /// The peer stays.
    Fixed = 0,
    /// The first other sender becomes the peer.
    Once = 1,
    /// Every sender becomes the peer.
    Follow = 2,
}

impl<'a> Open<'a> {
    /// A TCP connection to `host`; over IPv6 if that is an IPv6 address.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `link` is 0 to 4, a name 1 to 64 bytes without NUL, CR and LF,
    /// and `port` not 0.
    pub fn tcp(link: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        Self::new(LinkKind::Tcp, link, host, port)
    }

    /// The same with TLS.
    ///
    /// # Errors
    ///
    /// As [`tcp`](Self::tcp).
    pub fn ssl(link: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        Self::new(LinkKind::Ssl, link, host, port)
    }

    /// A UDP socket with `host` as its peer.
    ///
    /// Without `local_port` the module takes any, and the peer is fixed.
    ///
    /// # Errors
    ///
    /// As [`tcp`](Self::tcp); [`ArgumentError::OutOfRange`] for a local port of 0, and
    /// [`ArgumentError::Illegal`] for another `mode` than [`UdpMode::Fixed`] without a local port.
    pub fn udp(
        link: u8,
        host: Host<'a>,
        port: u16,
        local_port: Option<u16>,
        mode: UdpMode,
    ) -> Result<Self, ArgumentError> {
        let open = Self::new(LinkKind::Udp, link, host, port)?;
        let local = match (local_port, mode) {
            (Some(0), _) => return Err(ArgumentError::OutOfRange { field: "local_port" }),
            (Some(port), mode) => Some((port, mode)),
            (None, UdpMode::Fixed) => None,
            (None, _) => return Err(ArgumentError::Illegal { field: "mode" }),
        };
        Ok(Self { local, ..open })
    }

    fn new(kind: LinkKind, link: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        check_link(link)?;
        check_host(&host)?;
        check_port(port)?;
        let open = Self {
            link,
            kind,
            host,
            port,
            keep_alive_s: None,
            local: None,
            local_ip: None,
            timeout_ms: None,
        };
        Ok(if matches!(host, Host::Ip(IpAddr::V6(_))) { open.over_v6() } else { open })
    }

    /// Over IPv6, which a name does not tell by itself.
    #[must_use]
    pub const fn over_v6(self) -> Self {
        Self { kind: self.kind.over_v6(), ..self }
    }

    /// With TCP keep-alive after so many idle seconds, at most 7200; 0 is without. UDP has none.
    #[must_use]
    pub fn keep_alive(self, seconds: u16) -> Self {
        Self { keep_alive_s: Some(seconds.min(7200)), ..self }
    }

    /// Through the interface with that address.
    #[must_use]
    pub const fn local_ip(self, ip: IpAddr) -> Self {
        Self { local_ip: Some(ip), ..self }
    }

    /// With that time limit for the connection in milliseconds, at most 60,000; from 4.1 on, and
    /// older firmware answers `ERROR`. What a driver should wait is
    /// [`Command::timeout_ms`](crate::Command::timeout_ms).
    #[must_use]
    pub fn timeout_ms(self, ms: u16) -> Self {
        Self { timeout_ms: Some(ms.min(60_000)), ..self }
    }

    /// The link.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }

    /// What kind of link.
    #[must_use]
    pub const fn kind(&self) -> LinkKind {
        self.kind
    }

    fn time(&self) -> u32 {
        match (self.timeout_ms, self.kind, self.host) {
            (Some(ms), _, _) if ms != 0 => u32::from(ms).saturating_add(within::CONNECT_MARGIN),
            (_, LinkKind::Ssl | LinkKind::SslV6, _) => within::CONNECT_TLS,
            (_, _, Host::Name(_)) => within::CONNECT_NAME,
            (_, _, Host::Ip(_)) => within::CONNECT,
        }
    }
}
