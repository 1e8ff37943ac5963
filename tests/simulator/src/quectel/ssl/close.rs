//! `AT+QSSLCLOSE` (Quectel digest §6).

use super::Quectel;
use crate::cellular::{Answer, Command, Core};

impl Quectel {
    pub(crate) fn close_tls(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(1..=2)?;
        let id = self.tls_id(command, 0)?;
        let timeout = command.arguments.number(1, 0..=65_535)?.unwrap_or(10) as u64;
        self.close_within(core, id, timeout)
    }
}
