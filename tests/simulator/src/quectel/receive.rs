//! Receiving: notices, `AT+QIRD`, and direct push (Quectel digest §5.3, §5.4).

use super::Quectel;
use super::slot::{Access, Service, Slot, State};
use crate::cellular::{Answer, Command, Core, Phase, Rearm, Refusal, lines, shown};
use crate::cellular::{Outcome, line};
use crate::module::Socket;
use core::net::SocketAddr;

impl Quectel {
    /// Bytes of a stream arrived.
    pub(crate) fn stream_data(&mut self, core: &mut Core, socket: Socket, data: &[u8]) {
        let Some(id) = self.find(socket) else { return };
        let most = core.chip.profile.window;
        let Some(slot) = self.slot_mut(id) else { return };
        let room = match core.quirks.drops_overflow {
            true => most.saturating_sub(slot.bytes.len()),
            false => data.len(),
        };
        let kept = data.len().min(room);
        slot.bytes.extend(&data[..kept]);
        slot.received += kept;
        self.announce(core, id);
        if kept < data.len() {
            self.report_overflow(core, id);
        }
    }

    /// A datagram arrived; what does not fit is lost, and so is what a connected socket has not
    /// asked for.
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
        if slot.service == Service::Udp && slot.remote != from {
            return;
        }
        if slot.unread() + data.len() > most {
            return self.report_overflow(core, id);
        }
        slot.received += data.len();
        slot.datagrams.push_back((from, data));
        self.announce(core, id);
    }

    /// Tells the host that data are lost, once until it reads.
    fn report_overflow(&mut self, core: &mut Core, id: u8) {
        let Some(slot) = self.slot_mut(id) else { return };
        if core.quirks.drops_overflow && !slot.overflowed {
            slot.overflowed = true;
            core.urc(format!("+QIURC: \"recv\",{id},\"buff full\""));
        }
    }

    /// Tells the host that there is something to read, if it has read everything before.
    fn announce(&mut self, core: &mut Core, id: u8) {
        let (family, shown) = self.shown(id);
        let with_length = self.options.get("recvind") == 1 || self.options.get("showlength") == 1;
        let with_length = with_length && !self.is_tls(id);
        let Some(slot) = self.slot_mut(id) else { return };
        if slot.access != Access::Buffer || !slot.armed || slot.is_drained() {
            return;
        }
        slot.armed = false;
        let length = if with_length { format!(",{}", slot.unread()) } else { String::new() };
        let notices = match (core.quirks.no_notices, core.quirks.doubled_notices) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        for _ in 0..notices {
            core.urc(format!("{family}URC: \"recv\",{shown}{length}"));
        }
    }

    pub(crate) fn read(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=2)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        let most = self.variant.read_max;
        let wanted = arguments.number(1, 0..=most as i64)?.map(|wanted| wanted as usize);
        let slot = self.slot(id).filter(|slot| slot.was_open).ok_or(Refusal::Tcp(567))?;
        if slot.access != Access::Buffer || slot.service == Service::TcpListener {
            return Err(Refusal::Tcp(572));
        }
        if wanted == Some(0) {
            let (received, read) = (slot.received, slot.read);
            return line(format!("+QIRD: {received},{read},{}", received - read));
        }
        let wanted = wanted.unwrap_or(most).min(core.quirks.short_reads.unwrap_or(most));
        let rearm = core.quirks.rearm;
        self.take(id, wanted, rearm)
    }

    pub(crate) fn take(&mut self, id: u8, wanted: usize, rearm: Rearm) -> Answer {
        let joins = self.options.get("udp/readmode") == 1;
        let with_rest = self.options.get("showlength") == 1;
        let Some(slot) = self.slot_mut(id) else { return Err(Refusal::Tcp(567)) };
        let found = !slot.is_drained();
        slot.overflowed = false;
        let (data, sender) = match slot.service {
            Service::AnyUdp => match slot.datagrams.pop_front() {
                Some((from, data)) => {
                    slot.read += data.len();
                    (data, Some(from))
                }
                None => (Vec::new(), None),
            },
            _ => (slot.take(wanted, joins), None),
        };
        slot.armed |= match rearm {
            Rearm::LeavesNothing => slot.is_drained(),
            Rearm::FoundNothing => !found,
        };
        let rest = slot.unread();
        let tls = slot.service == Service::Ssl;
        let header = match sender {
            None if tls => format!("+QSSLRECV: {}", data.len()),
            None if with_rest && !data.is_empty() => format!("+QIRD: {},{rest}", data.len()),
            Some(from) => {
                let (ip, port) = (shown(from.ip()), from.port());
                format!("+QIRD: {},\"{ip}\",{port}", data.len())
            }
            None => format!("+QIRD: {}", data.len()),
        };
        if data.is_empty() && sender.is_none() {
            return lines([header]);
        }
        // The formats of `AT+QICFG` are for the other sockets.
        Ok(Outcome::Lines(if tls { vec![header.into(), data] } else { self.body(header, data) }))
    }

    /// A header and its data, in the format that the host has chosen.
    fn body(&self, header: String, data: Vec<u8>) -> Vec<Vec<u8>> {
        let data = match self.options.second("dataformat") {
            1 => data.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes(),
            _ => data,
        };
        if self.options.get("viewmode") == 1 {
            vec![[header.as_bytes(), b",", &data].concat()]
        } else {
            vec![header.into_bytes(), data]
        }
    }

    /// Direct push and transparent mode: writes received data while the line has room.
    pub(crate) fn push_data(&mut self, core: &mut Core) {
        let transparent = matches!(core.phase, Phase::Transparent);
        if matches!(core.phase, Phase::Off | Phase::Payload(_)) {
            return;
        }
        for id in 0..self.slots.len() as u8 {
            let passing = transparent && self.transparent == Some(id);
            if transparent != passing {
                continue;
            }
            while core.chip.output.backlog() < core.chip.profile.transmit_ring {
                let Some(chunk) = self.next_push(core, id, passing) else { break };
                core.chip.write(chunk);
            }
            self.report_close(core, id);
        }
    }

    /// The next write of pushed data of a socket.
    fn next_push(&mut self, core: &Core, id: u8, passing: bool) -> Option<Vec<u8>> {
        let most = self.variant.read_max;
        let (family, shown_id) = self.shown(id);
        let slot = self.slot_mut(id)?;
        if !slot.pushes() || slot.is_drained() {
            return None;
        }
        if passing {
            return Some(slot.take(most, false));
        }
        if slot.access != Access::Push {
            return None;
        }
        let (data, sender) = match slot.service {
            Service::AnyUdp => {
                let (from, data) = slot.datagrams.pop_front()?;
                slot.read += data.len();
                (data, format!(",\"{}\",{}", shown(from.ip()), from.port()))
            }
            _ => (slot.take(most, false), String::new()),
        };
        let header = format!("{family}URC: \"recv\",{shown_id},{}{sender}", data.len());
        if core.quirks.quoted_push {
            return Some([b"\r\n", header.as_bytes(), b",\"", &data, b"\"\r\n"].concat());
        }
        let mut chunk = b"\r\n".to_vec();
        let lines = match self.is_tls(id) {
            true => vec![header.into_bytes(), data],
            false => self.body(header, data),
        };
        for line in lines {
            chunk.extend(line);
            chunk.extend(b"\r\n");
        }
        Some(chunk)
    }

    /// Whether pushed data wait for room on the line.
    pub(crate) fn has_pushes_waiting(&self, core: &Core) -> bool {
        let allowed = !matches!(core.phase, Phase::Off | Phase::Payload(_) | Phase::Transparent);
        let passing = |id| matches!(core.phase, Phase::Transparent) && self.transparent == Some(id);
        self.iter().any(|(id, slot)| {
            let can = (allowed && slot.access == Access::Push) || passing(id);
            can && slot.pushes() && !slot.is_drained()
        })
    }

    /// How many bytes a connection can take.
    pub(crate) fn room(&self, core: &Core, socket: Socket) -> usize {
        let slot = self.find(socket).and_then(|id| self.slot(id));
        match slot {
            // What comes is acknowledged, whether it fits or not.
            Some(slot) if slot.state == State::Connected && core.quirks.drops_overflow => {
                core.chip.profile.window
            }
            Some(slot) if slot.state == State::Connected => {
                core.chip.profile.window.saturating_sub(slot.bytes.len())
            }
            _ => 0,
        }
    }
}

impl Slot {
    /// Whether received data go out by themselves.
    fn pushes(&self) -> bool {
        self.access != Access::Buffer
    }
}
