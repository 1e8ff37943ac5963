//! From a command line to its handler and to its final answer.

use super::command::{Arguments, Command, Form};
use super::refusal::Refusal;
use super::release::ErrorCodes;
use super::{EspAt, Phase, Work, table};
use core::fmt;
use core::net::SocketAddr;
use std::collections::VecDeque;

/// A command as its handler sees it.
#[derive(Debug)]
pub(crate) struct Call {
    /// Name as written in answers, such as `+CIPMUX`.
    pub(crate) name: &'static str,
    pub(crate) arguments: Arguments,
    /// Whether the result goes to flash (`AT+SYSSTORE`, or the `_DEF` forms of NonOS).
    pub(crate) store: bool,
}

/// What a handler returns: `Ok` is answered `OK` unless the handler took over the phase.
pub(crate) type Answer = Result<(), Refusal>;

/// A command handler.
pub(crate) type Handler = fn(&mut EspAt, &Call) -> Answer;

/// Misbehaviour that a test asked for.
#[derive(Debug, Default)]
pub(crate) struct Mischief {
    busy: VecDeque<(Vec<u8>, bool)>,
    pub(crate) send_failures: VecDeque<usize>,
    /// A client that takes the id of the next connect: its token and address.
    pub(crate) thief: Option<(u32, SocketAddr)>,
    pub(crate) later: bool,
}

impl Mischief {
    /// Whether `line` is to be rejected as busy, and if so whether it is executed all the same.
    pub(crate) fn busy_for(&mut self, line: &[u8]) -> Option<bool> {
        let index = self.busy.iter().position(|(prefix, _)| line.starts_with(prefix))?;
        self.busy.remove(index).map(|(_, executes)| executes)
    }
}

impl EspAt {
    /// Answers the next command that starts with `prefix` with `busy p...`; if `executes`, the
    /// command is run all the same (ESP-AT digest §14.8).
    pub fn reject_next(&mut self, prefix: &[u8], executes: bool) {
        self.mischief.busy.push_back((prefix.to_vec(), executes));
    }

    /// Executes a complete line.
    pub(crate) fn execute(&mut self, line: &[u8]) {
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        self.chip.hear(text);
        let result = Command::parse(text).and_then(|command| self.call(command));
        if !core::mem::take(&mut self.mischief.later) {
            self.finish(result);
        }
    }

    fn call(&mut self, command: Command) -> Answer {
        let (name, suffix) = table::split_suffix(&self.release, &command.name);
        let entry = table::find(&self.release, name).ok_or(Refusal::UNSUPPORTED)?;
        let handler = match command.form {
            Form::Test => entry.test,
            Form::Query => entry.query,
            Form::Set => entry.set,
            Form::Execute => entry.execute,
        };
        let handler = handler.ok_or(Refusal::FORM)?;
        let store = suffix.unwrap_or(self.settings.store);
        let call = Call { name: entry.name, arguments: command.arguments, store };
        handler(self, &call)
    }

    /// Marks the answer of the running handler as one that comes later.
    pub(crate) fn proceed_later(&mut self) {
        self.mischief.later = true;
    }

    /// Stays busy with `work`, which finishes the command some time.
    pub(super) fn work(&mut self, work: Work) -> Answer {
        self.phase = Phase::Busy(work);
        self.proceed_later();
        Ok(())
    }

    /// Writes the final answer and waits for the next command.
    pub(crate) fn finish(&mut self, result: Answer) {
        match result {
            Ok(()) => self.write("\r\nOK\r\n"),
            Err(refusal) => self.write_refusal(refusal),
        }
        self.phase = Phase::Idle;
        self.flush_afterwards();
    }

    fn write_refusal(&mut self, refusal: Refusal) {
        let shown = match self.release.error_codes {
            ErrorCodes::Never => false,
            ErrorCodes::Parser => refusal.is_parser(),
            ErrorCodes::Always => true,
        };
        if self.settings.error_codes && shown {
            self.write(format!("ERR CODE:0x{:08x}\r\n", refusal.code));
        }
        if let (true, true, Some(errno)) =
            (self.settings.error_codes, self.release.errno, refusal.errno)
        {
            self.write(format!("+ERRNO:0x{errno:x}\r\n"));
        }
        if let (true, Some(reason)) = (self.release.is_legacy(), refusal.reason) {
            self.write(format!("{reason}\r\n"));
        }
        self.write("\r\nERROR\r\n");
    }

    /// Writes `+NAME:<value>` with CR LF.
    pub(crate) fn answer_line(&mut self, call: &Call, value: impl fmt::Display) {
        self.write(format!("{}:{value}\r\n", call.name));
    }

    /// Writes `+NAME:<value>` without CR LF, as a few queries do (ESP-AT digest §2.3).
    pub(crate) fn answer_bare(&mut self, call: &Call, value: impl fmt::Display) {
        self.write(format!("{}:{value}", call.name));
    }

    /// The link id in front of the parameters: 0 with `AT+CIPMUX=0`, else 0 to `max`.
    pub(crate) fn link_id(&self, arguments: &mut Arguments, max: i64) -> Result<usize, Refusal> {
        if !self.settings.multiplex {
            return Ok(0);
        }
        let first = arguments.take_first();
        Ok(first.need(0, 0..=max)? as usize)
    }
}
