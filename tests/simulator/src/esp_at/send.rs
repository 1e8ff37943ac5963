//! Sending: the data phase of `AT+CIPSEND`, `AT+CIPSENDEX` and `AT+CIPSENDL` (ESP-AT digest §7).

use super::dispatch::{Answer, Call};
use super::domain::Purpose;
use super::refusal::Refusal;
use super::release::Generation;
use super::{EspAt, Phase, Work};
use crate::module::{Family, Request, Socket};
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

/// The flavours of a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// `AT+CIPSEND`: everything is collected, then sent.
    Whole,
    /// `AT+CIPSENDEX`: as above, and `\0` in the payload ends it early.
    Escaped,
    /// `AT+CIPSENDL`: sent in blocks while it comes in.
    Streamed,
}

/// A payload on its way from the host.
#[derive(Debug, Clone)]
pub(crate) struct Transfer {
    pub(crate) id: usize,
    pub(crate) socket: Socket,
    pub(crate) flavour: Flavour,
    /// Announced length.
    pub(crate) need: usize,
    /// Bytes received from the host.
    received: usize,
    /// Bytes not handed on yet.
    data: Vec<u8>,
    /// Bytes handed on already, of a streamed send.
    sent: usize,
    /// Bytes last reported, of a streamed send.
    reported: usize,
    /// Requests without answer.
    unanswered: usize,
    to: Option<SocketAddr>,
    /// A backslash waits for its second half.
    escape: bool,
}

/// A payload in the hands of the network.
#[derive(Debug)]
pub(crate) struct Delivery {
    socket: Socket,
    unanswered: usize,
    fails: bool,
    pub(crate) deadline: Option<Duration>,
}

impl EspAt {
    pub(crate) fn send(&mut self, call: &Call) -> Answer {
        self.begin_send(call, Flavour::Whole)
    }

    pub(crate) fn send_escaped(&mut self, call: &Call) -> Answer {
        self.begin_send(call, Flavour::Escaped)
    }

    pub(crate) fn send_streamed(&mut self, call: &Call) -> Answer {
        self.begin_send(call, Flavour::Streamed)
    }

