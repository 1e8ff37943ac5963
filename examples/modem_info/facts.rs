//! What a cellular module tells.

use usocket::Error;
use usocket::commands::cellular::Text;
use usocket::network::{
    Cellular, DateTime, IfConfig, Operator, RegistrationStatus, Signal, SimStatus,
};

use crate::rig::{Failure, Step, words};

/// What a module has told; `None` is what it does not know, or does not tell without a SIM.
pub(crate) struct Facts {
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) revision: Option<String>,
    pub(crate) imei: Option<String>,
    pub(crate) sim: SimStatus,
    pub(crate) iccid: Option<String>,
    pub(crate) imsi: Option<String>,
    pub(crate) registration: Option<RegistrationStatus>,
    pub(crate) operator: Option<Operator>,
    pub(crate) signal: Signal,
    pub(crate) addresses: Option<IfConfig>,
    pub(crate) time: Option<DateTime>,
}

impl Facts {
    /// Asks for all of them.
    ///
    /// Fails only if the module does not answer.
    pub(crate) fn ask(lte: &Cellular<'_>) -> Result<Self, Failure> {
        Ok(Self {
            manufacturer: text(lte.manufacturer())?,
            model: text(lte.model())?,
            revision: text(lte.revision())?,
            imei: text(lte.imei())?,
            sim: lte.sim().during("ask for the SIM")?,
            iccid: text(lte.iccid())?,
            imsi: text(lte.imsi())?,
            registration: told(lte.registration())?,
            operator: told(lte.operator())?.filter(|operator| operator.name.is_some()),
            signal: told(lte.signal())?.unwrap_or_default(),
            addresses: told(lte.ifconfig())?.filter(|it| !it.address.is_unspecified()),
            time: told(lte.time())?.flatten(),
        })
    }
}

/// What the module has told, if it has.
fn told<T>(answer: Result<T, Error>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(fact) => Ok(Some(fact)),
        Err(
            error @ (Error::Uart(_)
            | Error::ModuleSilent
            | Error::ModuleGarbled
            | Error::ModuleReset
            | Error::PoweredDown
            | Error::TimedOut),
        ) => Err(error).during("ask the module"),
        Err(_) => Ok(None),
    }
}

fn text<const N: usize>(answer: Result<Text<N>, Error>) -> Result<Option<String>, Failure> {
    Ok(told(answer)?.map(|text| words::text(&text)))
}
