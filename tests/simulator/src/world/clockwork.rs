//! The heart of every world: it moves bytes and events in the order of their times.

use super::fault::{Faults, Verdict};
use crate::module::{Module, Output, Request};
use crate::profile::Profile;
use crate::world::UartError;
use crate::world::line::{Line, garbled};
use crate::world::noise::{Noise, Overrun};
use crate::world::trace::{Direction, Trace};
use core::time::Duration;
use std::collections::VecDeque;

/// Consecutive fruitless polls without time passing that are taken for a hang.
const IDLE_POLLS: u32 = 1_000_000;

/// What a world puts around the module: scripted hosts, or real sockets.
pub(super) trait Network {
    /// Does what the module asks for.
    fn request(&mut self, now: Duration, request: Request);

    /// When something is to be delivered next, as far as that is known.
    fn next_event(&self, now: Duration) -> Option<Duration>;

    /// Hands the module everything that has arrived by `now`; true if there was anything.
    fn deliver(&mut self, now: Duration, module: &mut Module) -> bool;
}

/// A module, its line to the host, and its network, at one point in time.
#[derive(Debug)]
pub(super) struct Clockwork<N> {
    pub(super) now: Duration,
    pub(super) module: Module,
    pub(super) network: N,
    pub(super) faults: Faults,
    pub(super) noise: Noise,
    pub(super) trace: Trace,
    pub(super) commands: Vec<String>,
    /// Host to module.
    pub(super) up: Line,
    /// Module to host.
    pub(super) down: Line,
    /// What the host has not read yet.
    received: VecDeque<u8>,
    /// What the host's UART reports, and behind how many of these bytes.
    reports: VecDeque<(usize, embedded_io::ErrorKind)>,
    /// Overruns that are to come, in order: each counts from the one before it.
    pub(super) overruns: VecDeque<Overrun>,
    /// When the host's buffer filled up while it holds the module back.
    held_since: Option<Duration>,
    /// Writes held back by a fault.
    late: Vec<(Duration, Vec<u8>)>,
    pub(super) host_baud: u32,
    /// The speed at which the module listens, and the changes that wait for its line to drain.
    listening_baud: u32,
    speaking_baud: u32,
    baud_changes: VecDeque<(Duration, u32)>,
    pub(super) mute: bool,
    /// Nothing is connected to the module's CTS; and it waits for it since its last change of settings.
    pub(super) cts_open: bool,
    waits_for_cts: bool,
    /// The module restarts when so many more bytes of the host have reached it.
    pub(super) reset_after: Option<usize>,
    pub(super) read_limit: Duration,
    pub(super) read_max: usize,
    /// Most bytes of the next reads, by turns, instead.
    pub(super) read_sizes: VecDeque<usize>,
    pub(super) fifo: Option<usize>,
    idle_polls: u32,
}

impl<N: Network> Clockwork<N> {
    pub(super) fn new(profile: Profile, network: N) -> Self {
        let module = Module::new(profile);
        let baud = module.baud();
        Self {
            now: Duration::ZERO,
            module,
            network,
            faults: Faults::default(),
            noise: Noise::default(),
            trace: Trace::default(),
            commands: Vec::new(),
            up: Line::default(),
            down: Line::default(),
            received: VecDeque::new(),
            reports: VecDeque::new(),
            overruns: VecDeque::new(),
            held_since: None,
            late: Vec::new(),
            host_baud: baud,
            listening_baud: baud,
            speaking_baud: baud,
            baud_changes: VecDeque::new(),
            mute: false,
            cts_open: false,
            waits_for_cts: false,
            reset_after: None,
            read_limit: Duration::from_secs(120),
            read_max: usize::MAX,
            read_sizes: VecDeque::new(),
            fifo: None,
            idle_polls: 0,
        }
    }

    /// Puts host and module at `baud` from the start.
    pub(super) fn set_baud(&mut self, baud: u32) {
        self.module.set_baud(baud);
        self.host_baud = baud;
        self.listening_baud = baud;
        self.speaking_baud = baud;
    }

