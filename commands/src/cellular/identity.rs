//! Who the module is, and who its subscriber.
//!
//! The answers have no prefix. A line that is plainly something else (a URC, an echo) is passed
//! over; numbers are taken from lines of 14 to 17 digits only (Quectel digest §1.3).
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::identity::*;
//!
//! let mut buffer = [0; 128];
//! let len = GetModel.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CGMM\r");
//!
//! let model = GetModel.parse(Ok(b"BG770A-GL\r\n"))?;
//! assert_eq!(model.text, "BG770A-GL");
//! # Ok::<(), usocket_commands::atat::Error>(())
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::{trim, unquote};

use super::{Text, urc, within};

/// Longest manufacturer, model or revision in bytes.
pub const MAX_IDENTITY: usize = 48;

command! {
    /// `AT+CGMI`: asks for the manufacturer (Quectel digest §3).
    pub struct GetManufacturer;
    answer Identity, prefix "", within within::LOCAL;
    |get, line| line.text("AT+CGMI")
}

command! {
    /// `AT+CGMM`: asks for the model (Quectel digest §3).
    pub struct GetModel;
    answer Identity, prefix "", within within::LOCAL;
    |get, line| line.text("AT+CGMM")
}

command! {
    /// `AT+CGMR`: asks for the version of the firmware (Quectel digest §3).
    pub struct GetRevision;
    answer Identity, prefix "", within within::LOCAL;
    |get, line| line.text("AT+CGMR")
}

/// A line of plain text: manufacturer, model or revision (Quectel digest §3).
///
/// ```
/// use usocket_commands::cellular::identity::Identity;
///
/// let revision = Identity::parse_line(b"Revision: M95FAR02A08").unwrap();
/// assert_eq!(revision.text, "M95FAR02A08");
/// assert_eq!(Identity::parse_line(b"+CPIN: READY"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Identity {
    /// The text.
    pub text: Text<MAX_IDENTITY>,
}

line!(Identity, "");

impl Identity {
    /// Reads a bare line, without the word `Revision:` that old modules put before it; `None`
    /// for the line of a URC, an echo, or one that is too long.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let text = trim(line.strip_prefix(b"Revision:").unwrap_or(line));
        if text.is_empty() || !is_bare(line) {
            return None;
        }
        Text::new(text).map(|text| Self { text })
    }
}

/// Whether a line may be an answer without prefix: it begins like no URC and no command.
pub(crate) fn is_bare(line: &[u8]) -> bool {
    !matches!(line, [b'+' | b'^' | b'%' | b'*' | b'#', ..] | [b'A', b'T', ..] | [b'>', ..])
        && !urc::is_word(line)
}

command! {
    /// `AT+CGSN`: asks for the IMEI, which is the number of the module (Quectel digest §3).
    pub struct GetImei;
    answer Imei, prefix "", within within::LOCAL;
    |get, line| line.text("AT+CGSN")
}

command! {
    /// `AT+CGSN=1`: asks for the IMEI in the form of NB-IoT modules, with a prefix
    /// (Quectel digest §3).
    pub struct GetImeiWithPrefix;
    answer Imei, prefix "+CGSN:", within within::LOCAL;
    |get, line| line.text("AT+CGSN=1")
}

/// The number of a module, 14 to 17 digits (Quectel digest §3).
///
/// ```
/// use usocket_commands::cellular::identity::Imei;
///
/// let imei = Imei::parse_line(b"866425030123456").unwrap();
/// assert_eq!(imei.digits, "866425030123456");
/// assert_eq!(Imei::parse_line(b"+CGSN: \"866425030123456\""), Some(imei));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Imei {
    /// Its digits.
    pub digits: Text<17>,
}

line!(Imei, "");

impl Imei {
    /// Reads a bare line of digits, or `+CGSN: <digits>`, quoted or not.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let line = match line.strip_prefix(b"+CGSN:") {
            Some(rest) => unquote(trim(rest)),
            None => line,
        };
        digits(line).map(|digits| Self { digits })
    }
}

command! {
    /// `AT+CIMI`: asks for the IMSI, which is the number of the subscriber (Quectel digest §3).
    pub struct GetImsi;
    answer Imsi, prefix "", within within::LOCAL;
    |get, line| line.text("AT+CIMI")
}

/// The number of a subscriber, 14 to 17 digits (Quectel digest §3).
///
/// ```
/// use usocket_commands::cellular::identity::Imsi;
///
/// let imsi = Imsi::parse_line(b"262011234567890").unwrap();
/// assert_eq!(imsi.digits, "262011234567890");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Imsi {
    /// Its digits.
    pub digits: Text<17>,
}

line!(Imsi, "");

impl Imsi {
    /// Reads a bare line of digits.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        digits(line).map(|digits| Self { digits })
    }
}

/// 14 to 17 digits and nothing else.
fn digits(text: &[u8]) -> Option<Text<17>> {
    (text.len() >= 14 && text.iter().all(u8::is_ascii_digit)).then(|| Text::new(text))?
}
