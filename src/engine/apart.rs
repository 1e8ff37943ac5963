//! Links with TLS, where the module has a list of their own for them.

use super::Engine;
use super::flight::{Flight, Task};
use super::kind::Tls;
use crate::error::Error;
use crate::modem::Dialect;

/// What is known of that list.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Apart {
    /// It comes next.
    #[cfg(feature = "tls")]
    due: bool,
    /// It has been seen since the module was set up: nothing is open that a program before this one has
    /// left.
    #[cfg(feature = "tls")]
    seen: bool,
}

impl<D: Dialect> Engine<'_, D> {
    /// The list, before the first link with TLS is opened (quectel.md §12 Q21).
    pub(super) fn first_census_apart(&self, tls: Option<Tls>) -> Option<Task> {
        tls.filter(|_| D::HABITS.tls_apart && !self.apart.has_been_seen()).map(Task::CensusTls)
    }
}

#[cfg(feature = "tls")]
impl Apart {
    const fn has_been_seen(self) -> bool {
        self.seen
    }
}

#[cfg(feature = "tls")]
impl<D: Dialect> Engine<'_, D> {
    /// The list, if it is due.
    pub(super) fn census_apart(&mut self) -> Option<Task> {
        let due = D::HABITS.tls_apart && core::mem::take(&mut self.apart.due);
        if due { Tls::BUILT.map(Task::CensusTls) } else { None }
    }

    /// After the list of other links comes that of these, if there are any.
    pub(super) fn count_apart_next(&mut self) {
        let has = |slot: &super::Slot| slot.tls.is_some() && slot.link.is_some();
        self.apart.due = D::HABITS.tls_apart && self.core.slots.iter().any(has);
    }

    /// Whether it comes next.
    pub(super) const fn counts_apart(&self) -> bool {
        self.apart.due
    }

    /// The list has come.
    pub(super) fn counted_apart(&mut self, flight: Flight, result: Result<(), Error>) {
        self.apart.seen = true;
        if result.is_ok() {
            self.orphans |= flight.links;
            self.count(flight, false, true);
        }
    }

    /// The module starts anew.
    pub(super) fn forget_apart(&mut self) {
        self.apart = Apart::default();
    }
}

// there are none
#[cfg(not(feature = "tls"))]
impl Apart {
    const fn has_been_seen(self) -> bool {
        true
    }
}

#[cfg(not(feature = "tls"))]
impl<D: Dialect> Engine<'_, D> {
    pub(super) const fn census_apart(&self) -> Option<Task> {
        None
    }

    pub(super) const fn count_apart_next(&self) {}

    pub(super) const fn counts_apart(&self) -> bool {
        false
    }

    pub(super) const fn counted_apart(&self, _: Flight, _: Result<(), Error>) {}

    pub(super) const fn forget_apart(&self) {}
}
