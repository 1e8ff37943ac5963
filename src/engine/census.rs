//! Asking the module what it holds, and which links are open: notices and ends can be lost.

use super::Engine;
use super::flight::{Flight, Task, bit};
use super::kind::Kind;
use super::slot::{Peer, State, UNCOUNTED};
use super::tick::reached;
use crate::error::Error;
use crate::modem::Dialect;

/// A census every so many surveys: a lost `CLOSED` is noticed after this many surveys.
const SURVEYS_PER_CENSUS: u8 = 8;

impl<D: Dialect> Engine<'_, D> {
    /// Ask what the module holds, if somebody waits and its last word is old.
    pub(super) fn survey(&mut self, now: u32) -> Option<Task> {
        let surveys = self.dialect.surveys();
        let (mut due, mut late, mut held) = (false, false, false);
        for slot in self.core.slots.iter_mut() {
            let Some(link) = slot.link.filter(|_| slot.watched()) else { continue };
            let idle = slot.waiting == 0 && slot.rx.is_empty();
            if idle && reached(now, slot.look_at) {
                due = true;
                late |= !slot.check;
                held |= self.dialect.holds(link) && !slot.kind.is_listener();
            }
        }
        if !due {
            return None;
        }
        // where asking is reading, only a silence counts
        self.surveys = self.surveys.wrapping_add(u8::from(surveys || late));
        let census = self.surveys >= SURVEYS_PER_CENSUS || !self.core.capabilities.holds_data;
        if held && !census && surveys {
            return Some(Task::Survey);
        }
        let look_again = self.core.look_again;
        self.core.slots.iter_mut().for_each(|slot| {
            let due = slot.watched() && reached(now, slot.look_at);
            if due && !surveys && !slot.kind.is_listener() && slot.waiting == 0 {
                slot.waiting = UNCOUNTED; // just try
            }
            slot.look_at = now.wrapping_add(look_again);
            slot.check = false;
            slot.reading = false; // whoever still waits says so again
        });
        if !census {
            return None; // what is pushed needs no survey
        }
        self.surveys = 0;
        Some(Task::Census)
    }

    pub(super) fn surveyed(&mut self, now: u32, result: Result<(), Error>) {
        if let Err(error) = result {
            self.dialect.refused(Task::Survey, error);
        }
        let serving = self.serving();
        let look_again = self.core.look_again;
        for slot in self.core.slots.iter_mut() {
            if serving && result.is_ok() && slot.peer == Peer::Draining && slot.waiting == 0 {
                slot.drained(D::HABITS.lingers);
            }
            slot.look_at = now.wrapping_add(look_again);
            slot.check = false;
            if result.is_err() && slot.reading && slot.waiting == 0 {
                slot.waiting = 1; // no count to be had: just try
            }
            slot.reading = false; // whoever still waits says so again
        }
    }

    /// A link that the module does not list twice in a row is closed, whether it said so or not: a
    /// single line can be lost. A link that it lists and that no socket has is closed, too.
    pub(super) fn counted(&mut self, flight: Flight, result: Result<(), Error>) {
        if result.is_err_and(|error| self.dialect.refused(Task::Census, error)) {
            self.core.census = true;
            return;
        }
        for slot in self.core.slots.iter_mut().filter(|slot| slot.unaccepted.is_some()) {
            if !self.core.census {
                slot.remote = slot.remote.or(Some(super::listener::UNSPECIFIED)); // nobody knows
            }
        }
        if result.is_err() {
            return;
        }
        self.orphans |= flight.links;
        for &link in self.core.knocking.links() {
            self.orphans &= !bit(link);
        }
        self.refused = 0;
        self.count_apart_next();
        // where a listener has a link like any other
        let links = |kind| self.dialect.links(kind, None);
        let lists_listeners = Kind::LISTENER.map(links) == Some(links(Kind::Stream));
        self.count(flight, lists_listeners, false);
    }

    /// Which of the links that a list should have it does not have; those with TLS if they have one
    /// `apart`.
    pub(super) fn count(&mut self, flight: Flight, lists_listeners: bool, apart: bool) {
        for slot in self.core.slots.iter_mut() {
            let Some(link) = slot.link else { continue };
            let unlisted = slot.kind.is_listener() && !lists_listeners;
            if unlisted || (D::HABITS.tls_apart && slot.tls.is_some() != apart) {
                continue;
            }
            self.orphans &= !bit(link);
            if flight.marked(link) || slot.state != State::Open || slot.peer != Peer::Alive {
                slot.missing = false;
            } else if slot.missing {
                // its end was not heard, so nobody knows whether all was
                slot.fail(Error::ConnectionAborted);
            } else {
                slot.missing = true;
                self.core.census = true;
            }
        }
    }
}
