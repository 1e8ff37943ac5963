//! `AT+QICLOSE`, and sockets whose peer or context is gone (Quectel digest §5.5, §14.3).

use super::slot::{Access, Service, Slot, State};
use super::{Quectel, Work};
use crate::cellular::{Answer, Command, Core, Owner, ok};
use crate::module::{Request, Socket};
use core::time::Duration;

/// How the network is told about the end of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// In good order (FIN).
    Close,
    /// Broken off (RST).
    Reset,
    /// Not at all.
    Abandon,
}

impl Quectel {
    pub(crate) fn close(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=2)?;
        let id = arguments.need(0, 0..=i64::from(self.variant.ids) - 1)? as u8;
        let timeout = arguments.number(1, 0..=65_535)?.unwrap_or(10) as u64;
        self.close_within(core, id, timeout)
    }

    /// Closes a socket, with so many seconds for that.
    pub(crate) fn close_within(&mut self, core: &mut Core, id: u8, timeout: u64) -> Answer {
        let timeout = Duration::from_secs(timeout);
        let Some(slot) = self.slot(id) else { return ok() };
        let talks = slot.service.is_stream() && slot.state == State::Connected && !slot.gone;
        let time = match (talks, core.quirks.slow_close) {
            (_, true) => timeout,
            (true, false) => core.pace.close.min(timeout),
            (false, false) => Duration::ZERO,
        };
        self.end(core, id, if timeout.is_zero() { Ending::Reset } else { Ending::Close });
        if time.is_zero() {
            return ok();
        }
        self.work = Some(Work::Done);
        core.work(Owner::Dialect, Some(time))
    }

    /// Frees an id.
    pub(crate) fn end(&mut self, core: &mut Core, id: u8, ending: Ending) {
        if let Some(slot) = self.slots.get_mut(usize::from(id)).and_then(Option::take) {
            Self::leave(core, &slot, ending);
            if slot.service == Service::TcpListener {
                self.turn_away(core, slot.local_port);
            }
        }
    }

    /// Tells the network that a socket is of no more interest.
    pub(crate) fn leave(core: &mut Core, slot: &Slot, ending: Ending) {
        let socket = slot.socket;
        if slot.gone {
            return;
        }
        core.request(match (slot.service, ending) {
            (Service::TcpListener, _) => Request::StopListening { port: slot.local_port },
            (_, Ending::Abandon) => Request::Abandon { socket },
            _ if slot.state == State::Opening => Request::Abandon { socket },
            (Service::Tcp | Service::TcpIncoming | Service::Ssl, Ending::Reset) => {
                Request::Reset { socket }
            }
            _ => Request::Close { socket },
        });
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
        let passive = self.options.get("passiveclosed") == 1;
        let transparent = self.transparent == Some(id) && Self::is_transparent(core);
        let (family, shown) = self.shown(id);
        let Some(slot) = self.slot_mut(id) else { return };
        let waits = slot.access != Access::Buffer && !slot.is_drained();
        if !slot.close_pending || waits {
            return;
        }
        slot.close_pending = false;
        if transparent {
            return self.leave_transparent(core, false);
        }
        core.urc(format!("{family}URC: \"closed\",{shown}"));
        if passive && !self.is_tls(id) {
            self.end(core, id, Ending::Close);
        }
    }

    /// The network dropped a context: its sockets are dead.
    pub(crate) fn lose_sockets(&mut self, core: &mut Core, context: u8) {
        core.urc(format!("+QIURC: \"pdpdeact\",{context}"));
        let (closes, frees) = (core.quirks.closes_with_context, core.quirks.frees_with_context);
        for id in self.ids_of(context) {
            let (family, shown) = self.shown(id);
            let Some(slot) = self.slots.get_mut(usize::from(id)).and_then(Option::as_mut) else {
                continue;
            };
            Self::leave(core, slot, Ending::Abandon);
            let before = core::mem::replace(&mut slot.state, State::Closing);
            slot.gone = true;
            slot.name = None;
            if before == State::Opening {
                self.opened(core, id, 570);
            } else if closes && before != State::Closing {
                core.urc(format!("{family}URC: \"closed\",{shown}"));
            }
            if self.transparent == Some(id) && Self::is_transparent(core) {
                self.leave_transparent(core, false);
            }
            if frees {
                self.end(core, id, Ending::Abandon);
            }
        }
        self.abort_queries(core, context);
    }

    /// The host deactivated a context: its sockets are closed without a word.
    pub(crate) fn close_sockets(&mut self, core: &mut Core, context: u8) {
        for id in self.ids_of(context) {
            self.end(core, id, Ending::Close);
        }
        self.abort_queries(core, context);
    }

    /// Everything is gone at once.
    pub(crate) fn forget_sockets(&mut self, core: &mut Core) {
        for id in 0..self.slots.len() as u8 {
            self.end(core, id, Ending::Abandon);
        }
    }

    fn ids_of(&self, context: u8) -> Vec<u8> {
        self.iter().filter(|(_, slot)| slot.context == context).map(|(id, _)| id).collect()
    }
}
