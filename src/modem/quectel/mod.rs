//! Quectel's cellular modules: BG9x, EC2x and their like; NB-IoT modules; old GSM modules.

mod attach;
mod lines;
mod questions;
mod setup;
mod tls;

use core::net::{IpAddr, SocketAddr};
use core::ops::Range;

use usocket_commands::cellular::basic::Probe as At;
use usocket_commands::cellular::context::GetAddress;
use usocket_commands::cellular::function::Restart;
use usocket_commands::quectel::close::Close;
use usocket_commands::quectel::context::GetActive;
use usocket_commands::quectel::dns::Resolve;
use usocket_commands::quectel::model::Dialect as Grammar;
use usocket_commands::quectel::open::{Open, Service};
use usocket_commands::quectel::receive::{Read, ReadDatagram};
use usocket_commands::quectel::result::GetError;
use usocket_commands::quectel::send::{Send, SendTo};
use usocket_commands::quectel::state::GetSockets;
use usocket_commands::quectel::{self as at, Host, gsm};

use super::cellular::{CellularDialect, Common, Pulses, Query, Question, encode_change, write};
use super::{
    Body, Capabilities, Context, Dialect, Encoded, Habits, Meaning, Step, Subject, Wanted,
};
use crate::engine::{HAVE_IPV6, Kind, Probe, Task, Tls};
use crate::error::Error;

pub use usocket_commands::quectel::model::Family;

/// The dialect of Quectel modules, and what it has learned of the one it speaks to.
///
/// Which of them it is, is asked when the module is set up; a program that knows better says so
/// ([`Modem::quectel_family`](crate::Modem::quectel_family)).
#[derive(Debug)]
pub struct Quectel {
    common: Common,
    family: Family,
    /// The program knows the family better than the module.
    fixed: bool,
    /// The module has said which family it is.
    identified: bool,
    /// `RDY` has come, `APP RDY` has not.
    starting: bool,
    setup: setup::Progress,
    attach: attach::Progress,
    /// The network has dropped the context: it has to be deactivated and activated again.
    context_down: bool,
    lookup: Lookup,
    tls: tls::Told,
}

/// The look-up under way: its lines do not say which it is (quectel.md §5.9).
#[derive(Debug, Clone, Copy)]
struct Lookup {
    pending: bool,
    /// Its address is wanted over IPv6, over IPv4, or over either.
    v6: Option<bool>,
    /// Addresses that are still to come.
    left: u8,
    found: bool,
}

impl Lookup {
    const NONE: Self = Self { pending: false, v6: None, left: 0, found: false };
}

impl Quectel {
    pub(crate) const fn new(family: Option<Family>) -> Self {
        Self {
            common: Common::new(),
            // what most have in common, until the module says more
            family: match family {
                Some(family) => family,
                None => Family::Ec2x,
            },
            fixed: family.is_some(),
            identified: family.is_some(),
            starting: false,
            setup: setup::Progress::NEW,
            attach: attach::Progress::NEW,
            context_down: false,
            lookup: Lookup::NONE,
            tls: tls::Told::NOTHING,
        }
    }

    /// Which module it is, once it has been set up.
    pub(crate) fn family(&self) -> Option<Family> {
        self.identified.then_some(self.family)
    }

    const fn grammar(&self) -> Grammar {
        self.family.dialect()
    }

    /// The context that sockets use: the first one (quectel.md §4, §7).
    const fn context(&self) -> u8 {
        match self.grammar() {
            Grammar::Gsm => 1,
            Grammar::Standard | Grammar::NbIot => *self.family.contexts().start(),
        }
    }

    fn encode_open(
        &self,
        link: u8,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        if let Some(settings) = subject.tls {
            return self.encode_tls_open(link, settings, subject, out);
        }
        let context = self.context();
        match (self.grammar(), subject.kind) {
            (Grammar::Gsm, Kind::Stream | Kind::Datagram(_)) => {
                let remote = subject.remote.ok_or(Error::DestAddrRequired)?;
                let service =
                    if subject.kind == Kind::Stream { Service::Tcp } else { Service::Udp };
                let host = Host::Ip(remote.ip());
                write(&gsm::socket::Open::new(link, service, host, remote.port())?, out)
            }
            (Grammar::Standard | Grammar::NbIot, Kind::Stream) => {
                let remote = subject.remote.ok_or(Error::InvalidInput)?;
                write(&Open::tcp(context, link, Host::Ip(remote.ip()), remote.port())?, out)
            }
            // the module binds these to IPv4 addresses alone (quectel.md §5.1)
            (_, Kind::Datagram(_) | Kind::Listener(_)) if subject.ipv6 => {
                Err(Error::AfNotSupported)
            }
            (_, Kind::Datagram(_)) if self.family.has_udp_service() => {
                write(&Open::udp_service(context, link, subject.local_port)?, out)
            }
            (_, Kind::Datagram(_)) => {
                let remote = subject.remote.ok_or(Error::DestAddrRequired)?;
                let open = Open::udp(context, link, Host::Ip(remote.ip()), remote.port())?;
                write(&open.local_port(subject.local_port), out)
            }
            (_, Kind::Listener(_)) if self.family.has_listener() => {
                write(&Open::listener(context, link, subject.local_port)?, out)
            }
            (_, Kind::Listener(_)) => Err(Error::NotSupported),
        }
    }

