//! ESP-AT: Espressif's ESP32 family and ESP8266.

mod lines;
mod setup;

use usocket_commands::Command;
use usocket_commands::esp_at::basic::{Probe as At, Restart};
use usocket_commands::esp_at::data::Header;
use usocket_commands::esp_at::tcpip::{
    Close, GetLinks, GetMultiplex, GetReceiveLengths, GetStatus, Host, Open, ReceiveData, Resolve,
    Send,
};
use usocket_commands::esp_at::version::{Chip, Version};
use usocket_commands::esp_at::{self as at, MAX_SEND, MAX_SEND_OLD};

use super::{Body, Capabilities, Context, Dialect, Encoded, Meaning, Step, Subject};
use crate::engine::{Probe, Task};
use crate::error::Error;

/// Whether and how the module holds received data (esp-at.md §8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passive {
    /// Not found out yet, or not at all: the module pushes data.
    No,
    /// By `CIPRECVTYPE` (3.3, 4.0 and later).
    ByType,
    /// By `CIPRECVMODE` (1.7, 2.1 and later).
    ByMode,
}

/// Which command lists the open links (esp-at.md §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Census {
    /// `CIPSTATE?` (2.3/2.4 and later).
    State,
    /// `CIPSTATUS` (until 3.x).
    Status,
    /// Neither.
    No,
}

/// The dialect of ESP-AT modules, and what it has learned of the one it speaks to.
#[derive(Debug)]
pub struct EspAt {
    version: Option<Version>,
    passive: Passive,
    census: Census,
    survey: bool,
    /// The module echoes commands, as it does from its start until it is told not to.
    echo: bool,
    max_send: usize,
    /// What the module said about the failure that its next `ERROR` reports.
    detail: Option<Error>,
}

impl EspAt {
    pub(crate) const fn new() -> Self {
        Self {
            version: None,
            passive: Passive::No,
            census: Census::State,
            survey: true,
            echo: true,
            max_send: MAX_SEND_OLD,
            detail: None,
        }
    }

    /// Firmware version and chip, once the module has been set up.
    pub(crate) const fn version(&self) -> Option<Version> {
        self.version
    }

    /// The newest firmware knows sends of 8192 bytes (esp-at.md §7.1).
    fn learn(&mut self, version: Version) {
        let large = match version.chip {
            Chip::Esp8266 => false,
            Chip::Esp32C3 => version.numbers() >= (2, 3, 0, 0),
            _ => version.numbers() >= (2, 4, 0, 0),
        };
        self.max_send = if large && !version.is_nonos() { MAX_SEND } else { MAX_SEND_OLD };
        self.version = Some(version);
    }
}

/// Writes a command.
fn write<C: Command>(command: &C, out: &mut [u8]) -> Result<Encoded, Error> {
    match command.write(out) {
        0 => Err(Error::InvalidInput),
        len => Ok(Encoded { len, timeout: command.timeout_ms() }),
    }
}

impl Dialect for EspAt {
    const ESCAPE: &'static [u8] = b"+++";
    const SEND_RESULT_MS: u32 = at::SEND_RESULT_TIMEOUT_MS;
    // NonOS may add `SEND OK` to a `SEND FAIL` (esp-at.md Q19)
    const AFTER_SEND_FAIL: Option<u32> = Some(100);
    const MAX_FETCH: usize = at::RECEIVE_WINDOW;

    fn encode(&self, task: Task, subject: Subject<'_>, out: &mut [u8]) -> Result<Encoded, Error> {
        match task {
            Task::Probe(Probe::Voice) => write(&At, out),
            Task::Probe(Probe::Settings) => write(&GetMultiplex, out),
            Task::Setup(step) => self.encode_setup(step, out),
            Task::Restart => write(&Restart, out),
            Task::Open { link, .. } => {
                let remote = subject.remote.ok_or(Error::InvalidInput)?;
                write(&Open::tcp(link, Host::Ip(remote.ip()), remote.port())?, out)
            }
            Task::Send { link, len, .. } => write(&Send::new(link, len)?, out),
            Task::Fetch { link, max, .. } => {
                let len = u32::try_from(max).unwrap_or(u32::MAX);
                write(&ReceiveData { link, len }, out)
            }
            Task::Survey if self.survey => write(&GetReceiveLengths, out),
            Task::Census if self.census == Census::State => write(&GetLinks, out),
            Task::Census if self.census == Census::Status => write(&GetStatus, out),
            Task::Close { link, .. } | Task::Discard { link } => write(&Close { link }, out),
            Task::Resolve => write(&Resolve::new(subject.name, None)?, out),
            Task::Survey | Task::Census | Task::Control | Task::Escape => Err(Error::NotSupported),
        }
    }

    fn read(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        self.meaning(line, context)
    }

    fn body(&self, head: &[u8]) -> Option<Body> {
        Some(match Header::parse(head, false)? {
            Header::Pushed { link, len, .. } => Body { link: Some(link), len },
            Header::Received { len, .. } => Body { link: None, len },
        })
    }

    fn forget(&mut self) {
        self.passive = Passive::No;
        self.echo = true;
        self.survey = true;
        self.census = Census::State;
        self.detail = None;
    }

    fn advance(&mut self, step: u8, result: Result<(), Error>, active: bool) -> Step {
        self.after_setup(step, result, active)
    }

    fn refused(&mut self, task: Task, error: Error) {
        // NonOS does not say why; later firmware does, and a stray ERROR says nothing
        let unknown = match error {
            Error::NotSupported => true,
            Error::CommandFailed => self.version.is_none_or(|version| version.is_nonos()),
            _ => false,
        };
        match task {
            Task::Survey if unknown => self.survey = false,
            Task::Census if unknown => {
                self.census = match self.census {
                    Census::State => Census::Status,
                    Census::Status | Census::No => Census::No,
                }
            }
            // the module may lack the memory for so many bytes at once (esp-at.md §7.5)
            Task::Send { len, .. } if len > MAX_SEND_OLD => self.max_send = MAX_SEND_OLD,
            _ => {}
        }
    }

    fn capabilities(&self) -> Capabilities {
        let ipv6 = self.version.is_some_and(|version| version.numbers() >= (2, 2, 0, 0));
        Capabilities {
            links: at::LINKS,
            max_send: self.max_send,
            holds_data: self.passive != Passive::No,
            reports_reset: false,
            ipv6,
        }
    }
}
