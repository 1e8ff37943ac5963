//! `AT+QISEND` with the payload in the command itself (Quectel digest §7).

use super::super::Quectel;
use super::super::send::decode;
use crate::cellular::{Answer, Command, Core, Outcome, Refusal, line};

impl Quectel {
    /// `AT+QISEND=<id>,0`, `AT+QISEND=<id>,<length>,"<data>"[,<rai>]`, or with a prompt.
    pub(crate) fn send_inline(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=4)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        let most = self.variant.send_max as i64;
        let length = arguments.number(1, 0..=most)?.map(|length| length as usize);
        if length == Some(0) {
            arguments.expect(2..=3)?;
            arguments.number(2, 0..=0)?;
            let counters = self.show_sent(id)?;
            let none = core.quirks.no_send_counters;
            return if none { line("+QISEND: 0,0,0") } else { Ok(counters) };
        }
        if arguments.count() < 3 {
            return self.send(core, command);
        }
        let length = length.ok_or(Refusal::Error)?;
        let data = arguments.need_bytes(2)?;
        // Release assistance: whether more is to come.
        arguments.number(3, 0..=2)?;
        let hex = self.options.get("dataformat") == 1;
        let digits = if hex { 2 } else { 1 };
        if data.len() != length * digits || (hex && decode(&data).is_none()) {
            return Err(Refusal::Error);
        }
        let mut sending = self.sending(id, Some(length), command)?;
        sending.inline = true;
        self.sending = Some(sending);
        self.payload_complete(core, Some(data));
        Ok(Outcome::Later)
    }
}
