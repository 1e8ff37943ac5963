//! The way to a context of a cellular network, and back to it when the network drops it.

use super::Engine;
use super::core::{Control, Module};
use super::tick::reached;
use crate::error::Error;
use crate::modem::{Dialect, Step};
use crate::network::Station;

/// Pauses between attempts to get a lost context back, in ms; the last one repeats
/// (quectel.md §2.5: back off instead of looping).
const PAUSES: [u32; 5] = [200, 5_000, 15_000, 60_000, 300_000];

/// Pause before a module that attaches by itself is asked again how far it is, in ms.
const ASK_AGAIN: u32 = 1_000;

impl<D: Dialect> Engine<'_, D> {
    /// A caller wants a context, or none.
    pub(super) fn ask_to_attach(&mut self, on: bool) {
        self.attaching = self.dialect.attach(on);
        self.attach_on = on;
        self.attach_asked = self.attaching.is_some();
        self.attach_after = None;
        if self.core.station == Station::Up {
            // what was connected over the old context is not any more
            self.core.fail_links(Error::NetworkDown, false);
            self.core.station = Station::Down;
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
        let due = *self.attach_after.get_or_insert_with(|| now.wrapping_add(pause(0)));
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
                self.attach_failures = 0;
                self.attach_after = None;
                self.core.station = if self.attach_on { Station::Up } else { Station::Down };
            }
            Err(_) => {
                self.core.station = Station::Down;
                self.attach_after = Some(now.wrapping_add(pause(self.attach_failures)));
                self.attach_failures = self.attach_failures.saturating_add(1);
            }
        }
        if core::mem::take(&mut self.attach_asked) {
            let abandoned = self.core.control == Control::Abandoned;
            self.core.end_control(outcome);
            if abandoned && self.attach_on && outcome.is_ok() {
                // nobody wants it any more
                self.attaching = self.dialect.attach(false);
                self.attach_on = false;
            }
        }
    }

    /// All that was under way is over.
    pub(super) fn stop_attaching(&mut self, error: Error) {
        self.attaching = None;
        if core::mem::take(&mut self.attach_asked) && self.core.control != Control::Wanted {
            self.core.end_control(Err(error));
        }
    }
}

fn pause(failures: u8) -> u32 {
    PAUSES.get(usize::from(failures)).or(PAUSES.last()).copied().unwrap_or(60_000)
}
