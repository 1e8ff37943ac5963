//! TLS that the module speaks, with the names of Python's `ssl`: a socket is wrapped before it is
//! connected, and is used like any other then.
//!
//! ```no_run
//! # fn f(net: &impl usocket::Network) -> Result<(), usocket::Error> {
//! use usocket::ssl::{Context, Verify};
//! use usocket::{AF_INET, SOCK_STREAM, getaddrinfo, socket};
//!
//! let context = Context::new(Verify::Server).ca(0); // ESP-AT: the first one in its partition
//! let sock = socket(net, AF_INET, SOCK_STREAM, 0)?;
//! context.wrap_socket(&sock, Some("example.com"))?;
//! let addr = getaddrinfo(net, "example.com", 443)?[0].sockaddr;
//! sock.connect(addr)?; // and the handshake
//! sock.send(b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")?;
//! # Ok(()) }
//! ```
//!
//! The keys and certificates lie in the module, and it does all of TLS: what goes over the UART is not
//! encrypted. What a module cannot do is refused by `connect` or `listen`, since only then the driver knows
//! which module it is. (One thing is left out: the server name to ask for, where the firmware of a Quectel
//! module does not know of it.)
//!
//! Certificates of an ESP-AT module are part of its firmware; a Quectel module gets its files by
//! `AT+QFUPL`, once and beforehand: a [command of the program's own](crate::at) has room for small ones only
//! (256 bytes with the command).
//!
//! | | ESP-AT from 2.1 on | ESP-AT 1.7 (NonOS) | Quectel BG9x, EC2x and their like |
//! |---|---|---|---|
//! | sockets with TLS | 5 | 1, and it pushes what it receives | 6, beside 12 others |
//! | [`Verify::Server`] | yes; needs the time | no | yes; needs [`ca`](Context::ca) and the time |
//! | certificates | numbers of entries ([`u8`]) | no | files ([`str`]) |
//! | server name | SNI, and the certificate's name; at most 64 bytes | no | both; the module looks it up itself; at most 150 bytes |
//! | versions | what its firmware has | what its firmware has | 1.2 |
//! | [`alpn`](Context::alpn), [`psk`](Context::psk) | yes | no | no |
//! | [`ignore_time`](Context::ignore_time) | no | no | yes |
//! | [`Context::server`] | yes | no | no |
//!
//! Other modules (NB-IoT, GSM, SIMCom) answer [`Error::NotSupported`].
//!
//! # The time
//! Certificates are good for some time, so the module has to know what time it is. A cellular module has it
//! from its network ([`Cellular::time`](crate::network::Cellular::time) tells); an ESP-AT module asks a
//! server that the program names:
//!
//! ```no_run
//! # fn f(wlan: &usocket::network::Wlan<'_>) -> Result<(), usocket::Error> {
//! wlan.connect("haas-open", "12345678")?;
//! wlan.settime("pool.ntp.org")?; // also after restarts of the module
//! # Ok(()) }
//! ```
//!
//! # Errors
//! A handshake that fails is [`Error::TlsHandshake`], or [`Error::TlsCertificate`] where the module says
//! that it is the certificate. Some have one word for more: to BG96 it may be
//! [`Error::ConnectionRefused`], and to ESP-AT before 5.0 a refused connection is a failed handshake.
//! After that the same socket can connect again, with the same settings or others.
//!
//! ESP-AT before 3.3 loses what has not been read when the peer closes, and says so
//! ([`Error::DataLost`]); an orderly end that is longer than usual is taken for a loss there, too.
//!
//! An ESP-AT module keeps settings of a link until it restarts: if a program has used names, protocols or
//! keys, and another one after it does not, reset the module in between. (esp-at.md §11, §8.6, quectel.md §6)

use core::fmt;

use crate::engine::Settings;
use crate::error::Error;

/// Whether the server has to prove who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// By a certificate of an authority that the module knows, for the name that the program connects to.
    Server,
    /// Not at all: **anybody in between can read and change everything**. It keeps out those who only
    /// listen. For tests; or where a [key](Context::psk) that both sides have is enough, if the server is
    /// known to accept nothing else.
    InsecureNobody,
}

/// A certificate or key that the module has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored<'c> {
    /// The entry of that number in the partition of an ESP-AT firmware.
    Entry(u8),
    /// A file of a Quectel module, such as `cacert.pem` or `UFS:cacert.pem`.
    File(&'c str),
}

impl From<u8> for Stored<'_> {
    fn from(entry: u8) -> Self {
        Self::Entry(entry)
    }
}

