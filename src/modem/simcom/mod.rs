//! SIMCom's SIM7070, SIM7080 and SIM7090: TCP connections that the module opens, and names.

mod attach;
mod lines;
mod setup;

use core::ops::Range;

use usocket_commands::cellular::basic::Probe as At;
use usocket_commands::cellular::function::Restart;
use usocket_commands::simcom::close::Close;
use usocket_commands::simcom::context::GetActive;
use usocket_commands::simcom::data::Header;
use usocket_commands::simcom::dns::Resolve;
use usocket_commands::simcom::open::Open;
use usocket_commands::simcom::power::PowerDown;
use usocket_commands::simcom::receive::Read;
use usocket_commands::simcom::send::Send;
use usocket_commands::simcom::sim::{GetIccid, Iccid};
use usocket_commands::simcom::state::GetSockets;
use usocket_commands::simcom::{self as at, Host};

use super::cellular::{
    CellularDialect, Common, Fact, LeftOpen, Pulses, Query, Question, core_question, encode_change,
    write,
};
use super::{
    Body, Capabilities, Context, Dialect, Encoded, Habits, Meaning, Step, Subject, Wanted,
};
use crate::engine::{Kind, Probe, Task, Tls};
use crate::error::Error;

/// The context that sockets use.
const CONTEXT: u8 = 0;

/// Of the module's 13 ids, those that the engine has numbers for.
const LINKS: Range<u8> = 0..12;

/// What sockets may need and cannot have: preparing it fails, before a link is opened.
const DATAGRAMS: u8 = 0;
const IPV6: u8 = 1;
const TLS: u8 = 2;

/// The dialect of SIMCom's SIM7070, SIM7080 and SIM7090.
#[derive(Debug)]
pub struct SimCom {
    common: Common,
    setup: setup::Progress,
    attach: attach::Progress,
    /// The context is active, as far as is known.
    context_up: bool,
    /// The network has dropped the context.
    context_down: bool,
    lookup: Lookup,
    left_open: LeftOpen,
}

/// The look-up under way.
#[derive(Debug, Clone, Copy)]
struct Lookup {
    /// Its address is wanted over IPv6; sockets have no use for it, but who asks for it gets it.
    v6: bool,
    /// Its result has come, and the answer to the command itself has not.
    early: Option<Result<(), Error>>,
}

impl Lookup {
    const NONE: Self = Self { v6: false, early: None };
}

impl SimCom {
    pub(crate) const fn new() -> Self {
        Self {
            common: Common::new(),
            setup: setup::Progress::NEW,
            attach: attach::Progress::NEW,
            context_up: false,
            context_down: false,
            lookup: Lookup::NONE,
            left_open: LeftOpen::NONE,
        }
    }

    /// Closes the first socket of those that nobody has.
    fn close_left_open(&self, out: &mut [u8]) -> Result<Encoded, Error> {
        let link = self.left_open.first().ok_or(Error::NotSupported)?;
        write(&Close::new(link)?, out)
    }
}

impl Dialect for SimCom {
    const HABITS: Habits = Habits {
        escape: b"",
        terminator: at::TERMINATOR,
        send_result_ms: at::SEND_RESULT_TIMEOUT_MS,
        after_send_fail: None,
        restart_ms: at::READY_TIMEOUT_MS,
        look_again_ms: 1000,
        defers: true,
        open_ms: at::OPEN_TIMEOUT_MS,
        resolve_ms: at::RESOLVE_TIMEOUT_MS,
        explains: false,
        contexts: true,
        refused_within_ms: u32::MAX, // the module says which it was
        // back off instead of looping, and try the whole context anew (quectel.md §2.5)
        attach_pauses: &[200, 5_000, 15_000, 60_000, 300_000],
        opens_before_renewal: Some(5),
        counts: false,
        lingers: true,
        leads: true,
        accepts_lowest: false,
        tls_apart: false,
        reserved: &["+CMEE=", "+CAOPEN", "+CASEND", "+CARECV", "+CACLOSE", "+CACFG="],
    };

