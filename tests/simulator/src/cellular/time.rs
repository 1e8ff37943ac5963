//! Date and time: `AT+CCLK`, `AT+CTZU`, `AT+CTZR` (Quectel digest §3).

use super::answer::{Answer, Refusal, line, ok};
use super::command::Command;
use super::core::Core;

impl Core {
    pub(crate) fn query_clock(&mut self, _command: &Command) -> Answer {
        let date = self.clock.date(self.now()).short();
        line(format!("+CCLK: \"{date}{:+03}\"", self.clock.zone))
    }

    pub(crate) fn set_clock(&mut self, command: &Command) -> Answer {
        let text = command.arguments.need_text(0)?;
        let now = self.now();
        self.clock.set(now, &text).ok_or(Refusal::Error)?;
        ok()
    }

    pub(crate) fn set_zone_update(&mut self, command: &Command) -> Answer {
        self.clock.follows = command.arguments.need(0, 0..=1)? == 1;
        if self.clock.follows && self.registration.is_registered() {
            self.clock.synchronise();
        }
        ok()
    }

    pub(crate) fn query_zone_update(&mut self, _command: &Command) -> Answer {
        line(format!("+CTZU: {}", u8::from(self.clock.follows)))
    }

    pub(crate) fn set_zone_reports(&mut self, command: &Command) -> Answer {
        self.time_zone_reports = command.arguments.need(0, 0..=2)? > 0;
        ok()
    }
}
