//! State and lines that every cellular dialect has.

use core::fmt;

use heapless::{String, Vec};
use usocket_commands::Command;
use usocket_commands::cellular::basic::{ErrorReporting, GetErrorReports};
use usocket_commands::cellular::registration::{
    Domain, GetCircuit, GetEps, GetPacket, Registration, Status,
};
use usocket_commands::cellular::result::CmeError;
use usocket_commands::cellular::sim::SimState;
use usocket_commands::cellular::urc::Urc;

use super::Profile;
use crate::error::Error;
use crate::modem::{Encoded, Meaning};

/// A PIN; it appears in no log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Pin(pub(crate) String<8>);

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin")
    }
}

/// A PIN that is not tried again.
#[derive(Debug)]
struct Refused {
    pin: Pin,
    /// The tries that were left before it was entered, if nobody knows what came of that.
    unless: Option<u8>,
}

/// What a dialect knows of SIM and network, and what the program wants of them.
#[derive(Debug)]
pub(crate) struct Common {
    /// The context that the program has asked for; it is asked for again when it is lost.
    pub(crate) profile: Option<Profile>,
    /// The module knows the profile, until it restarts.
    pub(crate) profile_told: bool,
    /// The PIN that the SIM has accepted: it is entered again after a restart.
    pub(crate) pin: Option<Pin>,
    /// The PINs that the SIM has refused, or may have: none is tried again. Three lock it.
    refused: Vec<Refused, 3>,
    /// What the SIM waits for, as far as the module has said.
    pub(crate) sim: Option<SimState>,
    /// The module echoes commands, as it does from its start until it is told not to.
    pub(crate) echo: bool,
    /// The domain whose reports are on: they show whether the driver's settings are in force.
    pub(crate) reports: Option<Domain>,
    status: [Option<Status>; 3],
    /// It has been registered since somebody asked.
    pub(crate) reachable: bool,
    /// The next line belongs to a message, whatever it looks like.
    message: bool,
}

impl Common {
    pub(crate) const fn new() -> Self {
        Self {
            profile: None,
            profile_told: false,
            pin: None,
            refused: Vec::new(),
            sim: None,
            echo: true,
            reports: None,
            status: [None; 3],
            reachable: false,
            message: false,
        }
    }

    /// The module starts with its settings at their defaults.
    pub(crate) const fn forget(&mut self) {
        self.profile_told = false;
        self.sim = None;
        self.echo = true;
        self.reports = None;
        self.status = [None; 3];
        self.message = false;
    }

    /// Whether a domain is registered: any of the three will do (quectel.md §3.1).
    pub(crate) fn registered(&self) -> bool {
        self.status.iter().flatten().any(|status| status.is_registered())
    }

    /// Whether the network has said that it has not taken the module in.
    pub(crate) fn known_unregistered(&self) -> bool {
        self.status.iter().any(Option::is_some) && !self.registered()
    }

    /// Whether the next line belongs to a message.
    pub(crate) const fn quotes(&self) -> bool {
        self.message
    }

    /// Whether a line belongs to the message that the last one began, whatever it looks like.
    pub(crate) const fn swallows(&mut self) -> bool {
        core::mem::replace(&mut self.message, false)
    }

    /// What a line means that comes unasked, and that all families have.
    pub(crate) fn event(&mut self, urc: Urc) -> Meaning {
        self.message = urc.has_second_line();
        match urc {
            Urc::Ready => return Meaning::Started,
            Urc::Sim(state) => self.sim = Some(state),
            Urc::Registration(registration) => {
                self.register(registration);
            }
            _ => {}
        }
        Meaning::Unasked
    }

    /// The program wants another context, or none.
    pub(crate) fn set_profile(&mut self, profile: Option<Profile>) {
        self.profile = profile;
        self.profile_told = false;
    }

    /// The SIM has refused the PIN that is known: it is never tried again.
    pub(crate) fn pin_refused(&mut self) {
        if let Some(pin) = self.pin.take() {
            self.refuse(pin, None);
        }
    }

    /// This PIN is not tried again; unless the tries left still are as many as `unless`, those before an
    /// attempt that nobody knows the end of.
    pub(crate) fn refuse(&mut self, pin: Pin, unless: Option<u8>) {
        self.refused.retain(|refused| refused.pin != pin);
        if self.refused.is_full() {
            self.refused.remove(0);
        }
        let _ = self.refused.push(Refused { pin, unless });
    }

    /// Whether this PIN is not to be tried again, with so many tries left.
    pub(crate) fn is_refused(&self, pin: &Pin, tries: Option<u8>) -> bool {
        self.refused
            .iter()
            .any(|refused| refused.pin == *pin && (tries.is_none() || refused.unless != tries))
    }

    /// The SIM has accepted this PIN.
    pub(crate) fn accept(&mut self, pin: Pin) {
        self.refused.retain(|refused| refused.pin != pin);
        self.pin = Some(pin);
    }

    /// The SIM has a new PIN.
    pub(crate) fn renew_pin(&mut self, pin: Pin) {
        self.refused.clear();
        self.pin = Some(pin);
    }

    /// Asks whether the driver's settings are in force; of a module that has none yet, something that any
    /// module can tell.
    pub(crate) fn ask_settings(&self, out: &mut [u8]) -> Result<Encoded, Error> {
        match self.reports {
            Some(domain) => ask_registration(domain, out),
            None => write(&GetErrorReports, out),
        }
    }

