//! The ladder: what is done about a module that does not answer, rung by rung.
//!
//! | rung | what | longest |
//! |---|---|---|
//! | call | `AT`, three times | 1.8 s |
//! | take back | what the module was told of the line and is not understood since | 0.4 s |
//! | own rate | if the line was raised: the rate that the module had before, called twice | 0.9 s |
//! | call | twice more | 3 s |
//! | escape | in case it waits for payload (first of all, if a send was cut off); called twice | 4.2 s |
//! | other rates | each called twice, if the UART can change its own | 0.9 s each |
//! | restart | by command, if the module says something at least; then all of this once more | 15 s at most, and the above |
//! | reset line | if there is one; then all of this once more | the pulse, the start, and the above |
//! | give up | [`Module::Dead`]: every waiting call fails, the next call begins anew | |
//!
//! The escape is the escape sequence between two silences. A module that has none gets carriage returns
//! instead, as many as it may still wait for.
//!
//! A module that answers is asked a second, different question, unless it answered the first call of
//! its life. Whatever answers to repeated calls are still on their way come before the answer to that, so
//! none of them can be taken for the answer to a later command; and it tells whether the driver's
//! settings are still in force. If they are not, the setup follows, then the rate of the line
//! (`serial.rs`), then the network that the program had joined (`attach.rs`).
//!
//! A setup that cannot be completed restarts the module by command, twice; then it gets the reset line.

use super::core::Module;
use super::flight::{Probe, Task};
use super::serial::{Change, Next};
use super::{Engine, Supply, recovery};
use crate::error::Error;
use crate::event::ModuleEvent;
use crate::modem::Dialect;

/// Setups that may fail before the module is given up.
pub(super) const SETUP_TRIES: u8 = 3;
/// How long the answer to a call may take, in ms: at first, then for a module that is slow.
const SOON: u32 = 600;
const LATER: u32 = 1500;
/// The same where the module is not expected.
const ELSEWHERE: u32 = 400;
/// Pause after the rate of the line has changed, in ms (esp-at.md §4.1: a few).
const SETTLE: u32 = 20;

/// What can be done about a module that does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rung {
    /// Call it; the answer may take so many ms.
    Call(u32),
    /// Have it leave a payload that never came.
    Escape,
    /// Take back the last change of the line.
    TakeBack,
    /// Go on at this rate, in baud.
    Rate(u32),
}

/// What has been done already that is done once only.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Force {
    restarted: bool,
    reset: bool,
}

