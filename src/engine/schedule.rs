//! Which command comes next when the line is idle.
//!
//! There is no queue: what is to be done follows from the state of the sockets, so nothing can be
//! forgotten in a queue, and a socket that closes takes its wishes with it.

use super::core::{Control, Core, Module};
use super::flight::{Probe, Task};
use super::slot::{Direct, Peer, Slot, State};
use super::tick::reached;
use super::{Engine, Request, Supply};
use crate::error::Error;
use crate::modem::Dialect;

/// A census every so many surveys: a lost `CLOSED` is noticed after this many times 500 ms.
const SURVEYS_PER_CENSUS: u8 = 8;

impl<D: Dialect> Engine<'_, D> {
    /// Puts the next command in flight, if there is something to do.
    pub(super) fn start_next(&mut self, now: u32, supply: &Supply<'_>) {
        match self.core.module {
            Module::Unknown => {
                if wanted(&self.core) {
                    self.call(now, 0, true, supply);
                }
            }
            Module::Calling { .. } if self.ask_settings => {
                self.ask_settings = false;
                self.launch(now, Task::Probe(Probe::Settings), supply);
            }
            Module::Calling { tries, fresh } => self.call(now, tries, fresh, supply),
            Module::SettingUp(_) if self.restart_wanted => {
                self.restart_wanted = false;
                self.setup_failed(now, supply);
            }
            Module::SettingUp(step) => self.launch(now, Task::Setup(step), supply),
            Module::Restarting { .. } | Module::Dead(_) => {}
            Module::Ready => {
                if let Some(task) = self.next_task(now, supply) {
                    self.launch(now, task, supply);
                }
            }
        }
    }

    fn next_task(&mut self, now: u32, supply: &Supply<'_>) -> Option<Task> {
        if let (Control::Wanted, Some(request)) = (self.core.control, &supply.request) {
            self.core.control = Control::Flying;
            self.core.address = None;
            return Some(match request {
                Request::Command { .. } => Task::Control,
                Request::Resolve(_) => Task::Resolve,
            });
        }
        if self.census {
            self.census = false;
            return Some(Task::Census);
        }
        if let Some(link) = (0..16).find(|link| self.orphans & (1 << link) != 0) {
            self.orphans &= !(1 << link);
            return Some(Task::Discard { link });
        }
        let count = u8::try_from(self.core.slots.len()).unwrap_or(u8::MAX);
        for offset in 0..count {
            let index = (self.turn % count + offset) % count;
            if let Some(task) = self.task_of(index, supply) {
                self.turn = (index + 1) % count;
                return Some(task);
            }
        }
        self.survey(now)
    }

    /// What this socket needs next.
    fn task_of(&mut self, index: u8, supply: &Supply<'_>) -> Option<Task> {
        let slot = *self.core.slots.get(usize::from(index))?;
        match (slot.state, slot.link) {
            (State::Opening, None) => {
                let Some(link) = self.free_link() else {
                    self.refuse_unless_closing(index);
                    return None;
                };
                self.last_link = link;
                self.core.slots.get_mut(usize::from(index))?.link = Some(link);
                Some(Task::Open { slot: index, link })
            }
            (State::Open | State::Closing, Some(link)) if slot.error.is_none() => {
                let close =
                    (slot.state == State::Closing).then_some(Task::Close { slot: index, link });
                self.fetch_task(index, link, &slot)
                    .or_else(|| self.send_task(index, link, &slot, supply))
                    .or(close)
            }
            // failed, or left over from an attempt to connect that had no answer
            (State::Idle | State::Opening | State::Open | State::Closing, Some(link)) => {
                Some(Task::Close { slot: index, link })
            }
            _ => None,
        }
    }

    /// A link that no socket has, other than the one used last if there is a choice; from the top,
    /// since accepted connections take the lowest (esp-at.md §0.3 rule 10).
    fn free_link(&self) -> Option<u8> {
        let links = self.core.capabilities.links;
        (1..=links)
            .map(|back| (self.last_link + links - back % links) % links)
            .find(|&link| self.core.linked(link).is_none())
    }

    /// All links of the module are taken: unless one is about to be closed, connecting fails.
    fn refuse_unless_closing(&mut self, index: u8) {
        let closing =
            self.core.slots.iter().any(|slot| {
                slot.link.is_some() && (slot.state != State::Open || slot.error.is_some())
            });
        if let (false, Some(slot)) = (closing, self.core.slots.get_mut(usize::from(index))) {
            slot.fail(Error::TooManySockets);
        }
    }

    /// Fetch when the module holds something and the ring has room for a good part of it.
    fn fetch_task(&mut self, index: u8, link: u8, slot: &Slot) -> Option<Task> {
        let free = self.core.room(&slot.rx);
        let draining = slot.peer == Peer::Draining;
        if slot.state != State::Open
            || !self.core.capabilities.holds_data
            || free == 0
            || (slot.waiting == 0 && !draining)
        {
            return None;
        }
        let waiting = usize::try_from(slot.waiting).unwrap_or(usize::MAX);
        let good_part = waiting.min(self.core.rx_size / 2).min(D::MAX_FETCH);
        if !slot.rx.is_empty() && free < good_part {
            return None;
        }
        self.last_fetch = self.id(index);
        Some(Task::Fetch { slot: index, link, max: free.min(D::MAX_FETCH) })
    }

    fn send_task(&mut self, index: u8, link: u8, slot: &Slot, supply: &Supply<'_>) -> Option<Task> {
        if slot.peer != Peer::Alive {
            return None;
        }
        let most = self.core.capabilities.max_send;
        if !slot.tx.is_empty() {
            let len = slot.tx.len().min(most);
            let len = unescaped::<D>(len, |at| self.core.outgoing_byte(index, at));
            return Some(Task::Send { slot: index, link, len, buffered: true });
        }
        let Direct::Wanted(wanted) = slot.direct else { return None };
        let (id, data) = supply.payload?;
        if id.slot != index || id.generation != slot.generation {
            return None; // the caller that lends the payload is not the one that waits now
        }
        let len = unescaped::<D>(wanted.min(data.len()).min(most), |at| data.get(at).copied());
        self.core.slots.get_mut(usize::from(index))?.direct = Direct::Flying;
        Some(Task::Send { slot: index, link, len, buffered: false })
    }

    /// Ask what the module holds, if somebody waits and its last word is old.
    fn survey(&mut self, now: u32) -> Option<Task> {
        let due = self.core.slots.iter().any(|slot| {
            slot.reading
                && slot.alive()
                && slot.waiting == 0
                && slot.rx.is_empty()
                && (slot.check || reached(now, slot.look_at))
        });
        if !due {
            return None;
        }
        self.surveys = self.surveys.wrapping_add(1);
        if self.surveys >= SURVEYS_PER_CENSUS || !self.core.capabilities.holds_data {
            self.surveys = 0;
            self.core.slots.iter_mut().for_each(|slot| {
                slot.look_at = now.wrapping_add(super::stream::LOOK_AGAIN);
                slot.check = false;
            });
            return Some(Task::Census);
        }
        Some(Task::Survey)
    }
}

/// Whether anybody needs the module.
fn wanted(core: &Core<'_>) -> bool {
    core.control == Control::Wanted
        || core.slots.iter().any(|slot| slot.state == State::Opening || slot.link.is_some())
}

/// The length, at most `len`, of a payload that does not end with the escape sequence: the module
/// would take it for one (esp-at.md §7.1).
fn unescaped<D: Dialect>(len: usize, byte: impl Fn(usize) -> Option<u8>) -> usize {
    let escape = D::ESCAPE;
    let Some(start) = len.checked_sub(escape.len()) else { return len };
    if escape.is_empty() {
        return len;
    }
    // of a longer run of its bytes, so many have to wait that what is left is too short for it
    let ends =
        |start: usize| escape.iter().zip(start..).all(|(&wanted, at)| byte(at) == Some(wanted));
    let run = (0..=start).rev().take_while(|&start| ends(start)).count();
    len - run
}
