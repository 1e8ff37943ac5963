//! What a cellular module tells of itself and of its network.

use embedded_hal::digital::OutputPin;
use usocket_commands::cellular::Text;
use usocket_commands::cellular::clock::DateTime;
use usocket_commands::cellular::operator::Operator;
use usocket_commands::cellular::registration::Status as Registration;

use super::Cellular;
use super::shell::calls;
use crate::error::Error;
use crate::modem::cellular::{Fact, Query};
use crate::network::{CellularStatus, Signal, SimStatus};

#[calls]
impl<K: OutputPin> Cellular<'_, K> {
    /// How far it has come; asked of the module.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn status(&self) -> Result<CellularStatus, Error> {
        if self.isconnected().await? {
            return Ok(CellularStatus::Connected);
        }
        match self.sim().await? {
            SimStatus::Ready => {}
            other => return Ok(CellularStatus::Sim(other)),
        }
        let failure = self.failure.get();
        Ok(match self.registration().await? {
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
    pub async fn signal(&self) -> Result<Signal, Error> {
        match self.ask(Query::SignalDetail).await {
            Ok(Some(Fact::Quality { rssi, rsrp, rsrq, sinr })) => {
                return Ok(Signal { rssi, rsrp, rsrq, sinr });
            }
            Ok(_) | Err(Error::CommandFailed | Error::NotSupported) => {}
            Err(error) => return Err(error),
        }
        let rssi = match self.ask(Query::Signal).await? {
            Some(Fact::Rssi(rssi)) => Some(rssi),
            _ => None,
        };
        Ok(Signal { rssi, ..Signal::default() })
    }

    /// The network that the module is registered with: name, and how it is connected.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn operator(&self) -> Result<Operator, Error> {
        self.answer(Query::Operator, |fact| match fact {
            Fact::Operator(operator) => Some(operator),
            _ => None,
        })
        .await
    }

    /// The number of the module, 15 digits.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn imei(&self) -> Result<Text<17>, Error> {
        self.answer(Query::Imei, digits).await
    }

    /// The number of the subscriber, up to 15 digits.
    ///
    /// # Errors
    /// [`Error::SimMissing`], [`Error::SimPinRequired`], [`Error::SimBusy`]; as
    /// [`active`](Self::active).
    pub async fn imsi(&self) -> Result<Text<17>, Error> {
        self.answer(Query::Imsi, digits).await
    }

    /// The number of the SIM, 18 to 22 digits.
    ///
    /// # Errors
    /// As [`imsi`](Self::imsi).
    pub async fn iccid(&self) -> Result<Text<22>, Error> {
        self.answer(Query::Iccid, |fact| match fact {
            Fact::Iccid(digits) => Some(digits),
            _ => None,
        })
        .await
    }

    /// Who has made the module.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn manufacturer(&self) -> Result<Text<48>, Error> {
        self.answer(Query::Manufacturer, text).await
    }

    /// Which module it is.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn model(&self) -> Result<Text<48>, Error> {
        self.answer(Query::Model, text).await
    }

    /// Which firmware it has.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn revision(&self) -> Result<Text<48>, Error> {
        self.answer(Query::Revision, text).await
    }

    /// The time that the network has told; `None` if it has not yet.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn time(&self) -> Result<Option<DateTime>, Error> {
        Ok(match self.ask(Query::Time).await? {
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
