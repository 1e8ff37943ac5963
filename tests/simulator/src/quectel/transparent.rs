//! Transparent mode: raw bytes both ways, and the way out of it (Quectel digest §1.7).

use super::Quectel;
use super::slot::{Access, State};
use crate::cellular::{Answer, Command, Core, Outcome, Phase, Refusal, ok};
use crate::module::Request;
use core::time::Duration;

/// Silence that must surround `+++`.
const GUARD: Duration = Duration::from_secs(1);

/// The escape so far.
#[derive(Debug, Default)]
pub(crate) struct Escape {
    /// Plus signs that came after the silence.
    pluses: usize,
    /// When the last byte came.
    last: Duration,
    /// When the mode ends, if nothing else comes.
    pub(crate) leave_at: Option<Duration>,
}

impl Quectel {
    pub(crate) fn enter_transparent(&mut self, core: &mut Core, id: u8) {
        core.write_answer(&[], "CONNECT");
        core.phase = Phase::Transparent;
        self.transparent = Some(id);
        self.escape = Escape { last: core.now(), ..Escape::default() };
    }

    /// Back to commands: because the host asked for it, or because the peer closed.
    pub(crate) fn leave_transparent(&mut self, core: &mut Core, asked: bool) {
        self.escape = Escape::default();
        core.finish(if asked { ok() } else { Err(Refusal::NoCarrier) });
    }

    /// Bytes from the host.
    pub(crate) fn pass_bytes(&mut self, core: &mut Core, bytes: &[u8]) {
        let now = core.now();
        let silent = now.saturating_sub(self.escape.last) >= GUARD;
        let continues = self.escape.pluses > 0;
        let pluses = bytes.iter().all(|byte| *byte == b'+');
        let count = self.escape.pluses + bytes.len();
        self.escape.leave_at = None;
        self.escape.last = now;
        if pluses && (silent || continues) && count <= 3 {
            self.escape.pluses = count;
            self.escape.leave_at = (count == 3).then(|| now + GUARD);
            return;
        }
        let held = core::mem::take(&mut self.escape.pluses);
        let data = [&b"+++"[..held], bytes].concat();
        let Some(slot) = self.transparent.and_then(|id| self.slot_mut(id)) else { return };
        if slot.state == State::Connected && !slot.gone {
            slot.sent += data.len();
            let to = (!slot.service.is_stream()).then_some(slot.remote);
            let socket = slot.socket;
            core.request(Request::Send { socket, to, data });
        }
    }

    /// `ATO`.
    pub(crate) fn resume_transparent(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let alive = |slot: &&super::slot::Slot| slot.state == State::Connected;
        let id = self.transparent.filter(|id| self.slot(*id).filter(alive).is_some());
        let id = id.ok_or(Refusal::NoCarrier)?;
        self.enter_transparent(core, id);
        Ok(Outcome::Later)
    }

    /// `AT+QISWTMD=<id>,<mode>`.
    pub(crate) fn switch_mode(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=2)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        let access = Access::from_number(arguments.need(1, 0..=2)?);
        let slot = self.slot_mut(id).filter(|slot| slot.was_open).ok_or(Refusal::Tcp(567))?;
        if access == Access::Transparent
            && (!slot.service.is_connected() || slot.state != State::Connected)
        {
            return Err(Refusal::Tcp(572));
        }
        slot.access = access;
        slot.armed = true;
        if access == Access::Transparent {
            self.enter_transparent(core, id);
            return Ok(Outcome::Later);
        }
        ok()
    }
}
