//! `AT+QISEND`, `AT+QISENDEX`, and what has been acknowledged (Quectel digest §5.2).

use super::slot::{Service, State};
use super::{Quectel, Work};
use crate::cellular::{
    Answer, Command, Core, Dialect, Outcome, Owner, Payload, Phase, Refusal, line, ok,
};
use crate::module::{Request, Socket};
use core::net::{IpAddr, SocketAddr};

/// A send whose payload is awaited, or complete.
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    id: u8,
    socket: Socket,
    /// Number of bytes; without one, until `^Z`.
    length: Option<usize>,
    /// Destination of a datagram.
    to: Option<SocketAddr>,
    /// The payload comes as hexadecimal digits.
    hex: bool,
    /// The payload came with the command (QI-NB).
    pub(crate) inline: bool,
    /// `OK` has been said already (QI-NB).
    answered: bool,
    pub(crate) data: Vec<u8>,
}

impl Quectel {
    pub(crate) fn send(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=4)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        let most = self.variant.send_max;
        let length = arguments.number(1, 0..=most as i64)?.map(|length| length as usize);
        if length == Some(0) {
            return self.show_sent(id);
        }
        self.ask_for_payload(core, id, length, command)
    }

    /// Asks for the payload of a send, once the prompt is due.
    pub(crate) fn ask_for_payload(
        &mut self,
        core: &mut Core,
        id: u8,
        length: Option<usize>,
        command: &Command,
    ) -> Answer {
        let sending = self.sending(id, length, command)?;
        self.sending = Some(sending);
        if core.pace.prompt.is_zero() {
            self.write_prompt(core);
            return Ok(Outcome::Later);
        }
        self.work = Some(Work::Prompt);
        let time = core.pace.prompt;
        core.work(Owner::Dialect, Some(time))
    }

    pub(crate) fn sending(
        &self,
        id: u8,
        length: Option<usize>,
        command: &Command,
    ) -> Result<Sending, Refusal> {
        let arguments = &command.arguments;
        let slot = self.slot(id).ok_or(Refusal::Tcp(567))?;
        match slot.state {
            State::Connected => {}
            State::Closing => return Err(Refusal::Tcp(567)),
            _ => return Err(Refusal::Tcp(572)),
        }
        let to = match slot.service {
            Service::TcpListener => return Err(Refusal::Tcp(572)),
            Service::AnyUdp => {
                let address: IpAddr =
                    arguments.need_text(2)?.parse().map_err(|_| Refusal::Error)?;
                let port = arguments.need(3, 1..=65_535)? as u16;
                Some(SocketAddr::new(address, port))
            }
            Service::Udp => Some(slot.remote),
            Service::Tcp | Service::TcpIncoming | Service::Ssl => None,
        };
        let hex = self.options.get("dataformat") == 1 && !self.is_tls(id);
        let socket = slot.socket;
        let (inline, answered) = (false, false);
        Ok(Sending { id, socket, length, to, hex, inline, answered, data: Vec::new() })
    }

    /// Asks for the payload.
    pub(crate) fn write_prompt(&self, core: &mut Core) {
        let Some(sending) = &self.sending else { return };
        let digits = if sending.hex { 2 } else { 1 };
        let length = sending.length.map(|length| length * digits);
        core.chip.write(self.prompt(core));
        let echo = self.echoes(core);
        let most = self.variant.send_max * digits;
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
        sending.answered = sending.inline || core.quirks.ok_before_send_ok;
        if sending.answered {
            core.write_answer(&[], "OK");
        }
        self.work = Some(Work::Send);
        let time = core.pace.send;
        // The answer comes when this time is over.
        let _ = core.work(Owner::Dialect, Some(time));
    }

    /// Hands the payload on and says how that went.
    pub(crate) fn finish_send(&mut self, core: &mut Core) -> Answer {
        let Some(sending) = self.sending.take() else { return Err(Refusal::Error) };
        let answered = sending.answered;
        let taken = match self.hand_over(core, sending) {
            Ok(taken) => taken,
            Err(refusal) if !answered => return Err(refusal),
            Err(_) => false,
        };
        core.write_answer(&[], if taken { "SEND OK" } else { "SEND FAIL" });
        core.rest();
        Ok(Outcome::Later)
    }

    /// Gives the payload to the network; false if there is no room for it.
    fn hand_over(&mut self, core: &mut Core, mut sending: Sending) -> Result<bool, Refusal> {
        if sending.hex {
            sending.data = decode(&sending.data).ok_or(Refusal::Tcp(552))?;
        }
        let most = self.variant.transmit_buffer;
        let slot = self.slot_mut(sending.id).filter(|slot| slot.socket == sending.socket);
        let slot = slot.filter(|slot| slot.state == State::Connected && !slot.gone);
        let Some(slot) = slot else { return Err(Refusal::Tcp(567)) };
        let length = sending.data.len();
        let full = slot.service.is_stream() && slot.sent - slot.acknowledged + length > most;
        if core.send_failures > 0 || full {
            core.send_failures = core.send_failures.saturating_sub(1);
            return Ok(false);
        }
        slot.sent += length;
        if !slot.service.is_stream() {
            slot.acknowledged += length;
        }
        let Sending { socket, to, data, .. } = sending;
        core.request(Request::Send { socket, to, data });
        self.use_radio(core);
        Ok(true)
    }

    /// `AT+QISENDEX=<id>,"<hex>"`.
    pub(crate) fn send_hex(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=2)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        let digits = arguments.need_text(1)?;
        if digits.is_empty() || digits.len() > 512 {
            return Err(Refusal::Error);
        }
        let data = decode(digits.as_bytes()).ok_or(Refusal::Error)?;
        let mut sending = self.sending(id, Some(data.len()), command)?;
        sending.hex = false;
        self.sending = Some(sending);
        self.payload_complete(core, Some(data));
        Ok(Outcome::Later)
    }

    pub(crate) fn show_sent(&self, id: u8) -> Answer {
        let slot = self.slot(id).filter(|slot| slot.was_open).ok_or(Refusal::Tcp(567))?;
        let unacknowledged = slot.sent - slot.acknowledged;
        line(format!("+QISEND: {},{},{unacknowledged}", slot.sent, slot.acknowledged))
    }

    /// The peer has acknowledged bytes.
    pub(crate) fn acknowledged(&mut self, socket: Socket, bytes: usize) {
        if let Some(slot) = self.find(socket).and_then(|id| self.slot_mut(id)) {
            slot.acknowledged = slot.sent.min(slot.acknowledged + bytes);
        }
    }
}

/// The bytes behind hexadecimal digits.
pub(crate) fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|it| it as u8);
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
