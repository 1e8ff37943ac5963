//! What goes wrong on the line: answers that do not come, bodies that are damaged, a UART that fails.
//!
//! What is then done about the module is the ladder (`ladder.rs`).

use super::core::Module;
use super::flight::{Flight, Phase, Task};
use super::slot::Slot;
use super::tick::reached;
use super::{Engine, Supply};
use crate::error::Error;
use crate::modem::Dialect;

/// Silence before the escape sequence, in ms: at least 20 (esp-at.md §7.4).
pub(super) const ESCAPE_GUARD: u32 = 50;
/// How long the answer to the escape sequence may take, and the silence after it, in ms
/// (esp-at.md §7.4: 1 s).
pub(super) const ESCAPE_WAIT: u32 = 1100;
/// Silence after a restart or a missing answer, in ms (esp-at.md §14.7).
pub(super) const QUIET: u32 = 100;
/// How long a body may pause, in ms.
const BODY_STALL: u32 = 5000;
/// How long the `OK` behind a complete body may take, in ms.
pub(super) const AFTER_BODY: u32 = 2000;
/// Longest time that nothing is listened to after a damaged body, in ms.
const DEAF_LIMIT: u32 = 5000;
/// Pause before a step of the setup is tried again that the module is not ready for, in ms
/// (quectel.md §12 Q27).
pub(super) const NOT_READY: u32 = 500;
/// How long the result of a payload may take that was written without a prompt, in ms.
pub(super) const UNPROMPTED_RESULT: u32 = 10_000;
/// Pause before a payload is offered again for which the module had no room, in ms
/// (quectel.md §5.2: back off).
pub(super) const fn no_room_pause(refusals: u8) -> u32 {
    match refusals {
        0 => 50,
        1 => 100,
        2 => 250,
        3 => 500,
        _ => 1000,
    }
}

/// Whether a module that waits for commands takes none of these bytes for one: no line begins with
/// `AT` or `A/`, whatever blanks and control characters stand in front (quectel.md §14.2).
fn harmless(len: usize, byte: impl Fn(usize) -> Option<u8>) -> bool {
    // how much of a command the line has begun with; `None`: it is not one
    let mut begun = Some(0);
    for at in 0..len {
        begun = match (byte(at), begun) {
            (None | Some(0x08 | 0x7f), _) => return false, // takes back what came before it
            (Some(b'\r'), _) => Some(0),
            (Some(b'A' | b'a'), Some(0)) => Some(1),
            (Some(b'T' | b't' | b'/'), Some(1)) => return false,
            (Some(0..=b' '), begun) => begun,
            _ => None,
        };
    }
    true
}

