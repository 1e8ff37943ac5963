//! `AT+QISTATE`, `AT+QIGETERROR` and `AT+QISDE` (Quectel digest §5.6, §11.1, §1.2).

use super::Quectel;
use super::slot::{Service, Slot, State};
use crate::cellular::{Answer, Command, Core, line, lines, ok, shown, tcp_text};

impl Quectel {
    pub(crate) fn show_states(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        let by_id = arguments.number(0, 0..=1)?;
        let most = match by_id {
            Some(1) => i64::from(self.variant.ids) - 1,
            _ => core.model.contexts.into(),
        };
        let value = arguments.number(1, 0..=most)?.map(|value| value as u8);
        arguments.expect(if by_id.is_some() { 2..=2 } else { 0..=0 })?;
        let odd = core.quirks.connected_is_3;
        let wanted = |id: u8, slot: &Slot| match by_id {
            None => true,
            Some(0) => value == Some(slot.context),
            Some(_) => value == Some(id),
        };
        let chosen = self.iter().filter(|(id, slot)| !self.is_tls(*id) && wanted(*id, slot));
        let short = self.is_narrowband();
        lines(chosen.map(|(id, slot)| state_line(id, slot, odd, short)).collect::<Vec<_>>())
    }

    pub(crate) fn show_error(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let code = core.last_error;
        let blank = if code == 0 { "" } else { " " };
        line(format!("+QIGETERROR: {code},{blank}{}", tcp_text(code)))
    }

    pub(crate) fn set_payload_echo(&mut self, _core: &mut Core, command: &Command) -> Answer {
        self.echoes_payload = Some(command.arguments.need(0, 0..=1)? == 1);
        ok()
    }

    /// Whether payload is echoed.
    pub(crate) fn echoes(&self, core: &Core) -> bool {
        self.echoes_payload.unwrap_or(core.quirks.echoes_payload)
    }

    pub(crate) fn query_payload_echo(&mut self, core: &mut Core, _command: &Command) -> Answer {
        line(format!("+QISDE: {}", u8::from(self.echoes(core))))
    }
}

/// The line of one socket; the short one has neither listener nor port (Quectel digest §7).
fn state_line(id: u8, slot: &Slot, odd: bool, short: bool) -> String {
    let state = match slot.state {
        State::Connected if odd && slot.service == Service::Tcp => State::Listening,
        state => state,
    };
    let (service, ip, port) = (slot.service.text(), shown(slot.remote.ip()), slot.remote.port());
    let (own, context, access) = (slot.local_port, slot.context, slot.access as u8);
    let state = state as u8;
    let start = format!("+QISTATE: {id},\"{service}\",\"{ip}\",{port},{own},{state},{context}");
    if short {
        return format!("{start},{access}");
    }
    format!("{start},{},{access},\"uart1\"", slot.server)
}
