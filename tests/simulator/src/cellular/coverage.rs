//! The mobile network in reach: operator, technology, signal, and whom it lets in.

use core::time::Duration;

/// How a network has answered the module: the numbers of `+CREG` (Quectel digest §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registration {
    /// Not registered, and not searching.
    NotSearching = 0,
    /// Registered with the home network.
    Home = 1,
    /// Not registered, searching.
    Searching = 2,
    /// The network turned the module down.
    Denied = 3,
    /// Out of coverage.
    Unknown = 4,
    /// Registered with another network.
    Roaming = 5,
}

impl Registration {
    /// Whether the module can use the network.
    pub fn is_registered(self) -> bool {
        matches!(self, Self::Home | Self::Roaming)
    }
}

/// Radio access technology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Technology {
    /// GSM, 2G.
    Gsm,
    /// UMTS, 3G.
    Umts,
    /// LTE, 4G.
    Lte,
    /// LTE Cat-M1.
    CatM1,
    /// NB-IoT.
    NbIot,
}

impl Technology {
    /// The number of `<AcT>` (Quectel digest §3).
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Gsm => 0,
            Self::Umts => 2,
            Self::Lte => 7,
            Self::CatM1 => 8,
            Self::NbIot => 9,
        }
    }
}

/// How well the network is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// The number of `+CSQ`: 0 to 31, or 99 for unknown.
    pub csq: u8,
    /// Total power in dBm.
    pub rssi: i16,
    /// Power of the reference signal in dBm (RSRP, or RSCP of UMTS).
    pub rsrp: i16,
    /// Signal to noise, from 0 (-20 dB) to 250 (+30 dB).
    pub sinr: i16,
    /// Quality of the reference signal in dB (RSRQ, or Ec/Io of UMTS).
    pub rsrq: i16,
}

impl Default for Signal {
    fn default() -> Self {
        Self { csq: 28, rssi: -52, rsrp: -81, sinr: 195, rsrq: -10 }
    }
}

impl Signal {
    /// A signal that `+CSQ` shows as this number; the others follow from it.
    pub fn csq(csq: u8) -> Self {
        let rssi = -113 + 2 * i16::from(csq.min(31));
        Self { csq, rssi, rsrp: rssi - 29, ..Self::default() }
    }
}

/// An access point name that the network knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Apn {
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) password: String,
}

/// The mobile network around the module.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Coverage {
    /// What becomes of a registration.
    pub registration: Registration,
    /// How long that takes.
    pub registers_after: Duration,
    /// Name of the operator.
    pub operator: String,
    /// Number of the operator: country and network code.
    pub operator_number: String,
    /// Radio access technology.
    pub technology: Technology,
    /// Name of the band.
    pub band: String,
    /// Radio channel.
    pub channel: u32,
    /// Location or tracking area.
    pub area: u16,
    /// Cell.
    pub cell: u32,
    /// Signal.
    pub signal: Signal,
    /// Whether a context of type 2 or 3 gets an IPv6 address.
    pub ipv6: bool,
    /// The names that are let in; none is any.
    pub(crate) apns: Vec<Apn>,
}

impl Coverage {
    pub(crate) fn new(technology: Technology) -> Self {
        let (band, channel) = match technology {
            Technology::Gsm => ("GSM 900", 62),
            Technology::Umts => ("WCDMA 2100", 10_713),
            Technology::Lte | Technology::CatM1 => ("LTE BAND 20", 6300),
            Technology::NbIot => ("LTE BAND 8", 3740),
        };
        Self {
            registration: Registration::Home,
            registers_after: Duration::ZERO,
            operator: String::from("Test PLMN"),
            operator_number: String::from("00101"),
            technology,
            band: band.to_owned(),
            channel,
            area: 0x5b2f,
            cell: 0x0a1b_2c3d,
            signal: Signal::default(),
            ipv6: false,
            apns: Vec::new(),
        }
    }

    /// Lets this name in, and from now on no other that was not given the same way.
    pub fn admit(&mut self, apn: &str, user: &str, password: &str) {
        self.apns.push(Apn {
            name: apn.to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
        });
    }

    pub(crate) fn admits(&self, apn: &str, user: &str, password: &str) -> bool {
        self.apns.is_empty()
            || self.apns.iter().any(|it| {
                it.name.eq_ignore_ascii_case(apn) && it.user == user && it.password == password
            })
    }
}
