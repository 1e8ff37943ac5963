//! Signal and network in detail.
//!
//! ```
//! use usocket_commands::quectel::signal::{NetworkInfo, RadioSignal, RadioTechnology};
//!
//! let signal = RadioSignal::parse_line(b"+QCSQ: \"CAT-M1\",-52,-81,195,-10").unwrap();
//! assert_eq!(signal.technology, RadioTechnology::CatM1);
//! assert_eq!((signal.rssi_dbm(), signal.rsrp_dbm()), (Some(-52), Some(-81)));
//!
//! let info = NetworkInfo::parse_line(br#"+QNWINFO: "CAT-M1","46000","LTE BAND 39",38348"#);
//! assert_eq!(info.unwrap().channel, 38348);
//! ```

use crate::answer::line;
use crate::cellular::Text;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::within;

command! {
    /// `AT+QCSQ`: asks for the signal in detail (Quectel digest §3).
    pub struct GetRadioSignal;
    answer RadioSignal, prefix "+QCSQ:", within within::LOCAL;
    |get, line| line.text("AT+QCSQ")
}

/// The signal in detail (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RadioSignal {
    /// How the module is connected.
    pub technology: RadioTechnology,
    /// The numbers that follow, as many as the technology has.
    pub values: [Option<i16>; 4],
}

/// How a module is connected; see [`RadioSignal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RadioTechnology {
    /// `NOSERVICE`: not at all.
    None,
    /// `GSM`.
    Gsm,
    /// `WCDMA` and `TDSCDMA`.
    Wcdma,
    /// `LTE`.
    Lte,
    /// `CAT-M1`, `eMTC`.
    CatM1,
    /// `CAT-NB1`, `NBIoT`.
    NbIot,
}

impl RadioTechnology {
    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"NOSERVICE" => Self::None,
            b"GSM" => Self::Gsm,
            b"WCDMA" | b"TDSCDMA" => Self::Wcdma,
            b"LTE" => Self::Lte,
            b"CAT-M1" | b"CAT-M" | b"eMTC" => Self::CatM1,
            b"CAT-NB1" | b"CAT-NB" | b"NBIoT" => Self::NbIot,
            _ => return None,
        })
    }
}

line!(RadioSignal, "+QCSQ:");

impl RadioSignal {
    /// Reads the line `+QCSQ: "<technology>"[,<value>…]`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QCSQ:")?;
        let technology = RadioTechnology::from_name(fields.text()?)?;
        let mut values = [None; 4];
        for value in &mut values {
            if fields.at_end() {
                break;
            }
            *value = Some(i16::try_from(fields.signed()?).ok()?);
        }
        fields.at_end().then_some(Self { technology, values })
    }

    /// Received power in dBm.
    #[must_use]
    pub const fn rssi_dbm(&self) -> Option<i16> {
        let [rssi, ..] = self.values;
        rssi
    }

    const fn is_lte(&self) -> bool {
        use RadioTechnology::{CatM1, Lte, NbIot};
        matches!(self.technology, Lte | CatM1 | NbIot)
    }

    /// Power of the reference signal in dBm; LTE, Cat-M1 and NB-IoT only.
    #[must_use]
    pub const fn rsrp_dbm(&self) -> Option<i16> {
        let [_, rsrp, ..] = self.values;
        if self.is_lte() { rsrp } else { None }
    }

    /// Signal to noise in tenths of a decibel, -200 to 300; LTE, Cat-M1 and NB-IoT only.
    #[must_use]
    pub fn sinr_tenths_db(&self) -> Option<i16> {
        let [_, _, sinr, _] = self.values;
        // 0 to 250 stand for -20 to 30 dB.
        sinr.filter(|_| self.is_lte())?.checked_mul(2)?.checked_sub(200)
    }

    /// Quality of the reference signal in dB; LTE, Cat-M1 and NB-IoT only.
    #[must_use]
    pub const fn rsrq_db(&self) -> Option<i16> {
        let [_, _, _, rsrq] = self.values;
        if self.is_lte() { rsrq } else { None }
    }
}

command! {
    /// `AT+QNWINFO`: asks for the cell that the module uses (Quectel digest §3).
    pub struct GetNetworkInfo;
    answer NetworkInfo, prefix "+QNWINFO:", within within::LOCAL;
    |get, line| line.text("AT+QNWINFO")
}

/// The cell that the module uses; all empty without one (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NetworkInfo {
    /// How the module is connected, as `CAT-M1`.
    pub technology: Text<24>,
    /// Country and network code.
    pub operator: Text<8>,
    /// The band, as `LTE BAND 39`.
    pub band: Text<24>,
    /// The channel.
    pub channel: u32,
}

line!(NetworkInfo, "+QNWINFO:");

impl NetworkInfo {
    /// Reads the line `+QNWINFO: "<technology>","<operator>","<band>",<channel>` or
    /// `+QNWINFO: No Service`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QNWINFO:")?;
        if fields.clone().next_field()?.eq_ignore_ascii_case(b"No Service") {
            let (technology, operator, band) = (Text::new(b"")?, Text::new(b"")?, Text::new(b"")?);
            return Some(Self { technology, operator, band, channel: 0 });
        }
        Some(Self {
            technology: Text::new(fields.quoted()?)?,
            operator: Text::new(fields.text()?)?,
            band: Text::new(fields.quoted()?)?,
            channel: fields.number()?,
        })
    }
}
