//! Which command comes next when the line is idle.
//!
//! There is no queue: what is to be done follows from the state of the sockets, so nothing can be
//! forgotten in a queue, and a socket that closes takes its wishes with it.

use super::core::{Control, Core, Module};
use super::flight::{LinkSet, Probe, Task};
use super::kind::{Kind, Tls};
use super::slot::{Applied, Direct, Peer, Slot, State};
use super::tick::reached;
use super::{Engine, Request, Supply};
use crate::error::Error;
use crate::modem::{Dialect, Subject};

/// No slot, and no link, has this number.
pub(super) const NOBODY: u8 = u8::MAX;

/// Links with TLS may have numbers of their own.
pub(super) const SPACES: usize = if Tls::BUILT.is_some() { 2 } else { 1 };

impl<D: Dialect> Engine<'_, D> {
    /// Puts the next command in flight, if there is something to do.
    pub(super) fn start_next(&mut self, now: u32, supply: &Supply<'_>) {
        for slot in self.core.slots.iter_mut() {
            slot.free_if_unlinked(); // its last datagram may have gone
            slot.send_after = slot.send_after.filter(|at| !reached(now, *at));
        }
        if D::HABITS.explains && self.unexplained.is_some() {
            return self.launch(now, Task::Explain, supply);
        }
        match self.core.module {
            Module::Unknown => {
                if wanted(&self.core) {
                    self.climb(now, 0, true, supply);
                }
            }
            Module::Calling { .. } if self.ask_settings => {
                self.ask_settings = false;
                self.launch(now, Task::Probe(Probe::Settings), supply);
            }
            Module::Calling { tries, fresh } => self.climb(now, tries, fresh, supply),
            Module::SettingUp(_) if self.restart_wanted => {
                self.restart_wanted = false;
                self.setup_failed(now, supply);
            }
            Module::SettingUp(step) => self.launch(now, Task::Setup(step), supply),
            Module::Resetting { .. } | Module::Restarting { .. } | Module::Dead(_) => {}
            Module::Ready if self.restart_wanted => {
                self.restart_wanted = false;
                self.force_restart(now, supply);
            }
            Module::Ready => {
                if self.adjust(now, supply) {
                    return;
                }
                if let Some(task) = self.next_task(now, supply) {
                    self.launch(now, task, supply);
                }
            }
        }
    }

    fn next_task(&mut self, now: u32, supply: &Supply<'_>) -> Option<Task> {
        if let Some(step) = self.attaching {
            return Some(Task::Attach(step));
        }
        if let Some(task) = self.census_apart() {
            return Some(task);
        }
        if let (Control::Wanted, Some(request)) = (self.core.control, &supply.request) {
            self.core.control = Control::Flying;
            self.core.address = None;
            if let Request::Attach(on) = request {
                self.ask_to_attach(*on);
                return self.attaching.map(Task::Attach);
            }
            return Some(match request {
                Request::Command { .. } | Request::Own(_) => Task::Control,
                Request::Resolve(..) => Task::Resolve,
                Request::Local { ipv6 } => Task::Local { ipv6: *ipv6 },
                Request::Census => Task::Census,
                Request::Attach(_) => return None,
            });
        }
        // whoever has the turn comes, and finds the line idle; unless it does not come
        if self.core.control == Control::Wanted && self.turns.reserves(now) {
            return None;
        }
        self.reattach(now);
        if let Some(step) = self.attaching {
            return Some(Task::Attach(step));
        }
        self.orphans |= self.core.admit_knocking();
        if let Some(step) = self.dialect.unsettled() {
            return Some(Task::Prepare { slot: NOBODY, link: 0, step });
        }
        // before a census could take them for connections that came unheard
        if let Some(link) = (0..LinkSet::BITS as u8).find(|link| self.orphans & (1 << link) != 0) {
            self.orphans &= !(1 << link);
            return Some(Task::Discard { link });
        }
        if self.core.census {
            self.core.census = false;
            return Some(Task::Census);
        }
        self.task_in_turn(now, supply).or_else(|| {
            let asked = self.survey(now);
            // where nothing but reading tells how much there is
            asked.or_else(|| self.task_in_turn(now, supply))
        })
    }

    /// What the next of the sockets needs that needs anything.
    fn task_in_turn(&mut self, now: u32, supply: &Supply<'_>) -> Option<Task> {
        let count = u8::try_from(self.core.slots.len()).unwrap_or(u8::MAX);
        for offset in 0..count {
            let index = (self.turn % count + offset) % count;
            if let Some(task) = self.task_of(now, index, supply) {
                // what was prepared for one socket must not be undone for another before it is used
                let prepares = matches!(task, Task::Prepare { .. });
                self.turn = if prepares { index } else { (index + 1) % count };
                return Some(task);
            }
        }
        None
    }

    /// What this socket needs next.
    fn task_of(&mut self, now: u32, index: u8, supply: &Supply<'_>) -> Option<Task> {
        let slot = *self.core.slots.get(usize::from(index))?;
        // of a datagram socket the error only waits to be told
        let works = slot.error.is_none() || slot.kind.is_datagram();
        match (slot.state, slot.link) {
            (State::Opening, Some(_)) if D::HABITS.defers && slot.due.is_some() => None,
            (State::Opening, None) => self.open_task(index, slot.kind),
            (State::Closing, None) if slot.owes() => self.open_task(index, slot.kind),
            (State::Open, Some(link)) if slot.kind.is_listener() => {
                let tend = self.dialect.tends();
                let task = tend.map(|step| Task::Prepare { slot: index, link, step });
                task.or_else(|| self.tidy_task(index))
            }
            (State::Open | State::Closing, Some(link)) if works => {
                let left = matches!(slot.peer, Peer::Left | Peer::Gone);
                let close = (slot.state == State::Closing || left)
                    .then_some(Task::Close { slot: index, link });
                self.options_task(index, link, &slot)
                    .or_else(|| self.transfer_task(now, index, link, &slot, supply))
                    .or_else(|| self.leave_tidy_task(index, link, &slot))
                    .or(close)
            }
            // failed, to be opened anew, or left over from an attempt to connect without answer
            (State::Idle | State::Opening | State::Open | State::Closing, Some(link)) => {
                Some(Task::Close { slot: index, link })
            }
            _ => None,
        }
    }

    fn open_task(&mut self, index: u8, kind: Kind) -> Option<Task> {
        if self.core.take_shared_link(index) || (self.one_opening && self.opens_one()) {
            return None;
        }
        // a network that is about to be there again is waited for, once
        let returning = self.drifts() && self.attach_failures == 0;
        if returning || (kind.is_datagram() && self.peerless(index)) {
            return None;
        }
        let tls = self.core.slots.get(usize::from(index)).and_then(|slot| slot.tls);
        if let Some(task) = self.first_census_apart(tls) {
            return Some(task);
        }
        let Some(link) = self.free_link(index, kind, tls) else {
            self.refuse_unless_closing(index, kind, tls);
            return None;
        };
        if let Some(prepare) = self.prepare_task(index, link) {
            return Some(prepare);
        }
        let tidy = if kind.is_listener() { self.tidy_task(index) } else { None };
        if tidy.is_some() {
            return tidy;
        }
        if !kind.is_listener() {
            if let Some(last) = self.last_links.get_mut(space::<D>(tls)) {
                *last = link;
            }
        }
        self.core.slots.get_mut(usize::from(index))?.link = Some(link);
        Some(Task::Open { slot: index, link, kind })
    }

    /// Whether a datagram socket has nobody to be opened to, on a module whose links have one peer each:
    /// it waits until the program sends to somebody.
    fn peerless(&mut self, index: u8) -> bool {
        let can = self.core.capabilities;
        let open_to_all = can.udp_unconnected || can.max_datagram == 0; // that fails
        match self.core.slots.get_mut(usize::from(index)) {
            Some(slot) if !open_to_all && slot.remote.is_none() => {
                if slot.state == State::Opening {
                    slot.state = State::Idle;
                }
                true
            }
            _ => false,
        }
    }

    /// While a server runs, links that nobody has are kept as an accepted connection wants them.
    fn tidy_task(&self, listener: u8) -> Option<Task> {
        let opening = |slot: &Slot| slot.state == State::Opening && !slot.kind.is_listener();
        if self.core.slots.iter().any(opening) {
            return None; // one of them may be prepared for it
        }
        let mut free =
            self.dialect.links(Kind::Stream, None).filter(|&link| self.core.linked(link).is_none());
        free.find_map(|link| self.restore_task(listener, link))
    }

    /// A link that pushes datagrams may be another connection's the moment it is closed.
    fn leave_tidy_task(&self, index: u8, link: u8, slot: &Slot) -> Option<Task> {
        let leaves = slot.state == State::Closing && slot.kind.is_datagram();
        if leaves && self.serving() { self.restore_task(index, link) } else { None }
    }

    /// Makes a link as an accepted connection wants it.
    fn restore_task(&self, slot: u8, link: u8) -> Option<Task> {
        let subject = Subject { streams: true, idle: true, ..Subject::default() };
        let step = self.dialect.needs(link, &subject)?;
        Some(Task::Prepare { slot, link, step })
    }

    /// Something that the dialect has to set on the link first.
    fn prepare_task(&self, index: u8, link: u8) -> Option<Task> {
        let mut subject = Subject::default();
        self.core.describe(index, &mut subject);
        let step = self.dialect.needs(link, &subject)?;
        Some(Task::Prepare { slot: index, link, step })
    }

    /// Options that were set, or are still those of the link's last owner.
    fn options_task(&mut self, index: u8, link: u8, slot: &Slot) -> Option<Task> {
        if slot.kind.is_datagram() && slot.state == State::Open {
            return self.prepare_task(index, link);
        }
        if slot.applied != Applied::Due || slot.state != State::Open {
            return None;
        }
        let task = self.prepare_task(index, link);
        if let (None, Some(slot)) = (task, self.core.slots.get_mut(usize::from(index))) {
            slot.applied = Applied::Yes;
        }
        task
    }

    /// A link that no socket has, other than the one used last if there is a choice; from the end that
    /// accepted connections do not take theirs from (esp-at.md §0.3 rule 10, quectel.md §5.7).
    fn free_link(&self, index: u8, kind: Kind, tls: Option<Tls>) -> Option<u8> {
        let links = self.dialect.links(kind, tls);
        let last_link = self.last_links.get(space::<D>(tls)).copied().unwrap_or(NOBODY);
        let settings = self.core.secured(index);
        let free = |link: &u8| {
            self.core.linked(*link).is_none()
                && !self.core.knocking.links().contains(link)
                && settings.is_none_or(|settings| self.dialect.suits(*link, settings))
        };
        // while a server runs, as far away as can be from the links that it gives away (§9)
        let serving = self.serving();
        let (low, high) = (links.start, links.end);
        let count = high.saturating_sub(low);
        let upwards = !D::HABITS.accepts_lowest;
        let start = match serving || last_link == NOBODY {
            true if upwards => high.saturating_sub(1),
            true => low,
            false => last_link.clamp(low, high.max(low)),
        };
        let offset = start - low;
        let around = |place: u8| place.checked_rem(count).unwrap_or(0);
        let step = |step: u8| if upwards { step } else { count - around(step) };
        let mut in_order =
            (1..=count).map(|number| low + around(offset + step(number))).filter(free);
        let first = in_order.next()?;
        if first == last_link { in_order.next().or(Some(first)) } else { Some(first) }
    }

    /// Whether connections may come.
    pub(super) fn serving(&self) -> bool {
        self.core.slots.iter().any(|slot| slot.kind.is_listener() && slot.state != State::Free)
    }

    /// All links of the module are taken: unless one is about to be closed, opening one fails.
    fn refuse_unless_closing(&mut self, index: u8, kind: Kind, tls: Option<Tls>) {
        let links = self.dialect.links(kind, tls);
        let closing = self.core.slots.iter().any(|slot| {
            let failed = slot.error.is_some() && !slot.kind.is_datagram();
            slot.link.is_some_and(|link| links.contains(&link))
                && (slot.state != State::Open || failed || slot.peer == Peer::Left)
        });
        if let (false, Some(slot)) = (closing, self.core.slots.get_mut(usize::from(index))) {
            slot.fail(match kind {
                Kind::Listener(_) => Error::AddrInUse, // field.md §3 #6
                Kind::Stream | Kind::Datagram(_) => Error::TooManySockets,
            });
        }
    }

    /// Fetch or send; by turns, if there is always something of both.
    fn transfer_task(
        &mut self,
        now: u32,
        index: u8,
        link: u8,
        slot: &Slot,
        supply: &Supply<'_>,
    ) -> Option<Task> {
        let full = slot.send_after.is_some_and(|at| !reached(now, at));
        let send = |engine: &mut Self| match full {
            true => None,
            false => engine.send_task(index, link, slot, supply),
        };
        let task = if slot.fetched_last {
            send(self).or_else(|| self.fetch_task(index, link, slot))
        } else {
            self.fetch_task(index, link, slot).or_else(|| send(self))
        };
        if let Some(slot) = self.core.slots.get_mut(usize::from(index)) {
            slot.fetched_last = matches!(task, Some(Task::Fetch { .. }));
        }
        task
    }

    /// Fetch when the module holds something and the ring has room for a good part of it.
    fn fetch_task(&mut self, index: u8, link: u8, slot: &Slot) -> Option<Task> {
        let free = self.core.room(&slot.rx);
        let draining = slot.peer == Peer::Draining;
        let most = self.dialect.max_fetch();
        if slot.state != State::Open
            || slot.peer == Peer::Left
            || !self.dialect.holds(link)
            || free == 0
            || (slot.waiting == 0 && !draining)
        {
            return None;
        }
        if slot.waiting == 0 && slot.check && self.serving() && !D::HABITS.lingers {
            // the link may be another connection's by now: ask, since taking cannot be undone
            return Some(Task::Survey);
        }
        let waiting = usize::try_from(slot.waiting).unwrap_or(usize::MAX);
        let max = if slot.kind.is_datagram() {
            // no more than was announced, which may be one datagram; a part of one is of no use
            let room = free.saturating_sub(super::record::HEAD);
            let waiting = waiting.min(most);
            if room < waiting && !slot.rx.is_empty() {
                return None;
            }
            waiting.min(most) // if there is no room for it ever, it is dropped
        } else {
            let good_part = waiting.min(self.core.rx_size / 2).min(most);
            if !slot.rx.is_empty() && free < good_part {
                return None;
            }
            free.min(most)
        };
        if max == 0 {
            return None;
        }
        self.last_fetch = self.id(index);
        Some(Task::Fetch { slot: index, link, max })
    }

    fn send_task(&mut self, index: u8, link: u8, slot: &Slot, supply: &Supply<'_>) -> Option<Task> {
        if !matches!(slot.peer, Peer::Alive | Peer::Left) {
            return None;
        }
        let most = self.core.capabilities.max_send;
        let whole = slot.kind.is_datagram();
        let committed = D::HABITS.escape.is_empty();
        if let Some(record) = self.core.outgoing_record(index) {
            self.core.slots.get_mut(usize::from(index))?.committed = committed;
            return Some(Task::Send { slot: index, link, len: record.len, buffered: true });
        }
        if !slot.tx.is_empty() {
            let len = slot.tx.len().min(most);
            let len = unescaped::<D>(len, |at| self.core.outgoing_byte(index, at));
            self.core.slots.get_mut(usize::from(index))?.committed = committed;
            return Some(Task::Send { slot: index, link, len, buffered: true });
        }
        let Direct::Wanted(wanted) = slot.direct else { return None };
        let payload = supply.payload?;
        if payload.id.slot != index || payload.id.generation != slot.generation {
            return None; // the caller that lends the payload is not the one that waits now
        }
        let data = payload.data;
        let len = if whole {
            wanted.min(data.len())
        } else {
            unescaped::<D>(wanted.min(data.len()).min(most), |at| data.get(at).copied())
        };
        self.core.slots.get_mut(usize::from(index))?.direct = Direct::Flying;
        Some(Task::Send { slot: index, link, len, buffered: false })
    }
}

/// Which of the spaces of numbers a link is in.
fn space<D: Dialect>(tls: Option<Tls>) -> usize {
    usize::from(D::HABITS.tls_apart && tls.is_some())
}

/// Whether anybody needs the module.
fn wanted(core: &Core<'_>) -> bool {
    core.control == Control::Wanted
        || core.slots.iter().any(|slot| {
            slot.state == State::Opening
                || slot.link.is_some()
                || (slot.state == State::Closing && slot.owes())
        })
}

/// The length, at most `len`, of a payload that does not end with the escape sequence: the module
/// would take it for one (esp-at.md §7.1).
fn unescaped<D: Dialect>(len: usize, byte: impl Fn(usize) -> Option<u8>) -> usize {
    let escape = D::HABITS.escape;
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