    /// Where to ask next whether the network has taken the module in, after one domain has answered;
    /// `None`: it has.
    pub(crate) fn next_domain(
        &self,
        asked: Domain,
        result: Result<(), Error>,
    ) -> Result<Option<Domain>, Error> {
        match (asked, result) {
            // not every module has every domain
            (_, Err(error)) if !matches!(error, Error::CommandFailed | Error::NotSupported) => {
                Err(error)
            }
            _ if self.registered() => Ok(None),
            (Domain::Eps, _) => Ok(Some(Domain::Packet)),
            (Domain::Packet, _) => Ok(Some(Domain::Circuit)),
            (Domain::Circuit, _) => Err(Error::NoCoverage),
        }
    }

    /// Takes note of a registration, asked for or not.
    pub(crate) fn register(&mut self, registration: Registration) {
        let place = match registration.domain {
            Domain::Circuit => 0,
            Domain::Packet => 1,
            Domain::Eps => 2,
        };
        let before = self.registered();
        if let Some(status) = self.status.get_mut(place) {
            *status = Some(registration.status);
        }
        self.reachable |= self.registered() && !before;
    }

    /// What a line means that comes while the registration in a domain is asked for.
    pub(crate) fn registration_line(&mut self, line: &[u8]) -> Meaning {
        self.settings(line).unwrap_or_else(|| match self.overhear(line) {
            true => Meaning::Noted,
            false => Meaning::Unknown,
        })
    }

    /// Takes note of what a line tells that somebody else has asked for; `false`: nothing that is known.
    pub(crate) fn overhear(&mut self, line: &[u8]) -> bool {
        let registration = Registration::parse_line(line);
        if let Some(registration) = registration {
            self.register(registration);
        }
        registration.is_some()
    }

    /// What the answer to the question about the settings means: reports are on, or the module has
    /// started anew. `None`: it is another line.
    pub(crate) fn settings(&mut self, line: &[u8]) -> Option<Meaning> {
        let Some(reports) = self.reports else {
            return ErrorReporting::parse_line(line).map(|_| Meaning::Info);
        };
        let registration = Registration::parse_line(line).filter(Registration::is_answer)?;
        if registration.domain != reports {
            return None;
        }
        self.register(registration);
        Some(if registration.mode == Some(0) { Meaning::Forgotten } else { Meaning::Info })
    }
}

/// Asks for the registration in a domain.
pub(crate) fn ask_registration(domain: Domain, out: &mut [u8]) -> Result<Encoded, Error> {
    match domain {
        Domain::Eps => write(&GetEps, out),
        Domain::Packet => write(&GetPacket, out),
        Domain::Circuit => write(&GetCircuit, out),
    }
}

/// Why a command of the core was refused (quectel.md §11.2).
pub(crate) fn cme_error(error: CmeError) -> Error {
    match error {
        CmeError::NOT_SUPPORTED => Error::NotSupported,
        CmeError::SIM_NOT_INSERTED => Error::SimMissing,
        CmeError::SIM_PIN => Error::SimPinRequired,
        CmeError::SIM_PUK => Error::SimPukRequired,
        CmeError::SIM_FAILURE
        | CmeError::SIM_WRONG
        | CmeError::PHONE_SIM_PIN
        | CmeError::PHONE_FIRST_SIM_PIN
        | CmeError::PHONE_FIRST_SIM_PUK => Error::SimFailure,
        CmeError::SIM_BUSY | CmeError::PLEASE_WAIT => Error::SimBusy,
        CmeError::INCORRECT_PASSWORD => Error::WrongPin,
        CmeError::NO_NETWORK | CmeError::NETWORK_TIMEOUT => Error::NoCoverage,
        CmeError::EMERGENCY_ONLY
        | CmeError::ILLEGAL_MS
        | CmeError::ILLEGAL_ME
        | CmeError::NO_GPRS
        | CmeError::NETWORK_REFUSED
        | CmeError::AREA_REFUSED
        | CmeError::ROAMING_REFUSED => Error::RegistrationDenied,
        CmeError::OPTION_NOT_SUPPORTED
        | CmeError::OPTION_NOT_SUBSCRIBED
        | CmeError::OPTION_OUT_OF_ORDER
        | CmeError::AUTHENTICATION => Error::AttachFailed,
        error if error.needs_user() => Error::SimFailure,
        _ => Error::CommandFailed,
    }
}

/// Writes a command.
pub(crate) fn write<C: Command>(command: &C, out: &mut [u8]) -> Result<Encoded, Error> {
    match command.write(out) {
        0 => Err(Error::InvalidInput),
        len => Ok(Encoded { len, timeout: command.timeout_ms() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> Pin {
        Pin(String::try_from(text).unwrap())
    }

    #[test]
    fn an_attempt_without_a_clear_end_may_be_repeated_if_it_did_not_count() {
        let mut common = Common::new();
        common.refuse(pin("4711"), Some(3));
        assert!(!common.is_refused(&pin("4711"), Some(3)));
        for tries in [Some(2), None] {
            assert!(common.is_refused(&pin("4711"), tries));
        }
        common.refuse(pin("4711"), None);
        assert!(common.is_refused(&pin("4711"), Some(3)), "it was wrong");
        common.refuse(pin("0815"), None);
        assert!(common.is_refused(&pin("4711"), None) && !common.is_refused(&pin("1234"), None));
        common.renew_pin(pin("4711"));
        assert!(!common.is_refused(&pin("4711"), None));
    }
}
