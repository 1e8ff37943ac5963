//! `AT+QISEND` and `AT+QISACK` (Quectel digest §9).

use super::super::slot::{Service, State};
use super::{Gsm, Work};
use crate::cellular::{
    Answer, Command, Core, Dialect, Outcome, Owner, Payload, Phase, Refusal, line, ok,
};
use crate::module::{Request, Socket};

/// A send whose payload is awaited, or complete.
#[derive(Debug)]
pub(crate) struct Sending {
    id: u8,
    socket: Socket,
    /// Number of bytes; without one, until `^Z`.
    length: Option<usize>,
    data: Vec<u8>,
}

impl Gsm {
    /// `AT+QISEND=[<n>,]<length>`, or without a length.
    pub(crate) fn send(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        let (id, at) = self.index(command)?;
        arguments.expect(at..=at + 1)?;
        let most = self.variant.send_max as i64;
        let length = arguments.number(at, 1..=most)?.map(|length| length as usize);
        let slot = self.slot(id).filter(|slot| slot.state == State::Connected && !slot.gone);
        let socket = slot.ok_or(Refusal::Error)?.socket;
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
        let echo = self.switches.get("+QISDE") == 1;
        let (length, most) = (sending.length, self.variant.send_max);
        core.phase = Phase::Payload(Payload { length, most, data: Vec::new(), echo });
    }

    /// The payload is complete, or cancelled.
    pub(crate) fn payload_complete(&mut self, core: &mut Core, data: Option<Vec<u8>>) {
        let Some(sending) = &mut self.sending else { return core.rest() };
        let Some(data) = data else {
            self.sending = None;
            return core.finish(ok());
        };
        sending.data = data;
        self.work = Some(Work::Send);
        let time = core.pace.send;
        // The answer comes when this time is over.
        let _ = core.work(Owner::Dialect, Some(time));
    }

    /// Hands the payload on and says how that went.
    pub(crate) fn finish_send(&mut self, core: &mut Core) -> Answer {
        let Some(Sending { id, socket, data, .. }) = self.sending.take() else {
            return Err(Refusal::Error);
        };
        let most = self.variant.transmit_buffer;
        let slot = self.slot_mut(id).filter(|slot| slot.socket == socket);
        let slot = slot.filter(|slot| slot.state == State::Connected && !slot.gone);
        let Some(slot) = slot else { return Err(Refusal::Error) };
        let length = data.len();
        let stream = slot.service.is_stream();
        let full = stream && slot.sent - slot.acknowledged + length > most;
        if core.send_failures > 0 || full {
            core.send_failures = core.send_failures.saturating_sub(1);
            return Self::say(core, "SEND FAIL");
        }
        slot.sent += length;
        if !stream {
            slot.acknowledged += length;
        }
        let to = (slot.service == Service::Udp).then_some(slot.remote);
        core.request(Request::Send { socket, to, data });
        Self::say(core, "SEND OK")
    }

    /// `AT+QISACK[=<n>]`; with several sockets, the index has to be there (Quectel digest Q14).
    pub(crate) fn show_sent(&mut self, _core: &mut Core, command: &Command) -> Answer {
        let (id, count) = self.index(command)?;
        command.arguments.expect(count..=count)?;
        let slot = self.slot(id).filter(|slot| slot.was_open).ok_or(Refusal::Error)?;
        let (sent, acknowledged) = (slot.sent, slot.acknowledged);
        line(format!("+QISACK: {sent},{acknowledged},{}", sent - acknowledged))
    }

    /// The peer has acknowledged bytes.
    pub(crate) fn acknowledged(&mut self, socket: Socket, bytes: usize) {
        if let Some(slot) = self.find(socket).and_then(|id| self.slot_mut(id)) {
            slot.acknowledged = slot.sent.min(slot.acknowledged + bytes);
        }
    }
}
