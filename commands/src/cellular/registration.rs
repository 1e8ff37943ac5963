//! Registration in the network.
//!
//! There are three domains with the same grammar. Sockets work if the module is registered in
//! any of them (Quectel digest §3.1).
//!
//! ```
//! use usocket_commands::cellular::registration::*;
//!
//! let urc = Registration::parse_line(br#"+CEREG: 1,"5B2F","0A1B2C3D",8"#).unwrap();
//! assert!(urc.status.is_registered() && !urc.is_answer());
//! assert_eq!(urc.technology, Some(AccessTechnology::CatM1));
//!
//! let answer = Registration::parse_line(br#"+CEREG: 2,1,"5B2F","0A1B2C3D",8"#).unwrap();
//! assert_eq!(answer.mode, Some(2));
//! ```

use crate::address::hexadecimal;
use crate::answer::Line;
use crate::command::cr_command as command;
use crate::fields::{Fields, decimal, unquote};

use super::{NoResponse, within};

/// Which part of the network (Quectel digest §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Domain {
    /// `+CREG`: calls and messages; some modules have no other.
    Circuit,
    /// `+CGREG`: packets over 2G and 3G.
    Packet,
    /// `+CEREG`: LTE, Cat-M1 and NB-IoT.
    Eps,
}

impl Domain {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Circuit, Self::Packet, Self::Eps];

    /// With what lines of this domain begin.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Circuit => "+CREG:",
            Self::Packet => "+CGREG:",
            Self::Eps => "+CEREG:",
        }
    }
}

command! {
    /// `AT+CREG=`, `AT+CGREG=`, `AT+CEREG=`: when changes of the registration are reported
    /// (Quectel digest §3).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::cellular::registration::*;
    ///
    /// let mut buffer = [0; 128];
    /// let set = SetReports { domain: Domain::Eps, reports: Reports::Location };
    /// let len = set.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CEREG=2\r");
    /// ```
    pub struct SetReports {
        /// In which domain.
        pub domain: Domain,
        /// Which.
        pub reports: Reports,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        line.text(match set.domain {
            Domain::Circuit => "AT+CREG=",
            Domain::Packet => "AT+CGREG=",
            Domain::Eps => "AT+CEREG=",
        })
        .number(set.reports as u32)
    }
}

/// Which changes are reported; see [`SetReports`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Reports {
    /// None.
    Off = 0,
    /// Those of the status.
    Status = 1,
    /// Those of status and location.
    Location = 2,
    /// With the timers of power saving too, in the EPS domain.
    PowerSaving = 4,
}

/// Declares the question of one domain.
macro_rules! question {
    ($(#[$meta:meta])* $name:ident, $text:literal, $domain:ident) => {
        command! {
            $(#[$meta])*
            pub struct $name;
            answer Registration, prefix Domain::$domain.prefix(), within within::LOCAL;
            |get, line| line.text($text)
        }
    };
}

question! {
    /// `AT+CREG?`: asks for the registration in the circuit-switched domain (Quectel digest §3).
    GetCircuit, "AT+CREG?", Circuit
}
question! {
    /// `AT+CGREG?`: asks for the registration in the packet domain (Quectel digest §3).
    GetPacket, "AT+CGREG?", Packet
}
question! {
    /// `AT+CEREG?`: asks for the registration in the EPS domain (Quectel digest §3).
    GetEps, "AT+CEREG?", Eps
}

/// Registration in one domain: an answer, or a URC with the same beginning
/// (Quectel digest §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Registration {
    /// The domain.
    pub domain: Domain,
    /// In an answer the setting of [`SetReports`]; `None` in a URC.
    pub mode: Option<u8>,
    /// Whether the module is registered.
    pub status: Status,
    /// Location or tracking area.
    pub area: Option<u32>,
    /// The cell.
    pub cell: Option<u32>,
    /// How the module is connected.
    pub technology: Option<AccessTechnology>,
}

impl Registration {
    /// Reads the line `+C…REG: [<mode>,]<status>[,"<area>","<cell>"[,<technology>]]`.
    ///
    /// It is an answer if its second field is a number without quotes, else a URC. Location and
    /// technology that cannot be read are left out, because the status before them stands.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let (domain, mut fields) = Domain::ALL
            .into_iter()
            .find_map(|domain| Some((domain, Fields::named(line, domain.prefix())?)))?;
        let first: u8 = fields.number()?;
        let mut after = fields.clone();
        let second = after.next_field().and_then(decimal);
        let (mode, status) = match second {
            Some(status) => {
                fields = after;
                (Some(first), u8::try_from(status).ok()?)
            }
            None => (None, first),
        };
        Some(Self {
            domain,
            mode,
            status: Status::from_number(status)?,
            area: fields.next_field().and_then(|field| hexadecimal(unquote(field))),
            cell: fields.next_field().and_then(|field| hexadecimal(unquote(field))),
            technology: fields.number().map(AccessTechnology::from_number),
        })
    }

    /// Whether it answers a question; otherwise it came unasked.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        self.mode.is_some()
    }
}

