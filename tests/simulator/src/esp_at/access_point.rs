//! Access points: what is on the air around the module.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The security of an access point, with its `ecn` number (ESP-AT digest §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Security {
    /// No password.
    Open = 0,
    /// WEP.
    Wep = 1,
    /// WPA.
    Wpa = 2,
    /// WPA2.
    #[default]
    Wpa2 = 3,
    /// WPA and WPA2.
    WpaWpa2 = 4,
    /// WPA2 Enterprise.
    Wpa2Enterprise = 5,
    /// WPA3.
    Wpa3 = 6,
    /// WPA2 and WPA3.
    Wpa2Wpa3 = 7,
}

/// One access point in reach of the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPoint {
    /// Network name, at most 32 bytes.
    pub ssid: String,
    /// Password; ignored if the network is open.
    pub password: String,
    /// MAC address of the access point.
    pub bssid: String,
    /// Radio channel.
    pub channel: u8,
    /// Signal strength in dBm.
    pub rssi: i32,
    /// Security.
    pub security: Security,
    /// Whether it keeps its name to itself; a scan shows an empty one.
    pub hidden: bool,
    /// Whether it answers; one that does not makes a join time out.
    pub responsive: bool,
    /// Address that its DHCP server gives the module.
    pub address: Ipv4Addr,
    /// Gateway.
    pub gateway: Ipv4Addr,
    /// Netmask.
    pub netmask: Ipv4Addr,
    /// Global IPv6 address that the module forms; without one no router announces a prefix.
    pub ipv6: Option<Ipv6Addr>,
}

impl AccessPoint {
    /// A WPA2 network with this name and password; an empty password makes it an open one.
    pub fn new(ssid: &str, password: &str) -> Self {
        Self { ssid: ssid.to_owned(), password: password.to_owned(), ..Self::default() }.secured()
    }

    fn secured(mut self) -> Self {
        if self.password.is_empty() {
            self.security = Security::Open;
        }
        self
    }

    pub(crate) fn admits(&self, password: &str) -> bool {
        self.security == Security::Open || self.password == password
    }
}

impl Default for AccessPoint {
    fn default() -> Self {
        Self {
            ssid: "simulated".to_owned(),
            password: "password".to_owned(),
            bssid: "10:01:00:c4:0a:51".to_owned(),
            channel: 5,
            rssi: -55,
            security: Security::Wpa2,
            hidden: false,
            responsive: true,
            address: Ipv4Addr::new(192, 168, 3, 112),
            gateway: Ipv4Addr::new(192, 168, 3, 1),
            netmask: Ipv4Addr::new(255, 255, 255, 0),
            ipv6: Some(Ipv6Addr::new(0x2001, 0xdb8, 3, 0, 0, 0, 0, 0x112)),
        }
    }
}

/// Everything on the air.
#[derive(Debug, Clone, Default)]
pub struct Air {
    /// Access points, in the order in which a scan lists them.
    pub access_points: Vec<AccessPoint>,
}

impl Air {
    /// Adds a default access point if there is none.
    pub fn populate(&mut self) {
        if self.access_points.is_empty() {
            self.access_points.push(AccessPoint::default());
        }
    }
}
