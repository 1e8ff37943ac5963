//! The setup of a SIMCom module: from whatever state it is in to the one that the driver needs.

use usocket_commands::cellular::registration::Domain;
use usocket_commands::simcom::context::{ActiveContext, GetActive};
use usocket_commands::simcom::state::{GetSockets, SocketState};

use super::{CONTEXT, SimCom, write};
use crate::error::Error;
use crate::modem::cellular::{Basic, LeftOpen, TRIES};
use crate::modem::{Encoded, Meaning, Step, steps};
use crate::network::NetworkEvent;

/// The steps, in order; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    /// What all cellular modules have in common.
    Basic(Basic),
    /// Sockets that a program before this one left open,
    Sockets,
    /// one by one.
    CloseSocket,
    /// Whether there is a context already.
    Context,
}

const STEPS: [Setup; 10] = [
    Setup::Basic(Basic::EchoOff),
    Setup::Basic(Basic::NumberedErrors),
    Setup::Basic(Basic::Reports(Domain::Eps)),
    Setup::Basic(Basic::Reports(Domain::Packet)),
    Setup::Basic(Basic::Reports(Domain::Circuit)),
    Setup::Basic(Basic::Sim),
    Setup::Basic(Basic::Pin),
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
    steps::step(&STEPS, number)
}

impl SimCom {
    /// Whether the module needs this step.
    fn applies(&self, step: Setup) -> bool {
        match step {
            Setup::Basic(step) => self.common.applies(step),
            Setup::CloseSocket => self.left_open != LeftOpen::NONE,
            Setup::Sockets | Setup::Context => true,
        }
    }

    pub(super) fn encode_setup(&self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        match step(number).ok_or(Error::NotSupported)? {
            Setup::Basic(step) => self.common.encode(step, out),
            Setup::Sockets => write(&GetSockets, out),
            Setup::CloseSocket => self.close_left_open(out),
            Setup::Context => write(&GetActive, out),
        }
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn setup_line(&mut self, number: u8, line: &[u8]) -> Meaning {
        match step(number) {
            Some(Setup::Basic(step)) => self.common.note(step, line),
            Some(Setup::Sockets) => {
                let Some(socket) = SocketState::parse_line(line) else { return Meaning::Unknown };
                self.left_open.note(socket.link);
                Meaning::Noted
            }
            Some(Setup::Context) => match ActiveContext::parse_line(line) {
                Some(it) if it.context == CONTEXT && it.is_active() => {
                    self.context_up = true;
                    Meaning::Network(NetworkEvent::Addressed)
                }
                Some(_) => Meaning::Noted,
                None => Meaning::Unknown,
            },
            _ => Meaning::Unknown,
        }
    }

    pub(super) fn after_setup(&mut self, number: u8, result: Result<(), Error>) -> Step {
        let Some(done) = step(number) else { return Step::Ready };
        let again = match done {
            Setup::Basic(step) => self.common.unready(step, result),
            _ => false,
        };
        if again && self.setup.tries < TRIES {
            self.setup.tries += 1;
            return Step::Again(number);
        }
        self.setup.tries = 0;
        let next = match done {
            Setup::Basic(step) => {
                if let Some(end) = self.common.concluded(step, result) {
                    return end;
                }
                number.saturating_add(1)
            }
            Setup::CloseSocket => {
                self.left_open.closed_first();
                number
            }
            Setup::Sockets | Setup::Context => number.saturating_add(1),
        };
        steps::from(&STEPS, next, |step| self.applies(step))
    }
}
