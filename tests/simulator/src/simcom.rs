//! SIMCom: the CA sockets of SIM7070, SIM7080 and SIM7090 (Quectel digest §15.2).
//!
//! TCP clients and look-ups. Datagrams, servers, TLS and pushed data are not simulated.

mod context;
mod lookup;
mod module;
mod open;
mod receive;
mod send;
mod slot;
mod table;
mod variant;

pub use variant::Variant;

use crate::cellular::{Answer, Command, Core, Dialect, Outcome, ok, run};
use crate::module::{Event, Request, Socket};
use core::time::Duration;
use slot::{Slot, State};

/// The dialect of SIMCom modules.
#[derive(Debug)]
pub(crate) struct SimCom {
    variant: Variant,
    slots: Vec<Option<Slot>>,
    /// The command that the port waits for.
    work: Option<Work>,
    /// The send that collects its payload, or waits for room.
    sending: Option<send::Sending>,
    /// The name that is looked up.
    lookup: Option<String>,
    /// A context that is about to come or to go.
    change: Option<context::Change>,
}

/// What a busy port waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    /// The prompt of a send.
    Prompt,
    /// The result of a send.
    Send,
    /// The result of an open.
    Open(u8),
    /// The time that something takes which has been done.
    Done,
    /// The end.
    Off,
}

impl SimCom {
    pub(crate) fn new(variant: Variant) -> Self {
        Self {
            slots: (0..variant.ids).map(|_| None).collect(),
            variant,
            work: None,
            sending: None,
            lookup: None,
            change: None,
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
        self.iter().find(|(_, slot)| slot.socket == socket).map(|(id, _)| id)
    }

    /// Every socket that is open is closed for the host, and forgotten by the network.
    fn close_all(&mut self, core: &mut Core, context: u8) {
        let ids: Vec<u8> =
            self.iter().filter(|it| it.1.context == context).map(|it| it.0).collect();
        for id in ids {
            let Some(slot) = self.slot_mut(id) else { continue };
            let (socket, before) = (slot.socket, slot.state);
            slot.state = State::Closed;
            slot.gone = true;
            match before {
                State::Closed => {}
                State::Opening => {
                    core.request(Request::Abandon { socket });
                    self.opened(core, id, 21);
                }
                State::Connected => {
                    core.request(Request::Abandon { socket });
                    core.urc(format!("+CASTATE: {id},0"));
                }
            }
        }
    }
}

impl Dialect for SimCom {
    fn execute(&mut self, core: &mut Core, command: &Command) -> Option<Answer> {
        run(table::COMMANDS, command, |handler| handler(self, core, command))
    }

    fn conclude(&mut self, core: &mut Core) -> Answer {
        match self.work.take() {
            Some(Work::Prompt) => {
                self.write_prompt(core);
                Ok(Outcome::Later)
            }
            Some(Work::Send) => self.finish_send(core),
            Some(waiting @ (Work::Open(_) | Work::Off)) => {
                self.work = Some(waiting);
                Ok(Outcome::Later)
            }
            Some(Work::Done) | None => ok(),
        }
    }

    fn payload(&mut self, core: &mut Core, data: Option<Vec<u8>>) {
        self.payload_complete(core, data);
    }

    fn event(&mut self, core: &mut Core, event: Event) {
        match event {
            Event::Resolved { name, addresses } => {
                self.resolved_for_open(core, &name, &addresses);
                self.resolved_for_lookup(core, &name, &addresses);
            }
            Event::Connected { socket, .. } => self.connected(core, socket),
            Event::Failed { socket, failure } => self.connect_failed(core, socket, failure),
            Event::Acknowledged { socket, bytes } => self.acknowledged(core, socket, bytes),
            Event::Data { socket, data } => self.stream_data(core, socket, &data),
            Event::Fin { socket } | Event::Reset { socket } => self.peer_closed(core, socket),
            _ => {}
        }
    }

    fn deadline(&self) -> Option<Duration> {
        self.change.as_ref().map(|change| change.at)
    }

    fn run(&mut self, core: &mut Core) {
        self.run_change(core);
    }

    fn window(&self, core: &Core, socket: Socket) -> usize {
        match self.find(socket).and_then(|id| self.slot(id)) {
            Some(slot) if slot.state == State::Connected => {
                core.chip.profile.window.saturating_sub(slot.bytes.len())
            }
            _ => 0,
        }
    }

    fn context_lost(&mut self, core: &mut Core, cid: u8) {
        self.close_all(core, cid);
        Self::report_context(core, cid, false);
    }

    fn context_down(&mut self, core: &mut Core, cid: u8) {
        self.close_all(core, cid);
    }

    fn power_lost(&mut self, core: &mut Core) {
        for slot in self.slots.iter().flatten().filter(|slot| !slot.gone) {
            core.request(Request::Abandon { socket: slot.socket });
        }
        *self = Self::new(self.variant.clone());
    }

    fn prompt(&self, core: &Core) -> &'static str {
        core.quirks.prompt.unwrap_or("\r\n>")
    }
}
