//! Settings of the module: its UART, its indications, its many keys.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::config::*;
//!
//! let mut buffer = [0; 352];
//! let len = UrcPort { port: Port::Uart1 }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QURCCFG=\"urcport\",\"uart1\"\r");
//!
//! let len = SetConfig::new("nwscanseq", "020301,1")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QCFG=\"nwscanseq\",020301,1\r");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::answer::line;
use crate::cellular::Text;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::{ArgumentError, text};

use super::{NoResponse, within};

command! {
    /// `AT+QISDE=`: whether payload is echoed (Quectel digest §1.2).
    ///
    /// On at the start of some modules. A module without it answers `ERROR`.
    pub struct PayloadEcho {
        /// Whether it is.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |echo, line| line.text("AT+QISDE=").flag(echo.on)
}

command! {
    /// `AT+QURCCFG="urcport",`: where lines go that nobody asked for (Quectel digest §2.4).
    ///
    /// The module remembers it. EC2x sends them to USB as delivered.
    pub struct UrcPort {
        /// Where.
        pub port: Port,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |urc, line| line.text("AT+QURCCFG=").string("urcport").field().string(urc.port.name())
}

/// A port of the module; see [`UrcPort`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Port {
    /// The main UART.
    Uart1,
    /// The AT port of USB.
    UsbAt,
    /// The modem port of USB.
    UsbModem,
    /// Every port.
    All,
}

impl Port {
    const fn name(self) -> &'static str {
        match self {
            Self::Uart1 => "uart1",
            Self::UsbAt => "usbat",
            Self::UsbModem => "usbmodem",
            Self::All => "all",
        }
    }
}

command! {
    /// `AT+QINDCFG="<what>",`: what [`Indication`](super::urc::Urc::Indication)s there are
    /// (Quectel digest §3).
    pub struct SetIndication<'a> {
        what: &'a str,
        on: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| line.text("AT+QINDCFG=").string(set.what).field().flag(set.on)
}

impl<'a> SetIndication<'a> {
    /// `what` as the module calls it: `csq`, `smsfull`, `ring`, `act`, `all`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless it is 1 to 16 bytes without quotes and control characters.
    pub fn new(what: &'a str, on: bool) -> Result<Self, ArgumentError> {
        text::check_plain("what", what, 1, 16)?;
        Ok(Self { what, on })
    }
}

command! {
    /// `AT+QCFG="<key>",<values>`: changes a setting (Quectel digest §3).
    ///
    /// Which keys there are depends on the module. Some settings have been seen to make a module
    /// mute (Quectel digest §12, Q17).
    pub struct SetConfig<'a> {
        key: &'a str,
        values: &'a str,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| line.text("AT+QCFG=").string(set.key).field().text(set.values)
}

impl<'a> SetConfig<'a> {
    /// Longest values in bytes.
    pub const MAX_VALUES: usize = 128;

    /// `values` is what follows the key: numbers, and texts with their quotes, separated by
    /// commas.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the key is 1 to 32 bytes without quotes, the values 1 to 128, and
    /// neither has control characters; nor may the values have a text that does not end, or a `;`
    /// outside of texts, which begins another command (Quectel digest §1.1).
    pub fn new(key: &'a str, values: &'a str) -> Result<Self, ArgumentError> {
        text::check_plain("key", key, 1, MAX_KEY)?;
        text::check("values", values.as_bytes(), 1, Self::MAX_VALUES)?;
        let mut quoted = false;
        let illegal = values.bytes().any(|byte| {
            quoted ^= byte == b'"';
            byte.is_ascii_control() || (byte == b';' && !quoted)
        });
        if illegal || quoted {
            return Err(ArgumentError::Illegal { field: "values" });
        }
        Ok(Self { key, values })
    }
}

/// Longest key in bytes.
const MAX_KEY: usize = 32;

command! {
    /// `AT+QCFG="<key>"`: asks for a setting (Quectel digest §3).
    pub struct GetConfig<'a> {
        key: &'a str,
    }
    answer ConfigValues, prefix "+QCFG:", within within::LOCAL;
    |get, line| line.text("AT+QCFG=").string(get.key)
}

impl<'a> GetConfig<'a> {
    /// The setting called `key`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless it is 1 to 32 bytes without quotes and control characters.
    pub fn new(key: &'a str) -> Result<Self, ArgumentError> {
        text::check_plain("key", key, 1, MAX_KEY)?;
        Ok(Self { key })
    }
}

/// A setting; see [`GetConfig`].
///
/// ```
/// use usocket_commands::quectel::config::ConfigValues;
///
/// let config = ConfigValues::parse_line(b"+QCFG: \"nwscanmode\",3").unwrap();
/// assert!(config.key == "nwscanmode" && config.values == "3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConfigValues {
    /// Its name.
    pub key: Text<32>,
    /// What follows it.
    pub values: Text<128>,
}

line!(ConfigValues, "+QCFG:");

impl ConfigValues {
    /// Reads the line `+QCFG: "<key>",<values>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QCFG:")?;
        let key = Text::new(fields.quoted()?)?;
        Some(Self { key, values: Text::new(fields.rest())? })
    }
}