impl<D: Dialect> Engine<'_, D> {
    /// The rung of that number, of those that are climbed in a row.
    fn rung(&self, number: u8) -> Option<Rung> {
        let mut rest = number;
        // the place among the next `count` rungs
        let mut within = |count: u8| match rest.checked_sub(count) {
            None => Some(rest),
            Some(beyond) => {
                rest = beyond;
                None
            }
        };
        if within(3).is_some() {
            return Some(Rung::Call(SOON));
        }
        if self.serial.doubted() && within(1).is_some() {
            return Some(Rung::TakeBack);
        }
        if let Some(baud) = self.serial.fallback() {
            match within(4) {
                Some(0) => return Some(Rung::Rate(baud)),
                Some(1 | 2) => return Some(Rung::Call(ELSEWHERE)),
                Some(_) => return Some(Rung::Rate(self.serial.sought())),
                None => {}
            }
        }
        match within(5) {
            Some(2) => return Some(Rung::Escape),
            Some(_) => return Some(Rung::Call(LATER)),
            None => {}
        }
        let mut other = 0;
        loop {
            let baud = self.serial.other(other)?;
            match within(3) {
                Some(0) => return Some(Rung::Rate(baud)),
                Some(_) => return Some(Rung::Call(ELSEWHERE)),
                None => other += 1,
            }
        }
    }

    /// The next rung.
    pub(super) fn climb(&mut self, now: u32, tries: u8, fresh: bool, supply: &Supply<'_>) {
        self.ask_settings = false;
        if tries == 0 {
            self.heard = false;
            self.understood = false;
            self.calling_since = now;
            self.serial.seek();
        }
        let Some(rung) = self.rung(tries) else {
            return self.use_force(now, supply);
        };
        self.core.module = Module::Calling { tries: tries.saturating_add(1), fresh };
        if D::HABITS.escape.is_empty() && fresh && rung == Rung::Escape {
            // a program before this one may have been cut off in the midst of a payload
            self.owed = self.core.capabilities.max_send;
        }
        let cancellable = !D::HABITS.escape.is_empty() || self.owed > 0;
        let rung = match rung {
            Rung::Call(_) if cancellable && self.maybe_in_data => Rung::Escape,
            Rung::Escape if !cancellable => Rung::Call(LATER),
            rung => rung,
        };
        match rung {
            Rung::Escape => {
                self.maybe_in_data = false;
                self.launch(now, Task::Escape, supply);
            }
            Rung::Call(ms) => self.launch_within(now, Task::Probe(Probe::Voice), ms, supply),
            Rung::TakeBack => {
                if let Some(change) = self.serial.take_back() {
                    self.launch_within(now, Task::Adjust(change), ELSEWHERE, supply);
                }
            }
            Rung::Rate(baud) => {
                self.serial.listen(baud);
                self.lexer.abandon();
                self.hold = Some(now.wrapping_add(SETTLE));
            }
        }
    }

    fn launch_within(&mut self, now: u32, task: Task, ms: u32, supply: &Supply<'_>) {
        self.launch(now, task, supply);
        if let Some(flight) = &mut self.flight {
            flight.allowed = ms;
            flight.extend(now);
        }
    }

    /// No rung has helped.
    fn use_force(&mut self, now: u32, supply: &Supply<'_>) {
        if self.understood && !self.force.restarted {
            // it says something, but does not go on: even a busy module takes this (esp-at.md §2.6)
            self.force.restarted = true;
            self.serial.listen(self.serial.sought());
            return self.force_restart(now, supply);
        }
        self.reset_or_give_up(now);
    }

    /// Nothing has helped but perhaps the reset line.
    fn reset_or_give_up(&mut self, now: u32) {
        match self.core.reset_ms {
            Some(own) if !self.force.reset => {
                self.force.reset = true;
                self.count_force();
                self.reset(now, if own == 0 { self.dialect.reset_pulse() } else { own });
            }
            _ => self.give_up(),
        }
    }

    /// Restarts the module by command.
    pub(super) fn force_restart(&mut self, now: u32, supply: &Supply<'_>) {
        self.count_force();
        self.core.fail_links(Error::ModuleReset, false);
        self.launch(now, Task::Restart, supply);
    }

    fn count_force(&mut self) {
        let counters = &mut self.core.counters;
        counters.forced_restarts = counters.forced_restarts.wrapping_add(1);
        self.core.events.tell(ModuleEvent::Restarted);
    }

    /// Pulls the reset line.
    pub(super) fn reset(&mut self, now: u32, pulse: u32) {
        self.abort();
        self.core.lent = None;
        self.drop_deferred(Error::ModuleReset);
        if self.core.control == super::Control::Flying {
            self.core.end_control(Err(Error::ModuleReset));
        }
        self.core.fail_links(Error::ModuleReset, false);
        self.core.set_station(crate::network::Station::Down);
        self.dialect.forget();
        self.lexer.abandon();
        self.hold = None;
        self.deaf_until = None;
        self.core.module = Module::Resetting { until: now.wrapping_add(pulse) };
    }

    /// Whether the reset line is to be active.
    pub(crate) const fn resets(&self) -> bool {
        matches!(self.core.module, Module::Resetting { .. })
    }

    /// The module does not answer.
    pub(super) fn give_up(&mut self) {
        let error = match (self.heard, self.understood) {
            (false, _) => Error::ModuleSilent,
            (true, false) => Error::ModuleGarbled,
            (true, true) => Error::TimedOut,
        };
        self.core.die(error);
        self.drop_deferred(error);
        self.core.end_control(Err(error));
        self.core.fail_links(error, true);
        self.failed_setups = 0;
        self.force = Force::default();
        self.serial.go_home();
    }

    /// A setup cannot be completed: restart the module, or more.
    pub(super) fn setup_failed(&mut self, now: u32, supply: &Supply<'_>) {
        self.failed_setups = self.failed_setups.saturating_add(1);
        if self.failed_setups >= SETUP_TRIES {
            return self.no_setup(now);
        }
        self.launch(now, Task::Restart, supply);
    }

    /// Setups have failed again and again.
    pub(super) fn no_setup(&mut self, now: u32) {
        self.failed_setups = 0;
        self.reset_or_give_up(now);
    }

    /// The module works.
    pub(super) fn works(&mut self) {
        self.failed_setups = 0;
        self.force = Force::default();
        self.unmeasured = false;
        self.core.module = Module::Ready;
    }

    /// Bring the module back into step before anything else.
    pub(super) fn resynchronise(&mut self, now: u32) {
        let fresh = match self.core.module {
            Module::Ready => false,
            Module::Calling { fresh, .. } => fresh,
            _ => true,
        };
        self.core.module = Module::Calling { tries: 0, fresh };
        self.hold = Some(now.wrapping_add(recovery::QUIET));
    }

    /// The next change of the line, if one is due; or there is something to wait for.
    pub(super) fn adjust(&mut self, now: u32, supply: &Supply<'_>) -> bool {
        match self.serial.next_change() {
            None => return false,
            Some(Next::Try) => self.hold = Some(now),
            Some(Next::Tell(change)) => self.launch(now, Task::Adjust(change), supply),
        }
        true
    }

    /// The module has been told of a change of the line.
    pub(super) fn adjusted(&mut self, now: u32, change: Change, result: Result<(), Error>) {
        if self.core.module != Module::Ready {
            return; // it was taken back
        }
        if result == Err(Error::TimedOut) {
            return self.serial.told_in_vain(change);
        }
        self.serial.told(change, result.is_ok());
        if result.is_ok() {
            // it is called at once: that proves the change, or ends it
            self.core.module = Module::Calling { tries: 0, fresh: false };
            self.hold = Some(now.wrapping_add(SETTLE));
        }
    }

    /// The module is understood, at the present rate.
    pub(super) fn proved(&mut self) {
        let before = self.serial.proved();
        self.serial.prove();
        if self.serial.rate() != before {
            self.core.events.tell(ModuleEvent::Baud(self.serial.rate()));
        }
    }

    /// The UART cannot have the rate that it was to have, and has kept its own.
    pub(crate) fn rate_refused(&mut self, kept: u32) {
        self.serial.refused(kept);
    }
}
