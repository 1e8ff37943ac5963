//! ESP-AT: Espressif's ESP32 family and ESP8266.

mod lines;
mod prepare;
mod rejoin;
mod setup;
mod tls;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ops::Range;

use usocket_commands::Command;
use usocket_commands::esp_at::basic::{Flow, Probe as At, Restart, Uart, UartCurrent};
use usocket_commands::esp_at::data::Header;
use usocket_commands::esp_at::tcpip::{
    Close, Family, GetLinks, GetMultiplex, GetReceiveLengths, GetStatus, Host, Open, ReceiveData,
    Resolve, Send, SendTo, StopServer, UdpMode,
};
use usocket_commands::esp_at::version::{Chip, Version};
use usocket_commands::esp_at::wifi::GetStation;
use usocket_commands::esp_at::{self as at, MAX_SEND, MAX_SEND_OLD};

use super::{
    Body, Capabilities, Context, Dialect, Encoded, Habits, Meaning, Step, Subject, Wanted,
};
use crate::engine::{Change, HAVE_IPV6, Kind, Probe, Secure, Task, Tls};
use crate::error::Error;
use prepare::Told;
use rejoin::Rejoin;

/// The number of the listener: no link has it.
const LISTENER: u8 = at::LINKS;

/// Longest datagram that is sent in one piece (esp-at.md §7.1).
const MAX_DATAGRAM: usize = 1460;

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
    /// What it was told for links of some kind.
    told: Told,
    /// What the module said about the failure that its next `ERROR` reports.
    detail: Option<Error>,
    /// The network that the program has joined.
    rejoin: Rejoin,
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
            told: Told::NOTHING,
            detail: None,
            rejoin: Rejoin::NOTHING,
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
    const HABITS: Habits = Habits {
        escape: b"+++",
        terminator: at::TERMINATOR,
        send_result_ms: at::SEND_RESULT_TIMEOUT_MS,
        // NonOS may add `SEND OK` to a `SEND FAIL` (esp-at.md Q19)
        after_send_fail: Some(100),
        restart_ms: at::READY_TIMEOUT_MS,
        look_again_ms: 500, // §8.3: 0.5–1 s
        defers: false,
        open_ms: 0,
        resolve_ms: 0,
        explains: false,
        contexts: false,
        refused_within_ms: u32::MAX, // the dialect knows more
        // it is told to join, and takes up to 20 s for it
        attach_pauses: &[200, 2_000, 5_000, 10_000, 30_000],
        opens_before_renewal: None,
        counts: true,
        lingers: false,
        leads: false,
        accepts_lowest: true,
        tls_apart: false,
        reserved: &[
            "+CIPMUX=",
            "+CIPDINFO=",
            "+CIPRECV",
            "+CIPMODE=",
            "+CIPSTART",
            "+CIPSEND",
            "+CIPCLOSE",
            "+CIPSERVER=",
            "+SYSMSG",
            "+UART",
        ],
    };

    fn encode(
        &mut self,
        task: Task,
        subject: Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        match task {
            Task::Probe(Probe::Voice) => write(&At, out),
            Task::Probe(Probe::Settings) => write(&GetMultiplex, out),
            Task::Setup(step) => self.encode_setup(step, out),
            Task::Restart => write(&Restart, out),
            Task::Attach(step) => self.encode_rejoin(step, out),
            Task::Adjust(change) => encode_change(change, out),
            Task::Prepare { link, step, .. } => {
                let tls = self.encode_tls(step, link, &subject, out);
                tls.unwrap_or_else(|| self.encode_preparation(step, link, subject, out))
            }
            Task::Open { link, kind: Kind::Stream, .. } => {
                self.told.tls.open(link, subject.tls.is_some());
                if subject.tls.is_some() {
                    return self.encode_tls_open(link, &subject, out);
                }
                let remote = subject.remote.ok_or(Error::InvalidInput)?;
                write(&Open::tcp(link, Host::Ip(remote.ip()), remote.port())?, out)
            }
            Task::Open { link, kind: Kind::Datagram(_), .. } => {
                self.told.tls.open(link, false);
                write(&datagram_link(link, &subject)?, out)
            }
            Task::Open { kind: Kind::Listener(_), .. } => {
                let impatient = self.version.is_some_and(|version| version.is_nonos());
                self.told.start_server(impatient);
                write(&self.server(&subject)?, out)
            }
            Task::Send { link, len, .. } if subject.kind.is_datagram() => {
                let remote = subject.remote.ok_or(Error::DestAddrRequired)?;
                write(&SendTo::new(link, len, Host::Ip(remote.ip()), remote.port())?, out)
            }
            Task::Send { link, len, .. } => write(&Send::new(link, len)?, out),
            Task::Fetch { link, max, .. } => {
                let len = u32::try_from(max).unwrap_or(u32::MAX);
                write(&ReceiveData { link, len }, out)
            }
            Task::Survey if self.survey => write(&GetReceiveLengths, out),
            Task::Census if self.census == Census::State => write(&GetLinks, out),
            Task::Census if self.census == Census::Status => write(&GetStatus, out),
            Task::Close { link: LISTENER, .. } if Kind::LISTENER.is_some() => {
                write(&StopServer, out)
            }
            Task::Close { link, .. } | Task::Discard { link } => write(&Close { link }, out),
            Task::Resolve => {
                let family = subject.family.map(|v6| if v6 { Family::V6 } else { Family::V4 });
                // NonOS and 2.1 know no such parameter, and IPv4 alone (esp-at.md §11)
                let old = self.version.is_none_or(|version| version.numbers() < (2, 2, 0, 0));
                let family = family.filter(|&family| !(old && family == Family::V4));
                write(&Resolve::new(subject.name, family)?, out)
            }
            Task::Local { .. } => write(&GetStation, out),
            Task::Survey
            | Task::Census
            | Task::CensusTls(_)
            | Task::Control
            | Task::Escape
            | Task::Explain => Err(Error::NotSupported),
        }
    }

    fn read(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        self.meaning(line, context)
    }

    fn body(&self, head: &[u8]) -> Option<Body> {
        Some(match Header::parse(head, Kind::DATAGRAM.is_some() && self.told.packet_info)? {
            Header::Pushed { link, len, from } => Body { link: Some(link), len, from },
            Header::Received { len, from } => Body { link: None, len, from },
        })
    }

    fn forget(&mut self) {
        self.passive = Passive::No;
        self.echo = true;
        self.survey = true;
        self.census = Census::State;
        self.told = Told::NOTHING;
        self.detail = None;
        self.rejoin.forget();
    }

    fn advance(&mut self, step: u8, result: Result<(), Error>, wanted: Wanted) -> Step {
        self.after_setup(step, result, wanted)
    }

    fn attach(&mut self, on: bool) -> Option<u8> {
        self.begin_rejoin(on)
    }

    fn attached(&mut self, step: u8, result: Result<(), Error>) -> Step {
        self.after_rejoin(step, result)
    }

    fn adrift(&self) -> bool {
        self.rejoin.is_due()
    }

    fn refused(&mut self, task: Task, error: Error) -> bool {
        // NonOS does not say why; later firmware does, and a stray ERROR says nothing
        let unknown = match error {
            Error::NotSupported => true,
            Error::CommandFailed => self.version.is_none_or(|version| version.is_nonos()),
            _ => false,
        };
        match task {
            Task::Survey if unknown => self.survey = false,
            Task::Census if unknown => {
                let another = self.census == Census::State;
                self.census = if another { Census::Status } else { Census::No };
                return another;
            }
            // the module may lack the memory for so many bytes at once (esp-at.md §7.5)
            Task::Send { len, .. } if len > MAX_SEND_OLD => self.max_send = MAX_SEND_OLD,
            _ => {}
        }
        false
    }

    fn max_fetch(&self) -> usize {
        at::RECEIVE_WINDOW
    }

    fn links(&self, kind: Kind, tls: Option<Tls>) -> Range<u8> {
        match kind {
            Kind::Stream if tls.is_some() && self.is_nonos() => {
                tls::NONOS_LINK..tls::NONOS_LINK + 1
            }
            Kind::Stream | Kind::Datagram(_) => 0..at::LINKS,
            Kind::Listener(_) => LISTENER..LISTENER + 1,
        }
    }

    fn holds(&self, link: u8) -> bool {
        self.passive != Passive::No && !self.told.pushes(link) && !self.pushes_tls(link)
    }

    fn suits(&self, link: u8, tls: Secure<'_>) -> bool {
        self.suits_tls(link, tls)
    }

    fn overstates(&self, link: u8) -> u32 {
        self.overstates_tls(link)
    }

    fn needs(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        self.next_preparation(link, subject)
    }

    fn tends(&self) -> Option<u8> {
        self.server_preparation()
    }

    fn unsettled(&self) -> Option<u8> {
        self.unsettled_preparation()
    }

    fn prepared(&mut self, step: u8, link: u8, result: Result<(), Error>) -> Result<(), Error> {
        let tls = self.after_tls(step, link, result);
        tls.unwrap_or_else(|| self.after_preparation(step, link, result))
    }

    fn capabilities(&self) -> Capabilities {
        let old = self.version.is_some_and(|version| version.numbers() < (2, 1, 0, 0));
        let ipv6 =
            HAVE_IPV6 && self.version.is_some_and(|version| version.numbers() >= (2, 2, 0, 0));
        let tcp_options = !old && !self.version.is_some_and(|version| version.is_nonos());
        Capabilities {
            links: at::LINKS,
            max_send: self.max_send,
            holds_data: self.passive != Passive::No,
            reports_reset: false,
            ipv6,
            ipv6_bound: ipv6,
            listeners: u8::from(Kind::LISTENER.is_some()),
            tcp_options,
            linger: tcp_options,
            half_close: false,
            max_datagram: if Kind::DATAGRAM.is_some() { MAX_DATAGRAM } else { 0 },
            udp_unconnected: true,
            keeps_datagrams: match self.passive {
                Passive::ByType | Passive::No => true,
                Passive::ByMode => self.told.pushes(0),
            },
            sends_empty_datagrams: false,
            receives_empty_datagrams: false,
            #[cfg(feature = "tls")]
            tls: true,
        }
    }
}

