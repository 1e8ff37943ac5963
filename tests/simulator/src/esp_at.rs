//! Espressif's ESP-AT and its NonOS ancestor: Wi-Fi modules (ESP-AT digest).

mod access_point;
mod basic;
mod command;
mod connect;
mod deadline;
mod dispatch;
mod domain;
mod engine;
mod input;
mod ipv6;
mod link;
mod passthrough;
mod reboot;
mod receive;
mod records;
mod refusal;
mod release;
mod scan;
mod send;
mod server;
mod settings;
mod station;
mod status;
mod table;
mod time;
mod tls;
mod uart;
mod wifi;

pub use access_point::{AccessPoint, Air, Security};
pub use release::{ErrorCodes, Generation, Release, TlsTraits};
pub use settings::Delays;

use crate::module::Chip;
use crate::profile::Profile;
use core::time::Duration;

/// A simulated ESP-AT module, for what only that family has.
#[derive(Debug)]
pub struct EspAt {
    chip: Chip,
    release: Release,
    delays: Delays,
    phase: Phase,
    settings: settings::Settings,
    /// The configuration in use.
    config: settings::Config,
    /// The configuration in flash.
    stored: settings::Config,
    uart: uart::Uart,
    input: input::Input,
    /// When active reports may be written again.
    next_round: Duration,
    air: Air,
    station: station::Station,
    links: link::Links,
    server: server::Server,
    time: time::Time,
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

impl EspAt {
    pub(crate) fn new(profile: Profile, release: Release) -> Self {
        let mut chip = Chip::new(profile);
        tls::furnish(&mut chip);
        Self {
            settings: settings::Settings::new(&release),
            config: settings::Config::new(&release),
            stored: settings::Config::new(&release),
            server: server::Server::new(&release),
            chip,
            release,
            delays: Delays::default(),
            phase: Phase::Idle,
            uart: uart::Uart::default(),
            input: input::Input::default(),
            next_round: Duration::ZERO,
            air: Air::default(),
            station: station::Station::default(),
            links: link::Links::default(),
            time: time::Time::default(),
            mischief: dispatch::Mischief::default(),
        }
    }

    /// How long the steps of Wi-Fi take.
    pub fn delays_mut(&mut self) -> &mut Delays {
        &mut self.delays
    }

    /// The access points in reach.
    pub fn air_mut(&mut self) -> &mut Air {
        &mut self.air
    }
}