    fn encode(
        &mut self,
        task: Task,
        subject: Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        match task {
            Task::Probe(Probe::Voice) => write(&At, out),
            Task::Probe(Probe::Settings) => self.common.ask_settings(out),
            Task::Setup(step) => self.encode_setup(step, out),
            Task::Attach(step) => self.encode_attach(step, out),
            Task::Restart => write(&Restart, out),
            Task::Adjust(change) => encode_change(change, out),
            Task::Open { link, .. } => {
                let remote = subject.remote.ok_or(Error::InvalidInput)?;
                write(&Open::tcp(link, CONTEXT, Host::Ip(remote.ip()), remote.port())?, out)
            }
            Task::Send { link, len, .. } => write(&Send::new(link, len)?, out),
            Task::Fetch { link, max, .. } => write(&Read::new(link, max)?, out),
            Task::Census => write(&GetSockets, out),
            Task::Close { link, .. } | Task::Discard { link } => write(&Close::new(link)?, out),
            Task::Resolve => {
                self.lookup = Lookup { v6: subject.family == Some(true), early: None };
                write(&Resolve::new(subject.name)?, out)
            }
            Task::Local { .. } => write(&GetActive, out),
            Task::Prepare { step: IPV6, .. } => Err(Error::AfNotSupported),
            Task::Prepare { .. }
            | Task::Survey
            | Task::CensusTls(_)
            | Task::Explain
            | Task::Control
            | Task::Escape => Err(Error::NotSupported),
        }
    }

    fn read(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        self.meaning(line, context)
    }

    fn body(&self, head: &[u8]) -> Option<Body> {
        let head = Header::parse(head)?;
        Some(Body { link: None, len: u32::from(head.len), from: None })
    }

    fn quotes(&self) -> bool {
        self.common.quotes()
    }

    fn forget(&mut self) {
        self.common.forget();
        self.setup = setup::Progress::NEW;
        self.attach = attach::Progress::NEW;
        self.context_up = false;
        self.context_down = false;
        self.lookup = Lookup::NONE;
        self.left_open = LeftOpen::NONE;
    }

    fn advance(&mut self, step: u8, result: Result<(), Error>, _: Wanted) -> Step {
        self.after_setup(step, result)
    }

    fn attach(&mut self, on: bool) -> Option<u8> {
        Some(self.begin_attach(on))
    }

    fn attached(&mut self, step: u8, result: Result<(), Error>) -> Step {
        self.after_attach(step, result)
    }

    fn adrift(&self) -> bool {
        self.context_down || self.common.profile.is_some()
    }

    fn stuck(&self, error: Error) -> bool {
        self.common.registered() && matches!(error, Error::AttachFailed | Error::TimedOut)
    }

    fn lose_context(&mut self) -> bool {
        self.context_down = true;
        true
    }

    fn reachable(&mut self) -> bool {
        core::mem::take(&mut self.common.reachable)
    }

    fn max_fetch(&self) -> usize {
        at::MAX_READ
    }

    fn surveys(&self) -> bool {
        false // the lines of `AT+CARECV?` look like heads of bodies
    }

    fn links(&self, kind: Kind, _: Option<Tls>) -> Range<u8> {
        match kind {
            Kind::Stream | Kind::Datagram(_) => LINKS,
            Kind::Listener(_) => 0..0,
        }
    }

    fn needs(&self, _: u8, subject: &Subject<'_>) -> Option<u8> {
        match subject.kind {
            _ if subject.ipv6 => Some(IPV6),
            Kind::Datagram(_) => Some(DATAGRAMS),
            Kind::Stream | Kind::Listener(_) => subject.tls.map(|_| TLS),
        }
    }

    fn reset_pulse(&self) -> u32 {
        self.pulses().reset_ms
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            links: LINKS.end,
            max_send: at::MAX_SEND,
            holds_data: true,
            ..Capabilities::default()
        }
    }
}

impl CellularDialect for SimCom {
    fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    fn ask(&self, query: Query, out: &mut [u8]) -> Result<Question, Error> {
        match query {
            Query::Iccid => Question::new(&GetIccid, out, |line| {
                Iccid::parse_line(line).map(|iccid| Fact::Iccid(iccid.digits))
            }),
            Query::PowerOff => Question::new(&PowerDown { gently: true }, out, |_| None),
            _ => core_question(query, out),
        }
    }

    fn pulses(&self) -> Pulses {
        // 1 s and 1.2 s are the least that the module takes for a press, on and off
        Pulses {
            on_ms: 1200,
            boot_ms: at::READY_TIMEOUT_MS,
            off_ms: 1500,
            down_ms: at::POWER_DOWN_TIMEOUT_MS,
            reset_ms: Pulses::ANY.reset_ms,
        }
    }
}
