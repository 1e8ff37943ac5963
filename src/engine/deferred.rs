//! Commands that the module has taken, and whose results come by themselves: openings and look-ups.
//! Other commands go on meanwhile.

use super::Engine;
use super::flight::{Flight, Task, bit};
use super::slot::State;
use super::tick::reached;
use crate::error::Error;
use crate::modem::Dialect;

/// How long the answer to a command may take whose result has come already, in ms.
const AFTER_RESULT: u32 = 1000;
/// How long the other addresses of a name may take, in ms.
const AFTER_ADDRESS: u32 = 3000;

impl<D: Dialect> Engine<'_, D> {
    /// The module has taken the command in flight.
    pub(super) fn defer(&mut self, now: u32) {
        let Some(flight) = self.flight.filter(|_| D::HABITS.defers) else { return };
        if let Some(outcome) = flight.outcome {
            return self.finish(now, outcome);
        }
        match flight.task {
            Task::Open { slot, link, .. } => {
                self.flight = None;
                match self.core.slots.get_mut(usize::from(slot)) {
                    Some(slot) if slot.link == Some(link) => {
                        slot.due = Some(now.wrapping_add(D::HABITS.open_ms));
                    }
                    _ => {}
                }
            }
            Task::Resolve => {
                self.flight = None;
                self.resolving = Some(now.wrapping_add(D::HABITS.resolve_ms));
            }
            _ => self.finish(now, Ok(())),
        }
    }

    /// The module says how opening this link has ended.
    pub(super) fn concluded(&mut self, now: u32, link: u8, result: Result<(), Error>) {
        if !D::HABITS.defers {
            return;
        }
        if let Some(flight) = self.flight.as_mut().filter(|flight| flight.opens(link)) {
            // its `OK` still has to come, and must not be taken for that of the next command
            flight.outcome = Some(result);
            // what is said of the link from here on is said of this connection
            flight.informed |= result.is_ok();
            flight.retry_at = None;
            flight.deadline = now.wrapping_add(AFTER_RESULT);
            return;
        }
        match self.opening(link) {
            Some(flight) => self.conclude(now, flight, result),
            // given up, or never asked for: nobody has it
            None if result.is_ok() && self.core.linked(link).is_none() => {
                self.orphans |= bit(link);
            }
            None => {}
        }
    }

    /// The opening of this link whose result is to come.
    fn opening(&mut self, link: u8) -> Option<Flight> {
        let index = self.core.linked(link)?;
        let slot = self.core.slots.get_mut(usize::from(index))?;
        let started = slot.due.take()?.wrapping_sub(D::HABITS.open_ms);
        let task = Task::Open { slot: index, link, kind: slot.kind };
        Some(Flight { generation: slot.generation, ..Flight::new(task, started, 0) })
    }

    /// Whether the module is opening a link.
    pub(super) fn opens_one(&self) -> bool {
        D::HABITS.defers && self.core.slots.iter().any(|slot| slot.due.is_some())
    }

    /// The name in question is resolved, or is not.
    pub(super) fn resolved(&mut self, now: u32, result: Result<(), Error>) {
        if D::HABITS.defers && self.resolving.take().is_some() {
            return self.conclude(now, Flight::new(Task::Resolve, now, 0), result);
        }
        match &mut self.flight {
            // its `OK` still has to come, and must not be taken for that of the next command
            Some(flight) if matches!(flight.task, Task::Resolve) => {
                flight.outcome = Some(result);
                flight.retry_at = None;
                flight.deadline = now.wrapping_add(AFTER_RESULT);
            }
            Some(Flight { task: Task::Local { .. }, .. }) => self.finish(now, result),
            _ => {} // of one that was given up
        }
    }

    /// An address has come: others may follow, but are not waited for long.
    pub(super) fn found_address(&mut self, now: u32) {
        if D::HABITS.defers && self.resolving.is_some() {
            self.resolving = Some(now.wrapping_add(AFTER_ADDRESS));
        }
    }

    /// Results that did not come in time.
    pub(super) fn overdue_results(&mut self, now: u32) {
        if !D::HABITS.defers {
            return;
        }
        if self.resolving.is_some_and(|due| reached(now, due)) {
            self.core.counters.timeouts = self.core.counters.timeouts.wrapping_add(1);
            self.resolved(now, Err(Error::TimedOut));
        }
        for index in 0..self.core.slots.len() {
            let Some(slot) = self.core.slots.get(index) else { return };
            let (Some(due), Some(link)) = (slot.due, slot.link) else { continue };
            if !reached(now, due) {
                continue;
            }
            self.core.counters.timeouts = self.core.counters.timeouts.wrapping_add(1);
            if let Some(flight) = self.opening(link) {
                self.conclude(now, flight, Err(Error::TimedOut));
            }
        }
    }

    /// The module refuses to open a second link while it opens one: the socket waits its turn.
    pub(super) fn open_later(&mut self, slot: u8, result: Result<(), Error>) -> bool {
        if result != Err(Error::Busy) || !self.opens_one() {
            return false;
        }
        self.one_opening = true;
        // the link is closed, and opened again
        self.core.slots.get(usize::from(slot)).is_some_and(|slot| slot.state == State::Opening)
    }

    /// No result will come any more.
    pub(super) fn drop_deferred(&mut self, error: Error) {
        self.unexplained = None;
        self.one_opening = false;
        if D::HABITS.defers && self.resolving.take().is_some() {
            self.core.end_control(Err(error));
        }
        self.stop_attaching(error);
    }

    /// Whether the reason of a failure is to be asked for before it counts.
    pub(super) fn asks_why(&mut self, flight: Flight, result: Result<(), Error>) -> bool {
        let unknown = D::HABITS.explains
            && result == Err(Error::CommandFailed)
            && self.dialect.explains(flight.task);
        if unknown {
            self.unexplained = Some(flight.task);
        }
        unknown
    }

    /// The module has said why the last command failed, or will not.
    pub(super) fn explained(&mut self, now: u32, explanation: Flight) {
        if !D::HABITS.explains {
            return;
        }
        let Some(task) = self.unexplained.take() else { return };
        let reason = explanation.outcome.unwrap_or(Err(Error::CommandFailed));
        self.conclude(now, Flight::new(task, now, 0), reason.and(Err(Error::CommandFailed)));
    }
}
