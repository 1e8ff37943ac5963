//! The clock: SNTP with `AT+CIPSNTPCFG`, and what it tells (ESP-AT digest §11).
//!
//! Every start begins in 1970. Certificates are held against this clock (`AT+CIPSSLCCONF`).

use super::EspAt;
use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use super::release::Generation;
use crate::cellular::{Date, EPOCH};
use crate::module::Dates;
use core::time::Duration;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// What SNTP is set to, and how far it has come.
#[derive(Debug, Clone)]
pub(crate) struct Time {
    enabled: bool,
    /// As the host wrote it: hours, or hours and minutes.
    zone: i64,
    servers: Vec<String>,
    /// Seconds from one question to the next.
    interval: u32,
    /// When the next answer comes, if there is a network.
    next: Duration,
    known: bool,
}

impl Default for Time {
    fn default() -> Self {
        let servers = ["cn.ntp.org.cn", "ntp.sjtu.edu.cn", "us.pool.ntp.org"];
        Self {
            enabled: false,
            zone: 0,
            servers: servers.map(str::to_owned).to_vec(),
            interval: 3600,
            next: Duration::ZERO,
            known: false,
        }
    }
}

impl Time {
    /// Seconds that the time zone is ahead of GMT.
    fn offset(&self) -> i64 {
        match self.zone {
            hours @ -12..=14 => hours * 3600,
            other => (other / 100) * 3600 + (other % 100) * 60,
        }
    }
}

impl EspAt {
    /// Starts out with the clock set, as if the host had seen to that before.
    pub fn set_time_known(&mut self) {
        self.time.known = true;
    }

    /// What the dates of certificates are held against.
    pub(crate) fn dates(&self) -> Dates {
        if self.time.known { Dates::Now } else { Dates::At(self.chip.now) }
    }

    /// When the clock is set next.
    pub(crate) fn time_deadline(&self) -> Option<Duration> {
        (self.time.enabled && self.has_address()).then_some(self.time.next)
    }

    pub(crate) fn run_time(&mut self) {
        if self.time_deadline().is_none_or(|at| at > self.chip.now) {
            return;
        }
        self.time.known = true;
        self.time.next = self.chip.now + Duration::from_secs(self.time.interval.into());
        if self.release.generation >= Generation::V3_2 {
            self.write("+TIME_UPDATED\r\n");
        }
    }

    pub(crate) fn set_time_source(&mut self, call: &Call) -> Answer {
        let arguments = &call.arguments;
        arguments.expect(1..=5)?;
        let enabled = arguments.need(0, 0..=1)? == 1;
        let zone = arguments.number(1, -1200..=1400)?.unwrap_or(0);
        if !(-12..=14).contains(&zone) && zone % 100 >= 60 {
            return Err(Refusal::invalid(1));
        }
        let servers = (2..arguments.count()).map(|index| arguments.need_text(index, 64));
        let servers = servers.collect::<Result<Vec<_>, _>>()?;
        if !servers.is_empty() {
            self.time.servers = servers;
        }
        self.time.enabled = enabled;
        self.time.zone = zone;
        self.time.next = self.chip.now + self.delays.time;
        Ok(())
    }

    pub(crate) fn query_time_source(&mut self, call: &Call) -> Answer {
        let Time { enabled, zone, servers, .. } = &self.time;
        let list: String = servers.iter().map(|server| format!(",\"{server}\"")).collect();
        let line = if *enabled { format!("1,{zone}{list}") } else { String::from("0") };
        self.answer_line(call, line);
        Ok(())
    }

    pub(crate) fn set_time_interval(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.time.interval = call.arguments.need(0, 15..=4_294_967)? as u32;
        Ok(())
    }

    pub(crate) fn query_time_interval(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.time.interval);
        Ok(())
    }

    /// The text of C's `asctime`, whose line ends with a bare line feed (ESP-AT digest §2.3).
    pub(crate) fn query_time(&mut self, call: &Call) -> Answer {
        let start = if self.time.known { EPOCH } else { 0 };
        let zone = if self.time.known { self.time.offset() } else { 0 };
        let now = (start + self.chip.now.as_secs()).saturating_add_signed(zone);
        let day = DAYS[(now / 86_400 % 7) as usize];
        self.answer_bare(call, format_args!("{day} {}\n", Date::from_unix(now).spoken()));
        Ok(())
    }
}
