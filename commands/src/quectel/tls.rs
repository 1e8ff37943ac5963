//! TLS sockets, which have ids and settings of their own.
//!
//! The id of a TLS socket is called `client` here; 0 to 11, beside those of other sockets. What it
//! shall check, and with which certificates, is said to one of six [settings](Setting) beforehand.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::tls::*;
//!
//! let mut buffer = [0; 352];
//! let len = Configure::new(0, Setting::Level(Level::Server))?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QSSLCFG=\"seclevel\",0,1\r");
//!
//! let len = Open::new(1, 0, 4, "example.com".into(), 443)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QSSLOPEN=1,0,4,\"example.com\",443,0\r");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::{IpAddr, SocketAddr};

use atat::heapless::Vec;

use crate::answer::line;
use crate::cellular::context::check_context;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::number::{check_id, check_len, check_port};
use crate::{ArgumentError, address, text};

use super::host::{check_host, encode_host};
use super::state::State;
use super::{Host, LINKS, MAX_READ, MAX_SEND, NoResponse, check_link, link, within};

/// How many [settings](Configure) a module has; their ids are 0 to 5 (Quectel digest §6).
pub const CONFIGURATIONS: u8 = 6;

/// Longest path of a certificate or key in bytes.
pub const MAX_PATH: usize = 63;

command! {
    /// `AT+QSSLCFG=`: sets something for the TLS sockets that are opened with this configuration
    /// (Quectel digest §6).
    ///
    /// The names of settings are in lower case, since BG96 knows no others (Q24).
    pub struct Configure<'a> {
        configuration: u8,
        setting: Setting<'a>,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        let (name, value) = set.setting.parts();
        line.text("AT+QSSLCFG=").string(name);
        line.field().number(u32::from(set.configuration));
        match value {
            Value::Number(number) => line.field().number(u32::from(number)),
            Value::Hex(text) => line.field().text(text),
            Value::Path(path) => line.field().string(path),
        };
    }
}

/// Something that can be set for TLS sockets (Quectel digest §6); see [`Configure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting<'a> {
    /// `"sslversion"`: which version of the protocol.
    Version(Version),
    /// `"ciphersuite"`: all that the module has.
    AllCiphers,
    /// `"seclevel"`: who proves who he is.
    Level(Level),
    /// `"cacert"`: the file with the certificate of the authority.
    Authority(&'a str),
    /// `"clientcert"`: the file with the module's own certificate.
    Certificate(&'a str),
    /// `"clientkey"`: the file with the key for that.
    Key(&'a str),
    /// `"sni"`: the module asks for the name that the socket is opened with.
    ServerName(bool),
    /// `"checkhost"`: the certificate must have the name that the socket is opened with.
    CheckHost(bool),
    /// `"ignorelocaltime"`: certificates are good whatever time it is.
    IgnoreTime(bool),
    /// `"negotiatetime"`: how long the handshake may take, 10 to 300 s.
    HandshakeTime(u16),
}

/// A version of the protocol; see [`Setting::Version`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// TLS 1.0.
    Tls10 = 1,
    /// TLS 1.1.
    Tls11 = 2,
    /// TLS 1.2.
    Tls12 = 3,
    /// Whatever both sides have, SSL 3 included.
    Any = 4,
}

/// Who proves who he is; see [`Setting::Level`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nobody.
    None = 0,
    /// The server.
    Server = 1,
    /// The server and the module.
    Both = 2,
}

