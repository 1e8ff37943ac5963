//! The module's one listening socket.

use crate::ArgumentError;
use crate::answer::line;
use crate::command::command;
use crate::esp_at::LINKS;
use crate::fields::Fields;
use crate::number::check_port;

use super::{LinkKind, NoResponse, within};

command! {
    /// `AT+CIPSERVER=1,…`: listens on a port (ESP-AT digest §9).
    ///
    /// Needs [numbered links](super::Multiplex). There is one listener only; while it runs, set it
    /// up anew after [`StopServer`].
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::{LinkKind, StartServer};
    ///
    /// let mut buffer = [0; 256];
    /// let len = StartServer::new(80)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSERVER=1,80\r\n");
    ///
    /// let len = StartServer::new(443)?.kind(LinkKind::Ssl)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSERVER=1,443,\"SSL\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct StartServer {
        port: u16,
        kind: Option<LinkKind>,
        verify: Option<bool>,
        interface: Option<Interface>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |start, line| {
        line.text("AT+CIPSERVER=1").field().number(u32::from(start.port));
        line.field();
        if let Some(kind) = start.kind {
            line.quoted(kind.name().as_bytes());
        }
        line.field();
        if let Some(verify) = start.verify {
            line.flag(verify);
        }
        line.field();
        if let Some(interface) = start.interface {
            line.number(interface as u32);
        }
    }
}

/// Where a server listens; see [`StartServer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Interface {
    /// Everywhere.
    All = 0,
    /// In the network that the station has joined.
    Station = 1,
    /// In the module's own network.
    AccessPoint = 2,
}

impl StartServer {
    /// TCP on `port`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] for port 0.
    pub const fn new(port: u16) -> Result<Self, ArgumentError> {
        match check_port(port) {
            Ok(()) => Ok(Self { port, kind: None, verify: None, interface: None }),
            Err(error) => Err(error),
        }
    }

    /// For links of that kind.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::Illegal`] for UDP.
    pub const fn kind(self, kind: LinkKind) -> Result<Self, ArgumentError> {
        if kind.is_udp() {
            return Err(ArgumentError::Illegal { field: "kind" });
        }
        Ok(Self { kind: Some(kind), ..self })
    }

    /// Whether a TLS server asks its clients for a certificate.
    #[must_use]
    pub const fn verify_clients(self, verify: bool) -> Self {
        Self { verify: Some(verify), ..self }
    }

    /// On that interface only, from 4.1 on.
    #[must_use]
    pub const fn interface(self, interface: Interface) -> Self {
        Self { interface: Some(interface), ..self }
    }
}

command! {
    /// `AT+CIPSERVER=0`: stops listening (ESP-AT digest §9).
    ///
    /// Accepted links stay open; on NonOS that depends on the version.
    pub struct StopServer;
    answer NoResponse, prefix "", within within::CLOSE_ALL;
    |stop, line| line.text("AT+CIPSERVER=0")
}

command! {
    /// `AT+CIPSERVER=0,1`: stops listening and closes the accepted links, from 2.2 on
    /// (ESP-AT digest §9).
    pub struct StopServerAndClose;
    answer NoResponse, prefix "", within within::CLOSE_ALL;
    |stop, line| line.text("AT+CIPSERVER=0,1")
}

command! {
    /// `AT+CIPSERVER?`: asks whether the module listens (ESP-AT digest §9).
    pub struct GetServer;
    answer ServerState, prefix "+CIPSERVER:", within within::ORDINARY;
    |get, line| line.text("AT+CIPSERVER?")
}

/// Whether the module listens, and where (ESP-AT digest §9).
///
/// ```
/// use usocket_commands::esp_at::tcpip::ServerState;
///
/// let state = ServerState::parse_line(b"+CIPSERVER:1,80,\"TCP\",0").unwrap();
/// assert_eq!(state.listener.unwrap().port, 80);
/// assert_eq!(ServerState::parse_line(b"+CIPSERVER:0").unwrap().listener, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ServerState {
    /// The listening socket, if there is one.
    pub listener: Option<Listener>,
}

/// A listening socket; see [`ServerState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Listener {
    /// Its port.
    pub port: u16,
    /// The kind of the links it accepts.
    pub kind: LinkKind,
    /// Whether it asks for the certificate of a client.
    pub verify_clients: bool,
}

line!(ServerState, "+CIPSERVER:");

impl ServerState {
    /// Reads the line `+CIPSERVER:0` or `+CIPSERVER:1,<port>,"<kind>",<ca>`; anything after that
    /// is ignored.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+CIPSERVER:")?;
        let listener = if fields.flag()? {
            Some(Listener {
                port: fields.number()?,
                kind: LinkKind::from_name(fields.text()?)?,
                verify_clients: fields.flag()?,
            })
        } else {
            None
        };
        Some(Self { listener })
    }
}

command! {
    /// `AT+CIPSERVERMAXCONN=`: how many links the server may take, set before it starts
    /// (ESP-AT digest §9).
    pub struct ServerMaxConnections {
        links: u8,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |max, line| line.text("AT+CIPSERVERMAXCONN=").number(u32::from(max.links))
}

impl ServerMaxConnections {
    /// That many.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `links` is 1 to 5.
    pub const fn new(links: u8) -> Result<Self, ArgumentError> {
        if links == 0 || links > LINKS {
            return Err(ArgumentError::OutOfRange { field: "links" });
        }
        Ok(Self { links })
    }
}

command! {
    /// `AT+CIPSTO=`: after which idle time accepted links are closed (ESP-AT digest §9).
    ///
    /// `ERROR` if no server runs.
    pub struct ServerTimeout {
        seconds: u16,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |timeout, line| line.text("AT+CIPSTO=").number(u32::from(timeout.seconds))
}

impl ServerTimeout {
    /// After that many seconds; 0 is never.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] for more than 7200 seconds.
    pub const fn new(seconds: u16) -> Result<Self, ArgumentError> {
        if seconds > 7200 {
            return Err(ArgumentError::OutOfRange { field: "seconds" });
        }
        Ok(Self { seconds })
    }
}
