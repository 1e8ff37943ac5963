//! `AT+CASEND` (Quectel digest §15.2).

use super::slot::State;
use super::{SimCom, Work};
use crate::cellular::{
    Answer, Command, Core, Dialect, Outcome, Owner, Payload, Phase, Refusal, ok,
};
use crate::module::{Request, Socket};

/// A send whose payload is awaited, or complete.
#[derive(Debug)]
pub(crate) struct Sending {
    id: u8,
    socket: Socket,
    length: usize,
    data: Vec<u8>,
}

impl SimCom {
    pub(crate) fn send(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=3)?;
        let id = self.id(command)?;
        let length = arguments.need(1, 1..=self.variant.send_max as i64)? as usize;
        let slot = self.slot(id).filter(|slot| slot.state == State::Connected);
        let socket = slot.ok_or(Refusal::Cme(3))?.socket;
        self.sending = Some(Sending { id, socket, length, data: Vec::new() });
        if core.pace.prompt.is_zero() {
            self.write_prompt(core);
            return Ok(Outcome::Later);
        }
        self.work = Some(Work::Prompt);
        let time = core.pace.prompt;
        core.work(Owner::Dialect, Some(time))
    }

    /// Asks for the payload.
    pub(crate) fn write_prompt(&self, core: &mut Core) {
        let Some(sending) = &self.sending else { return };
        core.chip.write(self.prompt(core));
        let length = Some(sending.length);
        core.phase =
            Phase::Payload(Payload { length, most: sending.length, data: Vec::new(), echo: false });
    }

    /// The payload is complete.
    pub(crate) fn payload_complete(&mut self, core: &mut Core, data: Option<Vec<u8>>) {
        let (Some(sending), Some(data)) = (&mut self.sending, data) else { return core.rest() };
        sending.data = data;
        self.work = Some(Work::Send);
        let time = core.pace.send;
        // The answer comes when this time is over.
        let _ = core.work(Owner::Dialect, Some(time));
    }

    /// Hands the payload on and says how that went; without room for it, that comes later.
    pub(crate) fn finish_send(&mut self, core: &mut Core) -> Answer {
        let Some(sending) = self.sending.take() else { return Err(Refusal::Error) };
        let most = self.variant.transmit_buffer;
        let slot = self.slot_mut(sending.id).filter(|slot| slot.socket == sending.socket);
        let slot = slot.filter(|slot| slot.state == State::Connected);
        let Some(slot) = slot.filter(|_| core.send_failures == 0) else {
            core.send_failures = core.send_failures.saturating_sub(1);
            return Err(Refusal::Error);
        };
        if slot.unacknowledged + sending.data.len() > most {
            self.sending = Some(sending);
            self.work = Some(Work::Send);
            return core.work(Owner::Dialect, None);
        }
        slot.unacknowledged += sending.data.len();
        core.request(Request::Send { socket: sending.socket, to: None, data: sending.data });
        ok()
    }

    /// The peer has acknowledged bytes: a send may have room now.
    pub(crate) fn acknowledged(&mut self, core: &mut Core, socket: Socket, bytes: usize) {
        let Some(id) = self.find(socket) else { return };
        if let Some(slot) = self.slot_mut(id) {
            slot.unacknowledged = slot.unacknowledged.saturating_sub(bytes);
        }
        self.resume_sending(core, id);
    }

    /// A send that waits for room in this socket is looked at again.
    pub(crate) fn resume_sending(&mut self, core: &mut Core, id: u8) {
        let waits = matches!(&core.phase, Phase::Busy(work) if work.until.is_none());
        if waits
            && self.work == Some(Work::Send)
            && self.sending.as_ref().is_some_and(|it| it.id == id)
        {
            self.work = None;
            let answer = self.finish_send(core);
            core.finish(answer);
        }
    }
}
