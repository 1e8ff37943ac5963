//! The page that is printed.

use std::fmt;

use clap::builder::styling::Style;
use usocket::network::{DateTime, Signal, SimStatus};

use crate::facts::Facts;
use crate::rig::words::{self, Words};
use crate::signal_bar::SignalBar;

/// Said where the module has not told anything.
const UNKNOWN: &str = "unknown";

/// Facts, one a line.
pub(crate) struct Page<'f> {
    pub(crate) facts: &'f Facts,
    pub(crate) colour: bool,
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { addresses, operator, registration, .. } = self.facts;
        let known = |fact: &Option<String>| fact.clone().unwrap_or_else(|| UNKNOWN.to_owned());
        let maker = [&self.facts.manufacturer, &self.facts.model].map(Option::as_deref);
        let maker: Vec<_> = maker.into_iter().flatten().collect();

        self.line(f, "Module", &maker.join(" "))?;
        self.line(f, "Firmware", &known(&self.facts.revision))?;
        self.line(f, "IMEI", &known(&self.facts.imei))?;
        writeln!(f)?;
        self.line(f, "SIM", &sim(self.facts.sim))?;
        self.line(f, "ICCID", &known(&self.facts.iccid))?;
        self.line(f, "IMSI", &known(&self.facts.imsi))?;
        writeln!(f)?;
        self.line(f, "Network", &known(&registration.map(|it| it.words())))?;
        self.line(f, "Operator", &known(&operator.as_ref().map(Words::words)))?;
        let bar = SignalBar { signal: &self.facts.signal, colour: self.colour };
        self.line(f, "Signal", &format!("{bar}  {}", measured(&self.facts.signal)))?;
        let none = || "none (there is no context; --connect asks for one)".to_owned();
        let address = addresses.map(|it| it.address.to_string());
        self.line(f, "Address", &address.unwrap_or_else(none))?;
        let dns = addresses.map(|it| it.dns).filter(|dns| !dns.is_unspecified());
        self.line(f, "DNS", &known(&dns.map(|it| it.to_string())))?;
        let untold = || "the network has not told it".to_owned();
        self.line(f, "Time", &self.facts.time.map_or_else(untold, time))
    }
}

impl Page<'_> {
    fn line(&self, f: &mut fmt::Formatter<'_>, name: &str, fact: &str) -> fmt::Result {
        let style = if self.colour { Style::new().bold() } else { Style::new() };
        writeln!(f, "{style}{name:<10}{style:#}{fact}")
    }
}

fn sim(sim: SimStatus) -> String {
    match sim {
        SimStatus::Ready => "ready".to_owned(),
        SimStatus::PinRequired { tries } => {
            format!("wants its PIN{}: give it with --pin", words::tries(tries))
        }
        SimStatus::PukRequired { tries } => {
            format!("wants its PUK{}, after too many wrong PINs", words::tries(tries))
        }
        SimStatus::NotReady => "is still starting: ask again in a few seconds".to_owned(),
        SimStatus::Missing => "there is none in the module".to_owned(),
        _ => "does not work, or not in this module".to_owned(),
    }
}

fn measured(signal: &Signal) -> String {
    let Signal { rssi, rsrp, rsrq, sinr, .. } = *signal;
    let whole = |name: &str, value: Option<i16>, unit: &str| {
        value.map(|value| format!("{name} {value} {unit}"))
    };
    let measured = [
        whole("RSSI", rssi, "dBm"),
        whole("RSRP", rsrp, "dBm"),
        whole("RSRQ", rsrq, "dB"),
        sinr.map(|tenths| format!("SINR {:.1} dB", f32::from(tenths) / 10.0)),
    ];
    let measured: Vec<_> = measured.into_iter().flatten().collect();
    if measured.is_empty() { UNKNOWN.to_owned() } else { measured.join(", ") }
}

fn time(time: DateTime) -> String {
    let DateTime { year, month, day, hour, minute, second, zone } = time;
    let zone = zone.map_or_else(String::new, |quarters| {
        let sign = if quarters < 0 { '-' } else { '+' };
        let minutes = u32::from(quarters.unsigned_abs()) * 15;
        format!(" UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    });
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{zone}")
}
