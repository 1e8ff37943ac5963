//! `AT+QIOPEN`, whose result is a line of words: `0, CONNECT OK` (Quectel digest §9).

use super::super::close::Ending;
use super::super::slot::{Service, Slot, State};
use super::Gsm;
use crate::cellular::{Answer, Command, Core, Refusal, ok};
use crate::module::{Family, Request, Socket, Transport};
use core::net::IpAddr;

impl Gsm {
    /// `AT+QIOPEN=[<n>,]"TCP|UDP","<host>",<port>`.
    pub(crate) fn open(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        let (id, at) = self.index(command)?;
        arguments.expect(at + 3..=at + 3)?;
        let service = Service::from_text(&arguments.need_text(at)?);
        let service = service.filter(|it| it.is_connected()).ok_or(Refusal::Error)?;
        let host = arguments.need_text(at + 1)?;
        let port: u16 = arguments.word(at + 2)?.parse().map_err(|_| Refusal::Error)?;
        let address = host.parse::<IpAddr>().ok();
        let named = self.switches.get("+QIDNSIP") == 1;
        if port == 0 || host.is_empty() || (address.is_none() && !named) {
            return Err(Refusal::Error);
        }
        if !self.stack.is_active() {
            return Err(Refusal::Error);
        }
        match self.slot(id) {
            None => {}
            // What the peer has closed is free for the next one.
            Some(slot) if slot.state == State::Closing && !slot.gone => {
                self.end(core, id, Ending::Close);
            }
            // What could not be opened, or is gone otherwise, is not (Quectel digest Q15).
            Some(_) => {
                core.urc_afterwards(self.about(id, "ALREADY CONNECT"));
                return ok();
            }
        }
        let socket = core.new_socket();
        let mut slot = Slot::new(service, socket, id, 1);
        slot.remote.set_port(port);
        slot.gone = core.quirks.unanswered_opens > 0;
        self.slots[usize::from(id)] = Some(slot);
        if core.quirks.unanswered_opens > 0 {
            core.quirks.unanswered_opens -= 1;
            return ok();
        }
        match address {
            Some(address) => {
                if !self.connect(core, id, address) {
                    core.urc_afterwards(self.about(id, "CONNECT FAIL"));
                }
            }
            None => {
                if let Some(slot) = self.slot_mut(id) {
                    slot.name = Some(host.clone());
                }
                core.request(Request::Resolve { name: host, family: Family::V4 });
            }
        }
        ok()
    }

    /// Connects a socket whose peer is known; false if there is no way to it.
    fn connect(&mut self, core: &mut Core, id: u8, address: IpAddr) -> bool {
        let Some(slot) = self.slot_mut(id) else { return false };
        slot.remote.set_ip(address);
        if address.is_ipv6() {
            slot.gone = true;
            slot.state = State::Closing;
            return false;
        }
        let (socket, remote) = (slot.socket, slot.remote);
        let transport = if slot.service == Service::Udp { Transport::Udp } else { Transport::Tcp };
        core.request(Request::Connect { socket, transport, remote, local_port: 0, tls: None });
        true
    }

    /// A name is known that sockets wait for.
    pub(crate) fn resolved_for_open(&mut self, core: &mut Core, name: &str, found: &[IpAddr]) {
        let waits = |slot: &Slot| slot.name.as_deref() == Some(name);
        let waiting: Vec<u8> =
            self.iter().filter(|(_, slot)| waits(slot)).map(|(id, _)| id).collect();
        for id in waiting {
            if let Some(slot) = self.slot_mut(id) {
                slot.name = None;
            }
            let connects = found.first().is_some_and(|address| self.connect(core, id, *address));
            if !connects {
                self.failed(core, id);
            }
        }
    }

    /// The network has opened a socket.
    pub(crate) fn connected(&mut self, core: &mut Core, socket: Socket, local_port: u16) {
        let Some(id) = self.find(socket) else { return };
        if let Some(slot) = self.slot_mut(id) {
            slot.state = State::Connected;
            slot.was_open = true;
            slot.local_port = local_port;
        }
        core.urc(self.about(id, "CONNECT OK"));
    }

    pub(crate) fn connect_failed(&mut self, core: &mut Core, socket: Socket) {
        if let Some(id) = self.find(socket) {
            self.failed(core, id);
        }
    }

    /// A socket could not be opened; its id stays in use.
    pub(crate) fn failed(&mut self, core: &mut Core, id: u8) {
        if let Some(slot) = self.slot_mut(id) {
            slot.gone = true;
            slot.state = State::Closing;
        }
        core.urc(self.about(id, "CONNECT FAIL"));
    }
}