impl<D: Dialect> Engine<'_, D> {
    /// What the passing of time does.
    pub(super) fn deadlines(&mut self, now: u32, supply: &Supply<'_>) {
        match self.core.module {
            Module::Restarting { deadline } if reached(now, deadline) => {
                self.core.module = Module::Calling { tries: 0, fresh: true };
            }
            Module::Resetting { until } if reached(now, until) => {
                let deadline = now.wrapping_add(D::HABITS.restart_ms);
                self.core.module = Module::Restarting { deadline };
            }
            _ => {}
        }
        if matches!(self.core.module, Module::Restarting { .. } | Module::Resetting { .. }) {
            self.serial.go_home();
        }
        if self.hold.is_none() || self.deaf_until.is_some_and(|until| reached(now, until)) {
            self.deaf_until = None;
        }
        if self.lexer.body_left() > 0 && reached(now, self.body_at.wrapping_add(BODY_STALL)) {
            self.lose_body(now);
            match self.flight.map(|flight| flight.task) {
                Some(Task::Fetch { .. }) => self.finish(now, Err(Error::DataLost)),
                Some(_) => self.timed_out(now), // its answer may be among what was taken for payload
                None => {}
            }
            self.resynchronise(now);
        }
        self.overdue_results(now);
        let hold = self.hold.is_some();
        let Some(flight) = &mut self.flight else { return };
        if flight.phase == Phase::Quiet && !hold {
            let escape = D::HABITS.escape.len();
            flight.phase = match if escape == 0 { self.owed } else { escape } {
                0 => Phase::Cancelled,
                left => Phase::Escape(left),
            };
            flight.deadline = now.wrapping_add(ESCAPE_WAIT);
        }
        if flight.retry_at.is_some_and(|at| reached(now, at)) {
            if self.own_is_busy(now) {
                return;
            }
            let Some(flight) = &mut self.flight else { return };
            flight.retry_at = None;
            flight.repeated = true;
            flight.phase = Phase::Command;
            self.written = 0;
            self.core.counters.commands = self.core.counters.commands.wrapping_add(1);
            flight.extend(now);
            self.log_command();
        }
        let Some(flight) = &self.flight else { return };
        if flight.overdue(now) && !self.write_unprompted(now, supply) {
            self.timed_out(now);
        }
    }

    /// No prompt has come: if it was lost, the module waits for the payload, takes anything for it, and
    /// cannot be told otherwise. So it gets the payload, unless that would be a command to a module that
    /// does not wait for it.
    fn write_unprompted(&mut self, now: u32, supply: &Supply<'_>) -> bool {
        let uncancellable = D::HABITS.escape.is_empty();
        let Some(flight) = self.flight.filter(|it| uncancellable && it.expects_prompt()) else {
            return false;
        };
        let Task::Send { slot, len, buffered, .. } = flight.task else { return false };
        let head = self.head_of(slot);
        let lent = supply.payload.filter(|payload| self.flies_for(payload.id));
        let byte = |at: usize| match (buffered, lent) {
            (true, _) => self.core.outgoing_byte(slot, head + at),
            (false, lent) => lent.and_then(|payload| payload.data.get(at).copied()),
        };
        if !harmless(len, byte) {
            return false;
        }
        if let Some(flight) = &mut self.flight {
            flight.unprompted = true;
            flight.phase = Phase::Payload(len);
            flight.extend(now);
        }
        self.log_payload();
        true
    }

    /// The command in flight had no answer in time.
    fn timed_out(&mut self, now: u32) {
        let Some(flight) = self.flight else { return };
        self.core.counters.timeouts = self.core.counters.timeouts.wrapping_add(1);
        self.log_timeout();
        if self.lexer.body_left() > 0 {
            self.lose_body(now);
        }
        match flight.task {
            Task::Probe(_) => {
                self.flight = None;
                return; // the ladder goes on
            }
            Task::Escape => return self.finish(now, Ok(())),
            Task::Send { .. } => {
                let written = flight.phase == Phase::Result && D::HABITS.escape.is_empty();
                // `Recv n bytes` says that the module waits for nothing more
                self.maybe_in_data = !flight.informed && !written;
                // some of what was written may have been lost: filled up if nothing else helps
                self.owed = if written { flight.owes_at_most() } else { flight.owes() };
                self.prompt_due = flight.expects_prompt();
                self.unmeasured = false;
                self.finish(now, Err(Error::TimedOut));
            }
            Task::Control => {
                self.own_timed_out(flight);
                self.finish(now, Err(Error::TimedOut));
            }
            _ => self.finish(now, Err(Error::TimedOut)),
        }
        if matches!(self.core.module, Module::SettingUp(_) | Module::Ready) {
            self.resynchronise(now);
        }
    }

    /// The rest of the present body will not come, or not whole: what comes next may be payload,
    /// so nothing is listened to until the line is silent.
    pub(super) fn lose_body(&mut self, now: u32) {
        self.lexer.abandon();
        self.deaf_until = Some(now.wrapping_add(DEAF_LIMIT));
        self.hold = Some(now.wrapping_add(QUIET));
        self.late = false;
        let Some(id) = self.sink.take() else { return };
        if let Ok(slot) = self.core.slot(id) {
            slot.hole();
        }
    }

    /// The UART reports that received bytes were lost or damaged.
    ///
    /// What may have been part of a body fails its socket. A lost line costs at most a deadline: a
    /// lost notice is found by the next survey, a lost `CLOSED` by the next census.
    pub(crate) fn line_error(&mut self, now: u32, overrun: bool) {
        self.core.now = now;
        Self::log_line_error(overrun);
        let counters = &mut self.core.counters;
        if overrun {
            counters.overruns = counters.overruns.wrapping_add(1);
        } else {
            counters.line_errors = counters.line_errors.wrapping_add(1);
        }
        self.core.census = true;
        for slot in self.core.slots.iter_mut() {
            slot.doubtful = slot.link.is_some();
        }
        if self.lexer.body_left() > 0 {
            self.lose_body(now);
        } else {
            // it may have been the head of a body that nobody has asked for
            let pushes = |slot: &Slot| slot.link.is_some_and(|link| !self.dialect.holds(link));
            if self.core.slots.iter().any(pushes) {
                self.sink = None;
                self.lose_body(now);
            }
            self.lexer.spoil();
            if !self.core.capabilities.holds_data {
                self.core.slots.iter_mut().for_each(|slot| {
                    if slot.link.is_some() {
                        slot.hole();
                    }
                });
            }
        }
        if let Some(Flight { task: Task::Fetch { slot, .. }, phase: Phase::Answer, .. }) =
            self.flight
        {
            // the damage may have hit the head of the body
            if let Some(slot) = self.core.slots.get_mut(usize::from(slot)) {
                slot.hole();
            }
            self.sink = None;
            self.lose_body(now);
            self.flight = None;
            self.resynchronise(now);
        }
    }

    /// The UART cannot be used any more: every call fails until the next one tries again.
    pub(crate) fn line_gone(&mut self, error: Error) {
        Self::log_line_gone(error);
        let payload = self.payload_flying();
        if payload > 0 {
            // whatever the UART was given, the module may have any part of it, also of the command: that
            // may be one without a length then
            self.maybe_in_data = true;
            self.owed = payload;
            self.prompt_due = self.flight.is_some_and(|flight| flight.phase == Phase::Answer);
            self.unmeasured = true;
        }
        self.verify |= self.abort().is_some(); // its answer may still come
        self.core.lent = None;
        self.hold = None;
        self.deaf_until = None;
        self.lexer.abandon();
        self.core.die(error);
        self.drop_deferred(error);
        self.core.end_control(Err(error));
        self.core.fail_links(error, true);
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_might_be_a_command_is_not_harmless() {
        let is = |text: &[u8]| harmless(text.len(), |at| text.get(at).copied());
        assert!(is(b"hello\r\nA cat\r\n\xff\x00 a"));
        for text in [&b"AT\r"[..], b"x\rat+cfun=0\r", b"\x00 \nA\x01T", b"a/", b"xAT\x08\x08AT\r"] {
            assert!(!is(text), "{text:?}");
        }
        assert!(!harmless(1, |_| None));
    }
}
