//! The firmware as its module drives it: bytes, lines, timers and events.

use super::answer::{Outcome, Refusal};
use super::command::{self, Command, Form};
use super::core::{Notice, Owner, Phase, Timer};
use super::input::Completed;
use super::{Modem, table};
use crate::module::{Chip, Engine, Event, Interface, Socket, TcpOptions};
use core::net::Ipv4Addr;
use core::time::Duration;

impl Modem {
    fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            // a module that is busy still takes the payload that it has asked for
            if self.core.chip.is_stalled() && !matches!(self.core.phase, Phase::Payload(_)) {
                return;
            }
            let taken = match &self.core.phase {
                Phase::Off => rest.len(),
                Phase::Idle => self.core.collect_line(rest),
                Phase::Line { .. } | Phase::Busy(_) => {
                    self.core.take_busy(rest);
                    rest.len()
                }
                Phase::Payload(_) => self.feed_payload(rest),
                Phase::Transparent => {
                    self.dialect.raw(&mut self.core, rest);
                    rest.len()
                }
            };
            rest = &rest[taken..];
        }
    }

    fn feed_payload(&mut self, bytes: &[u8]) -> usize {
        let (taken, completed) = self.core.collect_payload(bytes);
        match completed {
            None => {}
            Some(completed) if self.core.awaits_message() => {
                self.core.take_message(match completed {
                    Completed::Payload(text) => Some(text),
                    Completed::Cancelled => None,
                });
            }
            Some(Completed::Payload(data)) => self.dialect.payload(&mut self.core, Some(data)),
            Some(Completed::Cancelled) => self.dialect.payload(&mut self.core, None),
        }
        taken
    }

    /// Runs a line: every command in turn, until one is refused or takes its time.
    fn execute(&mut self, line: &[u8]) {
        self.core.chip.hear(line);
        self.core.addressed = true;
        let commands = match command::split(line) {
            None => return self.core.rest(),
            Some(Err(refusal)) => return self.core.finish(Err(refusal)),
            Some(Ok(commands)) => commands,
        };
        if self.core.quirks.refuses_until_ready && !self.core.ready {
            return self.core.finish(Err(Refusal::Error));
        }
        let mut lines = Vec::new();
        for command in &commands {
            match self.call(command) {
                Ok(Outcome::Lines(more)) => lines.extend(more),
                Ok(Outcome::Later) => return,
                Err(refusal) => {
                    self.core.write_refusal(&lines, refusal);
                    return self.core.rest();
                }
            }
        }
        self.core.finish(Ok(Outcome::Lines(lines)));
    }

    fn call(&mut self, command: &Command) -> Result<Outcome, Refusal> {
        if (command.name.as_str(), command.form) == ("+COPS", Form::Test) {
            return self.core.scan_operators();
        }
        if let Some(answer) = self.dialect.execute(&mut self.core, command) {
            return answer;
        }
        table::run(table::COMMANDS, command, |handler| handler(&mut self.core, command))
            .unwrap_or(Err(Refusal::Error))
    }

    /// Does everything that is due.
    fn run(&mut self) {
        loop {
            let mut any = false;
            while let Some(notice) = self.core.notices.pop_front() {
                any = true;
                self.notify(notice);
            }
            if let Some(timer) = self.core.take_timer() {
                any = true;
                match timer {
                    Timer::Register => self.core.decide_registration(),
                    Timer::Power(step) => self.power_step(step),
                }
            }
            any |= self.run_phase();
            if self.dialect.deadline().is_some_and(|at| at <= self.core.now()) {
                any = true;
                self.dialect.run(&mut self.core);
            }
            if !any {
                break;
            }
        }
        self.dialect.push(&mut self.core);
    }

    fn notify(&mut self, notice: Notice) {
        match notice {
            Notice::ContextUp(cid) => self.dialect.context_up(&mut self.core, cid),
            Notice::ContextLost(cid) => self.dialect.context_lost(&mut self.core, cid),
            Notice::ContextDown(cid) => self.dialect.context_down(&mut self.core, cid),
            Notice::Restored => self.dialect.restore(&mut self.core),
        }
    }

    fn run_phase(&mut self) -> bool {
        let now = self.core.now();
        match &mut self.core.phase {
            Phase::Line { line, at } if *at <= now => {
                let line = core::mem::take(line);
                self.core.phase = Phase::Idle;
                self.execute(&line);
                true
            }
            Phase::Busy(work) if work.until.is_some_and(|at| at <= now) => {
                work.until = None;
                let owner = work.owner;
                let answer = match owner {
                    Owner::Dialect => self.dialect.conclude(&mut self.core),
                    other => self.core.conclude(other),
                };
                self.core.finish(answer);
                true
            }
            Phase::Idle => {
                let queued = self.core.queued_input();
                self.feed(&queued);
                !queued.is_empty()
            }
            _ => false,
        }
    }
}

