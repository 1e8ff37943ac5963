//! `AT+QISTATE`, the card, and switching off (Quectel digest §3, §9).

use super::super::slot::{Service, Slot, State};
use super::Gsm;
use crate::cellular::{Answer, Command, Core, Outcome, Refusal, line, ok, shown};
use core::time::Duration;

impl Gsm {
    /// `AT+QISTAT` and `AT+QISTATE`: `OK`, and what it asks for behind that.
    pub(crate) fn show_state(&mut self, core: &mut Core, _command: &Command) -> Answer {
        core.urc_afterwards(format!("STATE: {}", self.state_text()));
        if self.is_multiplexed() {
            for (id, slot) in self.iter() {
                core.urc_afterwards(slot_line(id, slot));
            }
        }
        ok()
    }

    /// The state of the stack, or of the only socket.
    fn state_text(&self) -> &'static str {
        match self.slot(0).filter(|_| !self.is_multiplexed() && self.stack.is_active()) {
            None => self.stack.text(),
            Some(slot) => match (slot.state, slot.service) {
                (State::Opening, Service::Udp) => "UDP CONNECTING",
                (State::Opening, _) => "TCP CONNECTING",
                (State::Closing, _) => "IP CLOSE",
                _ => "CONNECT OK",
            },
        }
    }

    /// `AT+CCID` and `AT+QCCID`: the number without a name in front of it.
    pub(crate) fn show_card(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if !core.sim.present {
            return Err(Refusal::Cme(10));
        }
        let quote = if core.quirks.quoted_card_number { "\"" } else { "" };
        line(format!("{quote}{}{quote}", core.sim.iccid))
    }

    pub(crate) fn show_revision(&mut self, core: &mut Core, _command: &Command) -> Answer {
        line(format!("Revision: {}", core.model.revision))
    }

    pub(crate) fn set_sleep(&mut self, core: &mut Core, command: &Command) -> Answer {
        core.set_sleep(command)
    }

    pub(crate) fn query_sleep(&mut self, core: &mut Core, _command: &Command) -> Answer {
        core.query_sleep()
    }

    /// `AT+QPOWD`: no `OK`, only the farewell.
    pub(crate) fn switch_off(&mut self, core: &mut Core, command: &Command) -> Answer {
        let orderly = command.arguments.number(0, 0..=1)?.unwrap_or(1) == 1;
        core.rest();
        let delay = if orderly { core.pace.power_down } else { Duration::ZERO };
        core.power_down(delay);
        Ok(Outcome::Later)
    }
}

fn slot_line(id: u8, slot: &Slot) -> String {
    let (service, ip, port) = (slot.service.text(), shown(slot.remote.ip()), slot.remote.port());
    let state = match slot.state {
        State::Opening => "CONNECTING",
        State::Connected | State::Listening => "CONNECTED",
        State::Closing => "CLOSED",
    };
    format!("+QISTATE: {id},\"{service}\",\"{ip}\",\"{port}\",\"{state}\"")
}
