//! Bytes in: what each token of the line does to the sockets and to the command in flight.

use super::core::{Module, SocketId};
use super::flight::{Phase, Task};
use super::kind::Kind;
use super::listener::UNSPECIFIED;
use super::own::{Built, Claim, Heard, Part};
use super::record::Record;
use super::slot::{Direct, Peer, State};
use super::{Engine, Event};
use crate::error::Error;
use crate::event::ModuleEvent;
use crate::modem::{Body, Context, Dialect, Meaning};
use crate::network::{NetworkEvent, Station};
use crate::wire::Token;

/// How long after `busy p...` a command is written once more, in ms: long enough for the answer of
/// a command that was executed all the same (esp-at.md §14.8).
const BUSY_RETRY: u32 = 250;
/// The same for a command that would do harm if it were taken for payload, or executed twice.
const BUSY_RETRY_LATE: u32 = 1000;
/// Longest time that `busy` answers may prolong a command, in ms: a module that joins its stored
/// network after a start is busy for 15 s (esp-at.md §5.3).
const BUSY_LIMIT: u32 = 30_000;

impl<D: Dialect> Engine<'_, D> {
    /// Takes bytes from the front of `input` until there is something to hand on, or none are left.
    ///
    /// Call again until it returns `None`; then all of `input` is used up.
    #[must_use]
    pub(crate) fn receive(&mut self, now: u32, input: &mut &[u8]) -> Option<Event> {
        self.core.now = now;
        if self.resets() {
            *input = &[]; // it cannot speak
        }
        let offered = input.len();
        let event = self.digest(now, input);
        let taken = offered - input.len();
        if taken > 0 {
            self.heard = true;
            let counters = &mut self.core.counters;
            counters.line_received = counters.line_received.wrapping_add(taken as u32);
            counters.overlong_lines = self.lexer.overlong();
        }
        event
    }

    /// Whether what was received since this was asked last may have changed something that somebody waits
    /// for: a part of a line has not, nor of a body whose end is to come.
    #[cfg(feature = "async")]
    pub(crate) const fn take_news(&mut self) -> bool {
        self.turns.take_news()
    }

    fn digest(&mut self, now: u32, input: &mut &[u8]) -> Option<Event> {
        loop {
            // also of this read: where reads begin and end means nothing
            if self.deaf_until.is_some() && !input.is_empty() {
                *input = &[];
                self.hold = Some(now.wrapping_add(super::recovery::QUIET));
                return None;
            }
            let quotes = self.dialect.quotes();
            // a body has no prompts in it
            let due = self.lexer.body_left() == 0
                && (self.prompt_due
                    || self.own_prompts()
                    || self.flight.is_some_and(|it| it.expects_prompt() || it.unprompted));
            let token = self.lexer.next(input, due && !quotes)?;
            if !matches!(token, Token::Body(_)) {
                self.turns.tell();
            }
            match token {
                Token::Body(piece) => self.store(now, piece),
                Token::Head(head) => {
                    let body = if quotes { None } else { self.dialect.body(head) };
                    if let Some(body) = body {
                        self.begin_body(now, body);
                    }
                }
                Token::Prompt => self.prompted(now),
                Token::Line(_) => {
                    let apart = self.lexer.lead().ends > 0;
                    let line = self.lexer.line();
                    let context = Context {
                        now,
                        flight: self.flight.as_ref(),
                        sent: self.command.get(..self.command_len).unwrap_or_default(),
                        prefix: self.prefix,
                    };
                    let claim = match self.own.get_mut() {
                        Some(own) if !quotes => own.claim(&context, line, apart),
                        _ => Claim::None,
                    };
                    let meaning = match (claim, self.own.get()) {
                        (Claim::Line | Claim::End, _) => Meaning::Info,
                        (Claim::Prompt, _) => Meaning::Noted,
                        (Claim::None, None) => self.dialect.read(line, context),
                        (Claim::None, Some(own)) => {
                            own.doubt(context.flight, self.dialect.read(line, context))
                        }
                    };
                    self.log_line(&meaning, claim, quotes);
                    if self.misframed(now, &meaning) {
                        continue;
                    }
                    let part = self.part(quotes);
                    let event = self.act(now, meaning, part);
                    match claim {
                        Claim::End if self.own_ends() => self.finish(now, Ok(())),
                        Claim::Prompt => self.own_prompted(now),
                        _ => {}
                    }
                    if event.is_some() {
                        return event;
                    }
                }
            }
        }
    }

    /// The head of a body has come: finds the socket that its bytes are for.
    fn begin_body(&mut self, now: u32, body: Body) {
        if self.is_out_of_step(body) {
            return self.refuse_body(now, body);
        }
        self.log_body(body);
        self.understood = true;
        self.settle_late();
        self.answering = false;
        self.sink = match (body.link, &mut self.flight) {
            (Some(link), _) => self.core.linked(link).and_then(|slot| self.id(slot)),
            (None, Some(flight)) if matches!(flight.task, Task::Fetch { .. }) => {
                flight.informed = true;
                flight.retry_at = None; // the answer has begun
                // an empty datagram is something, too
                self.fetched = (body.len as usize).max(usize::from(body.from.is_some()));
                self.answering = true;
                self.last_fetch
            }
            // the answer to a fetch that was given up
            (None, _) => {
                self.late = true;
                self.last_fetch.take()
            }
        };
        if let (Some(link), None) = (body.link, self.sink) {
            // of a connection that has no ring yet: it would begin with a hole
            if self.core.knocking.remove(link) {
                self.orphans |= super::flight::bit(link);
            }
        }
        if self.answering || self.late {
            self.framing.begin(body.len);
        }
        self.body_at = now;
        self.lexer.begin_body(body.len);
        self.begin_datagram(body);
    }

    /// If the body is for a datagram socket: puts down who sent it, or drops it.
    fn begin_datagram(&mut self, body: Body) {
        let Some(id) = self.sink else { return };
        let Some((slot, storage)) = self.core.receiver(id.slot) else { return };
        if !slot.kind.is_datagram() || slot.generation != id.generation {
            return;
        }
        let pushed = !self.answering && !self.late;
        if body.len == 0 && body.from.is_none() && !pushed {
            return; // nothing waits
        }
        if !matches!(slot.state, State::Open | State::Opening) {
            self.sink = None; // its link was lost meanwhile
            return;
        }
        let from = body.from.or(slot.remote).unwrap_or(UNSPECIFIED);
        let record = Record { len: body.len as usize, address: from };
        slot.rx.discard();
        if slot.remote.is_some_and(|peer| peer != record.address) {
            self.sink = None; // connected to somebody else
        } else if !record.stage(&mut slot.rx, storage) {
            self.core.counters.datagrams_dropped =
                self.core.counters.datagrams_dropped.wrapping_add(1);
            self.sink = None;
        } else if body.len == 0 && pushed {
            slot.rx.commit();
        }
    }

    /// Something whole has come behind a late body, so no restart has filled it up.
    pub(super) fn settle_late(&mut self) {
        if !core::mem::take(&mut self.late) {
            return;
        }
        if let Some(Ok(slot)) = self.sink.map(|id| self.core.slot(id)) {
            slot.rx.commit();
        }
    }

    pub(super) fn id(&self, slot: u8) -> Option<SocketId> {
        let generation = self.core.slots.get(usize::from(slot))?.generation;
        Some(SocketId { slot, generation })
    }

    /// A piece of a body goes into the ring of its socket.
    fn store(&mut self, now: u32, piece: &[u8]) {
        self.body_at = now;
        if let (true, Some(flight)) = (self.answering, &mut self.flight) {
            flight.extend(now); // it does come, however slowly
            if self.lexer.body_left() == 0 {
                flight.deadline = now.wrapping_add(super::recovery::AFTER_BODY);
            }
        }
        let Some(id) = self.sink else { return };
        let Some((slot, storage)) = self.core.receiver(id.slot) else { return };
        if slot.generation != id.generation || !matches!(slot.state, State::Open | State::Opening) {
            return; // closed meanwhile
        }
        let whole = slot.kind.is_datagram();
        // a stream that has failed takes no more: behind the hole nothing is of use
        let wanted = whole || slot.error.is_none();
        let stored = if wanted { slot.rx.stage(storage, piece) } else { 0 };
        let pushed = !self.answering && !self.late;
        if pushed && (!whole || self.lexer.body_left() == 0) {
            // nothing follows a pushed body; one that was asked for counts when its OK has come
            slot.rx.commit();
            self.turns.tell();
        }
        if wanted && stored < piece.len() {
            slot.hole(); // never papered over
            self.turns.tell();
        }
        let counters = &mut self.core.counters;
        counters.payload_received = counters.payload_received.wrapping_add(stored as u32);
        counters.payload_lost = counters.payload_lost.wrapping_add((piece.len() - stored) as u32);
    }

    /// The module wants the payload.
    fn prompted(&mut self, now: u32) {
        if self.own_prompts() {
            return self.own_prompted(now);
        }
        let started = match self.flight {
            // what was written before the prompt was not taken: all of it goes once more
            Some(flight) if flight.expects_prompt() || flight.unprompted => flight,
            _ => return self.prompted_late(),
        };
        let Task::Send { slot, len, buffered, .. } = started.task else { return };
        let given_up = match self.core.slots.get(usize::from(slot)) {
            // closed, or failed, since: its ring is empty
            Some(sender) if buffered => !self.owned(slot, started) || sender.tx.len() < len,
            // what cannot be cancelled is still lent
            Some(_) if D::HABITS.escape.is_empty() => false,
            Some(sender) => {
                sender.generation != started.generation || sender.direct != Direct::Flying
            }
            None => true,
        };
        let Some(flight) = &mut self.flight else { return };
        flight.retry_at = None;
        if given_up || started.taken {
            // the caller has taken its memory back, or it would go to another peer: cancel
            // (esp-at.md §7.1)
            self.owed = len;
            flight.phase = Phase::Quiet;
            flight.deadline = now.wrapping_add(super::recovery::ESCAPE_WAIT);
            self.hold = Some(now.wrapping_add(super::recovery::ESCAPE_GUARD));
        } else {
            flight.phase = Phase::Payload(len);
            flight.unprompted = false;
            flight.extend(now);
            self.log_payload();
        }
    }

    /// The prompt of a send that has been given up: whatever is written now is payload.
    fn prompted_late(&mut self) {
        self.prompt_due = false;
        self.maybe_in_data = true;
        self.ask_settings = false;
        self.abort();
        let fresh = match self.core.module {
            Module::Ready => false,
            Module::Calling { fresh, .. } => fresh,
            _ => true, // in the midst of a setup
        };
        self.core.module = Module::Calling { tries: 0, fresh };
    }

    /// Carries out what a line means.
    fn act(&mut self, now: u32, meaning: Meaning, part: Part) -> Option<Event> {
        if matches!(meaning, Meaning::Unknown) {
            if let Some(built) = Built::PROOF {
                return Some(Event::Heard(built, Heard::Unknown));
            }
            self.core.count_unknown();
            return None;
        }
        self.understood = true;
        match meaning {
            Meaning::Done if self.own_goes_on() => {}
            Meaning::Done => self.finish(now, Ok(())),
            Meaning::Failed(error) => {
                let own = self.own_flying().is_some();
                self.finish(now, Err(error));
                if own {
                    return Some(Event::Info); // it says more than the error does
                }
            }
            Meaning::Deferred => self.defer(now),
            Meaning::Concluded { link, result } => self.concluded(now, link, result),
            Meaning::Resolved(result) => self.resolved(now, result),
            Meaning::Reason(error) => {
                if let Some(flight) = &mut self.flight {
                    flight.outcome = Some(Err(error));
                }
            }
            Meaning::Full => self.send_later(now),
            Meaning::Body(body) => self.begin_body(now, body),
            Meaning::Nothing => {
                self.inform();
                self.finish(now, Ok(()));
            }
            Meaning::Cancelled => self.cancelled(now),
            Meaning::Info => {
                if let Some(flight) = &mut self.flight {
                    flight.informed = true;
                    if matches!(flight.task, Task::Control) {
                        return Some(self.answer_line());
                    }
                }
            }
            Meaning::Address(address) => {
                self.core.address = Some(address);
                let asked = self.flight.is_some_and(|flight| {
                    matches!(flight.task, Task::Resolve | Task::Local { .. })
                });
                if asked {
                    self.inform();
                }
                self.found_address(now);
            }
            Meaning::AddressAlone(address) => {
                self.core.address = Some(address);
                self.resolved(now, Ok(()));
            }
            Meaning::Attached => {
                self.network(NetworkEvent::Addressed);
                self.finish(now, Ok(()));
            }
            Meaning::Busy => self.busy(now),
            Meaning::Received => self.inform(),
            Meaning::Noted | Meaning::Unknown => {}
            Meaning::Loose => {
                self.inform();
                return Built::PROOF.map(|built| Event::Heard(built, Heard::Either));
            }
            Meaning::Unasked => {
                return Built::PROOF.map(|built| Event::Heard(built, Heard::Unasked(part)));
            }
            Meaning::Opened(opened) => self.opened(opened),
            Meaning::Closed(link) => self.closed(link),
            Meaning::Waiting { link, len } => self.waiting(link, len),
            Meaning::Overrun(link) => {
                self.core.counters.overruns = self.core.counters.overruns.wrapping_add(1);
                if let Some(slot) = self.core.linked_mut(link) {
                    slot.hole();
                }
            }
            Meaning::Lengths(lengths) => self.lengths(&lengths),
            Meaning::Alive(open) => self.listed(open),
            Meaning::Ended(link) => self.listed_closed(link),
            // of a module that is about to be set up nothing else was expected
            Meaning::Forgotten
                if matches!(self.core.module, Module::Calling { fresh: true, .. }) =>
            {
                self.inform();
            }
            Meaning::Forgotten => {
                self.failed_setups = self.failed_setups.saturating_add(1);
                self.restarted(now);
                if self.failed_setups > super::ladder::SETUP_TRIES {
                    self.no_setup(now); // settings do not stay in force
                }
            }
            Meaning::Started => self.restarted(now),
            Meaning::Stopped => self.stopped(),
            Meaning::Network(event) => self.network(event),
        }
        None
    }

    fn inform(&mut self) {
        if let Some(flight) = &mut self.flight {
            flight.informed = true;
            flight.retry_at = None;
        }
    }

    fn busy(&mut self, now: u32) {
        self.core.counters.busy = self.core.counters.busy.wrapping_add(1);
        let Some(flight) = &mut self.flight else { return };
        if !matches!(flight.phase, Phase::Answer | Phase::Command) {
            // the second copy of the command crossed the prompt and was taken for payload: the module
            // has more than it asked for (esp-at.md §7.1)
            flight.taken |= flight.repeated;
            return;
        }
        let delay = match flight.task {
            Task::Send { .. } | Task::Open { .. } | Task::Fetch { .. } | Task::Control => {
                BUSY_RETRY_LATE
            }
            _ => BUSY_RETRY,
        };
        let since = match flight.task {
            Task::Probe(_) => self.calling_since,
            _ => flight.started,
        };
        if now.wrapping_sub(since) < BUSY_LIMIT {
            flight.retry_at = Some(now.wrapping_add(delay));
            flight.extend(now);
        }
    }

    fn network(&mut self, event: NetworkEvent) {
        if event == NetworkEvent::Addressed && self.core.station == Station::Up {
            self.core.events.tell(ModuleEvent::Addressed); // perhaps another address
        }
        self.core.set_station(match event {
            NetworkEvent::Associated => Station::Associated,
            NetworkEvent::Addressed => Station::Up,
            NetworkEvent::Lost | NetworkEvent::Dropped => Station::Down,
        });
        if event == NetworkEvent::Dropped {
            self.core.local = None;
            return self.core.fail_links(Error::NetworkDown, false);
        }
        // the links are closed with it; their `CLOSED` may come before or, held back until the data is
        // read, long after, when there is a network again (esp-at.md §5.4, §8.6, §14.15)
        if event != NetworkEvent::Associated {
            self.core.local = None;
        }
        for slot in self.core.slots.iter_mut() {
            if event == NetworkEvent::Addressed {
                slot.reopen(); // datagrams may come again
            }
            let stream = slot.kind == Kind::Stream;
            if event == NetworkEvent::Lost
                && stream
                && slot.state == State::Open
                && slot.peer != Peer::Gone
            {
                slot.cause = Some(Error::NetworkDown);
            }
        }
    }

    /// The escape sequence has done its work.
    fn cancelled(&mut self, now: u32) {
        let Some(flight) = self.flight else { return };
        match flight.phase {
            Phase::Cancelled | Phase::Escape(_) => self.finish(now, Ok(())),
            // the module took the payload for the escape: unknown how much was sent
            _ => self.finish(now, Err(Error::SendFailed)),
        }
    }
}
