//! Who the module is: manufacturer, model, firmware, IMEI (Quectel digest §3).

use super::answer::{Answer, Refusal, line, lines};
use super::command::Command;
use super::core::Core;

impl Core {
    pub(crate) fn show_identity(&mut self, _command: &Command) -> Answer {
        let model = &self.model;
        lines([
            model.manufacturer.to_owned(),
            model.name.to_owned(),
            format!("Revision: {}", model.revision),
        ])
    }

    pub(crate) fn show_manufacturer(&mut self, _command: &Command) -> Answer {
        line(self.model.manufacturer)
    }

    pub(crate) fn show_model(&mut self, _command: &Command) -> Answer {
        line(self.model.name)
    }

    pub(crate) fn show_revision(&mut self, _command: &Command) -> Answer {
        line(self.model.revision)
    }

    pub(crate) fn show_imei(&mut self, _command: &Command) -> Answer {
        line(self.model.imei)
    }

    /// `AT+CGSN=1`, which not every family has.
    pub(crate) fn show_prefixed_imei(&mut self, command: &Command) -> Answer {
        command.arguments.need(0, 0..=1)?;
        if !self.model.prefixed_imei {
            return Err(Refusal::Error);
        }
        line(format!("+CGSN: {}", self.model.imei))
    }

    pub(crate) fn show_imsi(&mut self, _command: &Command) -> Answer {
        self.need_sim()?;
        line(self.sim.imsi.clone())
    }

    pub(crate) fn show_battery(&mut self, _command: &Command) -> Answer {
        line("+CBC: 0,100,3800")
    }
}
