//! `AT+QSSLSTATE` (Quectel digest §6).

use super::super::slot::Slot;
use super::Quectel;
use crate::cellular::{Answer, Command, Core, lines, shown};

impl Quectel {
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
