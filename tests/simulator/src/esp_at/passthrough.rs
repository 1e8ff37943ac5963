//! Passthrough, as far as a simulation needs it (ESP-AT digest §7.4).

use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use super::{EspAt, Phase};
use crate::module::{Request, Socket};
use core::time::Duration;

/// Silence that must surround `+++`.
const GUARD: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(crate) struct Passthrough {
    socket: Socket,
    /// `+++` was seen; the mode ends if nothing follows until then.
    leave_at: Option<Duration>,
    /// The peer closed; the next attempt to reconnect is due then.
    reconnect_at: Option<Duration>,
}

impl Passthrough {
    pub(crate) fn deadline(&self) -> Option<Duration> {
        [self.leave_at, self.reconnect_at].into_iter().flatten().min()
    }
}

impl EspAt {
    pub(crate) fn set_passthrough(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let on = call.arguments.need(0, 0..=1)? == 1;
        if on && (self.settings.multiplex || self.settings.passive[0]) {
            return Err(Refusal::FAILED);
        }
        self.settings.passthrough = on;
        Ok(())
    }

    pub(crate) fn query_passthrough(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.settings.passthrough));
        Ok(())
    }

    pub(crate) fn set_reconnect_interval(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.settings.reconnect_interval = call.arguments.need(0, 1..=36_000)? as u32;
        Ok(())
    }

    pub(crate) fn query_reconnect_interval(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.settings.reconnect_interval);
        Ok(())
    }

    /// `AT+CIPSEND` without parameters.
    pub(crate) fn enter_passthrough(&mut self, _call: &Call) -> Answer {
        if !self.settings.passthrough {
            return Err(Refusal::FAILED);
        }
        let link = self.links.open(0).ok_or(Refusal::because("link is not valid"))?;
        let socket = link.socket;
        self.write_prompt();
        self.phase = Phase::Passthrough(Passthrough { socket, leave_at: None, reconnect_at: None });
        self.proceed_later();
        Ok(())
    }

    /// Whether the bytes of `socket` go to the host as they are.
    pub(crate) fn is_passing(&self, socket: Socket) -> bool {
        matches!(&self.phase, Phase::Passthrough(passthrough) if passthrough.socket == socket)
    }

    /// Bytes from the host in passthrough: all of them leave, unless they are the escape.
    pub(crate) fn pass_host_bytes(&mut self, bytes: &[u8]) -> usize {
        let gap = self.input.gap();
        let last = self.input.last();
        let Phase::Passthrough(passthrough) = &mut self.phase else { return bytes.len() };
        let mut data = Vec::new();
        if passthrough.leave_at.take().is_some() {
            data.extend(b"+++");
        }
        if bytes == b"+++" && gap >= GUARD {
            passthrough.leave_at = Some(last + GUARD);
        } else {
            data.extend(bytes);
        }
        let socket = passthrough.socket;
        let to = self.links.open(0).filter(|link| !link.transport.is_stream());
        let to = to.map(|link| link.remote);
        if !data.is_empty() {
            self.touch(0);
            self.request(Request::Send { socket, to, data });
        }
        bytes.len()
    }

    /// A timer of passthrough: leave it, or try to reconnect.
    pub(crate) fn run_passthrough(&mut self, mut passthrough: Passthrough) {
        if passthrough.leave_at.is_some_and(|at| at <= self.chip.now) {
            if self.config.messages & 1 != 0 {
                self.write("\r\n+QUITT\r\n");
            }
            return;
        }
        let due = passthrough.reconnect_at.take().is_some();
        if let (true, Some(link)) = (due, self.links.get(0)) {
            let request = Request::Connect {
                socket: passthrough.socket,
                transport: link.transport,
                remote: link.remote,
                local_port: 0,
                tls: link.tls.clone(),
            };
            self.request(request);
        }
        self.phase = Phase::Passthrough(passthrough);
    }

    /// The peer closed: the module connects again by itself.
    pub(crate) fn passthrough_lost(&mut self, id: usize) {
        let interval = Duration::from_millis(u64::from(self.settings.reconnect_interval) * 100);
        let at = self.chip.now + interval;
        let socket = self.links.new_socket();
        let Some(link) = self.links.get_mut(id) else { return };
        let old = core::mem::replace(&mut link.socket, socket);
        self.request(Request::Close { socket: old });
        if self.config.messages & 4 != 0 {
            self.write("CLOSED\r\n");
        }
        if let Phase::Passthrough(passthrough) = &mut self.phase {
            passthrough.socket = socket;
            passthrough.reconnect_at = Some(at);
        }
    }

    /// Whether `socket` was reconnected in passthrough.
    pub(crate) fn passthrough_regained(&mut self, socket: Socket) -> bool {
        let passing = self.is_passing(socket);
        if passing && self.config.messages & 4 != 0 {
            self.write("CONNECT\r\n");
        }
        passing
    }

    /// Whether a reconnection in passthrough failed; the next attempt is scheduled.
    pub(crate) fn passthrough_failed(&mut self, socket: Socket) -> bool {
        let interval = Duration::from_millis(u64::from(self.settings.reconnect_interval) * 100);
        let at = self.chip.now + interval;
        match &mut self.phase {
            Phase::Passthrough(passthrough) if passthrough.socket == socket => {
                passthrough.reconnect_at = Some(at);
                true
            }
            _ => false,
        }
    }
}
