//! `AT+QSSLRECV` (Quectel digest §6).

use super::super::slot::Access;
use super::Quectel;
use crate::cellular::{Answer, Command, Core, Refusal};

impl Quectel {
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
}
