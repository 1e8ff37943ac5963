//! The core that all cellular families share: line, card, registration, contexts and timers.

use super::answer::{Answer, Outcome, Refusal, cme_text, tcp_text};
use super::clock::Clock;
use super::context::Context;
use super::coverage::{Coverage, Registration};
use super::input::Input;
use super::message::Messages;
use super::model::Model;
use super::power::Step;
use super::quirks::Quirks;
use super::settings::{Pace, Settings};
use super::sim::Sim;
use super::sleep::Sleep;
use crate::module::{Chip, Request, Socket};
use crate::profile::Profile;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

/// What the module is doing (Quectel digest §14.1).
#[derive(Debug)]
pub(crate) enum Phase {
    /// Without power, or before the first word of a boot: input is lost.
    Off,
    /// Waiting for a command.
    Idle,
    /// A line is executed at `at`.
    Line { line: Vec<u8>, at: Duration },
    /// A command runs.
    Busy(Work),
    /// Waiting for payload.
    Payload(Payload),
    /// Raw bytes both ways.
    Transparent,
}

/// The command under execution.
#[derive(Debug)]
pub(crate) struct Work {
    /// When it is over, if that is known.
    pub(crate) until: Option<Duration>,
    /// Who finishes it.
    pub(crate) owner: Owner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The dialect.
    Dialect,
    /// `AT+CFUN`.
    Function(u8),
    /// `AT+COPS=?`.
    Operators,
    /// `AT+CGACT` and `AT+CGATT`: a context is switched on or off.
    Activation { cid: u8, on: bool },
}

/// Payload that the module collects.
#[derive(Debug)]
pub(crate) struct Payload {
    /// Number of bytes; without one, until `^Z`.
    pub(crate) length: Option<usize>,
    /// Most bytes that are kept without a number.
    pub(crate) most: usize,
    pub(crate) data: Vec<u8>,
    /// Whether it is echoed.
    pub(crate) echo: bool,
}

/// A step that is due some time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Timer {
    /// The registration is decided.
    Register,
    /// A step of booting or of switching off.
    Power(Step),
}

/// What the common core has done that its dialect has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    ContextUp(u8),
    /// The network dropped a context.
    ContextLost(u8),
    /// The host deactivated a context.
    ContextDown(u8),
    /// `AT&F`.
    Restored,
}

/// The common core of a cellular module.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) chip: Chip,
    pub(crate) model: Model,
    pub(crate) pace: Pace,
    pub(crate) quirks: Quirks,
    pub(crate) phase: Phase,
    pub(crate) input: Input,
    pub(crate) settings: Settings,
    /// The settings in flash.
    pub(crate) stored: Settings,
    pub(crate) baud: u32,
    pub(crate) stored_baud: u32,
    pub(crate) sim: Sim,
    pub(crate) sim_reports: bool,
    pub(crate) coverage: Coverage,
    pub(crate) registration: Registration,
    /// `AT+COPS=2`: stays away.
    pub(crate) deregistered: bool,
    /// `AT+COPS=3`: how operators are written.
    pub(crate) operator_format: u8,
    pub(crate) time_zone_reports: bool,
    pub(crate) attached: bool,
    pub(crate) function: u8,
    /// Bits of `+QINISTAT` that come with the boot text.
    pub(crate) initialised: u8,
    /// The application is up (`APP RDY`).
    pub(crate) ready: bool,
    pub(crate) sleep: Sleep,
    /// A command has come since the boot.
    pub(crate) addressed: bool,
    contexts: Vec<Context>,
    pub(crate) clock: Clock,
    pub(crate) messages: Messages,
    /// The last error of the TCP/IP commands.
    pub(crate) last_error: u16,
    /// What the dialect has to be told.
    pub(crate) notices: VecDeque<Notice>,
    timers: BTreeMap<(Duration, u64), Timer>,
    sequence: u64,
    /// Unsolicited lines that wait for the end of a payload.
    held: Vec<Vec<u8>>,
    sockets: u32,
    pub(crate) send_failures: usize,
}

impl Core {
    pub(crate) fn new(profile: Profile, model: Model) -> Self {
        let mut core = Self {
            chip: Chip::new(profile),
            settings: Settings::new(&model),
            stored: Settings::new(&model),
            coverage: Coverage::new(model.technology),
            contexts: vec![Context::default(); model.contexts.into()],
            model,
            pace: Pace::default(),
            quirks: Quirks::default(),
            phase: Phase::Idle,
            input: Input::default(),
            baud: 115_200,
            stored_baud: 115_200,
            sim: Sim::default(),
            sim_reports: false,
            registration: Registration::NotSearching,
            deregistered: false,
            operator_format: 0,
            time_zone_reports: false,
            attached: true,
            function: 1,
            initialised: 0,
            ready: true,
            sleep: Sleep::default(),
            addressed: true,
            clock: Clock::default(),
            messages: Messages::default(),
            last_error: 0,
            notices: VecDeque::new(),
            timers: BTreeMap::new(),
            sequence: 0,
            held: Vec::new(),
            sockets: 0,
            send_failures: 0,
        };
        core.contexts[0].defined = true;
        core.settle_in();
        core
    }

    pub(crate) fn now(&self) -> Duration {
        self.chip.now
    }

    pub(crate) fn request(&mut self, request: Request) {
        self.chip.request(request);
    }

    /// A connection that there never was before.
    pub(crate) fn new_socket(&mut self) -> Socket {
        self.sockets += 1;
        Socket(self.sockets)
    }

    /// The context with this number, counted from 1.
    pub(crate) fn context(&self, cid: u8) -> Option<&Context> {
        self.contexts.get(usize::from(cid).checked_sub(1)?)
    }

