//! Keys that both sides of a TLS link have.

use crate::command::command;
use crate::secret::Secret;
use crate::{ArgumentError, text};

use super::{NoResponse, check_link, within};

/// Longest key, and longest name of one, in bytes.
const MAX_PSK: usize = 32;

command! {
    /// `AT+CIPSSLCPSK=`: the key that both sides have, and its name (ESP-AT digest §11).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::TlsPsk;
    ///
    /// let psk = TlsPsk::new(0, b"secret", "device 7")?;
    /// let mut buffer = [0; 256];
    /// let len = psk.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSSLCPSK=0,\"secret\",\"device 7\"\r\n");
    /// assert!(!format!("{psk:?}").contains("secret"));
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TlsPsk<'a> {
        link: u8,
        key: Secret<&'a [u8]>,
        identity: &'a str,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CIPSSLCPSK=").number(u32::from(set.link));
        line.field().quoted(set.key.0);
        line.field().quoted(set.identity.as_bytes());
    }
}

impl<'a> TlsPsk<'a> {
    /// For `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the link is 0 to 4, and key and name 1 to 32 bytes without NUL, CR
    /// and LF; [`TlsPskHex`] takes any bytes for the key.
    pub fn new(link: u8, key: &'a [u8], identity: &'a str) -> Result<Self, ArgumentError> {
        check_link(link)?;
        text::check("key", key, 1, MAX_PSK)?;
        text::check("identity", identity.as_bytes(), 1, MAX_PSK)?;
        Ok(Self { link, key: Secret(key), identity })
    }

    /// No key any more, as far as the firmware takes an empty text for that; not established.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless the link is 0 to 4.
    pub fn none(link: u8) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, key: Secret(&[]), identity: "" })
    }
}

command! {
    /// `AT+CIPSSLCPSKHEX=`: the same with the key as hexadecimal digits (ESP-AT digest §11).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::TlsPskHex;
    ///
    /// let mut buffer = [0; 256];
    /// let len = TlsPskHex::new(0, &[0x00, 0xa5], "device 7")?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSSLCPSKHEX=0,\"00a5\",\"device 7\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TlsPskHex<'a> {
        link: u8,
        key: Secret<&'a [u8]>,
        identity: &'a str,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CIPSSLCPSKHEX=").number(u32::from(set.link));
        line.field().hex(set.key.0);
        line.field().quoted(set.identity.as_bytes());
    }
}

impl<'a> TlsPskHex<'a> {
    /// For `link`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the link is 0 to 4, the key 1 to 32 bytes, and its name 1 to 32
    /// bytes without NUL, CR and LF.
    pub fn new(link: u8, key: &'a [u8], identity: &'a str) -> Result<Self, ArgumentError> {
        check_link(link)?;
        match key.len() {
            0 => return Err(ArgumentError::TooShort { field: "key", min: 1 }),
            1..=MAX_PSK => {}
            _ => return Err(ArgumentError::TooLong { field: "key", max: MAX_PSK }),
        }
        text::check("identity", identity.as_bytes(), 1, MAX_PSK)?;
        Ok(Self { link, key: Secret(key), identity })
    }
}
