//! Quectel: the QI-BUF sockets of BG96, EC25 and their kin (Quectel digest §4, §5), and what the
//! QI-NB ones of BC66 have instead (§7); the QI-GSM ones of M95 (§9) are a dialect of their own.

mod close;
mod context;
mod file;
mod gsm;
mod nb;
mod open;
mod options;
mod query;
mod receive;
mod send;
mod server;
mod slot;
mod ssl;
mod state;
mod status;
mod table;
mod transparent;
mod variant;

pub(crate) use gsm::Gsm;
pub use variant::{CommandSet, Variant};

use crate::cellular::{Answer, Command, Core, Dialect, Refusal, run};
use crate::module::{Event, Socket, TcpOptions};
use core::time::Duration;
use slot::Slot;
use std::collections::BTreeMap;

/// The dialect of Quectel modules.
#[derive(Debug)]
pub(crate) struct Quectel {
    variant: Variant,
    /// The sockets, and behind them those with TLS.
    slots: Vec<Option<Slot>>,
    /// The settings of the TLS contexts.
    tls: Vec<ssl::Context>,
    /// The file that is on its way into the module.
    uploading: Option<String>,
    options: options::Options,
    /// `AT+QISDE`, once it was given.
    echoes_payload: Option<bool>,
    /// The command that the port waits for.
    work: Option<Work>,
    /// The send that collects its payload, or waits for its result.
    sending: Option<send::Sending>,
    query: Option<query::Query>,
    /// Clients at listeners that do not accept by themselves.
    waiting: Vec<server::Client>,
    /// The socket that transparent mode is, or was, about.
    transparent: Option<u8>,
    escape: transparent::Escape,
    /// An error that becomes known behind the `OK` of the running command.
    late_error: Option<u16>,
    /// Values of `AT+QCFG`.
    configuration: BTreeMap<&'static str, String>,
    /// What only NB-IoT modules have.
    narrowband: nb::Narrowband,
}

/// What a busy port waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// `AT+QIACT`.
    Activate(u8),
    /// `AT+QIDEACT`.
    Deactivate(u8),
    /// The prompt of a send.
    Prompt,
    /// The result of a send.
    Send,
    /// `AT+QIOPEN` in transparent mode.
    Open(u8),
    /// The time that something takes which has been done.
    Done,
}

impl Quectel {
    pub(crate) fn new(variant: Variant) -> Self {
        Self {
            slots: (0..variant.ids * if variant.tls { 2 } else { 1 }).map(|_| None).collect(),
            tls: vec![ssl::Context::default(); ssl::CONTEXTS.into()],
            uploading: None,
            variant,
            options: options::Options::default(),
            echoes_payload: None,
            work: None,
            sending: None,
            query: None,
            waiting: Vec::new(),
            transparent: None,
            escape: transparent::Escape::default(),
            late_error: None,
            configuration: BTreeMap::new(),
            narrowband: nb::Narrowband::default(),
        }
    }

    /// Whether the commands are those of NB-IoT modules.
    fn is_narrowband(&self) -> bool {
        self.variant.commands == CommandSet::Nb
    }

    fn slot(&self, id: u8) -> Option<&Slot> {
        self.slots.get(usize::from(id))?.as_ref()
    }

    fn slot_mut(&mut self, id: u8) -> Option<&mut Slot> {
        self.slots.get_mut(usize::from(id))?.as_mut()
    }

    /// Every id in use.
    fn iter(&self) -> impl Iterator<Item = (u8, &Slot)> {
        (0..).zip(&self.slots).filter_map(|(id, slot)| Some((id, slot.as_ref()?)))
    }

    fn find(&self, socket: Socket) -> Option<u8> {
        self.iter().find(|(_, slot)| slot.socket == socket && !slot.gone).map(|(id, _)| id)
    }
}

impl Dialect for Quectel {
    fn execute(&mut self, core: &mut Core, command: &Command) -> Option<Answer> {
        let table = if self.is_narrowband() { nb::COMMANDS } else { table::COMMANDS };
        let answer = run(table, command, |handler| handler(self, core, command))?;
        let socket = command.name.starts_with("+QI") || command.name.starts_with("+QSSL");
        let counts =
            socket && !matches!(command.name.as_str(), "+QIGETERROR" | "+QINISTAT" | "+QINDCFG");
        if !counts {
            return Some(answer);
        }
        // Every TCP/IP command leaves its own error behind (Quectel digest §5.9).
        core.last_error = self.late_error.take().unwrap_or(0);
        Some(match answer {
            Err(Refusal::Error) => Err(Refusal::Tcp(552)),
            answer => answer,
        })
    }

    fn conclude(&mut self, core: &mut Core) -> Answer {
        self.finish_work(core)
    }

    fn payload(&mut self, core: &mut Core, data: Option<Vec<u8>>) {
        match (self.uploading.take(), data) {
            (Some(name), Some(data)) => Self::uploaded(core, name, data),
            (_, data) => self.payload_complete(core, data),
        }
    }

    fn raw(&mut self, core: &mut Core, bytes: &[u8]) {
        self.pass_bytes(core, bytes);
    }

    fn event(&mut self, core: &mut Core, event: Event) {
        self.take_event(core, event);
    }

    fn deadline(&self) -> Option<Duration> {
        let query = self.query.as_ref().and_then(|query| query.deadline);
        [query, self.escape.leave_at, self.narrowband.deadline()].into_iter().flatten().min()
    }

    fn run(&mut self, core: &mut Core) {
        self.run_query(core);
        let now = core.now();
        if self.escape.leave_at.is_some_and(|at| at <= now) {
            self.leave_transparent(core, true);
        }
        self.run_narrowband(core);
    }

    fn push(&mut self, core: &mut Core) {
        self.push_data(core);
    }

    fn waits_for_line(&self, core: &Core) -> bool {
        self.has_pushes_waiting(core)
    }

    fn window(&self, core: &Core, socket: Socket) -> usize {
        self.room(core, socket)
    }

    fn context_up(&mut self, core: &mut Core, cid: u8) {
        self.announce_address(core, cid);
    }

    fn context_lost(&mut self, core: &mut Core, cid: u8) {
        self.lose_sockets(core, cid);
        self.attach_again(core);
    }

    fn context_down(&mut self, core: &mut Core, cid: u8) {
        self.close_sockets(core, cid);
    }

    fn context_stray(&mut self, core: &mut Core, cid: u8) {
        core.chip.write(format!("\r\n+QIURC: \"pdpdeact\",{cid}\r\n"));
    }

    fn power_lost(&mut self, core: &mut Core) {
        self.forget_sockets(core);
        let configuration = core::mem::take(&mut self.configuration);
        let options = core::mem::take(&mut self.options);
        *self = Self { configuration, ..Self::new(self.variant.clone()) };
        if self.is_narrowband() {
            // These are in flash (Quectel digest §7).
            self.options = options;
        }
    }

    fn link_options(&self, id: usize) -> Option<TcpOptions> {
        self.tcp_options(id)
    }
}
