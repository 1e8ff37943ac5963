//! `AT+CAOPEN`, `AT+CACLOSE`, `AT+CASTATE?`, and peers that close (Quectel digest §15.2).

use super::slot::{Slot, State};
use super::{SimCom, Work};
use crate::cellular::{Answer, Command, Core, Owner, Refusal, line, lines, ok};
use crate::module::{Failure, Family, Request, Socket, Transport};
use core::net::{IpAddr, SocketAddr};

impl SimCom {
    /// The id that a command names first.
    pub(crate) fn id(&self, command: &Command) -> Result<u8, Refusal> {
        Ok(command.arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8)
    }

    pub(crate) fn open(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(5..=6)?;
        let id = self.id(command)?;
        let context = arguments.need(1, 0..=3)? as u8 + 1;
        let transport = arguments.need_text(2)?;
        let host = arguments.need_text(3)?;
        let port = arguments.need(4, 1..=65_535)? as u16;
        arguments.number(5, 0..=0)?; // data are pushed with 1
        if self.slot(id).is_some() {
            return Err(Refusal::Cme(3));
        }
        if !transport.eq_ignore_ascii_case("TCP") {
            return self.refuse_open(core, id, 7);
        }
        if !core.context(context).is_some_and(|context| context.active) {
            return self.refuse_open(core, id, 21);
        }
        let mut slot = Slot::new(core.new_socket(), context, port);
        match host.parse::<IpAddr>() {
            Ok(address) => {
                self.slots[usize::from(id)] = Some(slot);
                self.connect(core, id, address);
            }
            Err(_) => {
                slot.name = Some(host.clone());
                self.slots[usize::from(id)] = Some(slot);
                core.request(Request::Resolve { name: host, family: Family::V4 });
            }
        }
        if self.variant.answers_open_at_once {
            return ok();
        }
        self.work = Some(Work::Open(id));
        core.work(Owner::Dialect, None)
    }

    /// An open that fails before anything is done.
    fn refuse_open(&self, core: &mut Core, id: u8, error: u16) -> Answer {
        let text = format!("+CAOPEN: {id},{error}");
        if self.variant.answers_open_at_once {
            core.urc_afterwards(text);
            return ok();
        }
        line(text)
    }

    fn connect(&mut self, core: &mut Core, id: u8, address: IpAddr) {
        let Some(slot) = self.slot_mut(id) else { return };
        slot.name = None;
        let (socket, remote) = (slot.socket, SocketAddr::new(address, slot.port));
        let transport = Transport::Tcp;
        core.request(Request::Connect { socket, transport, remote, local_port: 0, tls: None });
    }

    /// A name is known that sockets wait for.
    pub(crate) fn resolved_for_open(&mut self, core: &mut Core, name: &str, found: &[IpAddr]) {
        let waits =
            |slot: &Slot| slot.name.as_deref() == Some(name) && slot.state == State::Opening;
        let ids: Vec<u8> = self.iter().filter(|(_, slot)| waits(slot)).map(|it| it.0).collect();
        for id in ids {
            match found.first() {
                Some(address) => self.connect(core, id, *address),
                None => self.opened(core, id, 20),
            }
        }
    }

    /// The network has opened a socket.
    pub(crate) fn connected(&mut self, core: &mut Core, socket: Socket) {
        let Some(id) = self.find(socket) else { return };
        if let Some(slot) = self.slot_mut(id) {
            slot.state = State::Connected;
        }
        self.opened(core, id, 0);
    }

    pub(crate) fn connect_failed(&mut self, core: &mut Core, socket: Socket, failure: Failure) {
        let Some(id) = self.find(socket) else { return };
        self.opened(core, id, if failure == Failure::Refused { 23 } else { 27 });
    }

    /// Reports the result of an open; a failed one leaves its id free.
    pub(crate) fn opened(&mut self, core: &mut Core, id: u8, error: u16) {
        if error != 0 {
            self.slots[usize::from(id)] = None;
        }
        let text = format!("+CAOPEN: {id},{error}");
        if self.work == Some(Work::Open(id)) {
            self.work = None;
            return core.finish(line(text));
        }
        core.urc(text);
    }

    /// The peer closed or reset a connection: what came before stays readable, as a rule.
    pub(crate) fn peer_closed(&mut self, core: &mut Core, socket: Socket) {
        let Some(id) = self.find(socket) else { return };
        let forgets = self.variant.forgets_when_closed;
        let Some(slot) = self.slot_mut(id).filter(|slot| slot.state == State::Connected) else {
            return;
        };
        slot.state = State::Closed;
        if forgets {
            slot.bytes.clear();
        }
        core.urc(format!("+CASTATE: {id},0"));
        self.resume_sending(core, id);
    }

    pub(crate) fn show_states(&mut self, _core: &mut Core, _command: &Command) -> Answer {
        let known = self.iter().filter(|(_, slot)| slot.state != State::Opening);
        let list = known.map(|(id, slot)| {
            format!("+CASTATE: {id},{}", u8::from(slot.state == State::Connected))
        });
        lines(list.collect::<Vec<_>>())
    }

    pub(crate) fn close(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(1..=1)?;
        let id = self.id(command)?;
        let slot = self.slots[usize::from(id)].take().ok_or(Refusal::Cme(3))?;
        let socket = slot.socket;
        match slot.state {
            State::Opening => core.request(Request::Abandon { socket }),
            State::Closed if slot.gone => {}
            // a peer that has closed waits for the other side to close, too
            State::Connected | State::Closed => core.request(Request::Close { socket }),
        }
        if slot.state != State::Connected {
            return ok();
        }
        self.work = Some(Work::Done);
        let time = core.pace.close;
        core.work(Owner::Dialect, Some(time))
    }
}
