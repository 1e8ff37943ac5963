//! The AT terminal itself: echo, verbosity, speed, and where settings are kept (Quectel digest
//! §1.2, §1.4, §2.4).

use super::answer::{Answer, Outcome, Refusal, line, ok};
use super::command::Command;
use super::core::{Core, Notice};

/// Every speed of a UART that a family may have (Quectel digest §2.4).
const SPEEDS: [u32; 14] = [
    4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600, 2_900_000, 3_000_000,
    3_200_000, 3_686_400, 4_000_000,
];

impl Core {
    /// A command that changes nothing here.
    pub(crate) fn nothing(&mut self, _command: &Command) -> Answer {
        ok()
    }

    pub(crate) fn set_echo(&mut self, command: &Command) -> Answer {
        self.settings.echo = command.arguments.number(0, 0..=1)?.unwrap_or(0) == 1;
        ok()
    }

    pub(crate) fn set_verbose(&mut self, command: &Command) -> Answer {
        self.settings.verbose = command.arguments.number(0, 0..=1)?.unwrap_or(0) == 1;
        ok()
    }

    pub(crate) fn set_quiet(&mut self, command: &Command) -> Answer {
        self.settings.quiet = command.arguments.number(0, 0..=1)?.unwrap_or(0) == 1;
        ok()
    }

    pub(crate) fn show_register(&mut self, command: &Command) -> Answer {
        line(match command.name.as_str() {
            "S3" => "013",
            "S4" => "010",
            "S5" => "008",
            "S10" => "015",
            _ => "000",
        })
    }

    pub(crate) fn set_cmee(&mut self, command: &Command) -> Answer {
        self.settings.cmee = command.arguments.need(0, 0..=2)? as u8;
        ok()
    }

    pub(crate) fn query_cmee(&mut self, _command: &Command) -> Answer {
        line(format!("+CMEE: {}", self.settings.cmee))
    }

    pub(crate) fn restore(&mut self, _command: &Command) -> Answer {
        self.restore_settings();
        self.notices.push_back(Notice::Restored);
        ok()
    }

    pub(crate) fn store(&mut self, _command: &Command) -> Answer {
        self.stored = self.settings.clone();
        self.stored_baud = self.baud;
        ok()
    }

    pub(crate) fn reload(&mut self, _command: &Command) -> Answer {
        self.settings = self.stored.clone();
        ok()
    }

    /// The answer leaves at the old speed; then both directions switch.
    pub(crate) fn set_baud_rate(&mut self, command: &Command) -> Answer {
        let baud = command.arguments.need(0, 0..=i64::from(self.model.baud_max))? as u32;
        if !SPEEDS.contains(&baud) {
            return Err(Refusal::Error);
        }
        self.write_answer(&[], "OK");
        self.baud = baud;
        if self.model.stores_baud {
            self.stored_baud = baud;
        }
        self.chip.output.push_baud(baud);
        self.rest();
        Ok(Outcome::Later)
    }

    pub(crate) fn query_baud_rate(&mut self, _command: &Command) -> Answer {
        line(format!("+IPR: {}", self.baud))
    }

    pub(crate) fn set_flow(&mut self, command: &Command) -> Answer {
        let flow = |index| match command.arguments.number(index, 0..=2)? {
            Some(1) => Err(Refusal::Error),
            other => Ok(other.unwrap_or(0) as u8),
        };
        let flow = (flow(0)?, flow(1)?);
        self.write_answer(&[], "OK");
        self.settings.flow = flow;
        self.chip.output.push_baud(self.baud); // the line changes behind the answer
        self.rest();
        Ok(Outcome::Later)
    }

    pub(crate) fn query_flow(&mut self, _command: &Command) -> Answer {
        let (host, module) = self.settings.flow;
        line(format!("+IFC: {host},{module}"))
    }

    pub(crate) fn query_frame(&mut self, _command: &Command) -> Answer {
        line("+ICF: 3,3")
    }
}
