//! `AT+QICFG`: the options of the sockets (Quectel digest §5.10).

use super::Quectel;
use crate::cellular::{Answer, Command, Core, Refusal, line, ok};
use crate::module::TcpOptions;
use core::ops::RangeInclusive;
use std::collections::BTreeMap;

/// One option: its key, and of each value the range and what it is as built.
struct Key {
    name: &'static str,
    values: &'static [(RangeInclusive<i64>, i64)],
    /// Values that may be left out.
    optional: usize,
}

const fn flag(name: &'static str, value: i64) -> Key {
    const OFF: &[(RangeInclusive<i64>, i64)] = &[(0..=1, 0)];
    const ON: &[(RangeInclusive<i64>, i64)] = &[(0..=1, 1)];
    Key { name, values: if value == 0 { OFF } else { ON }, optional: 0 }
}

static KEYS: &[Key] = &[
    Key { name: "transpktsize", values: &[(1..=1460, 1024)], optional: 0 },
    Key { name: "transwaittm", values: &[(0..=20, 2)], optional: 0 },
    Key { name: "dataformat", values: &[(0..=1, 0), (0..=1, 0)], optional: 0 },
    flag("viewmode", 0),
    flag("udp/sendmode", 0),
    flag("udp/readmode", 0),
    flag("tcp/accept", 1),
    flag("passiveclosed", 0),
    flag("tcp/twrecyle", 0),
    flag("recvind", 0),
    flag("showlength", 0),
    Key {
        name: "tcp/keepalive",
        values: &[(0..=1, 0), (1..=120, 120), (25..=100, 75), (3..=10, 3)],
        optional: 3,
    },
    Key { name: "tcp/retranscfg", values: &[(3..=20, 12), (5..=1000, 60)], optional: 0 },
];

/// What the options are set to.
#[derive(Debug, Default)]
pub(crate) struct Options(BTreeMap<&'static str, Vec<i64>>);

impl Options {
    fn values(&self, name: &str) -> Vec<i64> {
        let built = || {
            let key = KEYS.iter().find(|key| key.name == name);
            key.map(|key| key.values.iter().map(|(_, value)| *value).collect())
        };
        self.0.get(name).cloned().or_else(built).unwrap_or_default()
    }

    /// The first value of an option.
    pub(crate) fn get(&self, name: &str) -> i64 {
        self.values(name).first().copied().unwrap_or(0)
    }

    /// The second value of an option.
    pub(crate) fn second(&self, name: &str) -> i64 {
        self.values(name).get(1).copied().unwrap_or(0)
    }
}

impl Quectel {
    pub(crate) fn set_option(&mut self, _core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        let name = arguments.need_text(0)?;
        let key = KEYS.iter().find(|key| key.name == name).ok_or(Refusal::Error)?;
        let exists = match key.name {
            "dataformat" => true,
            "showlength" => self.is_narrowband(),
            "recvind" => self.variant.receive_length,
            _ => !self.is_narrowband(),
        };
        if !exists {
            return Err(Refusal::Error);
        }
        if arguments.count() == 1 {
            let values = self.options.values(&name);
            let shown = if name == "tcp/keepalive" && values[0] == 0 { 1 } else { values.len() };
            let list: String = values[..shown].iter().map(|value| format!(",{value}")).collect();
            return line(format!("+QICFG: \"{name}\"{list}"));
        }
        let most = key.values.len() + 1;
        arguments.expect(most - key.optional..=most)?;
        let mut values = self.options.values(&name);
        for (index, (range, _)) in key.values.iter().enumerate() {
            if let Some(value) = arguments.number(index + 1, range.clone())? {
                values[index] = value;
            }
        }
        self.options.0.insert(key.name, values);
        ok()
    }

    /// The options of an open TCP socket, in seconds.
    pub(crate) fn tcp_options(&self, id: usize) -> Option<TcpOptions> {
        let slot = self.slot(u8::try_from(id).ok()?)?;
        let values = self.options.values("tcp/keepalive");
        let on = values.first() == Some(&1);
        let minutes = values.get(1).copied().unwrap_or(0) as u32;
        let keep_alive = if on { minutes * 60 } else { 0 };
        slot.service.is_stream().then(|| TcpOptions { keep_alive, ..TcpOptions::default() })
    }
}
