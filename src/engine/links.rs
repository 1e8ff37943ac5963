//! What the module says of its links: open, closed, and how much waits in them.

use ::core::net::SocketAddr;

use super::flight::{Flight, Task};
use super::kind::Kind;
use super::listener::UNSPECIFIED;
use super::slot::{Peer, State};
use super::{Engine, flight};
use crate::error::Error;
use crate::modem::{Dialect, Opened};

impl<D: Dialect> Engine<'_, D> {
    /// A link is open: the one that was asked for, or that of a connection that came.
    pub(super) fn opened(&mut self, opened: Opened) {
        let Opened { link, remote, local_port, accepted, listener } = opened;
        match &mut self.flight {
            Some(flight) if flight.opens(link) && accepted != Some(true) => {
                flight.informed = true;
                flight.retry_at = None;
                if let Some(slot) = self.core.linked_mut(link).filter(|slot| !slot.bound) {
                    slot.local_port = local_port;
                }
            }
            Some(flight) if flight.opens(link) => {
                // it came first, and has the link that was to be opened (esp-at.md §9)
                flight.taken = true;
                flight.retry_at = None;
                if let Some(slot) = self.core.linked_mut(link) {
                    slot.unlink();
                }
                self.knock(link, remote, listener);
            }
            // its own word, late, or the first of another one: the list of links tells
            _ if accepted.is_none() && self.core.linked_mut(link).is_some_and(|it| it.alive()) => {
                self.core.census = true;
            }
            _ if accepted != Some(false) => self.knock(link, remote, listener),
            _ => {}
        }
    }

    /// A connection has come. The link may have been another one's until a moment ago.
    fn knock(&mut self, link: u8, remote: Option<SocketAddr>, listener: Option<u8>) {
        if let Some(slot) = self.core.linked_mut(link) {
            slot.lose_to_another();
        }
        self.core.knocking.remove(link);
        self.orphans &= !flight::bit(link);
        // one that the module has not been told of yet cannot be meant, but the one before it
        let begins = self.flight.is_some_and(|flight| {
            matches!(flight.task, Task::Open { kind: Kind::Listener(_), .. })
        });
        let mut wanted =
            (begins || self.core.listens()) && self.core.arrived(link, remote, listener);
        let index = self.core.linked(link);
        if let Some(flight) = &mut self.flight {
            match flight.task {
                // written for the last owner, and executed for this one: what comes is this one's
                Task::Fetch { link: fetched, max, .. } if fetched == link && !flight.informed => {
                    if let Some(slot) = index {
                        flight.task = Task::Fetch { slot, link, max };
                    }
                    self.last_fetch = index.and_then(|slot| self.id(slot));
                    wanted &= index.is_some(); // else it would begin with a hole
                }
                Task::Send { link: used, .. } | Task::Close { link: used, .. } if used == link => {
                    flight.taken = true;
                }
                _ => {}
            }
        }
        // what is pushed before it has a slot would be lost
        wanted &= index.is_some() || self.dialect.holds(link);
        if !wanted {
            self.core.knocking.remove(link);
            self.orphans |= flight::bit(link);
        }
    }

    /// The census lists an open link.
    pub(super) fn listed(&mut self, open: Opened) {
        if let Some(flight) = &mut self.flight {
            flight.mark(open.link);
        }
        let waits = self.core.knocking.links().contains(&open.link);
        match (self.core.linked_mut(open.link), open.accepted) {
            // no connection that came, after all
            (Some(slot), Some(false)) if slot.unaccepted.is_some() => {
                slot.unaccepted = None;
                slot.release();
            }
            (None, Some(false)) if waits => {
                self.core.knocking.remove(open.link);
            }
            // the line that told of it was lost, or that of its last owner's end
            (None, Some(true)) if !waits => self.knock(open.link, open.remote, open.listener),
            (Some(slot), Some(true))
                if slot.kind == Kind::Stream
                    && slot.state == State::Open
                    && slot.remote.is_some_and(|known| {
                        known != UNSPECIFIED && Some(known) != open.remote
                    }) =>
            {
                self.knock(open.link, open.remote, open.listener);
            }
            _ => {}
        }
        if let Some(slot) = self.core.linked_mut(open.link) {
            slot.doubtful = false;
            if slot.unaccepted.is_some() {
                slot.remote = slot.remote.or(open.remote);
            }
            if slot.local_port == 0 {
                slot.local_port = open.local_port;
            }
        }
    }

    /// The census lists a link that the peer has closed, which may not have been heard.
    pub(super) fn listed_closed(&mut self, link: u8) {
        if let Some(flight) = &mut self.flight {
            flight.mark(link);
        }
        self.closed(link);
    }

    /// A link is closed: nothing more will come, but what the module still holds is not lost.
    pub(super) fn closed(&mut self, link: u8) {
        if self.flight.is_some_and(|flight| flight.opens(link) && !flight.informed) {
            return; // a late word about the last owner of this link (esp-at.md §6.2)
        }
        let (now, holds_data) = (self.core.now, self.dialect.holds(link));
        let lost = self.core.station.is_down();
        // closed between CONNECT and OK: the connection was there, and may have brought data
        let opening = self.flight.is_some_and(|flight| flight.opens(link));
        let asked = self.flight.is_some_and(|flight| flight.closes(link));
        // the command that was to close the last connection over this link has hit the next one
        let hit = asked && self.flight.is_some_and(|flight| flight.taken);
        let cause = match (lost, hit || self.closes_with_server(link)) {
            (true, _) => Some(Error::NetworkDown),
            // NonOS closes what it has accepted with it, and the peer did not (esp-at.md §9)
            (_, true) => Some(Error::ConnectionAborted),
            _ => None,
        };
        self.core.knocking.remove(link);
        let Some(slot) = self.core.linked_mut(link) else { return };
        if D::HABITS.defers && slot.due.is_some() {
            return; // how the opening has ended is said apart
        }
        if slot.kind.is_datagram() {
            if !asked && slot.state != State::Closing {
                let link = slot.link.filter(|_| D::HABITS.lingers);
                slot.lose_link(if lost { Error::NetworkDown } else { Error::DataLost });
                slot.link = link; // to be closed before it is opened again
            } else if !asked && !D::HABITS.lingers {
                slot.unlink();
            }
            return;
        }
        if slot.peer == Peer::Alive && (slot.state == State::Open || opening) {
            let cause = cause.or(slot.doubtful.then_some(Error::DataLost));
            slot.peer = if holds_data { Peer::Draining } else { Peer::Gone };
            slot.cause = slot.cause.or(cause);
            slot.check = true;
            slot.look_at = now;
        }
        if opening {
            return;
        }
        if slot.state != State::Open || slot.error.is_some() {
            if !D::HABITS.lingers {
                slot.unlink();
            }
        } else if slot.peer == Peer::Gone {
            slot.drained(D::HABITS.lingers);
        }
    }

    /// Whether the command in flight stops the server that has accepted the connection over this link.
    fn closes_with_server(&mut self, link: u8) -> bool {
        let Some(flight) = self.flight else { return false };
        let (Task::Close { slot, .. } | Task::Prepare { slot, .. }) = flight.task else {
            return false;
        };
        let server = self.core.slots.get(usize::from(slot)).filter(|it| it.kind.is_listener());
        let Some(port) = server.map(|server| server.local_port) else { return false };
        self.core.linked_mut(link).is_some_and(|accepted| accepted.local_port == port)
    }

    /// Whether the slot is, or was, that of a listener.
    pub(super) fn listens(&self, slot: u8) -> bool {
        self.core.slots.get(usize::from(slot)).is_some_and(|slot| slot.kind.is_listener())
    }

    pub(super) fn waiting(&mut self, link: u8, len: u32) {
        let Some(slot) = self.core.linked(link) else {
            // perhaps of a connection whose coming was not heard
            self.core.census |= !self.core.knocking.notice(link) && self.serving();
            return;
        };
        // before the body of a fetch it still counts what that body takes away
        match &mut self.flight {
            Some(Flight { task: Task::Fetch { .. }, informed: false, .. }) if D::HABITS.counts => {}
            None => {}
            Some(flight) => flight.mark(link),
        }
        match self.core.slots.get_mut(usize::from(slot)) {
            Some(slot) if matches!(slot.state, State::Open | State::Opening) => slot.waiting = len,
            _ => {}
        }
    }

    pub(super) fn lengths(&mut self, lengths: &[u32]) {
        let Some(flight) = &mut self.flight else { return };
        flight.informed = true;
        for slot in self.core.slots.iter_mut() {
            let Some(link) = slot.link else { continue };
            let Some(&len) = lengths.get(usize::from(link)) else { continue };
            // a notice that came during the survey may be younger than the survey's count; and of a link
            // that is closed the count says nothing any more
            let keep = flight.marked(link) || slot.peer != Peer::Alive;
            slot.waiting = if keep { slot.waiting.max(len) } else { len };
        }
    }
}
