//! Open TLS clients: `AT+QSSLSEND`, `AT+QSSLRECV`, `AT+QSSLCLOSE`, `AT+QSSLSTATE` (Quectel digest §6).
//!
//! What they do is what the commands of the other sockets do.

use super::super::slot::{Access, Slot};
use super::Quectel;
use crate::cellular::{Answer, Command, Core, Refusal, lines, shown};

impl Quectel {
    pub(crate) fn send_tls(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=2)?;
        let id = self.tls_id(command, 0)?;
        let most = self.variant.send_max as i64;
        // There is no question for what has been acknowledged, which 0 bytes would be.
        let length = arguments.number(1, 1..=most)?.map(|length| length as usize);
        self.ask_for_payload(core, id, length, command)
    }

    pub(crate) fn read_tls(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(2..=2)?;
        let id = self.tls_id(command, 0)?;
        let most = self.variant.read_max;
        let wanted = command.arguments.need(1, 1..=most as i64)? as usize;
        let slot = self.slot(id).filter(|slot| slot.was_open).ok_or(Refusal::Tcp(567))?;
        if slot.access != Access::Buffer {
            return Err(Refusal::Tcp(572));
        }
        let wanted = wanted.min(core.quirks.short_reads.unwrap_or(most));
        let rearm = core.quirks.rearm;
        self.take(id, wanted, rearm)
    }

    pub(crate) fn close_tls(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(1..=2)?;
        let id = self.tls_id(command, 0)?;
        let timeout = command.arguments.number(1, 0..=65_535)?.unwrap_or(10) as u64;
        self.close_within(core, id, timeout)
    }

    pub(crate) fn show_tls_states(&mut self, _core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(0..=1)?;
        let wanted = match command.arguments.count() {
            0 => None,
            _ => Some(self.tls_id(command, 0)?),
        };
        let clients = self.iter().filter(|(id, _)| self.is_tls(*id));
        let chosen = clients.filter(|(id, _)| wanted.is_none_or(|wanted| wanted == *id));
        lines(chosen.map(|(id, slot)| self.tls_state(id, slot)).collect::<Vec<_>>())
    }

    fn tls_state(&self, id: u8, slot: &Slot) -> String {
        let (_, client) = self.shown(id);
        let (service, ip, port) =
            (slot.service.text(), shown(slot.remote.ip()), slot.remote.port());
        let (own, state, context) = (slot.local_port, slot.state as u8, slot.context);
        let (access, settings) = (slot.access as u8, slot.tls_context);
        format!(
            "+QSSLSTATE: {client},\"{service}\",\"{ip}\",{port},{own},{state},{context},{client},\
             {access},\"uart1\",{settings}"
        )
    }
}