    fn encode_send(
        &self,
        link: u8,
        len: usize,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        if let Some(client) = tls::client(link) {
            return Self::encode_tls_send(client, len, out);
        }
        match self.grammar() {
            Grammar::Gsm => write(&gsm::socket::Send::new(link, len)?, out),
            _ if subject.kind.is_datagram() && self.family.has_udp_service() => {
                let to = subject.remote.ok_or(Error::DestAddrRequired)?;
                write(&SendTo::new(link, len, to)?, out)
            }
            _ => write(&Send::new(link, len)?, out),
        }
    }

    fn encode_fetch(
        &self,
        link: u8,
        max: usize,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        if let Some(client) = tls::client(link) {
            return Self::encode_tls_read(client, max, out);
        }
        match self.grammar() {
            Grammar::Gsm => write(&gsm::receive::Read::new(link, max)?, out),
            // a datagram comes whole, and must not be asked for in pieces (quectel.md §5.3)
            _ if subject.kind.is_datagram() && self.family.has_udp_service() => {
                write(&ReadDatagram { link }, out)
            }
            _ if subject.kind.is_datagram() => {
                write(&Read::new(link, self.family.max_read())?, out)
            }
            _ => write(&Read::new(link, max)?, out),
        }
    }

    /// `gracefully`: the module waits until the peer has all, for as long as it does by itself, or
    /// for these seconds (quectel.md §5.5).
    fn encode_close(
        &self,
        link: u8,
        wait_s: Option<u16>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        // longer than that no command is waited for
        let wait_s = wait_s.map(|seconds| seconds.min(600));
        if let Some(client) = tls::client(link) {
            return self.encode_tls_close(client, wait_s, out);
        }
        match (self.grammar(), wait_s) {
            (Grammar::Gsm, _) => write(&gsm::socket::Close { link }, out),
            (Grammar::Standard, Some(seconds)) => write(&Close::new(link)?.wait_s(seconds), out),
            _ => write(&Close::new(link)?, out),
        }
    }

    fn encode_lookup(&mut self, subject: &Subject<'_>, out: &mut [u8]) -> Result<Encoded, Error> {
        if subject.name.contains('"') {
            return Err(Error::Dns(-2)); // no host has such a name, and it cannot be said (§1.1)
        }
        self.lookup = Lookup { pending: true, v6: subject.family, left: 0, found: false };
        match self.grammar() {
            Grammar::Gsm => write(&gsm::dns::Resolve::new(subject.name)?, out),
            _ => write(&Resolve::new(self.context(), subject.name)?, out),
        }
    }

    fn encode_local(&self, out: &mut [u8]) -> Result<Encoded, Error> {
        match self.grammar() {
            Grammar::Standard => write(&GetActive, out),
            Grammar::NbIot => write(&GetAddress { context: self.context() }, out),
            Grammar::Gsm => write(&gsm::context::GetLocalAddress, out),
        }
    }
}

impl Dialect for Quectel {
    const HABITS: Habits = Habits {
        escape: b"",
        terminator: at::TERMINATOR,
        send_result_ms: at::SEND_RESULT_TIMEOUT_MS,
        after_send_fail: None,
        restart_ms: at::READY_TIMEOUT_MS,
        look_again_ms: 1000, // quectel.md §5.3: 1–5 s while a reader waits
        defers: true,
        open_ms: at::OPEN_TIMEOUT_MS,
        resolve_ms: at::RESOLVE_TIMEOUT_MS,
        explains: true,
        contexts: true,
        refused_within_ms: 15_000, // 25 times the longest round trip of §14.5
        // back off instead of looping, and try the whole context anew (quectel.md §2.5)
        attach_pauses: &[200, 5_000, 15_000, 60_000, 300_000],
        opens_before_renewal: Some(5),
        counts: false,
        lingers: true,
        leads: true,
        accepts_lowest: false,
        tls_apart: true,
        reserved: &[
            "+CMEE=",
            "+QIOPEN",
            "+QISEND",
            "+QIRD",
            "+QICLOSE",
            "+QISWTMD",
            "+QICFG=",
            "+QIMUX=",
            "+QINDI=",
            "+QSSLOPEN",
            "+QSSLSEND",
            "+QSSLRECV",
            "+QSSLCLOSE",
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
            Task::Probe(Probe::Settings) => self.common.ask_settings(out),
            Task::Setup(step) => self.encode_setup(step, out),
            Task::Attach(step) => self.encode_attach(step, out),
            Task::Restart => write(&Restart, out),
            Task::Adjust(change) => encode_change(change, out),
            Task::Open { link, .. } => self.encode_open(link, &subject, out),
            Task::Send { link, len, .. } => self.encode_send(link, len, &subject, out),
            Task::Fetch { link, max, .. } => self.encode_fetch(link, max, &subject, out),
            Task::Census if self.grammar() != Grammar::Gsm => write(&GetSockets, out),
            Task::Close { link, .. } => self.encode_close(link, subject.options.tcp.linger, out),
            // nobody waits for what it has sent
            Task::Discard { link } => self.encode_close(link, Some(0), out),
            Task::Explain => write(&GetError, out),
            Task::Resolve => self.encode_lookup(&subject, out),
            Task::Local { .. } => self.encode_local(out),
            Task::CensusTls(_) => self.encode_tls_census(out),
            Task::Prepare { link, step, .. } => self.encode_setting(step, link, &subject, out),
            Task::Survey | Task::Census | Task::Control | Task::Escape => Err(Error::NotSupported),
        }
    }

