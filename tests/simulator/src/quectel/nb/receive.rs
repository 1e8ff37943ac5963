//! `AT+QIRD`, which has no counters here (Quectel digest §7).

use super::super::Quectel;
use crate::cellular::{Answer, Command, Core};

impl Quectel {
    /// `AT+QIRD=<id>,<length>`.
    pub(crate) fn read_length(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(2..=2)?;
        command.arguments.need(1, 1..=self.variant.read_max as i64)?;
        self.read(core, command)
    }
}
