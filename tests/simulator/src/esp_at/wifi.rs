//! The commands of the Wi-Fi station (ESP-AT digest §5).

use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use super::settings::Credentials;
use super::station::Addresses;
use super::{EspAt, Work};
use core::net::Ipv4Addr;

impl EspAt {
    fn need_station(&self) -> Answer {
        if matches!(self.config.mode, 1 | 3) { Ok(()) } else { Err(Refusal::FAILED) }
    }

    pub(crate) fn set_mode(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=2)?;
        let mode = call.arguments.need(0, 0..=3)? as u8;
        let connect = call.arguments.flag(1)?.unwrap_or(true);
        let had_station = matches!(self.config.mode, 1 | 3);
        self.configure(call.store, |config| config.mode = mode);
        match (had_station, matches!(mode, 1 | 3)) {
            (true, false) => self.stop_station(),
            (false, true) if connect => self.join_stored(),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn query_mode(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.config.mode);
        Ok(())
    }

    pub(crate) fn query_wifi_state(&mut self, call: &Call) -> Answer {
        let state = self.station_state();
        let ssid = self.station.credentials.as_ref().map(|it| it.ssid.clone()).unwrap_or_default();
        self.answer_line(call, format_args!("{state},\"{ssid}\""));
        Ok(())
    }

    pub(crate) fn join(&mut self, call: &Call) -> Answer {
        let arguments = &call.arguments;
        arguments.expect(2..=9)?;
        self.need_station()?;
        let mut credentials = Credentials::new(
            &arguments.need_text(0, 32)?,
            &arguments.text(1, 64)?.unwrap_or_default(),
        );
        credentials.bssid = arguments.text(2, 17)?;
        credentials.pci = arguments.number(3, 0..=15)?.unwrap_or(0) as u8;
        credentials.reconnect = arguments.number(4, 0..=7200)?.unwrap_or(1) as u32;
        credentials.listen = arguments.number(5, 1..=100)?.unwrap_or(3) as u32;
        credentials.scan_mode = arguments.number(6, 0..=1)?.unwrap_or(0) as u8;
        credentials.timeout = arguments.number(7, 3..=600)?.unwrap_or(15) as u32;
        credentials.pmf = arguments.number(8, 0..=3)?.unwrap_or(1) as u8;
        self.join_commanded(credentials);
        self.work(Work::Join)
    }

    /// `AT+CWJAP` without parameters: the last configuration again.
    pub(crate) fn join_again(&mut self, _call: &Call) -> Answer {
        self.need_station()?;
        let last = self.station.credentials.clone().or_else(|| self.config.credentials.clone());
        self.join_commanded(last.ok_or(Refusal::FAILED)?);
        self.work(Work::Join)
    }

    pub(crate) fn query_join(&mut self, call: &Call) -> Answer {
        let (Some(point), Some(with)) =
            (self.station.access_point.clone(), self.station.credentials.clone())
        else {
            if self.release.is_legacy() {
                self.write("No AP\r\n");
            }
            return Ok(());
        };
        let known =
            format!("\"{}\",\"{}\",{},{}", point.ssid, point.bssid, point.channel, point.rssi);
        if self.release.is_legacy() {
            self.answer_line(call, known);
        } else {
            self.answer_line(
                call,
                format_args!(
                    "{known},{},{},{},{},{}",
                    with.pci, with.reconnect, with.listen, with.scan_mode, with.pmf
                ),
            );
        }
        Ok(())
    }

    pub(crate) fn quit(&mut self, _call: &Call) -> Answer {
        self.leave();
        Ok(())
    }

    pub(crate) fn set_reconnect(&mut self, call: &Call) -> Answer {
        call.arguments.expect(2..=3)?;
        self.need_station()?;
        let interval = call.arguments.need(0, 0..=7200)? as u32;
        call.arguments.need(1, 0..=1000)?;
        call.arguments.number(2, 0..=1)?;
        if let Some(credentials) = &mut self.station.credentials {
            credentials.reconnect = interval;
        }
        Ok(())
    }

    pub(crate) fn query_reconnect(&mut self, call: &Call) -> Answer {
        let interval = self.station.credentials.as_ref().map_or(1, |it| it.reconnect);
        self.answer_line(call, format_args!("{interval},0"));
        Ok(())
    }

    pub(crate) fn set_auto_connect(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let on = call.arguments.need(0, 0..=1)? == 1;
        self.configure(true, |config| config.auto_connect = on);
        Ok(())
    }

