//! Settings: the volatile ones, the stored ones, and the delays of the simulation.

use super::EspAt;
use super::release::Release;
use super::tls::{Handshake, Verification};
use crate::module::TcpOptions;
use core::time::Duration;

/// How long the steps of Wi-Fi take; worlds change it, firmware cannot.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delays {
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
    /// From `AT+CIPSNTPCFG` to the answer of the time server.
    pub time: Duration,
    /// How long some firmware hears nothing while it decrypts a TLS record.
    pub decrypt: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            link_local: Duration::from_millis(1000),
            global: Duration::from_millis(2000),
            scan: Duration::from_millis(1800),
            associate: Duration::from_millis(900),
            address: Duration::from_millis(600),
            notice: Duration::ZERO,
            report: Duration::ZERO,
            restart: Duration::from_millis(50),
            time: Duration::from_millis(100),
            decrypt: Duration::from_millis(20),
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
    /// TLS, per link.
    pub(crate) handshakes: [Handshake; 5],
    /// `AT+CIPSSLSIZE`.
    pub(crate) tls_size: usize,
}

impl Settings {
    pub(crate) fn new(_release: &Release) -> Self {
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
            handshakes: Default::default(),
            tls_size: 2048,
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
    /// `AT+CIPSSLCCONF`, per link.
    pub(crate) verification: [Verification; 5],
}

impl Config {
    pub(crate) fn new(release: &Release) -> Self {
        Self {
            mode: if release.is_legacy() { 2 } else { 0 },
            credentials: None,
            auto_connect: true,
            messages: 0,
            ipv6: false,
            hostname: String::from("espressif"),
            dhcp: 3,
            mac: release.mac.to_owned(),
            uart: super::uart::Format::default(),
            dns: Vec::new(),
            tcp_options: Default::default(),
            verification: Default::default(),
        }
    }
}

impl EspAt {
    /// Changes the configuration in use, and with `store` the one in flash too.
    pub(crate) fn configure(&mut self, store: bool, change: impl Fn(&mut Config)) {
        change(&mut self.config);
        if store {
            change(&mut self.stored);
        }
    }
}