enum Value<'a> {
    Number(u16),
    Hex(&'static str),
    Path(&'a str),
}

impl<'a> Setting<'a> {
    fn parts(self) -> (&'static str, Value<'a>) {
        match self {
            Self::Version(version) => ("sslversion", Value::Number(version as u16)),
            Self::AllCiphers => ("ciphersuite", Value::Hex("0XFFFF")),
            Self::Level(level) => ("seclevel", Value::Number(level as u16)),
            Self::Authority(path) => ("cacert", Value::Path(path)),
            Self::Certificate(path) => ("clientcert", Value::Path(path)),
            Self::Key(path) => ("clientkey", Value::Path(path)),
            Self::ServerName(on) => ("sni", Value::Number(u16::from(on))),
            Self::CheckHost(on) => ("checkhost", Value::Number(u16::from(on))),
            Self::IgnoreTime(on) => ("ignorelocaltime", Value::Number(u16::from(on))),
            Self::HandshakeTime(seconds) => ("negotiatetime", Value::Number(seconds)),
        }
    }
}

impl<'a> Configure<'a> {
    /// For the sockets that are opened with `configuration`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `configuration` is 0 to 5, a path 1 to 63 bytes without quotes and
    /// control characters, and a time 10 to 300 s.
    pub fn new(configuration: u8, setting: Setting<'a>) -> Result<Self, ArgumentError> {
        check_configuration(configuration)?;
        match setting {
            Setting::Authority(path) | Setting::Certificate(path) | Setting::Key(path) => {
                text::check_plain("path", path, 1, MAX_PATH)?;
            }
            Setting::HandshakeTime(seconds) if !(10..=300).contains(&seconds) => {
                return Err(ArgumentError::OutOfRange { field: "seconds" });
            }
            _ => {}
        }
        Ok(Self { configuration, setting })
    }
}

const fn check_configuration(configuration: u8) -> Result<(), ArgumentError> {
    check_id("configuration", configuration, CONFIGURATIONS)
}

command! {
    /// `AT+QSSLOPEN=`: opens a TLS socket whose data the module holds until they are
    /// [read](Read) (Quectel digest §6).
    ///
    /// `OK` only means that the module tries; [`TlsOpened`](super::urc::Urc::TlsOpened) tells the
    /// result, the handshake included, within [`OPEN_TIMEOUT_MS`](super::OPEN_TIMEOUT_MS). After a
    /// failure [`Close`] must come before the id is used again.
    pub struct Open<'a> {
        context: u8,
        configuration: u8,
        client: u8,
        host: Host<'a>,
        port: u16,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |open, line| {
        line.text("AT+QSSLOPEN=").number(u32::from(open.context));
        line.field().number(u32::from(open.configuration));
        line.field().number(u32::from(open.client));
        encode_host(&open.host, line.field());
        line.field().number(u32::from(open.port)).field().number(0)
    }
}

impl<'a> Open<'a> {
    /// To `host`: its name is what [`Setting::ServerName`] and [`Setting::CheckHost`] mean.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, `configuration` 0 to 5, `client` 0 to 11, a
    /// name 1 to 150 bytes without quotes and control characters, and `port` not 0.
    pub fn new(
        context: u8,
        configuration: u8,
        client: u8,
        host: Host<'a>,
        port: u16,
    ) -> Result<Self, ArgumentError> {
        check_context(context)?;
        check_configuration(configuration)?;
        check_link(client)?;
        check_host(&host)?;
        check_port(port)?;
        Ok(Self { context, configuration, client, host, port })
    }
}

command! {
    /// `AT+QSSLSEND=<client>,<len>`: sends through a TLS socket; goes on like
    /// [`Send`](super::send::Send) (Quectel digest §6).
    pub struct Send {
        client: u8,
        len: u16,
    }
    answer NoResponse, prefix "", within within::PROMPT;
    |send, line| {
        line.text("AT+QSSLSEND=").number(u32::from(send.client));
        line.field().number(u32::from(send.len))
    }
}

impl Send {
    /// `len` bytes through `client`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `client` is 0 to 11 and `len` 1 to 1460.
    pub fn new(client: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(client)?;
        Ok(Self { client, len: check_len(len, MAX_SEND)? })
    }
}

command! {
    /// `AT+QSSLRECV=<client>,<len>`: fetches data that a TLS socket has received
    /// (Quectel digest §6).
    ///
    /// The answer is a counted body, which [`Header`](super::data::Header) announces; a count of
    /// 0 is an empty buffer.
    pub struct Read {
        client: u8,
        len: u16,
    }
    answer NoResponse, prefix "+QSSLRECV:", within within::SOCKET;
    |read, line| {
        line.text("AT+QSSLRECV=").number(u32::from(read.client));
        line.field().number(u32::from(read.len))
    }
}

impl Read {
    /// At most `len` bytes from `client`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `client` is 0 to 11 and `len` 1 to 1500.
    pub fn new(client: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(client)?;
        Ok(Self { client, len: check_len(len, MAX_READ)? })
    }
}

command! {
    /// `AT+QSSLCLOSE=`: closes a TLS socket and frees its id (Quectel digest §6); the same rules
    /// as for [`Close`](super::close::Close).
    ///
    /// BG770A and its sisters take no [waiting time](Self::wait_s).
    pub struct Close {
        client: u8,
        wait_s: Option<u16>,
    }
    answer NoResponse, prefix "", within within::CLOSE, or |close| match close.wait_s {
        Some(seconds) => {
            u32::from(seconds).saturating_mul(1000).saturating_add(within::CLOSE_MARGIN)
        }
        None => within::CLOSE,
    };
    |close, line| {
        line.text("AT+QSSLCLOSE=").number(u32::from(close.client)).field();
        if let Some(seconds) = close.wait_s {
            line.number(u32::from(seconds));
        }
    }
}

impl Close {
    /// The TLS socket `client`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `client` is 0 to 11.
    pub const fn new(client: u8) -> Result<Self, ArgumentError> {
        match check_link(client) {
            Ok(()) => Ok(Self { client, wait_s: None }),
            Err(error) => Err(error),
        }
    }

    /// Waits so many seconds for the peer, then resets the connection; 0 does so at once.
    #[must_use]
    pub const fn wait_s(self, seconds: u16) -> Self {
        Self { wait_s: Some(seconds), ..self }
    }
}

/// The TLS sockets of an answer.
pub type TlsSockets = Vec<TlsSocketState, { LINKS as usize }>;

command! {
    /// `AT+QSSLSTATE?`: asks for all TLS sockets (Quectel digest §6).
    pub struct GetTlsSockets;
    answer TlsSockets, prefix "+QSSLSTATE:", within within::SOCKET;
    |get, line| line.text("AT+QSSLSTATE?")
}

/// A TLS socket (Quectel digest §6).
///
/// ```
/// use usocket_commands::quectel::{state::State, tls::TlsSocketState};
///
/// let line = br#"+QSSLSTATE: 4,"SSLClient","93.184.216.34",443,65344,2,1,4,0,"uart1",0"#;
/// let socket = TlsSocketState::parse_line(line).unwrap();
/// assert_eq!((socket.client, socket.state), (4, State::Connected));
/// assert_eq!(socket.remote, Some("93.184.216.34:443".parse().unwrap()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlsSocketState {
    /// Its id.
    pub client: u8,
    /// The peer; `None` if the module prints something else than its address.
    pub remote: Option<SocketAddr>,
    /// Port of the module.
    pub local_port: u16,
    /// What it does; [`State::Closing`] is one that the peer has closed.
    pub state: State,
}

line!(TlsSocketState, "+QSSLSTATE:");

impl TlsSocketState {
    /// Reads the line `+QSSLSTATE: <client>,"SSLClient","<ip>",<port>,<local port>,<state>,…`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QSSLSTATE:")?;
        let client = link(fields.number()?)?;
        fields.quoted()?;
        let ip: Option<IpAddr> = address::ip(fields.quoted()?);
        let (port, local_port) = (fields.number()?, fields.number()?);
        let state = State::from_number(fields.number()?)?;
        // cut off in the middle unless its context follows
        let _context: u8 = fields.number()?;
        let remote = ip.map(|ip| SocketAddr::new(ip, port));
        Some(Self { client, remote, local_port, state })
    }
}
