//! Receiving: `+CADATAIND` and `AT+CARECV` (Quectel digest §15.2).

use super::SimCom;
use super::slot::State;
use crate::cellular::{Answer, Command, Core, Rearm, Refusal, line, lines};
use crate::module::Socket;

impl SimCom {
    /// Bytes arrived.
    pub(crate) fn stream_data(&mut self, core: &mut Core, socket: Socket, data: &[u8]) {
        let Some(id) = self.find(socket) else { return };
        let Some(slot) = self.slot_mut(id) else { return };
        slot.bytes.extend(data);
        if !core::mem::take(&mut slot.armed) {
            return;
        }
        let notices = match (core.quirks.no_notices, core.quirks.doubled_notices) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        for _ in 0..notices {
            core.urc(format!("+CADATAIND: {id}"));
        }
    }

    /// The data stand in the line of their count, behind a comma.
    pub(crate) fn read(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(2..=2)?;
        let id = self.id(command)?;
        let most = self.variant.read_max;
        let wanted = command.arguments.need(1, 1..=most as i64)? as usize;
        let wanted = wanted.min(core.quirks.short_reads.unwrap_or(most));
        let forgets = self.variant.forgets_when_closed;
        let slot = self.slot_mut(id).filter(|slot| slot.state != State::Opening);
        let slot = slot.filter(|slot| !forgets || slot.state == State::Connected);
        let slot = slot.ok_or(Refusal::Cme(3))?;
        let found = !slot.bytes.is_empty();
        let data: Vec<u8> = slot.bytes.drain(..wanted.min(slot.bytes.len())).collect();
        slot.armed |= match core.quirks.rearm {
            Rearm::LeavesNothing => slot.bytes.is_empty(),
            Rearm::FoundNothing => !found,
        };
        if data.is_empty() {
            return line("+CARECV: 0");
        }
        line([format!("+CARECV: {},", data.len()).as_bytes(), &data].concat())
    }

    /// `AT+CARECV?`: the sockets in which something waits.
    pub(crate) fn show_waiting(&mut self, _core: &mut Core, _command: &Command) -> Answer {
        let waiting = self.iter().filter(|(_, slot)| !slot.bytes.is_empty());
        let list = waiting.map(|(id, slot)| format!("+CARECV: {id},{}", slot.bytes.len()));
        lines(list.collect::<Vec<_>>())
    }
}
