//! Receiving: notices, `AT+QIRD`, and push (Quectel digest §9).

use super::super::slot::{Service, State};
use super::Gsm;
use crate::cellular::{Answer, Command, Core, Outcome, Phase, Refusal, ok, shown};
use crate::module::Socket;
use core::net::SocketAddr;

impl Gsm {
    /// Whether received data go out by themselves (`AT+QINDI=0`).
    pub(crate) fn pushes(&self) -> bool {
        self.switches.get("+QINDI") == 0
    }

    /// Bytes of a stream arrived.
    pub(crate) fn stream_data(&mut self, core: &mut Core, socket: Socket, data: &[u8]) {
        let Some(id) = self.find(socket) else { return };
        if let Some(slot) = self.slot_mut(id) {
            slot.bytes.extend(data);
            slot.received += data.len();
            slot.arrivals += 1;
        }
        self.announce(core, id, data.len());
    }

    /// A datagram arrived; what does not fit, or comes from somebody else, is lost.
    pub(crate) fn datagram(
        &mut self,
        core: &mut Core,
        socket: Socket,
        from: SocketAddr,
        data: Vec<u8>,
    ) {
        let Some(id) = self.find(socket) else { return };
        let most = core.chip.profile.window;
        let Some(slot) = self.slot_mut(id) else { return };
        if slot.remote != from || slot.unread() + data.len() > most {
            return;
        }
        let length = data.len();
        slot.received += length;
        slot.datagrams.push_back((from, data));
        slot.arrivals += 1;
        self.announce(core, id, length);
    }

    /// Tells the host that data came: with counters every time, without them once until a read
    /// finds nothing.
    fn announce(&mut self, core: &mut Core, id: u8, length: usize) {
        let (mode, context) = (self.switches.get("+QINDI"), self.switches.get("+QIFGCNT"));
        let Some(slot) = self.slot_mut(id) else { return };
        let armed = core::mem::replace(&mut slot.armed, false);
        let text = match mode {
            1 if armed => format!("+QIRDI: {context},1,{id}"),
            2 => {
                let (number, total) = (slot.arrivals, slot.unread());
                format!("+QIRDI: {context},1,{id},{number},{length},{total}")
            }
            _ => return,
        };
        let notices = match (core.quirks.no_notices, core.quirks.doubled_notices) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        for _ in 0..notices {
            core.urc(&text);
        }
    }

    /// `AT+QIRD=<context>,1,<n>,<length>`; 2 would be a server.
    pub(crate) fn read(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(4..=4)?;
        let context = self.switches.get("+QIFGCNT");
        arguments.need(0, context..=context)?;
        arguments.need(1, 1..=1)?;
        let last = if self.is_multiplexed() { i64::from(self.variant.ids) - 1 } else { 0 };
        let id = arguments.need(2, 0..=last)? as u8;
        let most = self.variant.read_max;
        let wanted = arguments.need(3, 1..=most as i64)? as usize;
        let wanted = wanted.min(core.quirks.short_reads.unwrap_or(most));
        let slot = self.slot_mut(id).filter(|slot| slot.was_open).ok_or(Refusal::Error)?;
        let empty = slot.is_drained();
        let data = slot.take(wanted, false);
        if slot.is_drained() {
            slot.arrivals = 0;
        }
        if empty {
            slot.armed = true;
            return ok();
        }
        let (ip, port) = (shown(slot.remote.ip()), slot.remote.port());
        let (service, length) = (slot.service.text(), data.len());
        let header = format!("\r\n+QIRD: {ip}:{port},{service},{length}\r\n");
        let end: &[u8] = match core.quirks.blank_line_behind_data {
            true => b"\r\n\r\nOK\r\n",
            false => b"\r\nOK\r\n",
        };
        core.chip.write([header.as_bytes(), &data, end].concat());
        core.rest();
        Ok(Outcome::Later)
    }

    /// Writes received data while the line has room.
    pub(crate) fn push_data(&mut self, core: &mut Core) {
        if !self.pushes() || matches!(core.phase, Phase::Off | Phase::Payload(_)) {
            return;
        }
        for id in 0..self.variant.ids {
            while core.chip.output.backlog() < core.chip.profile.transmit_ring {
                let Some(chunk) = self.next_push(id) else { break };
                core.chip.write(chunk);
            }
            self.report_close(core, id);
        }
    }

    /// The next write of pushed data of a socket.
    fn next_push(&mut self, id: u8) -> Option<Vec<u8>> {
        let most = self.variant.read_max;
        let (several, headed) = (self.is_multiplexed(), self.switches.get("+QIHEAD") == 1);
        let slot = self.slot_mut(id)?;
        if slot.is_drained() {
            return None;
        }
        let data = slot.take(most, false);
        slot.arrivals = 0;
        slot.armed = true;
        let length = data.len();
        let header = match (several, headed) {
            (true, _) => format!("\r\n+RECEIVE: {id}, {length}\r\n"),
            (false, true) => format!("IPD{length}:"),
            (false, false) => String::new(),
        };
        Some([header.as_bytes(), &data].concat())
    }

    /// Whether pushed data wait for room on the line.
    pub(crate) fn has_pushes_waiting(&self, core: &Core) -> bool {
        let allowed = self.pushes() && !matches!(core.phase, Phase::Off | Phase::Payload(_));
        allowed && self.iter().any(|(_, slot)| !slot.is_drained())
    }

    /// How many bytes a connection can take.
    pub(crate) fn room(&self, core: &Core, socket: Socket) -> usize {
        let slot = self.find(socket).and_then(|id| self.slot(id));
        match slot {
            Some(slot) if slot.state == State::Connected && slot.service == Service::Tcp => {
                core.chip.profile.window.saturating_sub(slot.bytes.len())
            }
            _ => 0,
        }
    }
}
