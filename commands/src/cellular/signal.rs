//! Signal quality.
//!
//! ```
//! use usocket_commands::cellular::signal::Signal;
//!
//! let signal = Signal::parse_line(b"+CSQ: 28,99").unwrap();
//! assert_eq!((signal.dbm(), signal.error_rate()), (Some(-57), None));
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::within;

command! {
    /// `AT+CSQ`: asks for the signal quality (Quectel digest §3).
    pub struct GetSignal;
    answer Signal, prefix "+CSQ:", within within::LOCAL;
    |get, line| line.text("AT+CSQ")
}

/// Signal quality as numbered by 3GPP TS 27.007 (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Signal {
    /// Strength: 0 to 31, 99 if unknown; some modules have 100 to 191 and 199 too.
    pub rssi: u8,
    /// Class of bit errors: 0 to 7, 99 if unknown.
    pub ber: u8,
}

line!(Signal, "+CSQ:");

impl Signal {
    /// Reads the line `+CSQ: <rssi>,<ber>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CSQ:")?;
        Self::from_fields(&mut fields)
    }

    pub(crate) fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        let (rssi, ber) = (fields.number()?, fields.number()?);
        fields.at_end().then_some(Self { rssi, ber })
    }

    /// Received power in dBm: −113 to −51, or −116 to −25 in the extended range; `None` if
    /// unknown.
    #[must_use]
    pub const fn dbm(&self) -> Option<i16> {
        match self.rssi {
            0..=31 => Some((self.rssi as i16).wrapping_mul(2).wrapping_sub(113)),
            100..=191 => Some((self.rssi as i16).wrapping_sub(216)),
            _ => None,
        }
    }

    /// Class of bit errors, 0 (best) to 7; `None` if unknown.
    #[must_use]
    pub const fn error_rate(&self) -> Option<u8> {
        if self.ber <= 7 { Some(self.ber) } else { None }
    }
}
