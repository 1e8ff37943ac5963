//! The simulated module itself: bytes in, atomic writes out, no clock, no socket, no thread.
//!
//! A world owns a [`Module`] and moves four things: UART bytes in ([`Module::receive`]), writes out
//! ([`Module::poll_output`]), requests to the network out ([`Module::poll_request`]) and network
//! events in ([`Module::handle`]). Time is a [`Duration`] since the start of the world; when
//! [`Module::next_deadline`] has passed, the world calls [`Module::advance`].
//!
//! **Every [`Output::Write`] is one unit on the line**: an unsolicited line never falls inside one,
//! and may fall between any two (ESP-AT digest §20.1).

mod access_point;
mod basic;
mod command;
mod connect;
mod deadline;
mod dispatch;
mod domain;
mod input;
mod ipv6;
mod link;
mod network;
mod output;
mod passthrough;
mod reboot;
mod receive;
mod refusal;
mod scan;
mod send;
mod server;
mod settings;
mod station;
mod status;
mod table;
mod uart;
mod wifi;

pub use access_point::{AccessPoint, Air, Security};
pub use network::{Event, Failure, Family, Request, Socket, Transport};
pub use output::Output;
pub use settings::{TcpOptions, Timing};
pub(crate) use station::Interface;

use crate::profile::Profile;
use core::time::Duration;
use std::collections::VecDeque;

/// A simulated ESP-AT module.
#[derive(Debug)]
pub struct Module {
    profile: Profile,
    timing: Timing,
    now: Duration,
    phase: Phase,
    settings: settings::Settings,
    /// The configuration in use.
    config: settings::Config,
    /// The configuration in flash.
    stored: settings::Config,
    uart: uart::Uart,
    input: input::Input,
    output: output::OutputQueue,
    air: Air,
    station: station::Station,
    links: link::Links,
    server: server::Server,
    requests: VecDeque<Request>,
    heard: VecDeque<Vec<u8>>,
    mischief: dispatch::Mischief,
}

/// What the module is doing (ESP-AT digest §20.1).
#[derive(Debug)]
enum Phase {
    /// Without power or booting: input is lost until `ready_at`.
    Off { ready_at: Option<Duration> },
    /// Waiting for a command.
    Idle,
    /// Executing a command; input is answered `busy p...`.
    Busy(Work),
    /// Collecting the payload of a send.
    Collecting(send::Transfer),
    /// Handing the payload to the network.
    Sending(send::Delivery),
    /// Passthrough: raw bytes both ways.
    Passthrough(passthrough::Passthrough),
}

/// The command under execution.
#[derive(Debug)]
enum Work {
    /// A line that is executed at `at`.
    Line { line: Vec<u8>, at: Duration },
    /// The payload is complete; it is handed on once the rest of the chunk has been seen.
    Collected(send::Transfer),
    /// `AT+CWLAP`.
    Scan { filter: scan::Filter, until: Duration },
    /// `AT+CWJAP`; the station reports the outcome.
    Join,
    /// `AT+CIPSTART`; the network reports the outcome.
    Connect { id: usize, deadline: Option<Duration> },
    /// A name is looked up on behalf of a command.
    Resolve { name: String, purpose: domain::Purpose, deadline: Option<Duration> },
    /// `AT+PING`.
    Ping,
    /// `AT+RST` or `AT+RESTORE` before the reboot.
    Restart { at: Duration },
}

impl Module {
    /// A module that is already up, with echo on and factory settings.
    pub fn new(profile: Profile) -> Self {
        Self {
            settings: settings::Settings::new(&profile),
            config: settings::Config::new(&profile),
            stored: settings::Config::new(&profile),
            server: server::Server::new(&profile),
            profile,
            timing: Timing::default(),
            now: Duration::ZERO,
            phase: Phase::Idle,
            uart: uart::Uart::default(),
            input: input::Input::default(),
            output: output::OutputQueue::default(),
            air: Air::default(),
            station: station::Station::default(),
            links: link::Links::default(),
            requests: VecDeque::new(),
            heard: VecDeque::new(),
            mischief: dispatch::Mischief::default(),
        }
    }

    /// The firmware profile.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// How long things take.
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Changes how long things take.
    pub fn timing_mut(&mut self) -> &mut Timing {
        &mut self.timing
    }

    /// The access points in reach.
    pub fn air(&self) -> &Air {
        &self.air
    }

    /// Changes the access points in reach.
    pub fn air_mut(&mut self) -> &mut Air {
        &mut self.air
    }

    /// Next write or change of the line speed, in order; call until `None` after every input.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.output.pop()
    }

    /// Next request to the network, in order; call until `None` after every input.
    #[must_use]
    pub fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// Next line that the module executed, without its CR LF; lines that only earned a
    /// `busy p...` are not among them.
    #[must_use]
    pub fn poll_command(&mut self) -> Option<Vec<u8>> {
        self.heard.pop_front()
    }

    /// Takes note of the time and does everything that is due.
    pub fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.run_deadlines();
    }

    /// Tells how many written bytes have not left on the line yet: active reports wait for room
    /// in the transmit ring.
    pub fn set_backlog(&mut self, now: Duration, bytes: usize) {
        self.now = self.now.max(now);
        self.output.set_backlog(bytes);
        self.push_reports();
    }

    /// Whether received data wait for room in the transmit ring.
    pub fn waits_for_line(&self) -> bool {
        self.report_deadline().is_none() && self.has_reports_waiting()
    }

    /// The line speed that the module listens and speaks at, in baud.
    pub fn baud(&self) -> u32 {
        self.uart.baud()
    }

    /// Whether the host is to go on: the module waits for a command or for payload.
    pub fn awaits_host(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Collecting(_) | Phase::Passthrough(_))
    }

    fn request(&mut self, request: Request) {
        self.requests.push_back(request);
    }
}