    pub(crate) fn query_auto_connect(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.config.auto_connect));
        Ok(())
    }

    pub(crate) fn set_scan_options(&mut self, call: &Call) -> Answer {
        call.arguments.expect(2..=4)?;
        call.arguments.need(0, 0..=1)?;
        call.arguments.need(1, 0..=2047)?;
        Ok(())
    }

    pub(crate) fn set_hostname(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.need_station()?;
        let name = call.arguments.need_text(0, 32)?;
        self.configure(call.store, |config| config.hostname.clone_from(&name));
        Ok(())
    }

    pub(crate) fn query_hostname(&mut self, call: &Call) -> Answer {
        let name = self.config.hostname.clone();
        self.answer_line(call, name);
        Ok(())
    }

    pub(crate) fn set_dhcp(&mut self, call: &Call) -> Answer {
        call.arguments.expect(2..=2)?;
        let (on, bits) = if self.release.is_legacy() {
            let mode = call.arguments.need(0, 0..=2)?;
            (call.arguments.need(1, 0..=1)? == 1, [2, 1, 3][mode as usize])
        } else {
            (call.arguments.need(0, 0..=1)? == 1, call.arguments.need(1, 0..=3)? as u8)
        };
        if on && bits & 1 != 0 {
            self.station.fixed = None;
        }
        self.configure(call.store, |config| {
            config.dhcp = if on { config.dhcp | bits } else { config.dhcp & !bits };
        });
        Ok(())
    }

    pub(crate) fn query_dhcp(&mut self, call: &Call) -> Answer {
        self.answer_bare(call, self.config.dhcp);
        Ok(())
    }

    pub(crate) fn set_address(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=3)?;
        self.need_station()?;
        let read = |index: usize, default: Ipv4Addr| match call.arguments.text(index, 15)? {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| Refusal::invalid(index)),
        };
        let address: Ipv4Addr =
            call.arguments.need_text(0, 15)?.parse().map_err(|_| Refusal::invalid(0))?;
        let [a, b, c, _] = address.octets();
        let fixed = Addresses {
            address,
            gateway: read(1, Ipv4Addr::new(a, b, c, 1))?,
            netmask: read(2, Ipv4Addr::new(255, 255, 255, 0))?,
        };
        self.configure(call.store, |config| config.dhcp &= !1);
        self.station.fixed = Some(fixed);
        if self.is_associated() {
            self.station.addresses = Some(fixed);
        }
        Ok(())
    }

    pub(crate) fn query_address(&mut self, call: &Call) -> Answer {
        let none = Addresses {
            address: Ipv4Addr::UNSPECIFIED,
            gateway: Ipv4Addr::UNSPECIFIED,
            netmask: Ipv4Addr::UNSPECIFIED,
        };
        let it = self.station.addresses.unwrap_or(none);
        self.answer_line(call, format_args!("ip:\"{}\"", it.address));
        self.answer_line(call, format_args!("gateway:\"{}\"", it.gateway));
        self.answer_line(call, format_args!("netmask:\"{}\"", it.netmask));
        let ipv6 = self.station.ipv6;
        for (name, address) in [("ip6ll", ipv6.link_local), ("ip6gl", ipv6.global)] {
            if let Some(address) = address {
                self.answer_line(call, format_args!("{name}:\"{address}\""));
            }
        }
        Ok(())
    }

    pub(crate) fn set_station_mac(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.need_station()?;
        let mac = call.arguments.need_text(0, 17)?;
        let valid = mac.split(':').count() == 6
            && mac.split(':').all(|byte| byte.len() == 2 && u8::from_str_radix(byte, 16).is_ok());
        if !valid {
            return Err(Refusal::invalid(0));
        }
        self.configure(call.store, |config| config.mac.clone_from(&mac));
        Ok(())
    }

    pub(crate) fn query_station_mac(&mut self, call: &Call) -> Answer {
        let mac = self.config.mac.clone();
        self.answer_line(call, format_args!("\"{mac}\""));
        Ok(())
    }

    pub(crate) fn show_addresses(&mut self, call: &Call) -> Answer {
        if matches!(self.config.mode, 1 | 3) {
            let address = self.station.addresses.map_or(Ipv4Addr::UNSPECIFIED, |it| it.address);
            let mac = self.config.mac.clone();
            self.answer_line(call, format_args!("STAIP,\"{address}\""));
            let ipv6 = self.station.ipv6;
            for (name, address) in [("STAIP6LL", ipv6.link_local), ("STAIP6GL", ipv6.global)] {
                if let Some(address) = address {
                    self.answer_line(call, format_args!("{name},\"{address}\""));
                }
            }
            self.answer_line(call, format_args!("STAMAC,\"{mac}\""));
        }
        Ok(())
    }
}
