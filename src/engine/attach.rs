//! The way to a context of a cellular network, and back to it when the network drops it.

use super::Engine;
use super::core::{Control, Module};
use super::tick::reached;
use crate::error::Error;
use crate::modem::{Dialect, Step};
use crate::network::Station;

/// Failures in a row to get a lost context back, after which the module is restarted (quectel.md §2.5).
const FAILURES: u8 = 3;
/// Restarts in a row that did not help, after which the pauses are longer (quectel.md §2.5).
const RESTARTS: u8 = 3;
/// Those longer pauses, in ms; the last one repeats (quectel.md §2.5: 10, 30, 60 minutes).
const LONG_PAUSES: [u32; 3] = [600_000, 1_800_000, 3_600_000];

/// Openings that are refused in a row without a reason, until it is looked whether there is a context.
const UNREASONED: u8 = 3;

/// Pause before a module that attaches by itself is asked again how far it is, in ms.
const ASK_AGAIN: u32 = 1_000;

impl<D: Dialect> Engine<'_, D> {
    /// A caller wants a context, or none.
    pub(super) fn ask_to_attach(&mut self, on: bool) {
        if !D::HABITS.contexts {
            return self.core.end_control(Err(Error::NotSupported));
        }
        self.attaching = self.dialect.attach(on);
        self.attach_on = on;
        self.attach_asked = self.attaching.is_some();
        self.attach_after = None;
        if self.core.station == Station::Up {
            // what was connected over the old context is not any more
            self.core.fail_links(Error::NetworkDown, false);
            self.core.set_station(Station::Down);
            self.core.census = true;
        }
        if !self.attach_asked {
            self.core.end_control(Err(Error::NotSupported));
        }
    }

    /// Whether a context that was lost can be had again.
    pub(super) fn drifts(&self) -> bool {
        self.core.module == Module::Ready
            && self.attaching.is_none()
            && self.core.station.is_down()
            && self.dialect.adrift()
    }

    /// Begins to get a lost context back, if that is due.
    pub(super) fn reattach(&mut self, now: u32) {
        if self.dialect.reachable() {
            // the network is there again: the pauses begin anew
            self.attach_failures = 0;
            self.attach_after = None;
        }
        if !self.drifts() {
            return;
        }
        let due =
            *self.attach_after.get_or_insert(now.wrapping_add(pause(D::HABITS.attach_pauses, 0)));
        if reached(now, due) {
            self.attaching = self.dialect.attach(true);
            self.attach_on = true;
            self.attach_asked = false;
        }
    }

    /// A step has ended.
    pub(super) fn attach_went(&mut self, now: u32, step: u8, result: Result<(), Error>) {
        let outcome = match self.dialect.attached(step, result) {
            Step::Next(step) => {
                self.attaching = Some(step);
                return;
            }
            Step::Again(step) => {
                self.attaching = Some(step);
                self.hold = Some(now.wrapping_add(ASK_AGAIN));
                return;
            }
            Step::Ready => Ok(()),
            Step::Failed(error) => Err(error),
            Step::Restart => {
                self.restart_wanted = true;
                Err(Error::CommandFailed)
            }
        };
        self.attaching = None;
        self.core.local = None;
        match outcome {
            Ok(()) => {
                if self.attach_on && !self.asked_to_attach() {
                    self.core.counters.rejoins = self.core.counters.rejoins.wrapping_add(1);
                }
                self.attach_failures = 0;
                self.attach_restarts = 0;
                self.attach_after = None;
                self.core.set_station(if self.attach_on { Station::Up } else { Station::Down });
            }
            Err(error) => {
                self.core.set_station(Station::Down);
                self.attach_failed(now, error);
            }
        }
        if self.asked_to_attach() {
            self.attach_asked = false;
            let abandoned = self.core.control == Control::Abandoned;
            self.core.end_control(outcome);
            if abandoned && self.attach_on && outcome.is_ok() {
                // nobody wants it any more
                self.attaching = self.dialect.attach(false);
                self.attach_on = false;
            }
        }
    }

    /// There is no context yet: it is asked for again after a pause, or the module is restarted.
    fn attach_failed(&mut self, now: u32, error: Error) {
        let failures = self.attach_failures;
        self.attach_failures = failures.saturating_add(1);
        let long = D::HABITS.contexts && self.attach_restarts >= RESTARTS;
        let wait = match long {
            true => pause(&LONG_PAUSES, failures),
            false => pause(D::HABITS.attach_pauses, failures),
        };
        self.attach_after = Some(now.wrapping_add(wait));
        if self.asked_to_attach() || long || !self.dialect.stuck(error) {
            return;
        }
        if self.attach_failures >= FAILURES {
            self.attach_failures = 0;
            self.attach_restarts = self.attach_restarts.saturating_add(1);
            self.attach_after = None;
            self.restart_wanted = true;
        }
    }

    /// An opening has ended so, though there is a network: it may be that there is no context any more,
    /// and its loss was not heard; or that there is one, and nothing comes of it.
    pub(super) fn doubt_context(&mut self, result: Result<(), Error>, late: bool) {
        if !D::HABITS.contexts {
            return;
        }
        self.unreasoned = match result {
            Err(Error::CommandFailed) => self.unreasoned.saturating_add(1),
            _ => 0,
        };
        let contextless = result == Err(Error::NetworkDown) || self.unreasoned >= UNREASONED;
        if contextless && self.dialect.lose_context() {
            self.core.set_station(Station::Down); // until it is asked for again
        }
        let silent = result == Err(Error::TimedOut) || (late && result.is_err());
        self.silent_opens = if silent { self.silent_opens.saturating_add(1) } else { 0 };
        let renewal = D::HABITS.opens_before_renewal.is_some_and(|most| self.silent_opens >= most);
        let used = self.core.slots.iter().any(|slot| slot.alive());
        if renewal && !used && self.attaching.is_none() && self.core.station == Station::Up {
            self.silent_opens = 0;
            self.attaching = self.dialect.attach(true);
            self.attach_on = true;
            self.attach_asked = false;
        }
    }

    /// Whether a caller waits for the end of the way to a context, or away from it.
    const fn asked_to_attach(&self) -> bool {
        D::HABITS.contexts && self.attach_asked
    }

    /// All that was under way is over.
    pub(super) fn stop_attaching(&mut self, error: Error) {
        self.attaching = None;
        if !self.asked_to_attach() {
            return;
        }
        self.attach_asked = false;
        if self.core.control != Control::Wanted {
            self.core.end_control(Err(error));
        }
    }
}

fn pause(pauses: &[u32], failures: u8) -> u32 {
    pauses.get(usize::from(failures)).or(pauses.last()).copied().unwrap_or(60_000)
}