    /// When anything but an arrival at the host happens next.
    fn next_event(&self) -> Option<Duration> {
        let room = self.module.waits_for_line().then(|| {
            let ring = self.module.profile().transmit_ring;
            self.down.time_of_room(ring / 2, self.speaking_baud).max(self.now)
        });
        let room = room.filter(|at| *at > self.now);
        [
            self.module.next_deadline(),
            self.network.next_event(self.now),
            self.up.next_arrival(),
            self.late.iter().map(|(at, _)| *at).min(),
            self.baud_changes.front().map(|(at, _)| *at),
            room,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Runs everything up to and including `until`.
    pub(super) fn run_until(&mut self, until: Duration) {
        self.idle_polls = 0;
        self.settle();
        while let Some(next) = self.next_event().filter(|at| *at <= until) {
            self.now = self.now.max(next);
            self.step(until);
        }
        self.now = self.now.max(until);
        self.module.advance(self.now);
        self.settle();
        self.collect();
    }

    fn step(&mut self, until: Duration) {
        while self.baud_changes.front().is_some_and(|(at, _)| *at <= self.now) {
            if let Some((_, baud)) = self.baud_changes.pop_front() {
                self.listening_baud = baud;
            }
        }
        self.release_late();
        if self.up.next_arrival().is_some_and(|at| at <= self.now) {
            self.arrive_at_module(until);
        }
        self.module.advance(self.now);
        self.settle();
    }

    /// Bytes reach the module: as many at once as nothing else can happen between.
    fn arrive_at_module(&mut self, until: Duration) {
        let others = [
            self.module.next_deadline(),
            self.network.next_event(self.now),
            self.late.iter().map(|(at, _)| *at).min(),
            self.baud_changes.front().map(|(at, _)| *at),
        ];
        let limit = others.into_iter().flatten().fold(until, Duration::min).max(self.now);
        let room = self.module.room().min(self.reset_after.unwrap_or(usize::MAX));
        if let Some((at, mut bytes, baud)) = self.up.take(limit, room) {
            self.now = self.now.max(at);
            garbled(&mut bytes, baud, self.listening_baud);
            if !self.mute && !self.is_stuck() {
                self.module.receive(self.now, &bytes);
            }
            self.reset_after = self.reset_after.map(|left| left - bytes.len());
            if self.reset_after == Some(0) {
                self.reset_after = None;
                self.reset_module(b"");
            }
        }
    }

    /// Moves writes, requests and events until nothing more can happen at this instant.
    pub(super) fn settle(&mut self) {
        loop {
            let mut any = false;
            // By now everything written before is on the line, which stands while the host holds it.
            if self.holds_module() {
                self.collect();
            }
            let moved_until = self.held_since.unwrap_or(self.now);
            self.module.set_backlog(self.now, self.down.pending(moved_until));
            while let Some(output) = self.module.poll_output() {
                any = true;
                self.put_out(output);
            }
            while let Some(line) = self.module.poll_command() {
                if self.trace.keeps() {
                    self.commands.push(String::from_utf8_lossy(&line).into_owned());
                }
            }
            while let Some(request) = self.module.poll_request() {
                any = true;
                self.network.request(self.now, request);
            }
            any |= self.network.deliver(self.now, &mut self.module);
            if !any {
                return;
            }
        }
    }

    fn put_out(&mut self, output: Output) {
        match output {
            Output::Baud(baud) => {
                self.speaking_baud = baud;
                self.waits_for_cts = self.module.heeds_host();
                let at = self.down.free_at().max(self.now);
                self.baud_changes.push_back((at, baud));
            }
            Output::Write(bytes) => {
                for verdict in self.faults.pass(bytes) {
                    match verdict {
                        Verdict::Write(bytes) => self.speak(&bytes),
                        Verdict::Late(delay, bytes) => {
                            self.module.stall(self.now + delay);
                            self.late.push((self.now + delay, bytes));
                        }
                        Verdict::Disturbed(at, disturbance, mut bytes) => {
                            let module = Direction::Module;
                            self.noise.hit(self.now, module, disturbance, &mut bytes, at);
                            self.speak(&bytes);
                        }
                        Verdict::Reset => self.module.reset(self.now, b""),
                    }
                }
            }
        }
    }

    /// An atomic write of the module goes on the line.
    pub(super) fn speak(&mut self, bytes: &[u8]) {
        if bytes.is_empty() || self.is_stuck() {
            return;
        }
        let bytes = self.noise.pass(self.now, Direction::Module, bytes);
        let start = self.down.push(self.now, &bytes, self.speaking_baud);
        self.trace.module(start, &bytes);
    }

    /// Whether the module waits for ever for a wire that is not there (ESP-AT digest §4.1): it writes
    /// nothing, and what it does not get rid of keeps it from reading.
    fn is_stuck(&self) -> bool {
        self.cts_open && self.waits_for_cts && self.module.heeds_host()
    }

    fn release_late(&mut self) {
        let due: Vec<_> = self.late.iter().filter(|(at, _)| *at <= self.now).cloned().collect();
        self.late.retain(|(at, _)| *at > self.now);
        for (_, bytes) in due {
            self.speak(&bytes);
        }
    }

    /// Resets the module in the middle of whatever it is writing.
    pub(super) fn reset_module(&mut self, noise: &[u8]) {
        self.cut_line();
        self.module.reset(self.now, noise);
        self.settle();
    }

    /// The reset pin was held down for that long.
    pub(super) fn pull_reset_pin(&mut self, low: Duration) {
        if self.module.reset_pin(self.now, low) {
            self.cut_line();
        }
        self.settle();
    }

    /// Cuts what the module has not put on the line yet.
    pub(super) fn cut_line(&mut self) {
        self.collect();
        self.down.cut(self.now);
        self.late.clear();
    }

    /// Whether a full buffer of the host makes the module wait.
    fn holds_module(&self) -> bool {
        self.fifo.is_some() && self.module.heeds_host()
    }

    /// Takes the bytes that have arrived at the host into its buffer.
    fn collect(&mut self) {
        while self.held_since.is_none() {
            let room =
                self.fifo.map_or(usize::MAX, |depth| depth.saturating_sub(self.received.len()));
            if self.holds_module() && room == 0 {
                if let Some(at) = self.down.next_arrival().filter(|at| *at <= self.now) {
                    self.held_since = Some(at);
                }
                return;
            }
            let max = if room == 0 { usize::MAX } else { room };
            let Some((_, mut bytes, baud)) = self.down.take(self.now, max) else { return };
            garbled(&mut bytes, baud, self.host_baud);
            if room == 0 {
                self.down.statistics.overruns += bytes.len() as u64;
            } else {
                self.take_in(&bytes);
            }
        }
    }

    /// Bytes reach the host's buffer, except those that an overrun takes away.
    fn take_in(&mut self, mut bytes: &[u8]) {
        while let Some(overrun) = self.overruns.front_mut() {
            let before = overrun.after.min(bytes.len());
            let (kept, rest) = bytes.split_at(before);
            overrun.after -= before;
            self.received.extend(kept);
            let lost = overrun.lost.min(rest.len());
            overrun.lost -= lost;
            bytes = &rest[lost..];
            self.down.statistics.overruns += lost as u64;
            if let Some(kind) = overrun.report.take_if(|_| lost > 0) {
                self.reports.push_back((self.received.len(), kind));
                overrun.reported = true;
            }
            if overrun.after > 0 || overrun.lost > 0 {
                return;
            }
            self.overruns.pop_front();
        }
        self.received.extend(bytes);
    }

    /// The host made room: a module that was held back goes on.
    fn release_hold(&mut self) {
        if let Some(since) = self.held_since.take() {
            self.down.postpone(self.now.saturating_sub(since));
        }
    }

    /// The host's bytes go on the line; returns when the last one has left.
    pub(super) fn host_puts(&mut self, bytes: &[u8]) -> Duration {
        let bytes = self.noise.pass(self.now, Direction::Host, bytes);
        let start = self.up.push(self.now, &bytes, self.host_baud);
        let end = self.up.free_at().max(self.now);
        self.trace.host(start, end, &bytes);
        end
    }

    /// Takes in what has arrived at the host by now; true if anything waits there.
    pub(super) fn gathers(&mut self) -> bool {
        self.settle();
        self.collect();
        self.has_received()
    }

    pub(super) fn host_ready(&mut self) -> bool {
        if !self.gathers() {
            self.idle_polls += 1;
            assert!(self.idle_polls < IDLE_POLLS, "the host polls without letting time pass");
            return false;
        }
        true
    }

    /// Takes what has arrived, possibly nothing.
    pub(super) fn host_takes(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        let mut most = self.read_max;
        if let Some(size) = self.read_sizes.pop_front() {
            self.read_sizes.push_back(size);
            most = size;
        }
        if let Some((before, kind)) = self.reports.front().copied() {
            if before == 0 {
                self.reports.pop_front();
                if self.overruns.front().is_some_and(|overrun| overrun.reported) {
                    self.overruns.pop_front(); // there is room again
                }
                return Err(UartError::Overrun(kind));
            }
            most = most.min(before);
        }
        let count = buffer.len().min(self.received.len()).min(most);
        for (before, _) in &mut self.reports {
            *before -= count;
        }
        for slot in &mut buffer[..count] {
            *slot = self.received.pop_front().unwrap_or_default();
        }
        self.release_hold();
        self.idle_polls = 0;
        Ok(count)
    }

    /// Whether bytes, or a report, wait for the host.
    pub(super) fn has_received(&self) -> bool {
        !self.received.is_empty() || !self.reports.is_empty()
    }

    /// Whether anything is still on the line or about to happen.
    pub(super) fn next_activity(&self) -> Option<Duration> {
        [self.next_event(), self.down.next_arrival()].into_iter().flatten().min()
    }
}
