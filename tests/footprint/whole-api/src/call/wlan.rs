//! Wi-Fi.

use usocket::network::{Handle, IfConfig, STA_IF, Wlan};
use usocket::{EspAt, Modem};

use super::calls;
use crate::hardware::{Line, Ticks};

#[inline(never)]
pub fn new<'n>(modem: &'n Modem<'_, EspAt, Line, Ticks>) -> Wlan<'n> {
    Wlan::new(modem, STA_IF)
}

#[inline(never)]
pub fn handle<'n>(wlan: &Wlan<'n>) -> Handle<'n> {
    wlan.handle()
}

#[inline(never)]
pub fn ifconfig(wlan: &Wlan<'_>) -> Option<IfConfig> {
    wlan.ifconfig().ok()
}

calls! {
    active(wlan: &Wlan<'_>, on: bool) = wlan.active(on);
    set_ipv6(wlan: &Wlan<'_>, on: bool) = wlan.set_ipv6(on);
    isactive(wlan: &Wlan<'_>) = wlan.isactive();
    scan(wlan: &Wlan<'_>) = wlan.scan();
    connect(wlan: &Wlan<'_>, ssid: &str, password: &str) = wlan.connect(ssid, password);
    disconnect(wlan: &Wlan<'_>) = wlan.disconnect();
    isconnected(wlan: &Wlan<'_>) = wlan.isconnected();
    set_ifconfig(wlan: &Wlan<'_>, config: IfConfig) = wlan.set_ifconfig(config);
    status(wlan: &Wlan<'_>) = wlan.status();
    config(wlan: &Wlan<'_>, name: &str) = wlan.config(name);
    settime(wlan: &Wlan<'_>, server: &str) = wlan.settime(server);
    time(wlan: &Wlan<'_>) = wlan.time();
    set_hostname(wlan: &Wlan<'_>, name: &str) = wlan.set_hostname(name);
}
