//! `AT+QICLOSE`, whose result follows its `OK`: `CLOSE OK` (Quectel digest §7).

use super::super::Quectel;
use super::super::close::Ending;
use super::super::slot::State;
use crate::cellular::{Answer, Command, Core, Refusal, ok};
use crate::module::Socket;
use core::time::Duration;

/// A close whose result is still to come; its id is in use until then.
#[derive(Debug)]
pub(crate) struct Closing {
    pub(crate) at: Duration,
    id: u8,
    socket: Socket,
}

/// How long a close takes at most.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Quectel {
    pub(crate) fn close_with_result(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=2)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        arguments.number(1, 0..=65_535)?;
        if self.narrowband.closings.iter().any(|closing| closing.id == id) {
            return Err(Refusal::Tcp(568));
        }
        let Some(slot) = self.slot_mut(id) else {
            if core.quirks.unused_close_fails {
                return Err(Refusal::Tcp(567));
            }
            core.urc_afterwards("CLOSE OK");
            return ok();
        };
        let talks = slot.service.is_stream() && slot.state == State::Connected && !slot.gone;
        let time = match (talks, core.quirks.slow_close) {
            (_, true) => TIMEOUT,
            (true, false) => core.pace.close,
            (false, false) => Duration::ZERO,
        };
        Self::leave(core, slot, Ending::Close);
        slot.gone = true;
        slot.name = None;
        slot.was_open = false;
        slot.state = State::Closing;
        slot.close_pending = false;
        slot.bytes.clear();
        slot.datagrams.clear();
        let socket = slot.socket;
        self.narrowband.closings.push(Closing { at: core.now() + time, id, socket });
        ok()
    }

    /// Reports the closes whose time is over, and frees their ids.
    pub(crate) fn finish_closings(&mut self, core: &mut Core) {
        let now = core.now();
        let all = core::mem::take(&mut self.narrowband.closings);
        let (due, later) = all.into_iter().partition(|closing| closing.at <= now);
        self.narrowband.closings = later;
        let due: Vec<Closing> = due;
        for Closing { id, socket, .. } in due {
            if self.slot(id).is_some_and(|slot| slot.socket == socket) {
                self.end(core, id, Ending::Abandon);
            }
            core.urc("CLOSE OK");
        }
    }
}
