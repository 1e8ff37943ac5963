//! Whether a counted body is what was asked for, and what follows it fits its count: nothing else shows
//! that a byte was lost.
//!
//! A line has no checksum. But a body from which a byte is missing swallows the first byte of what
//! follows it, and one that has a byte too many leaves one over; and what follows is known: a line end,
//! then the final result, which has a line end of its own in front (esp-at.md §2.2, quectel.md §1.1).
//! Several bytes can be lost so that a whole line end is swallowed; therefore it also counts how many
//! there are as a rule.

use super::Engine;
use super::flight::{Flight, Phase, Task};
use super::kind::Kind;
use crate::error::Error;
use crate::modem::{Body, Dialect, Meaning};

/// A counted body longer than this is a damaged header (esp-at.md §20.3).
const BODY_LIMIT: u32 = 8192;
/// Lines of modules that mean nothing, such as those of a log, are longer than this.
const LEFT_OVER: usize = 4;

/// What is known of the ends of bodies.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Framing {
    /// A body has been asked for, and the next line is the first one behind it; how many bytes it had.
    behind: Option<u32>,
    /// Line ends between a body and the result, as a rule.
    usual: Option<u8>,
}

impl Framing {
    /// A body comes that has been asked for.
    pub(super) const fn begin(&mut self, len: u32) {
        self.behind = Some(len);
    }

    /// The module starts anew, perhaps as another one.
    pub(super) const fn forget(&mut self) {
        self.behind = None;
        self.usual = None;
    }
}

impl<D: Dialect> Engine<'_, D> {
    /// Whether a line shows that the body before it was not what its count said. Then what was stored
    /// of it does not count, and nothing is listened to until the line is silent.
    pub(super) fn misframed(&mut self, now: u32, meaning: &Meaning) -> bool {
        let lead = self.lexer.lead();
        let first = self.framing.behind.take();
        if matches!(meaning, Meaning::Started) {
            return false;
        }
        let fetch = self.flight.filter(|flight| {
            matches!(flight.task, Task::Fetch { .. }) && flight.phase == Phase::Answer
        });
        let fetching = fetch.is_some();
        let leads = D::HABITS.leads;
        let mut wrong =
            first.is_some_and(|len| len > 0) && (lead.torn || (leads && lead.ends == 0));
        // a few bytes that are no word of the module: the body was longer than its count
        let short = self.lexer.line().len() <= LEFT_OVER && lead.ends == 0;
        wrong |= first.is_some() && short && matches!(meaning, Meaning::Unknown);
        // payload behind a head that nobody has recognised
        wrong |= fetching && leads && lead.ends == 0 && matches!(meaning, Meaning::Unknown);
        match (meaning, fetch, first) {
            (Meaning::Nothing, ..) => wrong |= lead.ends == 0,
            // a foreign line may stand in between where every line has its line end in front
            (Meaning::Done, Some(flight), None) if flight.informed && !leads => {
                wrong |= lead.ends == 0;
            }
            (Meaning::Done, Some(_), Some(1..)) if lead.ends == 0 => wrong = true,
            (Meaning::Done, Some(_), Some(1..)) => {
                let usual = self.framing.usual.replace(lead.ends);
                wrong |= usual.is_some_and(|usual| usual != lead.ends);
            }
            _ => {}
        }
        if wrong {
            if let Some(Flight { task: Task::Fetch { slot, .. }, generation, .. }) = fetch {
                let id = self.id(slot).filter(|id| id.generation == generation);
                self.sink = id.or(self.sink);
            }
            self.lose_body(now);
            if fetching {
                self.last_fetch = None;
                self.abort();
            }
            self.resynchronise(now);
        }
        wrong
    }

    /// Whether this cannot be what was asked for: a body that is longer, or a second one. The line has
    /// lost its framing (esp-at.md §20.3).
    pub(super) fn is_out_of_step(&self, body: Body) -> bool {
        let excess = match (body.link, self.flight) {
            (
                None,
                Some(Flight { task: Task::Fetch { slot, max, .. }, informed, repeated, .. }),
            ) => {
                // each of two copies of a command may be answered; datagrams come whole
                let twice = informed && !repeated && self.fetched > 0;
                let slot = self.core.slots.get(usize::from(slot));
                let stream = slot.is_some_and(|slot| slot.kind == Kind::Stream);
                twice || (stream && usize::try_from(body.len).map_or(true, |len| len > max))
            }
            _ => false,
        };
        excess || body.len > BODY_LIMIT
    }

    /// What follows may be payload or not: nothing is listened to until the line is silent, and the
    /// socket that it was for has a hole.
    pub(super) fn refuse_body(&mut self, now: u32, body: Body) {
        let fetched = match (body.link, self.flight) {
            (None, Some(Flight { task: Task::Fetch { slot, .. }, .. })) => Some(slot),
            _ => None,
        };
        self.sink = body
            .link
            .and_then(|link| self.core.linked(link))
            .or(fetched)
            .and_then(|slot| self.id(slot));
        self.lose_body(now);
        if fetched.is_some() {
            self.finish(now, Err(Error::DataLost));
        }
        self.resynchronise(now);
    }
}
