//! `AT+QICLOSE`, and sockets whose peer or context is gone (Quectel digest §9).

use super::super::Quectel;
use super::super::close::Ending;
use super::super::slot::State;
use super::{Gsm, Work};
use crate::cellular::{Answer, Command, Core, Owner, Refusal};
use crate::module::Socket;
use core::time::Duration;

/// How long a close takes at most.
const TIMEOUT: Duration = Duration::from_secs(10);

impl Gsm {
    /// `AT+QICLOSE[=<n>]`: `0, CLOSE OK`, and no `OK`.
    pub(crate) fn close(&mut self, core: &mut Core, command: &Command) -> Answer {
        let (id, count) = self.index(command)?;
        command.arguments.expect(count..=count)?;
        let Some(slot) = self.slot(id) else {
            if core.quirks.unused_close_fails {
                return Err(Refusal::Error);
            }
            return Self::say(core, &self.about(id, "CLOSE OK"));
        };
        let talks = slot.service.is_stream() && slot.state == State::Connected && !slot.gone;
        let time = match (talks, core.quirks.slow_close) {
            (_, true) => TIMEOUT,
            (true, false) => core.pace.close,
            (false, false) => Duration::ZERO,
        };
        self.end(core, id, Ending::Close);
        self.work = Some(Work::Close(id));
        core.work(Owner::Dialect, Some(time))
    }

    /// Frees an id.
    pub(crate) fn end(&mut self, core: &mut Core, id: u8, ending: Ending) {
        if let Some(slot) = self.slots.get_mut(usize::from(id)).and_then(Option::take) {
            Quectel::leave(core, &slot, ending);
        }
    }

    /// The peer closed or reset a connection: what came before stays readable.
    pub(crate) fn peer_closed(&mut self, core: &mut Core, socket: Socket) {
        let Some(id) = self.find(socket) else { return };
        if let Some(slot) = self.slot_mut(id) {
            slot.state = State::Closing;
            slot.close_pending = true;
        }
        self.report_close(core, id);
    }

    /// Reports a close, once everything before has been pushed.
    pub(crate) fn report_close(&mut self, core: &mut Core, id: u8) {
        let pushes = self.pushes();
        let Some(slot) = self.slot_mut(id) else { return };
        if !slot.close_pending || (pushes && !slot.is_drained()) {
            return;
        }
        slot.close_pending = false;
        core.urc(self.about(id, "CLOSED"));
    }

    /// The network dropped the context: its sockets are dead.
    pub(crate) fn lose_sockets(&mut self, core: &mut Core) {
        let (closes, frees) = (core.quirks.closes_with_context, core.quirks.frees_with_context);
        for id in 0..self.variant.ids {
            let Some(slot) = self.slot_mut(id) else { continue };
            Quectel::leave(core, slot, Ending::Abandon);
            let before = core::mem::replace(&mut slot.state, State::Closing);
            slot.gone = true;
            slot.name = None;
            if before == State::Opening {
                self.failed(core, id);
            } else if closes && before == State::Connected {
                core.urc(self.about(id, "CLOSED"));
            }
            if frees {
                self.end(core, id, Ending::Abandon);
            }
        }
        self.abort_lookup(core);
    }

    /// The host deactivated the context: its sockets are closed without a word.
    pub(crate) fn close_sockets(&mut self, core: &mut Core) {
        for id in 0..self.variant.ids {
            self.end(core, id, Ending::Close);
        }
        self.abort_lookup(core);
    }

    /// Everything is gone at once.
    pub(crate) fn forget_sockets(&mut self, core: &mut Core) {
        for id in 0..self.variant.ids {
            self.end(core, id, Ending::Abandon);
        }
    }
}