impl atat::AtatResp for Registration {}

impl Line for Registration {
    const PREFIX: &'static str = "+C";

    fn from_line(line: &[u8]) -> Option<Self> {
        Self::parse_line(line).filter(Self::is_answer)
    }
}

/// Status of a registration (Quectel digest §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Status {
    /// 0: not registered, and not searching.
    Idle,
    /// 1: registered at home.
    Home,
    /// 2: searching.
    Searching,
    /// 3: refused by the network.
    Denied,
    /// 4: unknown; out of coverage as a rule.
    Unknown,
    /// 5: registered abroad.
    Roaming,
    /// 6: at home, for messages only.
    HomeMessagesOnly,
    /// 7: abroad, for messages only.
    RoamingMessagesOnly,
    /// 8: for emergency calls only.
    EmergencyOnly,
    /// 9: at home, with calls through another network.
    HomeWithoutFallback,
    /// 10: abroad, with calls through another network.
    RoamingWithoutFallback,
}

impl Status {
    const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Idle,
            1 => Self::Home,
            2 => Self::Searching,
            3 => Self::Denied,
            4 => Self::Unknown,
            5 => Self::Roaming,
            6 => Self::HomeMessagesOnly,
            7 => Self::RoamingMessagesOnly,
            8 => Self::EmergencyOnly,
            9 => Self::HomeWithoutFallback,
            10 => Self::RoamingWithoutFallback,
            _ => return None,
        })
    }

    /// Whether packets can be sent: [`Home`](Self::Home) or [`Roaming`](Self::Roaming).
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Home | Self::Roaming)
    }
}

/// How a module is connected with the network (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AccessTechnology {
    /// 0 or 1: GSM.
    Gsm,
    /// 2: UMTS.
    Utran,
    /// 3: GSM with EDGE.
    Edge,
    /// 4 to 6: UMTS with HSDPA, HSUPA or both.
    Hspa,
    /// 7: LTE.
    Lte,
    /// 8: LTE Cat-M1.
    CatM1,
    /// 9: NB-IoT.
    NbIot,
    /// Any other number.
    Other(u8),
}

impl AccessTechnology {
    pub(crate) const fn from_number(number: u8) -> Self {
        match number {
            0 | 1 => Self::Gsm,
            2 => Self::Utran,
            3 => Self::Edge,
            4..=6 => Self::Hspa,
            7 => Self::Lte,
            8 => Self::CatM1,
            9 => Self::NbIot,
            other => Self::Other(other),
        }
    }

    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Gsm => 0,
            Self::Utran => 2,
            Self::Edge => 3,
            Self::Hspa => 6,
            Self::Lte => 7,
            Self::CatM1 => 8,
            Self::NbIot => 9,
            Self::Other(number) => number,
        }
    }
}
