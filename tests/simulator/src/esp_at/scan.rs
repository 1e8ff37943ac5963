//! `AT+CWLAP` (ESP-AT digest §5.2).

use super::access_point::AccessPoint;
use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use super::{EspAt, Work};

/// What a scan looks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    ssid: Option<String>,
    bssid: Option<String>,
    channel: Option<i64>,
}

impl Filter {
    fn admits(&self, point: &AccessPoint) -> bool {
        self.ssid.as_ref().is_none_or(|ssid| *ssid == point.ssid)
            && self.bssid.as_ref().is_none_or(|bssid| point.bssid.eq_ignore_ascii_case(bssid))
            && self.channel.is_none_or(|channel| channel == i64::from(point.channel))
    }
}

impl EspAt {
    pub(crate) fn scan(&mut self, call: &Call) -> Answer {
        let arguments = &call.arguments;
        arguments.expect(0..=6)?;
        if !matches!(self.config.mode, 1 | 3) || self.station.is_joining() {
            return Err(Refusal::FAILED);
        }
        let filter = Filter {
            ssid: arguments.text(0, 32)?,
            bssid: arguments.text(1, 17)?,
            channel: arguments.number(2, 0..=14)?.filter(|channel| *channel != 0),
        };
        let passive = arguments.number(3, 0..=1)? == Some(1);
        arguments.number(4, 0..=1500)?;
        arguments.number(5, 0..=1500)?;
        let until = self.chip.now + self.delays.scan * if passive { 3 } else { 1 };
        self.work(Work::Scan { filter, until })
    }

    pub(crate) fn finish_scan(&mut self, filter: &Filter) {
        let found: Vec<AccessPoint> =
            self.air.access_points.iter().filter(|point| filter.admits(point)).cloned().collect();
        for point in found {
            // A hidden network gives its name only to those who ask for it.
            let name = if point.hidden && filter.ssid.is_none() { "" } else { &point.ssid };
            let fields = [
                (point.security as u8).to_string(),
                format!("\"{}\"", escaped(name)),
                point.rssi.to_string(),
                format!("\"{}\"", point.bssid),
                point.channel.to_string(),
                "-1".into(),
                "-1".into(),
                "4".into(),
                "4".into(),
                "7".into(),
                "0".into(),
            ];
            let shown = fields[..self.release.scan_fields.min(fields.len())].join(",");
            self.write(format!("+CWLAP:({shown})\r\n"));
        }
        self.finish(Ok(()));
    }
}

/// A name as the firmware prints it: escaped like in a command.
fn escaped(name: &str) -> String {
    name.chars()
        .flat_map(|c| {
            let escape = matches!(c, '\\' | ',' | '"').then_some('\\');
            escape.into_iter().chain([c])
        })
        .collect()
}
