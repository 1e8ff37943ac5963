//! The old 2G modules: QI-GSM, that of M95 and its kin (Quectel digest §9).
//!
//! One foreground context, one TCP/IP stack that is started and activated, and results that are
//! words (`0, CONNECT OK`) instead of numbers.

mod close;
mod names;
mod open;
mod receive;
mod send;
mod stack;
mod status;
mod switches;
mod table;
mod variant;

use super::slot::Slot;
use super::variant::Variant;
use crate::cellular::{Answer, Command, Core, Dialect, Outcome, Refusal, run};
use crate::module::{Event, Request, Socket, TcpOptions};
use core::time::Duration;

/// The dialect of the old Quectel modules.
#[derive(Debug)]
pub(crate) struct Gsm {
    variant: Variant,
    slots: Vec<Option<Slot>>,
    stack: stack::Stack,
    switches: switches::Switches,
    work: Option<Work>,
    /// The send that collects its payload, or waits for its result.
    sending: Option<send::Sending>,
    /// The name that `AT+QIDNSGIP` asked for.
    lookup: Option<String>,
}

/// What a busy port waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// `AT+QIACT`.
    Activate,
    /// `AT+QIDEACT`.
    Deactivate,
    /// The prompt of a send.
    Prompt,
    /// The result of a send.
    Send,
    /// `AT+QICLOSE`.
    Close(u8),
}

impl Gsm {
    pub(crate) fn new(variant: Variant) -> Self {
        Self {
            slots: (0..variant.ids).map(|_| None).collect(),
            variant,
            stack: stack::Stack::Initial,
            switches: switches::Switches::default(),
            work: None,
            sending: None,
            lookup: None,
        }
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

    /// Whether there are several sockets, told apart by their index (`AT+QIMUX=1`).
    fn is_multiplexed(&self) -> bool {
        self.switches.get("+QIMUX") == 1
    }

    /// The id that a command is about: its first parameter, if there are several sockets. Also
    /// returns how many parameters that took.
    fn index(&self, command: &Command) -> Result<(u8, usize), Refusal> {
        if !self.is_multiplexed() {
            return Ok((0, 0));
        }
        let id = command.arguments.need(0, 0..=i64::from(self.variant.ids) - 1)?;
        Ok((id as u8, 1))
    }

    /// A result or report about a socket, with its index if there are several.
    fn about(&self, id: u8, text: &str) -> String {
        if self.is_multiplexed() { format!("{id}, {text}") } else { text.to_owned() }
    }

    /// Finishes a command with something else than `OK`.
    fn say(core: &mut Core, text: &str) -> Answer {
        core.write_answer(&[], text);
        core.rest();
        Ok(Outcome::Later)
    }

    fn take_event(&mut self, core: &mut Core, event: Event) {
        match event {
            Event::Resolved { name, addresses } => {
                self.resolved_for_open(core, &name, &addresses);
                self.resolved_for_lookup(core, &name, &addresses);
            }
            Event::Connected { socket, local_port } => self.connected(core, socket, local_port),
            Event::Failed { socket, .. } => self.connect_failed(core, socket),
            Event::Acknowledged { socket, bytes } => self.acknowledged(socket, bytes),
            Event::Data { socket, data } => self.stream_data(core, socket, &data),
            Event::Datagram { socket, from, data } => self.datagram(core, socket, from, data),
            Event::Fin { socket } | Event::Reset { socket } => self.peer_closed(core, socket),
            Event::Incoming { token, .. } => core.request(Request::Decline { token }),
            Event::Control { .. }
            | Event::Withdrawn { .. }
            | Event::Pong { .. }
            | Event::Sent { .. } => {}
        }
    }
}

impl Dialect for Gsm {
    fn execute(&mut self, core: &mut Core, command: &Command) -> Option<Answer> {
        if command.name == "+CEREG" {
            // There is no LTE to be registered with, in whatever form that is asked.
            return Some(Err(Refusal::Error));
        }
        run(table::COMMANDS, command, |handler| handler(self, core, command))
    }

    fn conclude(&mut self, core: &mut Core) -> Answer {
        match self.work.take() {
            Some(Work::Activate) => self.activated(core),
            Some(Work::Deactivate) => self.deactivated(core),
            Some(Work::Prompt) => {
                self.write_prompt(core);
                Ok(Outcome::Later)
            }
            Some(Work::Send) => self.finish_send(core),
            Some(Work::Close(id)) => Self::say(core, &self.about(id, "CLOSE OK")),
            None => Err(Refusal::Error),
        }
    }

    fn payload(&mut self, core: &mut Core, data: Option<Vec<u8>>) {
        self.payload_complete(core, data);
    }

    fn event(&mut self, core: &mut Core, event: Event) {
        self.take_event(core, event);
    }

    fn deadline(&self) -> Option<Duration> {
        None
    }

    fn run(&mut self, _core: &mut Core) {}

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
        self.adopt_context(core, cid);
    }

    fn context_lost(&mut self, core: &mut Core, cid: u8) {
        self.lose_stack(core, cid);
    }

    fn context_down(&mut self, core: &mut Core, cid: u8) {
        self.stop_stack(core, cid);
    }

    fn power_lost(&mut self, core: &mut Core) {
        self.forget_sockets(core);
        *self = Self::new(self.variant.clone());
    }

    fn link_options(&self, id: usize) -> Option<TcpOptions> {
        let slot = self.slot(u8::try_from(id).ok()?)?;
        slot.service.is_stream().then(TcpOptions::default)
    }
}
