//! Names and echo requests: `AT+CIPDOMAIN`, `AT+CIPDNS`, `AT+PING` (ESP-AT digest §11).

use super::connect::Plan;
use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use super::release::Generation;
use super::send::Transfer;
use super::{EspAt, Phase, Work};
use crate::module::{Family, Request};
use core::net::IpAddr;
use core::time::Duration;

/// What a looked-up address is for.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// `AT+CIPDOMAIN`.
    Answer,
    /// `AT+CIPSTART`.
    Connect(Plan),
    /// `AT+CIPSEND` of one datagram to a port.
    Send(Transfer, u16),
    /// `AT+PING`.
    Ping,
}

impl EspAt {
    /// Looks `name` up and goes on with `purpose`.
    pub(crate) fn resolve(&mut self, name: String, family: Family, purpose: Purpose) -> Answer {
        self.request(Request::Resolve { name: name.clone(), family });
        let timeout = match &purpose {
            Purpose::Connect(plan) => plan.timeout,
            _ => None,
        };
        let deadline = timeout.map(|timeout| self.chip.now + timeout);
        self.work(Work::Resolve { name, purpose, deadline })
    }

    pub(crate) fn resolved(&mut self, name: &str, addresses: &[IpAddr]) {
        let wanted =
            matches!(&self.phase, Phase::Busy(Work::Resolve { name: asked, .. }) if asked == name);
        if !wanted {
            return;
        }
        if let Phase::Busy(Work::Resolve { purpose, .. }) =
            core::mem::replace(&mut self.phase, Phase::Idle)
        {
            self.finish_resolve(purpose, addresses.first().copied());
        }
    }

    pub(crate) fn finish_resolve(&mut self, purpose: Purpose, address: Option<IpAddr>) {
        let Some(address) = address else {
            return self.finish(Err(Refusal::because("DNS Fail")));
        };
        match purpose {
            Purpose::Answer => {
                let quote = if self.release.quoted_addresses { "\"" } else { "" };
                self.write(format!("+CIPDOMAIN:{quote}{address}{quote}\r\n"));
                self.finish(Ok(()));
            }
            Purpose::Connect(plan) => {
                let result = self.connect(&plan, address);
                self.leave_handler();
                if result.is_err() {
                    self.finish(result);
                }
            }
            Purpose::Send(transfer, port) => self.send_resolved(transfer, address, port),
            Purpose::Ping => self.start_ping(address),
        }
    }

    /// Forgets the mark that a handler would have left for the dispatcher.
    pub(crate) fn leave_handler(&mut self) {
        self.mischief.later = false;
    }

    pub(crate) fn look_up(&mut self, call: &Call) -> Answer {
        // The family came with 2.2, the timeout with 4.1 (ESP-AT digest §11).
        let most = match self.release.generation {
            Generation::NonOs17 => 1,
            Generation::V2_2 | Generation::V3_2 => 2,
            _ => 3,
        };
        call.arguments.expect(1..=most)?;
        let name = call.arguments.need_text(0, 255)?;
        let family = match (call.arguments.number(1, 1..=3)?, self.config.ipv6) {
            (Some(3), true) => Family::V6,
            (Some(3), false) => return Err(Refusal::invalid(1)),
            (Some(2), _) | (_, false) => Family::V4,
            (_, true) => Family::PreferV4,
        };
        let timeout = call.arguments.number(2, 0..=60_000)?.filter(|ms| *ms > 0);
        if !self.has_address() && !self.has_family(true) {
            return Err(Refusal::because("no ip"));
        }
        if let Ok(address) = name.parse::<IpAddr>() {
            self.finish_resolve(Purpose::Answer, family.choose(&[address]).first().copied());
            self.proceed_later();
            return Ok(());
        }
        self.resolve(name, family, Purpose::Answer)?;
        if let (Phase::Busy(Work::Resolve { deadline, .. }), Some(ms)) = (&mut self.phase, timeout)
        {
            *deadline = Some(self.chip.now + Duration::from_millis(ms as u64));
        }
        Ok(())
    }

    pub(crate) fn ping(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let host = call.arguments.need_text(0, 255)?;
        if !self.has_address() && !self.has_family(true) {
            return Err(Refusal::because("no ip"));
        }
        let family = if self.config.ipv6 { Family::PreferV4 } else { Family::V4 };
        match host.parse::<IpAddr>() {
            Ok(address) if !self.can_reach(address) => Err(Refusal::FAILED),
            Ok(address) => {
                self.start_ping(address);
                self.proceed_later();
                Ok(())
            }
            Err(_) => self.resolve(host, family, Purpose::Ping),
        }
    }

    fn start_ping(&mut self, address: IpAddr) {
        self.request(Request::Ping { address });
        self.phase = Phase::Busy(Work::Ping);
    }

    pub(crate) fn pong(&mut self, time: Option<Duration>) {
        if !matches!(self.phase, Phase::Busy(Work::Ping)) {
            return;
        }
        let name = if self.release.is_legacy() { "+" } else { "+PING:" };
        match time {
            Some(time) => {
                self.write(format!("{name}{}\r\n", time.as_millis()));
                self.finish(Ok(()));
            }
            None => {
                let word = if self.release.is_legacy() { "timeout" } else { "TIMEOUT" };
                self.write(format!("{name}{word}\r\n"));
                self.finish(Err(Refusal::FAILED));
            }
        }
    }

    pub(crate) fn set_dns(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=4)?;
        let manual = call.arguments.need(0, 0..=1)? == 1;
        let mut servers = Vec::new();
        for index in 1..call.arguments.count() {
            let server = call.arguments.need_text(index, 45)?;
            server.parse::<core::net::IpAddr>().map_err(|_| Refusal::invalid(index))?;
            servers.push(server);
        }
        let servers = if manual { servers } else { Vec::new() };
        self.configure(call.store, |config| config.dns.clone_from(&servers));
        Ok(())
    }

    pub(crate) fn query_dns(&mut self, call: &Call) -> Answer {
        let manual = !self.config.dns.is_empty();
        let servers = if manual {
            self.config.dns.clone()
        } else {
            vec!["208.67.222.222".into(), "114.114.114.114".into(), "8.8.8.8".into()]
        };
        let list: String = servers.iter().map(|server| format!(",\"{server}\"")).collect();
        self.answer_line(call, format_args!("{}{list}", u8::from(manual)));
        Ok(())
    }
}