impl<'c> From<&'c str> for Stored<'c> {
    fn from(path: &'c str) -> Self {
        Self::File(path)
    }
}

/// Settings for sockets with TLS, as Python's `ssl.SSLContext`: made once, for any number of sockets.
///
/// There is no default: whether the server is verified is for the program to say.
///
/// ```
/// use usocket::ssl::{Context, Verify};
/// // a Quectel module that shows the server a certificate of its own
/// let context =
///     Context::new(Verify::Server).ca("ca.pem").certificate("device.pem").key("device.key");
/// // an ESP-AT module that speaks HTTP/1.1 alone
/// let context = Context::new(Verify::Server).ca(0).alpn(&["http/1.1"]);
/// // a key that both sides have; it is never printed
/// let context = Context::new(Verify::InsecureNobody).psk("device 7", b"sesame");
/// assert!(!format!("{context:?}").contains("sesame"));
/// ```
#[derive(Clone, Copy)]
pub struct Context<'c> {
    serves: bool,
    verifies: bool,
    checks_name: bool,
    ignores_time: bool,
    ca: Option<Stored<'c>>,
    certificate: Option<Stored<'c>>,
    key: &'c str,
    protocols: &'c [&'c str],
    identity: &'c str,
    secret: &'c [u8],
}

impl<'c> Context<'c> {
    /// For sockets that connect.
    #[must_use]
    pub const fn new(verify: Verify) -> Self {
        Self {
            serves: false,
            verifies: matches!(verify, Verify::Server),
            checks_name: true,
            ignores_time: false,
            ca: None,
            certificate: None,
            key: "",
            protocols: &[],
            identity: "",
            secret: &[],
        }
    }

    /// For a socket that listens, on an ESP-AT module: it shows its clients the certificate that is in
    /// its firmware for that (esp-at.md §9), and with `verify_clients` wants one of theirs.
    ///
    /// ```no_run
    /// # fn f(listener: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
    /// usocket::ssl::Context::server(false).wrap_socket(listener, None)?;
    /// listener.listen(2)?;
    /// let (client, _address) = listener.accept()?; // speaks TLS
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn server(verify_clients: bool) -> Self {
        Self { serves: true, verifies: verify_clients, ..Self::new(Verify::Server) }
    }

    /// The certificate of the authority that servers have theirs from: `load_verify_locations` of Python.
    /// ESP-AT takes entry 0 if nothing is said; a Quectel module has none of its own.
    #[must_use]
    pub fn ca(self, certificate: impl Into<Stored<'c>>) -> Self {
        Self { ca: Some(certificate.into()), ..self }
    }

    /// The certificate by which the module proves who it is: `load_cert_chain` of Python. An entry of
    /// ESP-AT brings its key along.
    #[must_use]
    pub fn certificate(self, certificate: impl Into<Stored<'c>>) -> Self {
        Self { certificate: Some(certificate.into()), ..self }
    }

    /// The file with the key of that certificate, on a Quectel module.
    #[must_use]
    pub const fn key(self, path: &'c str) -> Self {
        Self { key: path, ..self }
    }

    /// Whether the certificate of the server must have the name that the socket is wrapped with; so it is
    /// unless this says otherwise. Without, any server with a certificate of the authority will do.
    #[must_use]
    pub const fn check_hostname(self, check: bool) -> Self {
        Self { checks_name: check, ..self }
    }

    /// Certificates are good whatever time it is: for modules that do not know it. Quectel's alone can.
    #[must_use]
    pub const fn ignore_time(self, ignore: bool) -> Self {
        Self { ignores_time: ignore, ..self }
    }

