//! Settings of one number each: `AT+QIMUX`, `AT+QINDI`, `AT+QIDNSIP` and others (Quectel digest
//! §9).

use super::Gsm;
use crate::cellular::{Answer, Command, Core, Refusal, line, ok};
use core::ops::RangeInclusive;
use std::collections::BTreeMap;

/// A setting.
struct Switch {
    name: &'static str,
    /// What can be simulated.
    range: RangeInclusive<i64>,
    built: i64,
    /// It cannot change while the stack is active.
    locked: bool,
}

const fn switch(name: &'static str, range: RangeInclusive<i64>, built: i64) -> Switch {
    Switch { name, range, built, locked: false }
}

const fn locked(name: &'static str, range: RangeInclusive<i64>, built: i64) -> Switch {
    Switch { name, range, built, locked: true }
}

static SWITCHES: &[Switch] = &[
    // The foreground context.
    locked("+QIFGCNT", 0..=1, 0),
    // Several sockets.
    locked("+QIMUX", 0..=1, 0),
    // Transparent mode is not there.
    switch("+QIMODE", 0..=0, 0),
    // Client.
    switch("+QISRVC", 1..=1, 1),
    // How received data come: pushed, or read after a notice without or with counters.
    switch("+QINDI", 0..=2, 0),
    // Hosts are names instead of addresses.
    switch("+QIDNSIP", 0..=1, 0),
    // Payload is echoed.
    switch("+QISDE", 0..=1, 1),
    switch("+QIPROMPT", 0..=2, 1),
    // Pushed data have a header.
    switch("+QIHEAD", 0..=1, 0),
    switch("+QISHOWRA", 0..=0, 0),
    switch("+QISHOWPT", 0..=0, 0),
    switch("+QISHOWLA", 0..=0, 0),
];

/// What the settings are.
#[derive(Debug, Default)]
pub(crate) struct Switches(BTreeMap<&'static str, i64>);

impl Switches {
    /// The setting of the command with this name.
    pub(crate) fn get(&self, name: &str) -> i64 {
        let built = || SWITCHES.iter().find(|it| it.name == name).map(|it| it.built);
        self.0.get(name).copied().or_else(built).unwrap_or(0)
    }

    pub(crate) fn set(&mut self, name: &'static str, value: i64) {
        self.0.insert(name, value);
    }
}

impl Gsm {
    pub(crate) fn set_switch(&mut self, _core: &mut Core, command: &Command) -> Answer {
        let switch = SWITCHES.iter().find(|it| it.name == command.name).ok_or(Refusal::Error)?;
        command.arguments.expect(1..=1)?;
        let value = command.arguments.need(0, switch.range.clone())?;
        if switch.locked && self.stack.is_in_use() {
            return Err(Refusal::Error);
        }
        self.switches.set(switch.name, value);
        ok()
    }

    pub(crate) fn query_switch(&mut self, _core: &mut Core, command: &Command) -> Answer {
        line(format!("{}: {}", command.name, self.switches.get(&command.name)))
    }
}
