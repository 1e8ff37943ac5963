//! The setup of a SIMCom module: from whatever state it is in to the one that the driver needs.

use usocket_commands::cellular::basic::{Echo, ErrorKind, ErrorReports};
use usocket_commands::cellular::registration::{Domain, Reports, SetReports};
use usocket_commands::cellular::sim::{EnterPin, GetSimState, SimState};
use usocket_commands::simcom::context::{ActiveContext, GetActive};
use usocket_commands::simcom::state::{GetSockets, SocketState};

use super::{CONTEXT, SimCom, write};
use crate::error::Error;
use crate::modem::{Encoded, Meaning, Step};
use crate::network::NetworkEvent;

/// How often a step is tried that the module is not ready for; they are half a second apart.
const TRIES: u8 = 30;

/// The steps, in order; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    /// No echo: URCs would fall into it.
    EchoOff,
    /// Errors with numbers.
    NumberedErrors,
    /// The registrations are told, in all domains.
    ReportsEps,
    ReportsPacket,
    ReportsCircuit,
    /// What does the SIM wait for? Asked only if a PIN is known.
    Sim,
    Pin,
    /// Sockets that a program before this one left open,
    Sockets,
    /// one by one.
    CloseSocket,
    /// Whether there is a context already.
    Context,
}

const STEPS: [Setup; 10] = [
    Setup::EchoOff,
    Setup::NumberedErrors,
    Setup::ReportsEps,
    Setup::ReportsPacket,
    Setup::ReportsCircuit,
    Setup::Sim,
    Setup::Pin,
    Setup::Sockets,
    Setup::CloseSocket,
    Setup::Context,
];

/// How far the setup has come.
#[derive(Debug)]
pub(super) struct Progress {
    /// How often the present step was tried.
    tries: u8,
}

impl Progress {
    pub(super) const NEW: Self = Self { tries: 0 };
}

fn step(number: u8) -> Option<Setup> {
    STEPS.get(usize::from(number)).copied()
}

impl SimCom {
    /// Whether the module needs this step.
    fn applies(&self, step: Setup) -> bool {
        match step {
            Setup::Sim => self.common.pin.is_some(),
            Setup::Pin => self.common.pin.is_some() && self.common.sim == Some(SimState::Pin),
            Setup::CloseSocket => self.left_open != 0,
            _ => true,
        }
    }

    pub(super) fn encode_setup(&self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        let reports =
            |domain, out: &mut [u8]| write(&SetReports { domain, reports: Reports::Location }, out);
        match step(number).ok_or(Error::NotSupported)? {
            Setup::EchoOff => write(&Echo { on: false }, out),
            Setup::NumberedErrors => write(&ErrorReports { kind: ErrorKind::Numeric }, out),
            Setup::ReportsEps => reports(Domain::Eps, out),
            Setup::ReportsPacket => reports(Domain::Packet, out),
            Setup::ReportsCircuit => reports(Domain::Circuit, out),
            Setup::Sim => write(&GetSimState, out),
            Setup::Pin => {
                let pin = self.common.pin.as_ref().map_or("", |pin| &pin.0);
                write(&EnterPin::new(pin)?, out)
            }
            Setup::Sockets => write(&GetSockets, out),
            Setup::CloseSocket => self.close_left_open(out),
            Setup::Context => write(&GetActive, out),
        }
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn setup_line(&mut self, number: u8, line: &[u8]) -> Meaning {
        match step(number) {
            Some(Setup::Sim) => {
                self.common.sim = SimState::parse_line(line).or(self.common.sim);
            }
            Some(Setup::Sockets) => {
                if let Some(socket) = SocketState::parse_line(line) {
                    self.note_left_open(socket);
                }
            }
            Some(Setup::Context) => {
                let context = ActiveContext::parse_line(line);
                if context.is_some_and(|it| it.context == CONTEXT && it.is_active()) {
                    self.context_up = true;
                    return Meaning::Network(NetworkEvent::Addressed);
                }
            }
            _ => {}
        }
        Meaning::Noted
    }

    pub(super) fn after_setup(&mut self, number: u8, result: Result<(), Error>) -> Step {
        let Some(done) = step(number) else { return Step::Ready };
        let again = match (done, result) {
            // without these nothing works; a module that has just started may not be ready
            (Setup::EchoOff | Setup::NumberedErrors, Err(_)) => true,
            (Setup::Sim, _) => self.common.sim.is_none_or(|sim| sim == SimState::NotReady),
            _ => false,
        };
        if again && self.setup.tries < TRIES {
            self.setup.tries += 1;
            return Step::Again(number);
        }
        self.setup.tries = 0;
        match (done, result) {
            (Setup::EchoOff | Setup::NumberedErrors, Err(_)) => return Step::Restart,
            (Setup::EchoOff, Ok(())) => self.common.echo = false,
            (Setup::ReportsEps, Ok(())) => self.common.reports = Some(Domain::Eps),
            (Setup::ReportsPacket, Ok(())) => {
                self.common.reports.get_or_insert(Domain::Packet);
            }
            (Setup::ReportsCircuit, Ok(())) => {
                self.common.reports.get_or_insert(Domain::Circuit);
            }
            // it was accepted once, and never will be a second time without asking the program
            (Setup::Pin, Err(Error::WrongPin)) => self.common.pin_refused(),
            (Setup::CloseSocket, _) if self.closed_left_open() => return Step::Next(number),
            _ => {}
        }
        let next = number.saturating_add(1);
        match (next..)
            .map_while(|number| Some((number, step(number)?)))
            .find(|&(_, step)| self.applies(step))
        {
            Some((next, _)) => Step::Next(next),
            None => Step::Ready,
        }
    }
}
