//! Settings: the volatile ones, the stored ones, and the timing of the simulation.

use super::Module;
use crate::profile::Profile;
use core::time::Duration;

/// How long things take; worlds change it, firmware cannot.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Timing {
    /// From the end of a command to the start of its answer.
    pub latency: Duration,
    /// From the reset to `ready`.
    pub boot: Duration,
    /// From `WIFI CONNECTED` to `WIFI GOT IPv6 LL`, with `AT+CIPV6=1`.
    pub link_local: Duration,
    /// From `WIFI CONNECTED` to `WIFI GOT IPv6 GL`.
    pub global: Duration,
    /// Duration of `AT+CWLAP`.
    pub scan: Duration,
    /// From the start of a join to `WIFI CONNECTED`.
    pub associate: Duration,
    /// From `WIFI CONNECTED` to `WIFI GOT IP`.
    pub address: Duration,
    /// From the `OK` of a partial passive read to the notice of the rest.
    pub notice: Duration,
    /// Least time between two rounds of active reports; what arrives meanwhile is merged.
    pub report: Duration,
    /// From the `OK` of `AT+RST` to the loss of power.
    pub restart: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            latency: Duration::ZERO,
            boot: Duration::from_millis(500),
            link_local: Duration::from_millis(1000),
            global: Duration::from_millis(2000),
            scan: Duration::from_millis(1800),
            associate: Duration::from_millis(900),
            address: Duration::from_millis(600),
            notice: Duration::ZERO,
            report: Duration::ZERO,
            restart: Duration::from_millis(50),
        }
    }
}

/// Settings that every reset returns to their defaults (ESP-AT digest §0.3 rule 8).
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) echo: bool,
    pub(crate) store: bool,
    pub(crate) error_codes: bool,
    pub(crate) multiplex: bool,
    pub(crate) remote_info: bool,
    pub(crate) passthrough: bool,
    /// Receive type per link: passive or not.
    pub(crate) passive: [bool; 5],
    pub(crate) report_block: usize,
    pub(crate) transmit_block: usize,
    pub(crate) reconnect_interval: u32,
    pub(crate) sleep: u8,
    pub(crate) server_max: usize,
}

/// Socket options of one link: `AT+CIPTCPOPT` (ESP-AT digest §11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TcpOptions {
    /// Seconds that a close waits for unsent data; -1 is off, and 0 makes it a reset.
    pub linger: i32,
    /// Whether small segments are sent at once.
    pub no_delay: bool,
    /// Milliseconds after which a send fails; 0 is never.
    pub send_timeout: u32,
    /// Seconds of silence after which the peer is probed; 0 is never.
    pub keep_alive: u32,
}

impl Default for TcpOptions {
    fn default() -> Self {
        Self { linger: -1, no_delay: false, send_timeout: 0, keep_alive: 0 }
    }
}

impl Settings {
    pub(crate) fn new(_profile: &Profile) -> Self {
        Self {
            echo: true,
            store: true,
            error_codes: false,
            multiplex: false,
            remote_info: false,
            passthrough: false,
            passive: [false; 5],
            report_block: 1024,
            transmit_block: 2920,
            reconnect_interval: 1,
            sleep: 0,
            server_max: 5,
        }
    }
}

/// Credentials of an access point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) ssid: String,
    pub(crate) password: String,
    pub(crate) bssid: Option<String>,
    pub(crate) pci: u8,
    /// Seconds between reconnection attempts; 0 is never.
    pub(crate) reconnect: u32,
    pub(crate) listen: u32,
    pub(crate) scan_mode: u8,
    pub(crate) timeout: u32,
    pub(crate) pmf: u8,
}

/// Settings that can survive a reset: the copy in use, and the copy in flash.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) mode: u8,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) auto_connect: bool,
    pub(crate) messages: u8,
    pub(crate) ipv6: bool,
    pub(crate) hostname: String,
    pub(crate) dhcp: u8,
    pub(crate) mac: String,
    pub(crate) uart: super::uart::Format,
    pub(crate) dns: Vec<String>,
    pub(crate) tcp_options: [TcpOptions; 5],
}

impl Config {
    pub(crate) fn new(profile: &Profile) -> Self {
        Self {
            mode: if profile.is_legacy() { 2 } else { 0 },
            credentials: None,
            auto_connect: true,
            messages: 0,
            ipv6: false,
            hostname: String::from("espressif"),
            dhcp: 3,
            mac: profile.mac.to_owned(),
            uart: super::uart::Format::default(),
            dns: Vec::new(),
            tcp_options: Default::default(),
        }
    }
}

impl Module {
    /// Changes the configuration in use, and with `store` the one in flash too.
    pub(crate) fn configure(&mut self, store: bool, change: impl Fn(&mut Config)) {
        change(&mut self.config);
        if store {
            change(&mut self.stored);
        }
    }
}