/// Rate and flow control of the line go into one command. Without flow control the module's own RTS
/// stays as it is from the factory, an output that does no harm (esp-at.md §4.1).
fn encode_change(change: Change, out: &mut [u8]) -> Result<Encoded, Error> {
    let (Change::Rate { baud, flow } | Change::Flow { baud, on: flow }) = change;
    let uart = Uart::new(baud)?.flow(if flow { Flow::Both } else { Flow::Rts });
    write(&UartCurrent { uart }, out)
}

/// The link of a datagram socket. Its peer follows whoever sends (mode 2), since only that mode is
/// known to name the true sender; where a datagram goes is said with each of them.
fn datagram_link<'a>(link: u8, subject: &Subject<'_>) -> Result<Open<'a>, Error> {
    let unspecified = match subject.ipv6 {
        true => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        false => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    };
    // the address of the peer joins a group, or switches broadcasts on (esp-at.md §12)
    let host = match (subject.options.group, subject.options.broadcast, subject.remote) {
        (Some(group), ..) => IpAddr::V4(group),
        (None, true, _) if !subject.ipv6 => IpAddr::V4(Ipv4Addr::BROADCAST),
        (None, _, Some(peer)) => peer.ip(),
        (None, ..) => unspecified,
    };
    let port = subject.remote.map_or(subject.local_port, |peer| peer.port());
    let local = Some(subject.local_port);
    Ok(Open::udp(link, Host::Ip(host), port, local, UdpMode::Follow)?)
}
