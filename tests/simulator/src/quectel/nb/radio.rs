//! The radio connection, which exists while there is traffic: `AT+CSCON` (Quectel digest §2.1, §8).

use super::super::Quectel;
use super::super::slot::Slot;
use crate::cellular::{Answer, Command, Core, line, ok};
use crate::module::Event;
use core::time::Duration;

/// The radio connection.
#[derive(Debug, Default)]
pub(crate) struct Radio {
    reports: bool,
    connected: bool,
    /// When the network releases it, if nothing else is sent.
    pub(crate) idle_at: Option<Duration>,
}

impl Quectel {
    /// Something came from the network, or went there.
    pub(crate) fn note_traffic(&mut self, core: &mut Core, event: &Event) {
        // Opening a socket for datagrams sends nothing.
        let datagrams = |slot: &Slot| !slot.service.is_stream();
        let silent = match event {
            Event::Connected { socket, .. } => {
                self.find(*socket).and_then(|id| self.slot(id)).is_none_or(datagrams)
            }
            _ => false,
        };
        if !silent {
            self.use_radio(core);
        }
    }

    /// The radio connection is there, and stays for a while.
    pub(crate) fn use_radio(&mut self, core: &mut Core) {
        if !self.is_narrowband() {
            return;
        }
        let radio = &mut self.narrowband.radio;
        radio.idle_at = Some(core.now() + core.pace.release);
        if !core::mem::replace(&mut radio.connected, true) && radio.reports {
            core.urc("+CSCON: 1");
        }
    }

    /// Releases the radio connection, if it has been idle for long enough.
    pub(crate) fn rest_radio(&mut self, core: &mut Core) {
        let now = core.now();
        let radio = &mut self.narrowband.radio;
        if radio.idle_at.take_if(|at| *at <= now).is_some() {
            radio.connected = false;
            if radio.reports {
                core.urc("+CSCON: 0");
            }
        }
    }

    pub(crate) fn set_radio_reports(&mut self, _core: &mut Core, command: &Command) -> Answer {
        self.narrowband.radio.reports = command.arguments.need(0, 0..=1)? == 1;
        ok()
    }

    pub(crate) fn query_radio(&mut self, _core: &mut Core, _command: &Command) -> Answer {
        let Radio { reports, connected, .. } = self.narrowband.radio;
        line(format!("+CSCON: {},{}", u8::from(reports), u8::from(connected)))
    }
}
