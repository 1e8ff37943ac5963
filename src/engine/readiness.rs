//! Which events `select::Poll` reports for a socket (usocket-semantics.md §1.3).

use super::core::{Core, SocketId};
use super::kind::Kind;
use super::slot::{Peer, Slot, State};
use super::stream::Take;
use crate::error::Error;
use crate::select::{POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT};

impl Core<'_> {
    /// The events of a socket, of those in `interest` and those that are always reported.
    pub(crate) fn readiness(&mut self, id: SocketId, interest: u8) -> u8 {
        let tx_size = self.tx_size;
        let accepts = self.has_waiting(id.slot);
        let Ok(slot) = self.slot(id) else { return POLLNVAL };
        let events = match slot.kind {
            Kind::Stream => stream(slot, tx_size),
            Kind::Datagram(_) => datagram(slot, tx_size),
            Kind::Listener(_) => when(accepts, POLLIN),
        };
        if interest & POLLIN != 0 && events & POLLIN == 0 {
            self.watch(id);
        }
        self.reopen(id);
        events & (interest | POLLERR | POLLHUP | POLLNVAL)
    }

    /// Whether a reader of a stream has an answer at once: bytes, the end, or an error. An empty datagram
    /// is none of these, and is dropped.
    pub(crate) fn reads_at_once(&mut self, id: SocketId) -> bool {
        while self.carries_datagrams(id) && self.next_datagram(id) == Some(0) {
            if self.receive(id, &mut [], Take::default()).is_err() {
                break;
            }
        }
        let listens = self.slot(id).is_ok_and(|slot| slot.kind.is_listener());
        listens || self.readiness(id, POLLIN) != 0
    }

    /// Whether a writer of a stream has an answer at once: room in the send ring, for any datagram that
    /// ever fits it, or an error. Its next write is held to that: it does not wait for the module.
    pub(crate) fn writes_at_once(&mut self, id: SocketId) -> bool {
        let tx_size = self.tx_size;
        let Ok(slot) = self.slot(id) else { return true };
        let fit = slot.error.is_none() && slot.state == State::Open && slot.peer == Peer::Alive;
        let ready = match slot.kind {
            Kind::Stream if fit => slot.tx.free(tx_size) > 0,
            Kind::Stream => stream(slot, tx_size) & !POLLIN != 0,
            Kind::Datagram(_) => tx_size > 0 && slot.tx.is_empty(),
            Kind::Listener(_) => true,
        };
        slot.promised = ready;
        ready
    }

    /// Whether the write that begins was promised not to wait.
    pub(crate) fn keeps_promise(&mut self, id: SocketId) -> bool {
        self.slot(id).is_ok_and(|slot| core::mem::take(&mut slot.promised))
    }

    /// Takes the error that is pending, as `SO_ERROR` does; a stream that has failed keeps its own.
    ///
    /// # Errors
    /// `Closed`.
    pub(crate) fn pending_error(&mut self, id: SocketId) -> Result<Option<Error>, Error> {
        let slot = self.slot(id)?;
        Ok(match slot.kind {
            Kind::Datagram(_) => slot.error.take(),
            Kind::Stream | Kind::Listener(_) => slot.told_once().or(slot.error),
        })
    }
}

fn stream(slot: &Slot, tx_size: usize) -> u8 {
    let failed = POLLIN | POLLOUT | POLLERR | POLLHUP;
    match (slot.state, slot.connected, slot.peer) {
        (State::Idle, Some(Err(_)), _) => failed,
        (State::Idle, _, Peer::Gone) => POLLIN | POLLOUT | POLLHUP,
        (State::Idle, ..) => POLLOUT | POLLHUP,
        (State::Open, ..) if slot.error.is_some() => failed,
        // sending says at once that nobody listens any more
        (State::Open, _, Peer::Gone) => POLLIN | POLLOUT,
        (State::Open, _, Peer::Left) => POLLIN | POLLOUT | POLLHUP,
        (State::Open, ..) => {
            let writable = tx_size == 0 || slot.tx.free(tx_size) > 0 || slot.peer != Peer::Alive;
            when(!slot.rx.is_empty(), POLLIN) | when(writable, POLLOUT)
        }
        (State::Opening | State::Closing | State::Free, ..) => 0,
    }
}

fn datagram(slot: &Slot, tx_size: usize) -> u8 {
    let readable = !slot.rx.is_empty() || slot.error.is_some();
    // room for half of what there is ever room for
    let writable = slot.tx.is_empty() || slot.tx.free(tx_size) >= tx_size / 2;
    when(readable, POLLIN) | when(writable, POLLOUT) | when(slot.error.is_some(), POLLERR)
}

const fn when(is: bool, event: u8) -> u8 {
    if is { event } else { 0 }
}