    fn read(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        self.meaning(line, context)
    }

    fn body(&self, _: &[u8]) -> Option<Body> {
        None // heads are lines of their own
    }

    fn quotes(&self) -> bool {
        self.common.quotes()
    }

    fn forget(&mut self) {
        self.common.forget();
        self.setup = setup::Progress::NEW;
        self.attach = attach::Progress::NEW;
        self.context_down = false;
        self.lookup = Lookup::NONE;
        self.tls = tls::Told::NOTHING;
    }

    fn advance(&mut self, step: u8, result: Result<(), Error>, _: Wanted) -> Step {
        self.after_setup(step, result)
    }

    fn attach(&mut self, on: bool) -> Option<u8> {
        self.begin_attach(on)
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
        self.family.max_read()
    }

    fn surveys(&self) -> bool {
        false
    }

    fn explains(&self, task: Task) -> bool {
        match task {
            Task::Open { .. } | Task::Resolve => true,
            Task::Attach(step) => self.activates(step),
            _ => false,
        }
    }

    fn links(&self, _: Kind, tls: Option<Tls>) -> Range<u8> {
        if tls.is_some() { tls::links() } else { 0..self.family.links() }
    }

    fn needs(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        self.next_tls(link, subject)
    }

    fn prepared(&mut self, step: u8, link: u8, result: Result<(), Error>) -> Result<(), Error> {
        self.after_setting(step, link, result)
    }

    fn reset_pulse(&self) -> u32 {
        self.pulses().reset_ms
    }

    fn capabilities(&self) -> Capabilities {
        let standard = self.grammar() == Grammar::Standard;
        Capabilities {
            links: self.family.links(),
            max_send: self.family.max_send(),
            holds_data: true,
            reports_reset: false,
            ipv6: HAVE_IPV6 && standard,
            ipv6_bound: false,
            listeners: match Kind::LISTENER {
                Some(_) if self.family.has_listener() => self.family.links(),
                _ => 0,
            },
            tcp_options: false,
            linger: standard,
            half_close: false,
            max_datagram: if Kind::DATAGRAM.is_some() { self.family.max_send() } else { 0 },
            udp_unconnected: self.family.has_udp_service(),
            keeps_datagrams: self.family.has_udp_service(),
            sends_empty_datagrams: false,
            receives_empty_datagrams: true,
            #[cfg(feature = "tls")]
            tls: standard,
        }
    }
}

impl CellularDialect for Quectel {
    fn common(&mut self) -> &mut Common {
        &mut self.common
    }

    fn ask(&self, query: Query, out: &mut [u8]) -> Result<Question, Error> {
        self.question(query, out)
    }

    fn pulses(&self) -> Pulses {
        if !self.identified {
            return Pulses::ANY;
        }
        Pulses {
            on_ms: u32::from(self.family.power_on_ms()),
            boot_ms: at::READY_TIMEOUT_MS,
            off_ms: u32::from(self.family.power_off_ms()),
            down_ms: at::POWER_DOWN_TIMEOUT_MS,
            reset_ms: self.family.reset_ms().map_or(Pulses::ANY.reset_ms, u32::from),
        }
    }
}

/// An address of the wanted family, of those that a context has.
fn choose(v6: bool, context_v4: Option<IpAddr>, context_v6: Option<IpAddr>) -> Option<IpAddr> {
    if v6 { context_v6 } else { context_v4 }
}

/// Whether an address is of no one in particular.
fn named(remote: Option<SocketAddr>) -> Option<SocketAddr> {
    remote.filter(|remote| remote.port() != 0)
}
