//! TLS of the links that the module opens; set before they are opened.

use crate::command::command;
use crate::{ArgumentError, text};

use super::{NoResponse, check_link, within};

command! {
    /// `AT+CIPSSLCCONF=`: who proves who he is (ESP-AT digest §11).
    ///
    /// Checking the server takes the right time: see [`TimeConfig`](super::TimeConfig).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::{TlsAuth, TlsConfig};
    ///
    /// let mut buffer = [0; 256];
    /// let len = TlsConfig::new(4, TlsAuth::Server)?.certificates(0, 0).write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSSLCCONF=4,2,0,0\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TlsConfig {
        link: u8,
        auth: TlsAuth,
        certificates: Option<(u8, u8)>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |config, line| {
        line.text("AT+CIPSSLCCONF=").number(u32::from(config.link));
        line.field().number(config.auth as u32);
        if let Some((own, authority)) = config.certificates {
            line.field().number(u32::from(own)).field().number(u32::from(authority));
        }
    }
}

/// Who proves who he is; see [`TlsConfig`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TlsAuth {
    /// Nobody.
    None = 0,
    /// The module, with a certificate.
    Client = 1,
    /// The server.
    Server = 2,
    /// Both.
    Both = 3,
}

impl TlsConfig {
    /// For `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless the link is 0 to 4.
    pub const fn new(link: u8, auth: TlsAuth) -> Result<Self, ArgumentError> {
        match check_link(link) {
            Ok(()) => Ok(Self { link, auth, certificates: None }),
            Err(error) => Err(error),
        }
    }

    /// With these entries of the firmware's partitions: the module's own certificate, and that of
    /// the authority.
    #[must_use]
    pub const fn certificates(self, own: u8, authority: u8) -> Self {
        Self { certificates: Some((own, authority)), ..self }
    }
}

/// Longest name in the commands for TLS, in bytes.
const MAX_NAME: usize = 64;

command! {
    /// `AT+CIPSSLCCN=`: which name the certificate of the server must have
    /// (ESP-AT digest §11).
    pub struct TlsCommonName<'a> {
        link: u8,
        name: &'a str,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CIPSSLCCN=").number(u32::from(set.link));
        line.field().quoted(set.name.as_bytes());
    }
}

impl<'a> TlsCommonName<'a> {
    /// For `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the link is 0 to 4 and the name 1 to 64 bytes without NUL, CR and
    /// LF.
    pub fn new(link: u8, name: &'a str) -> Result<Self, ArgumentError> {
        check_link(link)?;
        text::check("name", name.as_bytes(), 1, MAX_NAME)?;
        Ok(Self { link, name })
    }

    /// No name any more, as far as the firmware takes an empty text for that; not established.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless the link is 0 to 4.
    pub fn none(link: u8) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, name: "" })
    }
}

command! {
    /// `AT+CIPSSLCSNI=`: which name the module asks the server for (ESP-AT digest §11).
    ///
    /// From 5.0 on it is the name that the link is opened with; before, many servers need it.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::TlsServerName;
    ///
    /// let mut buffer = [0; 256];
    /// let len = TlsServerName::new(0, "example.org")?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSSLCSNI=0,\"example.org\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TlsServerName<'a> {
        link: u8,
        name: &'a str,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CIPSSLCSNI=").number(u32::from(set.link));
        line.field().quoted(set.name.as_bytes());
    }
}

impl<'a> TlsServerName<'a> {
    /// For `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the link is 0 to 4 and the name 1 to 64 bytes without NUL, CR and
    /// LF.
    pub fn new(link: u8, name: &'a str) -> Result<Self, ArgumentError> {
        check_link(link)?;
        text::check("name", name.as_bytes(), 1, MAX_NAME)?;
        Ok(Self { link, name })
    }

    /// No name any more, as far as the firmware takes an empty text for that; not established.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless the link is 0 to 4.
    pub fn none(link: u8) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, name: "" })
    }
}

command! {
    /// `AT+CIPSSLCALPN=`: which protocols the module offers the server (ESP-AT digest §11).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::TlsAlpn;
    ///
    /// let mut buffer = [0; 256];
    /// let len = TlsAlpn::new(0, &["h2", "http/1.1"])?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSSLCALPN=0,2,\"h2\",\"http/1.1\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TlsAlpn<'a> {
        link: u8,
        count: u8,
        protocols: [&'a str; 5],
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CIPSSLCALPN=").number(u32::from(set.link));
        line.field().number(u32::from(set.count));
        for protocol in set.protocols.iter().take(usize::from(set.count)) {
            line.field().quoted(protocol.as_bytes());
        }
    }
}

impl<'a> TlsAlpn<'a> {
    /// For `link`; without a protocol ALPN is off.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the link is 0 to 4, and there are at most five protocols of 1 to
    /// 255 bytes without NUL, CR and LF, which fit into one command together.
    pub fn new(link: u8, protocols: &[&'a str]) -> Result<Self, ArgumentError> {
        // 256 - `AT+CIPSSLCALPN=4,5` - CR LF - comma and quotes of each
        const ROOM: usize = 256 - 18 - 2 - 15;
        check_link(link)?;
        let mut kept = [""; 5];
        let mut slots = kept.iter_mut();
        let mut count = 0_u8;
        let mut escaped = 0_usize;
        for &protocol in protocols {
            text::check("protocols", protocol.as_bytes(), 1, 255)?;
            escaped = escaped.saturating_add(text::escaped_len(protocol.as_bytes()));
            let slot = slots.next().ok_or(ArgumentError::TooLong { field: "protocols", max: 5 })?;
            *slot = protocol;
            count = count.saturating_add(1);
        }
        if escaped > ROOM {
            return Err(ArgumentError::TooLong { field: "protocols", max: ROOM });
        }
        Ok(Self { link, count, protocols: kept })
    }
}

command! {
    /// `AT+CIPSSLSIZE=`: how much memory NonOS takes for the one TLS link that it can have, before
    /// that is opened (ESP-AT digest §11, §19).
    pub struct TlsBuffer {
        bytes: u16,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| line.text("AT+CIPSSLSIZE=").number(u32::from(set.bytes))
}

impl TlsBuffer {
    /// So many bytes.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `bytes` is 2048 to 4096.
    pub const fn new(bytes: u16) -> Result<Self, ArgumentError> {
        if bytes < 2048 || bytes > 4096 {
            return Err(ArgumentError::OutOfRange { field: "bytes" });
        }
        Ok(Self { bytes })
    }
}