impl Engine for Modem {
    fn chip(&self) -> &Chip {
        &self.core.chip
    }

    fn chip_mut(&mut self) -> &mut Chip {
        &mut self.core.chip
    }

    fn receive(&mut self, now: Duration, bytes: &[u8]) {
        self.advance(now);
        if !self.core.sleeps_through() {
            self.feed(bytes);
        }
        self.run();
    }

    fn room(&self) -> usize {
        // The bytes that are lost are counted by their times.
        if self.core.quirks.sleeps_after.is_some() { 1 } else { usize::MAX }
    }

    fn handle(&mut self, now: Duration, event: Event) {
        self.advance(now);
        self.dialect.event(&mut self.core, event);
        self.run();
    }

    fn next_deadline(&self) -> Option<Duration> {
        let phase = match &self.core.phase {
            Phase::Line { at, .. } => Some(*at),
            Phase::Busy(work) => work.until,
            _ => None,
        };
        [self.core.next_timer(), phase, self.dialect.deadline()].into_iter().flatten().min()
    }

    fn advance(&mut self, now: Duration) {
        self.core.chip.pass_time(now);
        self.run();
    }

    fn power_up(&mut self, now: Duration) {
        self.core.chip.pass_time(now);
        self.boot();
    }

    fn reset(&mut self, now: Duration, noise: &[u8]) {
        self.core.chip.pass_time(now);
        self.core.chip.output.clear();
        self.boot();
        if !noise.is_empty() {
            self.core.chip.write(noise);
        }
    }

    fn power_key(&mut self, now: Duration, low: Duration) {
        self.advance(now);
        self.press_key(low);
    }

    fn reset_pin(&mut self, now: Duration, low: Duration) -> bool {
        let enough = low >= self.core.model.reset_pin;
        if enough {
            self.reset(now, b"");
        }
        enough
    }

    fn resume_reports(&mut self, now: Duration) {
        self.core.chip.pass_time(now);
        self.dialect.push(&mut self.core);
    }

    fn waits_for_line(&self) -> bool {
        self.dialect.waits_for_line(&self.core)
    }

    fn window(&self, socket: Socket) -> usize {
        self.dialect.window(&self.core, socket)
    }

    fn interface(&self) -> Interface {
        let ipv4 = self.core.contexts().find_map(|(_, context)| context.ipv4);
        let global = self.core.contexts().find_map(|(_, context)| context.ipv6);
        let netmask = Ipv4Addr::BROADCAST;
        Interface { ipv4: ipv4.map(|it| (it, netmask)), link_local: None, global }
    }

    fn baud(&self) -> u32 {
        self.core.baud
    }

    fn set_baud(&mut self, baud: u32) {
        self.core.baud = baud;
        self.core.stored_baud = baud;
    }

    fn heeds_host(&self) -> bool {
        self.core.settings.flow.0 == 2
    }

    fn awaits_host(&self) -> bool {
        matches!(self.core.phase, Phase::Idle | Phase::Payload(_) | Phase::Transparent)
    }

    fn fail_next_send(&mut self, _delivered: usize) {
        // A module that says `SEND FAIL` has taken nothing (Quectel digest §5.2).
        self.core.send_failures += 1;
    }

    fn start_connected(&mut self) {
        let after = core::mem::take(&mut self.core.coverage.registers_after);
        self.core.settle_in();
        self.core.coverage.registers_after = after;
        if self.core.coverage.ipv6 {
            self.prefer_both_families();
        }
        self.core.activate_context(1);
        self.run();
    }

    fn start_with_time(&mut self) {
        self.core.clock.synchronise();
    }

    fn start_with_ipv6(&mut self) {
        self.core.coverage.ipv6 = true;
        if self.core.context(1).is_some_and(|context| context.active) {
            self.prefer_both_families();
            self.core.activate_context(1);
            self.run();
        }
    }

    fn lose_network(&mut self, now: Duration) {
        self.advance(now);
        self.core.change_registration(super::Registration::Searching);
        for cid in self.core.active_contexts() {
            self.core.lose_context(cid);
        }
        self.run();
    }

    fn regain_network(&mut self, now: Duration) {
        self.advance(now);
        self.core.coverage.registration = super::Registration::Home;
        self.core.seek_network();
        self.run();
    }

    fn prompt(&self) -> &'static str {
        self.dialect.prompt(&self.core)
    }

    fn link_options(&self, id: usize) -> Option<TcpOptions> {
        self.dialect.link_options(id)
    }

    fn modem(&mut self) -> Option<&mut Modem> {
        Some(self)
    }
}
