//! What the station interface of a Wi-Fi module is, and how far it has come.

use core::fmt;

use heapless::{String, Vec};
use usocket_commands::esp_at::wifi::AccessPoint;

/// An interface of the module; this version knows the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Interface {
    /// The module joins an access point.
    Station,
}

/// The station interface: the module joins an access point.
pub const STA_IF: Interface = Interface::Station;

/// Networks that a scan keeps: the strongest, strongest first.
pub type ScanResults = Vec<AccessPoint, 16>;

/// How far the station has come, with the names of MicroPython.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Status {
    /// `STAT_IDLE`: nothing was asked for, or the network is left.
    Idle,
    /// `STAT_CONNECTING`: joining, or joined without an address.
    Connecting,
    /// `STAT_WRONG_PASSWORD`: the last `connect` failed for this.
    WrongPassword,
    /// `STAT_NO_AP_FOUND`: the last `connect` failed for this.
    NoApFound,
    /// `STAT_CONNECT_FAIL`: the last `connect` failed otherwise.
    ConnectFail,
    /// `STAT_GOT_IP`: joined, with an address.
    GotIp,
}

/// What [`Wlan::config`](crate::network::Wlan::config) tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ConfigValue {
    /// The MAC address.
    Mac([u8; 6]),
    /// The name told to the DHCP server.
    Hostname(String<32>),
}

impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hostname(name) => f.write_str(name),
            Self::Mac(mac) => {
                for (place, byte) in mac.iter().enumerate() {
                    let colon = if place == 0 { "" } else { ":" };
                    write!(f, "{colon}{byte:02x}")?;
                }
                Ok(())
            }
        }
    }
}
