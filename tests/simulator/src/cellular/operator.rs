//! The network as status queries show it: `AT+CREG`, `AT+COPS`, `AT+CSQ`, and `AT+CFUN` (Quectel
//! digest §3, §3.1).

use super::answer::{Answer, Outcome, Refusal, line, ok};
use super::command::Command;
use super::core::{Core, Owner};
use super::registration::DOMAINS;
use core::time::Duration;

fn domain(command: &Command) -> Result<usize, Refusal> {
    DOMAINS.iter().position(|name| *name == command.name).ok_or(Refusal::Error)
}

impl Core {
    pub(crate) fn set_reports(&mut self, command: &Command) -> Answer {
        let domain = domain(command)?;
        let mode = command.arguments.need(0, 0..=4)? as u8;
        if mode == 3 || (mode == 4 && domain != 2) {
            return Err(Refusal::Error);
        }
        self.settings.reports[domain] = mode;
        ok()
    }

    pub(crate) fn query_registration(&mut self, command: &Command) -> Answer {
        let domain = domain(command)?;
        let mode = self.settings.reports[domain];
        let state = self.domain_state(domain);
        line(format!("{}: {mode},{state}{}", command.name, self.location(domain)))
    }

    pub(crate) fn show_signal(&mut self, _command: &Command) -> Answer {
        let csq = if self.function == 1 { self.coverage.signal.csq } else { 99 };
        line(format!("+CSQ: {csq},99"))
    }

    pub(crate) fn select_operator(&mut self, command: &Command) -> Answer {
        let arguments = &command.arguments;
        match arguments.need(0, 0..=4)? {
            3 => {
                self.operator_format = arguments.need(1, 0..=2)? as u8;
                return ok();
            }
            2 => {
                self.deregistered = true;
                self.deactivate_contexts();
            }
            0 => self.deregistered = false,
            _ => {
                let wanted = arguments.need_text(2)?;
                let Self { coverage, .. } = self;
                if wanted != coverage.operator && wanted != coverage.operator_number {
                    return Err(Refusal::Cme(30));
                }
                self.deregistered = false;
            }
        }
        self.need_sim()?;
        self.seek_network();
        ok()
    }

    /// The operator in the format of `AT+COPS=3`.
    fn operator_name(&self) -> String {
        match self.operator_format {
            2 => self.coverage.operator_number.clone(),
            _ => self.coverage.operator.clone(),
        }
    }

    pub(crate) fn query_operator(&mut self, _command: &Command) -> Answer {
        let mode = if self.deregistered { 2 } else { 0 };
        if !self.registration.is_registered() {
            return line(format!("+COPS: {mode}"));
        }
        let (format, name) = (self.operator_format, self.operator_name());
        let technology = self.coverage.technology.number();
        line(format!("+COPS: {mode},{format},\"{name}\",{technology}"))
    }

    pub(crate) fn scan_operators(&mut self) -> Answer {
        self.need_sim()?;
        let time = self.pace.scan;
        self.work(Owner::Operators, Some(time))
    }

    fn list_operators(&self) -> Answer {
        let Self { coverage, .. } = self;
        let state = if self.registration.is_registered() { 2 } else { 1 };
        let (name, number) = (&coverage.operator, &coverage.operator_number);
        let technology = coverage.technology.number();
        line(format!(
            "+COPS: ({state},\"{name}\",\"{name}\",\"{number}\",{technology}),,(0-4),(0-2)"
        ))
    }

    pub(crate) fn query_function(&mut self, _command: &Command) -> Answer {
        line(format!("+CFUN: {}", self.function))
    }

    pub(crate) fn set_function(&mut self, command: &Command) -> Answer {
        let function = command.arguments.need(0, 0..=4)? as u8;
        let restarts = command.arguments.number(1, 0..=1)?.unwrap_or(0) == 1;
        if !matches!((function, restarts), (0 | 4, false) | (1, _)) {
            return Err(Refusal::Error);
        }
        if restarts {
            self.write_answer(&[], "OK");
            self.rest();
            self.restart();
            return Ok(Outcome::Later);
        }
        if function == self.function {
            return ok();
        }
        let time = self.pace.function;
        self.work(Owner::Function(function), Some(time))
    }

    fn change_function(&mut self, function: u8) -> Answer {
        let before = core::mem::replace(&mut self.function, function);
        if function != 1 {
            self.deactivate_contexts();
        }
        self.seek_network();
        if (before, function) == (0, 1) {
            self.announce_sim();
        }
        ok()
    }

    /// Finishes a command of the common core whose time is over.
    pub(crate) fn conclude(&mut self, owner: Owner) -> Answer {
        match owner {
            Owner::Function(function) => self.change_function(function),
            Owner::Operators => self.list_operators(),
            Owner::Activation { cid, on } => self.conclude_activation(cid, on),
            Owner::Dialect => Ok(Outcome::Later),
        }
    }

    /// Stays busy with a change of a context.
    pub(crate) fn start_activation(&mut self, cid: u8, on: bool) -> Answer {
        let time: Duration = if on { self.pace.activate } else { self.pace.deactivate };
        self.work(Owner::Activation { cid, on }, Some(time))
    }
}