    pub(crate) fn context_mut(&mut self, cid: u8) -> Option<&mut Context> {
        self.contexts.get_mut(usize::from(cid).checked_sub(1)?)
    }

    /// Every context with its number.
    pub(crate) fn contexts(&self) -> impl Iterator<Item = (u8, &Context)> {
        (1..).zip(&self.contexts)
    }

    /// Forgets the settings of all contexts.
    pub(crate) fn clear_contexts(&mut self) {
        self.contexts.fill(Context::default());
        self.contexts[0].defined = true;
    }

    // --- timers -------------------------------------------------------------------------------

    pub(crate) fn later(&mut self, delay: Duration, timer: Timer) {
        self.sequence += 1;
        self.timers.insert((self.chip.now + delay, self.sequence), timer);
    }

    pub(crate) fn next_timer(&self) -> Option<Duration> {
        self.timers.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn take_timer(&mut self) -> Option<Timer> {
        let entry = self.timers.first_entry().filter(|it| it.key().0 <= self.chip.now)?;
        Some(entry.remove())
    }

    /// Drops the timers that `unwanted` picks.
    pub(crate) fn cancel(&mut self, unwanted: impl Fn(&Timer) -> bool) {
        self.timers.retain(|_, timer| !unwanted(timer));
    }

    // --- writes -------------------------------------------------------------------------------

    /// Whether the module is up.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self.phase, Phase::Off)
    }

    /// An unsolicited line: now, or when the payload is complete.
    pub(crate) fn urc(&mut self, text: impl AsRef<[u8]>) {
        let chunk = [b"\r\n", text.as_ref(), b"\r\n"].concat();
        let waits = match self.phase {
            Phase::Payload(_) => !self.quirks.urcs_in_payload,
            Phase::Transparent => true,
            Phase::Off => return,
            // Nothing overtakes what waits already.
            _ => !self.held.is_empty(),
        };
        if waits {
            self.held.push(chunk);
        } else {
            self.chip.write(chunk);
        }
    }

    /// An unsolicited line behind the answer of the running command.
    pub(crate) fn urc_afterwards(&mut self, text: impl AsRef<[u8]>) {
        let chunk = [b"\r\n", text.as_ref(), b"\r\n"].concat();
        self.chip.output.push_afterwards(&chunk);
    }

    /// The module waits for commands again: what was held back comes out.
    pub(crate) fn rest(&mut self) {
        self.phase = Phase::Idle;
        self.chip.output.flush_afterwards();
        self.release_held();
    }

    pub(crate) fn release_held(&mut self) {
        for chunk in core::mem::take(&mut self.held) {
            self.chip.write(chunk);
        }
    }

    pub(crate) fn forget_held(&mut self) {
        self.held.clear();
    }

    /// Writes the final answer of a command, and waits for the next one.
    pub(crate) fn finish(&mut self, answer: Answer) {
        match answer {
            Ok(Outcome::Lines(lines)) => self.write_answer(&lines, "OK"),
            Ok(Outcome::Later) => return,
            Err(refusal) => self.write_refusal(&[], refusal),
        }
        self.rest();
    }

    /// Stays busy until the owner finishes the command.
    pub(crate) fn work(&mut self, owner: Owner, until: Option<Duration>) -> Answer {
        let until = until.map(|delay| self.chip.now + delay);
        self.phase = Phase::Busy(Work { until, owner });
        Ok(Outcome::Later)
    }

    pub(crate) fn write_refusal(&mut self, lines: &[Vec<u8>], refusal: Refusal) {
        let code = match refusal {
            Refusal::Error => None,
            Refusal::NoCarrier => return self.write_answer(lines, "NO CARRIER"),
            Refusal::Cms(code) => {
                return self.write_answer(lines, &format!("+CMS ERROR: {code}"));
            }
            Refusal::Cme(code) => Some((code, cme_text(code))),
            Refusal::Tcp(code) => {
                self.last_error = code;
                self.quirks.cme_for_tcp.then_some((code, tcp_text(code)))
            }
        };
        let text = match (code, self.settings.cmee, refusal) {
            (None, ..) => String::from("ERROR"),
            (Some((code, _)), _, Refusal::Tcp(_)) => format!("+CME ERROR: {code}"),
            (Some(_), 0, _) => String::from("ERROR"),
            (Some((code, _)), 1, _) => format!("+CME ERROR: {code}"),
            (Some((_, text)), _, _) => format!("+CME ERROR: {text}"),
        };
        self.write_answer(lines, &text);
    }

    /// Information lines and the result, as one write (Quectel digest §1.3).
    pub(crate) fn write_answer(&mut self, lines: &[Vec<u8>], result: &str) {
        let mut chunk = Vec::new();
        if !self.settings.verbose {
            for line in lines {
                chunk.extend_from_slice(line);
                chunk.extend(b"\r\n");
            }
            chunk.extend(numeric(result).bytes().chain(*b"\r"));
            if !self.settings.quiet {
                self.chip.write(chunk);
            }
            return;
        }
        if !lines.is_empty() {
            chunk.extend(b"\r\n");
        }
        for line in lines {
            chunk.extend_from_slice(line);
            chunk.extend(b"\r\n");
        }
        if !self.settings.quiet {
            if lines.is_empty() || !self.quirks.compact {
                chunk.extend(b"\r\n");
            }
            chunk.extend(result.bytes().chain(*b"\r\n"));
        }
        if !chunk.is_empty() {
            self.chip.write(chunk);
        }
    }
}

/// The number of a result under `ATV0`.
fn numeric(result: &str) -> &str {
    match result {
        "OK" => "0",
        "NO CARRIER" => "3",
        "ERROR" => "4",
        other if other.starts_with("CONNECT") => "1",
        other => other,
    }
}
