//! The PIN of the card: `AT+CPIN`, `AT+CLCK`, `AT+CPWD` (Quectel digest §3).

use super::answer::{Answer, Refusal, line, ok};
use super::command::Command;
use super::core::Core;
use super::sim::SimState;

impl Core {
    /// Refuses unless the card is ready.
    pub(crate) fn need_sim(&self) -> Result<(), Refusal> {
        match self.sim.state().refusal() {
            Some(code) => Err(Refusal::Cme(code)),
            None => Ok(()),
        }
    }

    pub(crate) fn query_pin(&mut self, _command: &Command) -> Answer {
        match self.sim.state() {
            SimState::Absent => Err(Refusal::Cme(10)),
            SimState::Dead => Err(Refusal::Cme(13)),
            state => line(format!("+CPIN: {}", state.text().unwrap_or_default())),
        }
    }

    pub(crate) fn enter_pin(&mut self, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=2)?;
        let code = arguments.word(0)?;
        let result = if arguments.has(1) {
            self.sim.unblock(&code, &arguments.word(1)?)
        } else {
            self.sim.enter_pin(&code)
        };
        result.map_err(Refusal::Cme)?;
        self.announce_sim();
        ok()
    }

    /// `AT+CLCK="SC",<0|1|2>[,<pin>]`: whether the card asks for its PIN.
    pub(crate) fn lock_facility(&mut self, command: &Command) -> Answer {
        let arguments = &command.arguments;
        if !arguments.need_text(0)?.eq_ignore_ascii_case("SC") {
            return Err(Refusal::Cme(4));
        }
        let mode = arguments.need(1, 0..=2)?;
        if mode == 2 {
            if !self.sim.present {
                return Err(Refusal::Cme(10));
            }
            return line(format!("+CLCK: {}", u8::from(self.sim.locked)));
        }
        self.need_sim()?;
        self.sim.check_pin(&arguments.word(2)?).map_err(Refusal::Cme)?;
        self.sim.locked = mode == 1;
        self.sim.verified = true;
        ok()
    }

    /// `AT+CPWD="SC",<old pin>,<new pin>`.
    pub(crate) fn change_password(&mut self, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(3..=3)?;
        if !arguments.need_text(0)?.eq_ignore_ascii_case("SC") {
            return Err(Refusal::Cme(4));
        }
        self.need_sim()?;
        if !self.sim.locked {
            return Err(Refusal::Cme(3));
        }
        let (old, new) = (arguments.word(1)?, arguments.word(2)?);
        self.sim.check_pin(&old).map_err(Refusal::Cme)?;
        self.sim.pin = new;
        ok()
    }
}
