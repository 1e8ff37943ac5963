//! What a cellular module tells of itself and of its network.

use core::fmt;

use embedded_hal::digital::OutputPin;
use usocket_commands::cellular::Text;
use usocket_commands::cellular::clock::DateTime;
use usocket_commands::cellular::operator::Operator;
use usocket_commands::cellular::registration::Status as Registration;

use super::{Cellular, SimStatus};
use crate::error::Error;
use crate::modem::cellular::{Fact, Query};

/// How far the network object has come, with names in the manner of MicroPython's `WLAN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CellularStatus {
    /// The SIM waits for something, or there is none.
    Sim(SimStatus),
    /// Not registered, and not searching.
    Idle,
    /// Looking for a network.
    Searching,
    /// The network denies the registration.
    Denied,
    /// The last `connect` found no network.
    NoCoverage,
    /// Registered, without a context.
    Registered {
        /// Abroad.
        roaming: bool,
    },
    /// The last `connect` failed otherwise.
    ConnectFail,
    /// Registered, with a context.
    Connected,
}

/// How well the module hears the network; `None` is what it does not know, or what its radio
/// technology does not measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Signal {
    /// Received power in dBm.
    pub rssi: Option<i16>,
    /// Power of the reference signals in dBm (LTE).
    pub rsrp: Option<i16>,
    /// Quality of the reference signals in dB (LTE).
    pub rsrq: Option<i16>,
    /// Signal to noise in tenths of a dB (LTE).
    pub sinr: Option<i16>,
}

impl Signal {
    /// 0 to 5 bars, from the received power as phones show it.
    #[must_use]
    pub fn bars(&self) -> u8 {
        match (self.rsrp, self.rssi) {
            (Some(rsrp), _) => level(rsrp, [-120, -110, -100, -90, -80]),
            (None, Some(rssi)) => level(rssi, [-110, -100, -90, -80, -70]),
            (None, None) => 0,
        }
    }
}

fn level(dbm: i16, steps: [i16; 5]) -> u8 {
    steps.iter().filter(|&&step| dbm >= step).fold(0, |bars, _| bars + 1)
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rssi {
            Some(rssi) => write!(f, "{rssi} dBm")?,
            None => f.write_str("unknown")?,
        }
        if let (Some(rsrp), Some(rsrq)) = (self.rsrp, self.rsrq) {
            write!(f, " (RSRP {rsrp} dBm, RSRQ {rsrq} dB)")?;
        }
        Ok(())
    }
}

impl<K: OutputPin> Cellular<'_, K> {
    /// How far it has come; asked of the module.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn status(&self) -> Result<CellularStatus, Error> {
        if self.isconnected()? {
            return Ok(CellularStatus::Connected);
        }
        match self.sim()? {
            SimStatus::Ready => {}
            other => return Ok(CellularStatus::Sim(other)),
        }
        let failure = self.failure.get();
        Ok(match self.registration()? {
            Registration::Denied => CellularStatus::Denied,
            Registration::Searching => failure.unwrap_or(CellularStatus::Searching),
            status if status.is_registered() => match failure {
                Some(CellularStatus::ConnectFail) => CellularStatus::ConnectFail,
                _ => CellularStatus::Registered { roaming: status == Registration::Roaming },
            },
            _ => failure.unwrap_or(CellularStatus::Idle),
        })
    }

    /// How well the module hears the network.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn signal(&self) -> Result<Signal, Error> {
        match self.ask(Query::SignalDetail) {
            Ok(Some(Fact::Quality { rssi, rsrp, rsrq, sinr })) => {
                return Ok(Signal { rssi, rsrp, rsrq, sinr });
            }
            Ok(_) | Err(Error::CommandFailed | Error::NotSupported) => {}
            Err(error) => return Err(error),
        }
        let rssi = match self.ask(Query::Signal)? {
            Some(Fact::Rssi(rssi)) => Some(rssi),
            _ => None,
        };
        Ok(Signal { rssi, ..Signal::default() })
    }

    /// The network that the module is registered with: name, and how it is connected.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn operator(&self) -> Result<Operator, Error> {
        self.answer(Query::Operator, |fact| match fact {
            Fact::Operator(operator) => Some(operator),
            _ => None,
        })
    }

    /// The number of the module, 15 digits.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn imei(&self) -> Result<Text<17>, Error> {
        self.answer(Query::Imei, digits)
    }

    /// The number of the subscriber, up to 15 digits.
    ///
    /// # Errors
    /// [`Error::SimMissing`], [`Error::SimPinRequired`], [`Error::SimBusy`]; as
    /// [`active`](Self::active).
    pub fn imsi(&self) -> Result<Text<17>, Error> {
        self.answer(Query::Imsi, digits)
    }

    /// The number of the SIM, 18 to 22 digits.
    ///
    /// # Errors
    /// As [`imsi`](Self::imsi).
    pub fn iccid(&self) -> Result<Text<22>, Error> {
        self.answer(Query::Iccid, |fact| match fact {
            Fact::Iccid(digits) => Some(digits),
            _ => None,
        })
    }

    /// Who has made the module.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn manufacturer(&self) -> Result<Text<48>, Error> {
        self.answer(Query::Manufacturer, text)
    }

    /// Which module it is.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn model(&self) -> Result<Text<48>, Error> {
        self.answer(Query::Model, text)
    }

    /// Which firmware it has.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn revision(&self) -> Result<Text<48>, Error> {
        self.answer(Query::Revision, text)
    }

    /// The time that the network has told; `None` if it has not yet.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub fn time(&self) -> Result<Option<DateTime>, Error> {
        Ok(match self.ask(Query::Time)? {
            Some(Fact::Time(time)) if time.is_set() => Some(time),
            _ => None,
        })
    }
}

fn digits(fact: Fact) -> Option<Text<17>> {
    match fact {
        Fact::Digits(digits) => Some(digits),
        _ => None,
    }
}

fn text(fact: Fact) -> Option<Text<48>> {
    match fact {
        Fact::Text(text) => Some(text),
        _ => None,
    }
}
