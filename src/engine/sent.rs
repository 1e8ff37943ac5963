//! The end of a send: what becomes of its bytes.

use super::flight::{Flight, Phase, Task};
use super::kind::Kind;
use super::slot::{Direct, Peer, State};
use super::{Engine, recovery};
use crate::error::Error;
use crate::modem::Dialect;

impl<D: Dialect> Engine<'_, D> {
    /// The whole payload is in the module's hands.
    pub(super) fn payload_written(&mut self, now: u32) {
        let Some(flight) = &mut self.flight else { return };
        flight.phase = Phase::Result;
        let allowed = match flight.unprompted {
            _ if matches!(flight.task, Task::Control) => flight.allowed,
            true => recovery::UNPROMPTED_RESULT,
            false => D::HABITS.send_result_ms,
        };
        flight.deadline = now.wrapping_add(allowed);
        let Task::Send { slot, len, buffered: false, .. } = flight.task else { return };
        match self.core.slots.get_mut(usize::from(slot)) {
            Some(slot) if slot.direct == Direct::Flying => {
                slot.direct = Direct::Handed(len);
            }
            _ => {}
        }
    }

    pub(super) fn sent(&mut self, now: u32, flight: Flight, result: Result<(), Error>) {
        let task = flight.task;
        let Task::Send { slot, link, len, buffered } = task else { return };
        if let (Phase::Payload(left), Err(_)) = (flight.phase, result) {
            self.maybe_in_data = true;
            self.owed = left;
            self.unmeasured = false;
            self.resynchronise(now);
        }
        let max_send = self.core.capabilities.max_send;
        let spoiled = flight.taken && flight.phase == Phase::Result;
        let result = if spoiled { Err(Error::SendFailed) } else { result };
        self.drop_sent(flight, result);
        let Some(slot) = self.core.slots.get_mut(usize::from(slot)) else { return };
        slot.refusals = 0;
        if slot.link != Some(link) {
            // closed meanwhile; of a datagram no byte was taken if there was no prompt yet
            match (slot.direct, flight.phase) {
                (Direct::Flying, Phase::Command | Phase::Answer) if slot.kind.is_datagram() => {
                    slot.direct = Direct::Wanted(len);
                    slot.reopen();
                }
                (Direct::Flying | Direct::Handed(_), _) => slot.fail_send(Error::BrokenPipe),
                _ => {}
            }
            return;
        }
        match (flight.phase, result) {
            (Phase::Result, Ok(())) => {
                if !D::HABITS.counts {
                    slot.check_soon(now); // the answer may come with its notice lost
                }
                if !buffered && matches!(slot.direct, Direct::Handed(_)) {
                    slot.direct = Direct::Done(len);
                }
            }
            // cancelled before a byte of payload was sent
            (Phase::Cancelled | Phase::Escape(_), Ok(())) | (_, Ok(())) => {}
            (Phase::Command | Phase::Answer, Err(error)) => {
                let refused = error != Error::TimedOut;
                if !refused && D::HABITS.escape.is_empty() && !slot.kind.is_datagram() {
                    // whatever comes next may go to the peer
                    return slot.fail(Error::SendFailed);
                }
                let flying = !buffered && slot.direct == Direct::Flying;
                if refused && slot.peer == Peer::Alive {
                    self.dialect.refused(task, error);
                    let smaller = self.dialect.capabilities().max_send;
                    self.core.capabilities.max_send = smaller;
                    self.core.census = true; // does the module still know this link?
                    if smaller < max_send.min(len) {
                        if flying {
                            slot.direct = Direct::Wanted(len);
                        }
                        return;
                    }
                }
                let error = match (refused, slot.kind) {
                    (true, Kind::Datagram(_)) => Error::SendFailed,
                    (true, _) => Error::BrokenPipe,
                    (false, _) => error,
                };
                if flying {
                    slot.direct = Direct::Failed(error);
                } else if buffered && slot.kind.is_datagram() {
                    slot.error = Some(error);
                } else if buffered && !matches!(slot.peer, Peer::Alive | Peer::Left) {
                    slot.tx.clear(); // the peer closed meanwhile: what it sent is still good
                } else if buffered {
                    slot.fail(error);
                }
            }
            // a datagram is lost, and nothing else
            (_, Err(_)) if slot.kind.is_datagram() => {
                if buffered {
                    slot.error = Some(Error::SendFailed);
                } else {
                    slot.fail_send(Error::SendFailed);
                }
                self.hold =
                    D::HABITS.after_send_fail.map(|quiet| now.wrapping_add(quiet)).or(self.hold);
            }
            // the prompt was answered: unknown how much of the payload was taken
            (_, Err(_)) => {
                if matches!(slot.peer, Peer::Alive | Peer::Left) {
                    slot.fail(Error::SendFailed);
                } else {
                    // the peer closed while the payload was on its way: what it sent is still good
                    slot.tx.clear();
                    if matches!(slot.direct, Direct::Flying | Direct::Handed(_)) {
                        slot.direct = Direct::Failed(Error::BrokenPipe);
                    }
                }
                self.hold =
                    D::HABITS.after_send_fail.map(|quiet| now.wrapping_add(quiet)).or(self.hold);
            }
        }
    }

    /// What was sent from a ring leaves the ring; a datagram also if it could not be sent.
    fn drop_sent(&mut self, flight: Flight, result: Result<(), Error>) {
        let Task::Send { slot, link, len, buffered: true } = flight.task else { return };
        let (size, owned, head) = (self.core.tx_size, self.owned(slot, flight), self.head_of(slot));
        let Some((slot, _)) = self.core.sender(slot) else { return };
        slot.committed = false;
        if !owned {
            return;
        }
        match (slot.kind, flight.phase) {
            (Kind::Stream | Kind::Listener(_), Phase::Result) if result.is_ok() => {
                slot.tx.consume(size, len);
                if slot.error.is_some() || slot.state == State::Idle {
                    slot.tx.clear(); // it failed meanwhile
                }
            }
            (Kind::Stream | Kind::Listener(_), _) => {}
            // the link was closed before the module asked for the datagram: it stays where it is
            (_, Phase::Command | Phase::Answer) if slot.link != Some(link) => {
                slot.reopen();
            }
            (_, Phase::Command | Phase::Answer | Phase::Payload(_) | Phase::Result) => {
                slot.tx.consume(size, head + len);
            }
            (_, Phase::Quiet | Phase::Escape(_) | Phase::Cancelled) => {}
        }
    }

    /// No answer will come to the command in flight. What it has taken from a ring may be with the
    /// module or not, and is not sent again.
    pub(super) fn abort(&mut self) -> Option<Flight> {
        let flight = self.flight.take()?;
        let slot = flight.task.slot().and_then(|slot| self.core.slots.get_mut(usize::from(slot)));
        if let Some(slot) = slot {
            slot.committed = false;
        }
        Some(flight)
    }

    /// The module had no room for the payload and took nothing of it: the same bytes go once more,
    /// later.
    pub(super) fn send_later(&mut self, now: u32) {
        let Some(flight) = self.flight.take() else { return };
        let Task::Send { slot, link, len, buffered } = flight.task else { return };
        let owned = self.owned(slot, flight);
        let Some(slot) = self.core.slots.get_mut(usize::from(slot)).filter(|_| owned) else {
            return;
        };
        slot.committed = false;
        if slot.link != Some(link) {
            return slot.fail_send(Error::BrokenPipe);
        }
        slot.send_after = Some(now.wrapping_add(recovery::no_room_pause(slot.refusals)));
        slot.refusals = slot.refusals.saturating_add(1);
        match (buffered, slot.direct) {
            (false, Direct::Handed(_)) => slot.direct = Direct::Wanted(len),
            // the caller has gone, and was told that its bytes are on their way
            (false, _) => slot.fail(Error::SendFailed),
            (true, _) if slot.state == State::Closing && slot.refusals == u8::MAX => {
                slot.tx.clear(); // the peer takes nothing, and nobody waits for it
            }
            (true, _) => {}
        }
    }
}
