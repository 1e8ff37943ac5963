//! Cellular modules: the 27.007 core that every family shares, and the dialect that each adds.
//!
//! A [`Modem`] is the core (line, card, registration, contexts, power) with a dialect in it. A new
//! family implements `Dialect` in a folder of its own, describes its members as a [`Model`], and is
//! registered in [`profile`](crate::profile).

mod answer;
mod clock;
mod command;
mod context;
mod core;
mod coverage;
mod dialect;
mod engine;
mod identity;
mod input;
mod message;
mod model;
mod operator;
mod packet;
mod pin;
mod power;
mod quirks;
mod registration;
mod settings;
mod sim;
mod sleep;
mod table;
mod terminal;
mod time;

pub(crate) use self::core::{Core, Owner, Payload, Phase};
pub(crate) use answer::{Answer, Outcome, Refusal, line, lines, ok, tcp_text};
pub(crate) use clock::{Clock, Date, EPOCH};
pub(crate) use command::Command;
pub(crate) use context::{Context, ContextType, shown};
pub use coverage::{Coverage, Registration, Signal, Technology};
pub(crate) use dialect::Dialect;
pub use model::{AddressStyle, BootWord, Model};
pub use quirks::{BusyInput, Quirks, Rearm, Refused};
pub use settings::Pace;
pub use sim::Sim;
pub(crate) use sim::SimState;
pub(crate) use table::{Entry, run};

use crate::module::Engine;
use crate::profile::Profile;
use ::core::time::Duration;

/// A simulated cellular module, for what only those have.
#[derive(Debug)]
pub struct Modem {
    pub(crate) core: Core,
    dialect: Box<dyn Dialect>,
}

impl Modem {
    /// A module that is up, with its card ready and registered.
    pub(crate) fn new(profile: Profile, model: Model, dialect: Box<dyn Dialect>) -> Self {
        let mut modem = Self { core: Core::new(profile, model), dialect };
        modem.advance(Duration::ZERO);
        modem
    }

    /// How long things take.
    pub fn pace_mut(&mut self) -> &mut Pace {
        &mut self.core.pace
    }

    /// Deviations from the documented behaviour.
    pub fn quirks_mut(&mut self) -> &mut Quirks {
        &mut self.core.quirks
    }

    /// The card in the module.
    pub fn sim(&self) -> &Sim {
        &self.core.sim
    }

    /// Changes the card without a word; a change that is to be noticed is
    /// [`insert_sim`](Self::insert_sim).
    pub fn sim_mut(&mut self) -> &mut Sim {
        &mut self.core.sim
    }

    /// The network in reach.
    pub fn coverage(&self) -> &Coverage {
        &self.core.coverage
    }

    /// Changes the network in reach.
    pub fn coverage_mut(&mut self) -> &mut Coverage {
        &mut self.core.coverage
    }

    /// What the network has answered to the registration so far.
    pub fn registration(&self) -> Registration {
        self.core.registration
    }

    /// Starts out with this card, and as far as that one lets the module.
    pub fn start_with_sim(&mut self, sim: Sim) {
        self.core.sim = sim;
        if self.core.is_on() {
            self.core.deactivate_contexts();
            self.core.settle_in();
        }
        let now = self.core.now();
        self.advance(now);
    }

    /// Starts out before the registration is decided, which takes that long after every start.
    pub fn start_registering(&mut self, time: Duration) {
        self.core.coverage.registers_after = time;
        if self.core.is_on() {
            self.core.deactivate_contexts();
            self.core.settle_in();
        }
        let now = self.core.now();
        self.advance(now);
    }

    /// The card is changed, or taken away, while the module runs.
    pub fn insert_sim(&mut self, now: Duration, sim: Sim) {
        self.advance(now);
        let present = sim.present;
        self.core.sim = Sim { verified: false, ..sim };
        self.core.initialised = 0;
        if self.core.is_on() {
            if self.core.sim_reports {
                self.core.urc(format!("+QSIMSTAT: 1,{}", u8::from(present)));
            }
            self.core.deactivate_contexts();
            self.core.seek_network();
            if present {
                self.core.announce_sim();
            } else {
                self.core.urc("+CPIN: NOT READY");
            }
        }
        self.advance(now);
    }

    /// The network changes its mind about the module: it is reported as far as the host wants it.
    pub fn set_registration(&mut self, now: Duration, registration: Registration) {
        self.advance(now);
        self.core.change_registration(registration);
        self.advance(now);
    }

    /// The network drops a context.
    pub fn drop_context(&mut self, now: Duration, cid: u8) {
        self.advance(now);
        self.core.lose_context(cid);
        self.advance(now);
    }

    /// The first context gets an address of either family.
    fn prefer_both_families(&mut self) {
        if let Some(context) = self.core.context_mut(1) {
            context.kind = ContextType::V4V6;
        }
    }
}
