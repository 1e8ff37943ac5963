//! When the engine has something to do even if no byte comes.

use super::Engine;
use super::core::Module;
use super::slot::Slot;
use crate::modem::Dialect;

impl<D: Dialect> Engine<'_, D> {
    /// When [`Engine::tick`] has something to do even if no byte comes.
    #[must_use]
    pub(crate) fn deadline(&self) -> Option<u32> {
        let first = |a: Option<u32>, b: Option<u32>| {
            a.into_iter().chain(b).min_by_key(|at| at.wrapping_sub(self.core.now))
        };
        let flying = self.flight.map(|flight| flight.retry_at.unwrap_or(flight.deadline));
        match (self.hold, self.core.module) {
            (Some(until), _) => Some(until),
            (None, Module::Restarting { deadline }) => first(flying, Some(deadline)),
            (None, Module::Resetting { until }) => Some(until),
            (None, _) => {
                let idle = flying.is_none();
                let look = |slot: &Slot| slot.watched().then_some(slot.look_at);
                let reserved = self.turns.until(self.core.now).filter(|_| idle);
                let attach = self.attach_after.filter(|_| self.drifts());
                let resolving = self.resolving.filter(|_| D::HABITS.defers);
                let next = first(first(flying, reserved), first(attach, resolving));
                self.core.slots.iter().fold(next, |next, slot| {
                    let wakes = first(look(slot), slot.send_after).filter(|_| idle);
                    first(next, first(wakes, slot.due.filter(|_| D::HABITS.defers)))
                })
            }
        }
    }
}
