//! What the engine tells a log: the dialogue, with lengths instead of payload and without secrets.

use super::Engine;
use super::flight::{Flight, Phase, Task};
use super::own::Claim;
use super::shown::Shown;
use crate::error::Error;
use crate::modem::{Body, Dialect, Meaning};

/// There is a log.
const LOGS: bool = cfg!(any(feature = "log", feature = "defmt"));

impl<D: Dialect> Engine<'_, D> {
    fn shown_command(&self) -> Shown<'_> {
        let command = self.command.get(..self.command_len).unwrap_or_default();
        match self.own_is_shown() {
            true => Shown::masked(command),
            false => Shown::named(command),
        }
    }

    /// A command goes out, once more if the module was busy.
    pub(super) fn log_command(&self) {
        if !LOGS {
            return;
        }
        if self.flight.is_some_and(|flight| matches!(flight.task, Task::Escape)) {
            trace!("-> escape");
        } else {
            trace!("-> {}", self.shown_command());
        }
    }

    /// A line has come; `second`: it is the text of a message, which the one before it has announced.
    ///
    /// Only what a parser has recognised is shown. Anything else may be payload or a password: a module that
    /// starts anew in the midst of them echoes what is left.
    pub(super) fn log_line(&self, meaning: &Meaning, claim: Claim, second: bool) {
        if !LOGS {
            return;
        }
        let line = self.lexer.line();
        let own = claim != Claim::None || matches!(meaning, Meaning::Loose);
        // among what looks like an answer may be the echo of the command, or what is left of it
        let doubtful = matches!(meaning, Meaning::Info | Meaning::Noted | Meaning::Forgotten);
        let guarded = doubtful && self.flight.is_some() && self.shown_command().hides();
        let shown = match meaning {
            _ if own && self.own_is_shown() => Shown::masked(line),
            _ if own || guarded || self.is_bare(meaning) => Shown::heard(line),
            Meaning::Unasked if !second && Shown::is_word(line) => Shown::masked(line),
            Meaning::Unknown | Meaning::Unasked => Shown::heard(line),
            _ => Shown::masked(line),
        };
        trace!("<- {}", shown);
    }

    /// Whether a line was taken for an answer because any line is one to the command in flight.
    fn is_bare(&self, meaning: &Meaning) -> bool {
        let asks = self.flight.is_some_and(|flight| matches!(flight.task, Task::Control));
        matches!(meaning, Meaning::Info) && asks && self.prefix.is_empty()
    }

    /// The head of a body has come, in front of the body or in a line of its own.
    pub(super) fn log_body(&self, body: Body) {
        if LOGS {
            trace!("<- {} and {} bytes of payload", Shown::masked(self.lexer.line()), body.len);
        }
    }

    /// The module wants a payload, and gets it.
    pub(super) fn log_payload(&self) {
        if let Some(Flight { phase: Phase::Payload(len), .. }) = self.flight.filter(|_| LOGS) {
            trace!("-> {} bytes of payload", len);
        }
    }

    /// The command in flight has no answer.
    pub(super) fn log_timeout(&self) {
        if LOGS {
            warn!("no answer to {}", self.shown_command());
        }
    }

    /// The UART has reported an error.
    pub(super) fn log_line_error(overrun: bool) {
        if LOGS {
            let what = if overrun { "bytes lost" } else { "bytes damaged" };
            warn!("serial line: {}", what);
        }
    }

    /// The UART has failed.
    pub(super) fn log_line_gone(error: Error) {
        if LOGS {
            warn!("serial line: {}", error);
        }
    }
}
