//! IPv6: `AT+CIPV6`, and the addresses that come with it (ESP-AT digest §5.3, §12).
//!
//! The digest wants IPv6 on before the join, so an `AT+CIPV6=1` while joined brings no addresses
//! until the station joins again; `AT+CIPV6=0` takes them away at once, and leaves links alone.

use super::EspAt;
use super::access_point::AccessPoint;
use super::dispatch::{Answer, Call};
use core::net::{IpAddr, Ipv6Addr};
use core::time::Duration;

/// The IPv6 addresses of the station.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ipv6 {
    pub(crate) link_local: Option<Ipv6Addr>,
    pub(crate) global: Option<Ipv6Addr>,
    /// When the addresses of a new association are known.
    link_local_at: Option<Duration>,
    global_at: Option<(Duration, Ipv6Addr)>,
}

impl Ipv6 {
    pub(crate) fn deadline(&self) -> Option<Duration> {
        [self.link_local_at, self.global_at.map(|(at, _)| at)].into_iter().flatten().min()
    }
}

impl EspAt {
    pub(crate) fn set_ipv6(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let on = call.arguments.need(0, 0..=1)? == 1;
        self.configure(call.store, |config| config.ipv6 = on);
        if !on {
            self.station.ipv6 = Ipv6::default();
        }
        Ok(())
    }

    pub(crate) fn query_ipv6(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.config.ipv6));
        Ok(())
    }

    /// Has `AT+CIPV6=1` in flash, and the addresses too if the station is joined; NonOS firmware
    /// knows no IPv6.
    pub(crate) fn enable_ipv6(&mut self) {
        if self.release.is_legacy() {
            return;
        }
        self.configure(true, |config| config.ipv6 = true);
        if let Some(point) = &self.station.access_point {
            self.station.ipv6.global = point.ipv6;
            self.station.ipv6.link_local = Some(self.link_local());
        }
    }

    /// The station is associated: its IPv6 addresses follow.
    pub(crate) fn await_ipv6(&mut self, point: &AccessPoint) {
        if self.config.ipv6 {
            let global_at = self.chip.now + self.delays.global;
            self.station.ipv6.link_local_at = Some(self.chip.now + self.delays.link_local);
            self.station.ipv6.global_at = point.ipv6.map(|address| (global_at, address));
        }
    }

    /// Takes the address that is due.
    pub(crate) fn step_ipv6(&mut self) {
        let now = self.chip.now;
        if self.station.ipv6.link_local_at.take_if(|at| *at <= now).is_some() {
            self.station.ipv6.link_local = Some(self.link_local());
            self.write("WIFI GOT IPv6 LL\r\n");
        }
        if let Some((_, address)) = self.station.ipv6.global_at.take_if(|(at, _)| *at <= now) {
            self.station.ipv6.global = Some(address);
            self.write("WIFI GOT IPv6 GL\r\n");
        }
    }

    /// The link-local address that follows from the MAC address (EUI-64).
    fn link_local(&self) -> Ipv6Addr {
        let mut mac = [0; 6];
        for (byte, text) in mac.iter_mut().zip(self.config.mac.split(':')) {
            *byte = u8::from_str_radix(text, 16).unwrap_or(0);
        }
        let [a, b, c, d, e, f] = mac;
        Ipv6Addr::from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f])
    }

    /// Whether the station has an address of the family, of any scope.
    pub(crate) fn has_family(&self, ipv6: bool) -> bool {
        if ipv6 { self.station.ipv6.link_local.is_some() } else { self.has_address() }
    }

    /// Whether the station has an address to reach `remote` from.
    pub(crate) fn can_reach(&self, remote: IpAddr) -> bool {
        self.addresses().source(remote).is_some()
    }
}
