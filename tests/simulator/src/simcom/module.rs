//! The module itself: its card, switching it off, restarting it (Quectel digest §15.3).

use super::{SimCom, Work};
use crate::cellular::{Answer, Command, Core, Outcome, Owner, Refusal, line};
use core::time::Duration;

impl SimCom {
    /// A bare line.
    pub(crate) fn show_card(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if !core.sim.present {
            return Err(Refusal::Cme(10));
        }
        line(core.sim.iccid.clone())
    }

    /// `AT+CPOWD=1`: the farewell is the answer.
    pub(crate) fn switch_off(&mut self, core: &mut Core, command: &Command) -> Answer {
        let orderly = command.arguments.need(0, 0..=1)? == 1;
        let delay = if orderly { core.pace.power_down } else { Duration::ZERO };
        core.power_down(delay);
        self.work = Some(Work::Off);
        core.work(Owner::Dialect, None)
    }

    pub(crate) fn reboot(&mut self, core: &mut Core, _command: &Command) -> Answer {
        core.write_answer(&[], "OK");
        core.rest();
        core.restart();
        Ok(Outcome::Later)
    }
}
