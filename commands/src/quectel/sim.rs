//! The SIM: its number, its presence, the tries that are left.
//!
//! ```
//! use usocket_commands::quectel::sim::{Iccid, PinCounter};
//!
//! let card = Iccid::parse_line(b"+QCCID: 8986011234567890123F").unwrap();
//! assert_eq!(card.digits, "8986011234567890123");
//!
//! let tries = PinCounter::parse_line(b"+QPINC: \"SC\",3,10").unwrap();
//! assert_eq!((tries.pin, tries.puk), (3, 10));
//! ```

use atat::heapless::Vec;

use crate::answer::line;
use crate::cellular::Text;
use crate::cellular::sim::iccid;
use crate::command::cr_command as command;
use crate::fields::{Fields, trim, unquote};

use super::within;

command! {
    /// `AT+QCCID`: asks for the number of the SIM (Quectel digest §3).
    pub struct GetIccid;
    answer Iccid, prefix "+QCCID:", within within::LOCAL;
    |get, line| line.text("AT+QCCID")
}

/// The number of a SIM, 18 to 22 digits (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Iccid {
    /// Its digits, without the `F` that fills it up.
    pub digits: Text<22>,
}

line!(Iccid, "");

impl Iccid {
    /// Reads the line `+QCCID: <digits>`; old GSM modules leave out the prefix.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let digits = unquote(trim(line.strip_prefix(b"+QCCID:").unwrap_or(line)));
        iccid(digits).map(|digits| Self { digits })
    }
}

command! {
    /// `AT+QPINC?`: asks how many tries are left for PIN and PUK (Quectel digest §3).
    pub struct GetPinCounters;
    answer Vec<PinCounter, 2>, prefix "+QPINC:", within within::LOCAL;
    |get, line| line.text("AT+QPINC?")
}

/// Tries that are left for a PIN and its PUK; see [`GetPinCounters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PinCounter {
    /// Whether it is the second PIN, which sockets do not need.
    pub second: bool,
    /// Tries of the PIN.
    pub pin: u8,
    /// Tries of the PUK.
    pub puk: u8,
}

line!(PinCounter, "+QPINC:");

impl PinCounter {
    /// Reads the line `+QPINC: "SC",<pin>,<puk>` or `+QPINC: "P2",<pin>,<puk>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QPINC:")?;
        let second = match fields.quoted()? {
            b"SC" => false,
            b"P2" => true,
            _ => return None,
        };
        let (pin, puk) = (fields.number()?, fields.number()?);
        fields.at_end().then_some(Self { second, pin, puk })
    }
}

command! {
    /// `AT+QINISTAT`: asks which parts of the module are ready (Quectel digest §3).
    pub struct GetInitStatus;
    answer InitStatus, prefix "+QINISTAT:", within within::LOCAL;
    |get, line| line.text("AT+QINISTAT")
}

/// Which parts of the module are ready (Quectel digest §3).
///
/// ```
/// use usocket_commands::quectel::sim::InitStatus;
///
/// let status = InitStatus::parse_line(b"+QINISTAT: 3").unwrap();
/// assert!(status.sim() && status.messages() && !status.phone_book());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InitStatus {
    /// Sum of 1 (SIM), 2 (messages) and 4 (phone book).
    pub bits: u8,
}

line!(InitStatus, "+QINISTAT:");

impl InitStatus {
    /// Reads the line `+QINISTAT: <sum>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QINISTAT:")?;
        let bits = fields.number()?;
        fields.at_end().then_some(Self { bits })
    }

    /// Whether the SIM is unlocked.
    #[must_use]
    pub const fn sim(&self) -> bool {
        self.bits & 1 != 0
    }

    /// Whether messages can be used.
    #[must_use]
    pub const fn messages(&self) -> bool {
        self.bits & 2 != 0
    }

    /// Whether the phone book can be used.
    #[must_use]
    pub const fn phone_book(&self) -> bool {
        self.bits & 4 != 0
    }
}

command! {
    /// `AT+QSIMSTAT=`: whether it is reported that the SIM was inserted or removed
    /// (Quectel digest §3).
    pub struct SimReports {
        /// Whether it is.
        pub on: bool,
    }
    answer super::NoResponse, prefix "", within within::LOCAL;
    |reports, line| line.text("AT+QSIMSTAT=").flag(reports.on)
}

command! {
    /// `AT+QSIMSTAT?`: asks whether there is a SIM (Quectel digest §3).
    pub struct GetSimPresence;
    answer SimPresence, prefix "+QSIMSTAT:", within within::LOCAL;
    |get, line| line.text("AT+QSIMSTAT?")
}

/// Whether there is a SIM (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SimPresence {
    /// Whether changes are reported.
    pub reports: bool,
    /// Whether it is there; `None` if the module does not know.
    pub inserted: Option<bool>,
}

line!(SimPresence, "+QSIMSTAT:");

impl SimPresence {
    /// Reads the line `+QSIMSTAT: <reports>,<state>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QSIMSTAT:")?;
        let reports = fields.flag()?;
        let inserted = match fields.number::<u8>()? {
            0 => Some(false),
            1 => Some(true),
            2 => None,
            _ => return None,
        };
        fields.at_end().then_some(Self { reports, inserted })
    }
}
