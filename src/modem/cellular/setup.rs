//! The steps of a setup that all cellular modules share, and the sockets that one finds open.

use usocket_commands::cellular::basic::{Echo, ErrorKind, ErrorReports};
use usocket_commands::cellular::registration::{Domain, Reports, SetReports};
use usocket_commands::cellular::sim::{EnterPin, GetSimState, SimState};

use super::{Common, write};
use crate::error::Error;
use crate::modem::{Encoded, Meaning, Step};

/// How often a step is tried that the module is not ready for; they are half a second apart
/// (quectel.md §12 Q27).
pub(crate) const TRIES: u8 = 30;

/// A step that every cellular module has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basic {
    /// No echo: URCs would fall into it.
    EchoOff,
    /// Errors with numbers.
    NumberedErrors,
    /// The registrations in this domain are told.
    Reports(Domain),
    /// What does the SIM wait for? Asked only if a PIN is known.
    Sim,
    Pin,
}

impl Common {
    /// Whether the module needs this step.
    pub(crate) fn applies(&self, step: Basic) -> bool {
        match step {
            Basic::EchoOff | Basic::NumberedErrors | Basic::Reports(_) => true,
            Basic::Sim => self.pin.is_some(),
            Basic::Pin => self.pin.is_some() && self.sim == Some(SimState::Pin),
        }
    }

    pub(crate) fn encode(&self, step: Basic, out: &mut [u8]) -> Result<Encoded, Error> {
        match step {
            Basic::EchoOff => write(&Echo { on: false }, out),
            Basic::NumberedErrors => write(&ErrorReports { kind: ErrorKind::Numeric }, out),
            Basic::Reports(domain) => {
                write(&SetReports { domain, reports: Reports::Location }, out)
            }
            Basic::Sim => write(&GetSimState, out),
            Basic::Pin => {
                let pin = self.pin.as_ref().map_or("", |pin| &pin.0);
                write(&EnterPin::new(pin)?, out)
            }
        }
    }

    /// What a line means that comes while a step is in flight.
    pub(crate) fn note(&mut self, step: Basic, line: &[u8]) -> Meaning {
        match SimState::parse_line(line).filter(|_| step == Basic::Sim) {
            Some(state) => {
                self.sim = Some(state);
                Meaning::Noted
            }
            None => Meaning::Unknown,
        }
    }

    /// Whether a step failed because the module has just started and is not ready.
    pub(crate) fn unready(&self, step: Basic, result: Result<(), Error>) -> bool {
        match step {
            Basic::EchoOff | Basic::NumberedErrors => result.is_err(),
            Basic::Sim => self.sim.is_none_or(|sim| sim == SimState::NotReady),
            Basic::Reports(_) | Basic::Pin => false,
        }
    }

    /// Takes note of how a step has ended for good; what that means for the setup, if it does not go on.
    pub(crate) fn concluded(&mut self, step: Basic, result: Result<(), Error>) -> Option<Step> {
        match (step, result) {
            // without these nothing works
            (Basic::EchoOff | Basic::NumberedErrors, Err(_)) => return Some(Step::Restart),
            (Basic::EchoOff, Ok(())) => self.echo = false,
            (Basic::Reports(domain), Ok(())) => {
                self.reports.get_or_insert(domain);
            }
            (Basic::Pin, Err(Error::WrongPin)) => self.pin_refused(),
            // it was accepted once; it is for the program to try it again
            (Basic::Pin, Err(error)) if error != Error::SimBusy => self.pin = None,
            _ => {}
        }
        None
    }
}

/// Sockets that a program before this one left open, and that are still to be closed: a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeftOpen(u16);

impl LeftOpen {
    pub(crate) const NONE: Self = Self(0);

    /// This one is listed, and nobody has it.
    pub(crate) fn note(&mut self, link: u8) {
        self.0 |= 1u16.checked_shl(link.into()).unwrap_or(0);
    }

    /// The one to close.
    pub(crate) fn first(self) -> Option<u8> {
        (self != Self::NONE).then(|| u8::try_from(self.0.trailing_zeros()).ok())?
    }

    /// That one is closed.
    pub(crate) const fn closed_first(&mut self) {
        self.0 &= self.0.wrapping_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_left_open_are_closed_one_by_one() {
        let mut open = LeftOpen::NONE;
        for link in [11, 3, 3, 16, 255] {
            open.note(link);
        }
        assert_eq!(open.first(), Some(3));
        open.closed_first();
        assert_eq!(open.first(), Some(11));
        open.closed_first();
        assert_eq!(open.first(), None);
        open.closed_first();
        assert_eq!(open, LeftOpen::NONE);
    }
}