    fn begin_send(&mut self, call: &Call, flavour: Flavour) -> Answer {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 4)?;
        arguments.expect(1..=3)?;
        let max = match flavour {
            Flavour::Streamed => i64::from(i32::MAX),
            _ => self.release.send_max as i64,
        };
        let need = arguments.need(0, 1..=max)? as usize;
        if self.settings.passthrough {
            return Err(Refusal::because("IPMODE=1"));
        }
        let Some(link) = self.links.open(id) else {
            return Err(Refusal::because("link is not valid"));
        };
        let mut transfer = Transfer {
            id,
            socket: link.socket,
            flavour,
            need,
            received: 0,
            data: Vec::new(),
            sent: 0,
            reported: 0,
            unanswered: 0,
            to: (!link.transport.is_stream()).then_some(link.remote),
            escape: false,
        };
        if arguments.count() > 1 {
            if link.transport.is_stream() {
                return Err(Refusal::FAILED);
            }
            let host = arguments.need_text(1, 64)?;
            let port = arguments.need(2, 1..=65_535)? as u16;
            let family = Family::of(link.remote);
            match host.parse::<IpAddr>() {
                Ok(address) if address.is_ipv6() != link.remote.is_ipv6() => {
                    return Err(Refusal::invalid(1));
                }
                Ok(address) => transfer.to = Some(SocketAddr::new(address, port)),
                Err(_) => return self.resolve(host, family, Purpose::Send(transfer, port)),
            }
        }
        self.prompt_for(transfer);
        Ok(())
    }

    /// The destination of a datagram is known: ask for the payload.
    pub(crate) fn send_resolved(&mut self, mut transfer: Transfer, address: IpAddr, port: u16) {
        transfer.to = Some(SocketAddr::new(address, port));
        self.prompt_for(transfer);
        self.leave_handler();
    }

    fn prompt_for(&mut self, transfer: Transfer) {
        self.write_prompt();
        self.phase = Phase::Collecting(transfer);
        self.proceed_later();
    }

    /// Takes payload bytes; returns how many. `whole` tells that they are a chunk of their own.
    pub(crate) fn collect_payload(&mut self, bytes: &[u8], whole: bool) -> usize {
        let Phase::Collecting(mut transfer) = core::mem::replace(&mut self.phase, Phase::Idle)
        else {
            return bytes.len();
        };
        if whole && bytes == b"+++" {
            self.cancel_send(&transfer);
            return bytes.len();
        }
        let mut taken = 0;
        let mut ended = false;
        while taken < bytes.len() && transfer.received < transfer.need && !ended {
            ended = transfer.take(bytes[taken]);
            taken += 1;
        }
        if transfer.flavour == Flavour::Streamed {
            self.stream_out(&mut transfer);
        }
        self.phase = if ended || transfer.received == transfer.need {
            Phase::Busy(Work::Collected(transfer))
        } else {
            Phase::Collecting(transfer)
        };
        taken
    }

    /// `+++` in a chunk of its own ends the data phase.
    fn cancel_send(&mut self, transfer: &Transfer) {
        self.write(match transfer.flavour {
            Flavour::Streamed => "\r\nSEND CANCELLED\r\n",
            _ => "\r\nSEND Canceled\r\n",
        });
        self.phase = Phase::Idle;
    }

    /// Hands full blocks of a streamed send on and reports them.
    fn stream_out(&mut self, transfer: &mut Transfer) {
        let complete = transfer.received == transfer.need;
        let block = self.settings.transmit_block;
        while transfer.data.len() >= block || (complete && !transfer.data.is_empty()) {
            let rest = transfer.data.split_off(block.min(transfer.data.len()));
            let data = core::mem::replace(&mut transfer.data, rest);
            transfer.sent += data.len();
            if self.links.open(transfer.id).is_some_and(|link| link.socket == transfer.socket) {
                transfer.unanswered += usize::from(transfer.to.is_none());
                self.request(Request::Send { socket: transfer.socket, to: transfer.to, data });
            }
        }
        let step = self.settings.report_block;
        while transfer.reported + step <= transfer.sent {
            transfer.reported += step;
            self.write(format!("+CIPSENDL:{},{}\r\n", transfer.reported, transfer.received));
        }
    }

    /// The payload is complete: acknowledge it and give it to the network.
    pub(crate) fn hand_over(&mut self, transfer: Transfer) {
        let streamed = transfer.flavour == Flavour::Streamed;
        if !streamed {
            self.write(format!("\r\nRecv {} bytes\r\n", transfer.data.len()));
        } else if transfer.reported < transfer.need {
            self.write(format!("+CIPSENDL:{},{}\r\n", transfer.sent, transfer.received));
        }
        let id = transfer.id;
        let alive =
            self.links.open(id).is_some_and(|link| link.socket == transfer.socket && !link.lost);
        let mut delivery = Delivery {
            socket: transfer.socket,
            unanswered: transfer.unanswered,
            fails: !alive,
            deadline: self.send_deadline(id),
        };
        let mut data = transfer.data;
        if let Some(delivered) = self.mischief.send_failures.pop_front() {
            delivery.fails = true;
            data.truncate(delivered);
        }
        if alive && !streamed && !(delivery.fails && data.is_empty()) {
            delivery.unanswered += usize::from(transfer.to.is_none());
            if self.release.generation >= Generation::V3_2 {
                // Before 3.0 only received data kept an accepted link alive (ESP-AT digest §9).
                self.touch(id);
            }
            self.request(Request::Send { socket: delivery.socket, to: transfer.to, data });
        }
        let done = delivery.fails || delivery.unanswered == 0;
        let success = !delivery.fails;
        self.phase = Phase::Sending(delivery);
        if done {
            self.finish_send(success);
        }
    }

    fn send_deadline(&self, id: usize) -> Option<Duration> {
        let timeout = self.config.tcp_options[id].send_timeout;
        (timeout > 0).then(|| self.chip.now + Duration::from_millis(timeout.into()))
    }

    /// The network accepted one request.
    pub(crate) fn sent(&mut self, socket: Socket) {
        let done = match &mut self.phase {
            Phase::Sending(delivery) if delivery.socket == socket => {
                delivery.unanswered = delivery.unanswered.saturating_sub(1);
                delivery.unanswered == 0
            }
            Phase::Collecting(transfer) | Phase::Busy(Work::Collected(transfer))
                if transfer.socket == socket =>
            {
                transfer.unanswered = transfer.unanswered.saturating_sub(1);
                false
            }
            _ => false,
        };
        if done {
            self.finish_send(true);
        }
    }

    /// Writes the result of a send.
    pub(crate) fn finish_send(&mut self, success: bool) {
        self.write(if success { "\r\nSEND OK\r\n" } else { "\r\nSEND FAIL\r\n" });
        self.phase = Phase::Idle;
        self.flush_afterwards();
    }

    /// The link of a send in progress is gone.
    pub(crate) fn abort_send(&mut self, socket: Socket) {
        if matches!(&self.phase, Phase::Sending(delivery) if delivery.socket == socket) {
            self.finish_send(false);
        }
    }

    pub(crate) fn set_stream_report(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=2)?;
        let report = call.arguments.need(0, 100..=1 << 20)? as usize;
        if let Some(block) = call.arguments.number(1, 100..=2920)? {
            self.settings.transmit_block = block as usize;
        }
        self.settings.report_block = report;
        Ok(())
    }

    pub(crate) fn query_stream_report(&mut self, call: &Call) -> Answer {
        let (report, block) = (self.settings.report_block, self.settings.transmit_block);
        self.answer_line(call, format_args!("{report},{block}"));
        Ok(())
    }
}

impl Transfer {
    /// Takes one byte; true if it ends an escaped payload.
    fn take(&mut self, byte: u8) -> bool {
        if self.flavour != Flavour::Escaped {
            self.received += 1;
            self.data.push(byte);
            return false;
        }
        match (core::mem::take(&mut self.escape), byte) {
            (true, b'0') => return true,
            (false, b'\\') => {
                self.escape = true;
                return false;
            }
            _ => {}
        }
        self.received += 1;
        self.data.push(byte);
        false
    }
}
