//! The module has started anew, or has switched itself off: what that does to all that it held.

use super::Engine;
use super::core::{Control, Module};
use super::flight::{Flight, Task};
use crate::error::Error;
use crate::event::ModuleEvent;
use crate::modem::Dialect;
use crate::network::Station;

impl<D: Dialect> Engine<'_, D> {
    /// The module has started anew: everything it held is gone.
    pub(super) fn restarted(&mut self, now: u32) {
        let expected =
            matches!(
                self.core.module,
                Module::Unknown
                    | Module::Dead(_)
                    | Module::Restarting { .. }
                    | Module::Calling { fresh: true, .. }
            ) || self.flight.as_ref().is_some_and(|flight| matches!(flight.task, Task::Restart));
        if !expected {
            self.core.counters.resets = self.core.counters.resets.wrapping_add(1);
            self.core.events.tell(ModuleEvent::Restarted);
        }
        let aborted = self.abort();
        self.core.lent = None;
        // should the word not be true, the module still wants a payload
        self.owed = aborted.filter(|_| D::HABITS.escape.is_empty()).map_or(0, Flight::owes);
        self.drop_deferred(Error::ModuleReset);
        // answers of the old life may still be on their way and be taken for those of the setup
        self.verify = aborted.is_some() || !expected;
        if self.core.control != Control::Wanted {
            self.core.end_control(Err(Error::ModuleReset));
        }
        self.core.fail_links(Error::ModuleReset, false);
        self.core.set_station(Station::Down);
        self.dialect.forget();
        self.serial.started();
        self.framing.forget();
        self.sink = None;
        self.last_fetch = None;
        self.late = false;
        self.deaf_until = None;
        self.core.census = false;
        self.core.local = None;
        self.ask_settings = false;
        self.restart_wanted = false;
        self.maybe_in_data = false;
        self.prompt_due = self.owed > 0;
        self.orphans = 0;
        self.forget_apart();
        self.core.module = match self.core.module {
            // nobody has asked for anything yet
            Module::Unknown => Module::Unknown,
            _ => Module::SettingUp(0),
        };
        // what follows `ready` at once is lost (esp-at.md §3, §14.7)
        self.hold = Some(now.wrapping_add(super::recovery::QUIET));
    }

    /// The module has switched itself off: everything it held is gone.
    pub(super) fn stopped(&mut self) {
        if matches!(self.core.module, Module::Restarting { .. } | Module::Unknown) {
            return; // that is how a restart begins
        }
        self.verify |= self.abort().is_some(); // should the word not be true, the answer still comes
        self.core.lent = None;
        self.drop_deferred(Error::PoweredDown);
        self.core.die(Error::PoweredDown);
        self.core.end_control(Err(Error::PoweredDown));
        self.core.fail_links(Error::PoweredDown, true);
        self.core.set_station(Station::Down);
        self.dialect.forget();
    }
}
