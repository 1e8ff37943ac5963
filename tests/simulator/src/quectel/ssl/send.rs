//! `AT+QSSLSEND` (Quectel digest §6).

use super::Quectel;
use crate::cellular::{Answer, Command, Core};

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
}