    /// The protocols that are offered to the server, the best one first; at most five, of ESP-AT alone:
    /// `set_alpn_protocols` of Python. Which one it has chosen the module does not say.
    #[must_use]
    pub const fn alpn(self, protocols: &'c [&'c str]) -> Self {
        Self { protocols, ..self }
    }

    /// A key that both sides have, and its name: each 1 to 32 bytes, of ESP-AT alone.
    ///
    /// No certificate is needed then, and [`Verify::InsecureNobody`] says that none is looked at. That the
    /// module refuses a server which shows a certificate instead of having the key is not established:
    /// with [`Verify::Server`] such a server has to prove who it is.
    #[must_use]
    pub const fn psk(self, identity: &'c str, key: &'c [u8]) -> Self {
        Self { identity, secret: key, ..self }
    }

    /// The socket shall have TLS with these settings, which are copied. It is wrapped before it is
    /// connected, or listens: the module does the handshake as it connects. Wrapped again, other settings
    /// count.
    ///
    /// `server_hostname` is what the server is asked for (SNI), as many that have several names need it;
    /// and what its certificate must be for ([`check_hostname`](Self::check_hostname)). With
    /// [`Verify::Server`] a name is therefore needed, unless the name is not checked. A Quectel module can
    /// be told the name in one way only, which is to connect to it: it looks it up itself, and of the
    /// address that `connect` is given only the port counts.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: no name where one is needed, a name that is none, an empty or too long
    /// protocol, file, or key, what clients need for a server, or a socket that listens;
    /// [`Error::OutOfMemory`]: all texts together have more than 256 bytes, each counted with one more;
    /// [`Error::NotSupported`]: datagrams; [`Error::AlreadyConnected`]; [`Error::Closed`].
    pub fn wrap_socket(
        &self,
        sock: &impl Wrappable,
        server_hostname: Option<&str>,
    ) -> Result<(), Error> {
        let name = self.checked(server_hostname)?;
        let (stack, id) = sock.parts();
        let mut result = Err(Error::Busy);
        stack.access(&mut |core| result = core.secure(id, |to| self.fill(to, name)))?;
        result
    }

    /// The name of the server, if all of this can be said to some module.
    fn checked<'n>(&self, server_hostname: Option<&'n str>) -> Result<&'n str, Error> {
        let named = self.verifies && self.checks_name && !self.serves;
        let name = match server_hostname {
            Some(name) if is_host(name) => name,
            None if !named => "",
            _ => return Err(Error::InvalidInput),
        };
        let has_key = !self.secret.is_empty() || !self.identity.is_empty();
        let certified = self.certificate.is_some() || !self.key.is_empty();
        let clients_own = self.ca.is_some() || certified || has_key || !self.protocols.is_empty();
        let file = |stored| matches!(stored, Some(Stored::File(path)) if !is_text(path, 63));
        let good = !(self.serves && (clients_own || !name.is_empty()))
            && !file(self.ca)
            && !file(self.certificate)
            && (self.key.is_empty() || (self.certificate.is_some() && is_text(self.key, 63)))
            && self.protocols.iter().all(|protocol| is_text(protocol, 255))
            && (!has_key || (is_text(self.identity, 32) && (1..=32).contains(&self.secret.len())));
        if good { Ok(name) } else { Err(Error::InvalidInput) }
    }

    fn fill(&self, settings: &mut Settings, name: &str) -> Result<(), Error> {
        let file = |stored| if let Some(Stored::File(path)) = stored { path } else { "" };
        let entry =
            |stored| if let Some(Stored::Entry(entry)) = stored { Some(entry) } else { None };
        settings.serves = self.serves;
        settings.verifies = self.verifies;
        settings.checks_name = self.checks_name;
        settings.ignores_time = self.ignores_time;
        settings.authority = entry(self.ca);
        settings.certificate = entry(self.certificate);
        // in the order of `Text`
        for text in [name, file(self.ca), file(self.certificate), self.key, self.identity] {
            settings.push(text.as_bytes())?;
        }
        settings.push(self.secret)?;
        self.protocols.iter().try_for_each(|protocol| settings.push(protocol.as_bytes()))
    }
}

/// A socket that can have TLS: a [`Socket`](crate::Socket) of any shell.
pub trait Wrappable: sealed::Sealed {}

pub(crate) mod sealed {
    use crate::engine::SocketId;
    use crate::stack::Stack;

    pub trait Sealed {
        /// The module, and the socket of it.
        #[expect(private_interfaces, reason = "cannot be called outside the crate")]
        fn parts(&self) -> (&dyn Stack, SocketId);
    }
}

/// Something that may be the name of a host: 1 to 150 bytes of which none means anything else to a module.
fn is_host(name: &str) -> bool {
    let legal =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
    (1..=150).contains(&name.len()) && name.bytes().all(legal)
}

/// A text of 1 to `most` bytes for which every module's grammar has a place.
fn is_text(text: &str, most: usize) -> bool {
    let legal = |byte: u8| (b' '..0x7f).contains(&byte) && byte != b'"';
    (1..=most).contains(&text.len()) && text.bytes().all(legal)
}

// the key appears in no log
impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("serves", &self.serves)
            .field("verifies", &self.verifies)
            .field("checks_name", &self.checks_name)
            .field("ca", &self.ca)
            .field("certificate", &self.certificate)
            .field("protocols", &self.protocols)
            .finish_non_exhaustive()
    }
}
