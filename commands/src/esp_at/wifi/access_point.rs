//! The network that the module makes itself.

use core::fmt;
use core::net::Ipv4Addr;

use atat::heapless::{String, Vec};

use crate::address::{ipv4, mac};
use crate::answer::{Answer, Lines, line};
use crate::command::command;
use crate::esp_at::MAX_SSID;
use crate::fields::{Fields, rfind};
use crate::secret::Secret;
use crate::{ArgumentError, text};

use super::join::check_password;
use super::station::{check_mac, encode_subnet};
use super::{Addresses, Mac, NoResponse, Ssid, within};

command! {
    /// `AT+CWSAP=`: sets up the module's own network (ESP-AT digest §5.5).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::{ApSecurity, SetAccessPoint};
    ///
    /// let set = SetAccessPoint::new("setup", "12345678", 5, ApSecurity::Wpa2)?.max_stations(2);
    /// let mut buffer = [0; 256];
    /// let len = set.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWSAP=\"setup\",\"12345678\",5,3,2\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SetAccessPoint<'a> {
        ssid: &'a str,
        password: Secret<&'a str>,
        channel: u8,
        security: ApSecurity,
        max_stations: Option<u8>,
        hidden: Option<bool>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| {
        line.text("AT+CWSAP=").quoted(set.ssid.as_bytes());
        line.field().quoted(set.password.0.as_bytes());
        line.field().number(u32::from(set.channel));
        line.field().number(set.security as u32);
        line.field();
        if let Some(stations) = set.max_stations {
            line.number(u32::from(stations));
        }
        line.field();
        if let Some(hidden) = set.hidden {
            line.flag(hidden);
        }
    }
}

/// How the module protects its own network; see [`SetAccessPoint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ApSecurity {
    /// Not at all.
    Open = 0,
    /// WPA, pre-shared key.
    Wpa = 2,
    /// WPA2, pre-shared key.
    Wpa2 = 3,
    /// WPA or WPA2, pre-shared key.
    WpaWpa2 = 4,
}

impl<'a> SetAccessPoint<'a> {
    /// The network `ssid` on `channel`; the password of an open one may be empty.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `ssid` is 1 to 32 bytes, `password` 8 to 63 bytes or 64
    /// hexadecimal digits, both without NUL, CR and LF, and `channel` 1 to 14.
    pub fn new(
        ssid: &'a str,
        password: &'a str,
        channel: u8,
        security: ApSecurity,
    ) -> Result<Self, ArgumentError> {
        text::check("ssid", ssid.as_bytes(), 1, MAX_SSID)?;
        check_password(password)?;
        if password.is_empty() && security != ApSecurity::Open {
            return Err(ArgumentError::TooShort { field: "password", min: 8 });
        }
        if !(1..=14).contains(&channel) {
            return Err(ArgumentError::OutOfRange { field: "channel" });
        }
        Ok(Self {
            ssid,
            password: Secret(password),
            channel,
            security,
            max_stations: None,
            hidden: None,
        })
    }

    /// For that many stations at once, 1 to 10.
    #[must_use]
    pub fn max_stations(self, stations: u8) -> Self {
        Self { max_stations: Some(stations.clamp(1, 10)), ..self }
    }

    /// Whether the network hides its name.
    #[must_use]
    pub const fn hidden(self, hidden: bool) -> Self {
        Self { hidden: Some(hidden), ..self }
    }
}

command! {
    /// `AT+CWSAP?`: asks for the module's own network (ESP-AT digest §5.5).
    pub struct GetAccessPoint;
    answer OwnNetwork, prefix "+CWSAP:", within within::ORDINARY;
    |get, line| line.text("AT+CWSAP?")
}

/// The module's own network (ESP-AT digest §5.5).
///
/// ```
/// use usocket_commands::esp_at::wifi::OwnNetwork;
///
/// let network = OwnNetwork::parse_line(br#"+CWSAP:"setup","12345678",5,3,10,0"#).unwrap();
/// assert_eq!((network.channel, network.max_stations), (5, 10));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct OwnNetwork {
    /// Its name.
    pub ssid: Ssid,
    /// Its password; empty if it is open.
    pub password: String<64>,
    /// Its channel.
    pub channel: u8,
    /// How it is protected, as in [`ApSecurity`].
    pub security: u8,
    /// How many stations it takes at once.
    pub max_stations: u8,
    /// Whether it hides its name.
    pub hidden: bool,
}

// the password appears in no log
impl fmt::Debug for OwnNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnNetwork")
            .field("ssid", &self.ssid)
            .field("password", &Secret(()))
            .field("channel", &self.channel)
            .field("security", &self.security)
            .field("max_stations", &self.max_stations)
            .field("hidden", &self.hidden)
            .finish()
    }
}

line!(OwnNetwork, "+CWSAP:");

impl OwnNetwork {
    /// Reads the line `+CWSAP:"<ssid>","<password>",<channel>,<ecn>,<max>,<hidden>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let fields = line.strip_prefix(b"+CWSAP:\"")?;
        let (texts, numbers) = fields.split_at_checked(rfind(fields, b"\",")?)?;
        let between = texts.windows(3).position(|window| window == b"\",\"")?;
        let (ssid, password) = texts.split_at_checked(between)?;
        let mut numbers = Fields::new(numbers.get(2..)?);
        Some(Self {
            ssid: Ssid::unescape(ssid)?,
            password: String::from_utf8(text::unescape(password.get(3..)?)?).ok()?,
            channel: numbers.number()?,
            security: numbers.number()?,
            max_stations: numbers.number()?,
            hidden: numbers.flag()?,
        })
    }
}

command! {
    /// `AT+CIPAP?`: asks for the addresses of the module in its own network
    /// (ESP-AT digest §5.5).
    pub struct GetApAddress;
    answer ApAddresses, prefix "+CIPAP:", within within::ORDINARY;
    |get, line| line.text("AT+CIPAP?")
}

/// Addresses of the module in its own network; see [`Addresses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ApAddresses {
    /// The addresses.
    pub addresses: Addresses,
}

impl atat::AtatResp for ApAddresses {}

impl Answer for ApAddresses {
    fn from_lines(lines: Lines<'_>) -> Option<Self> {
        Addresses::collect(lines, "+CIPAP:").map(|addresses| Self { addresses })
    }
}

command! {
    /// `AT+CIPAP=`: sets the address of the module in its own network (ESP-AT digest §5.5).
    pub struct SetApAddress {
        ip: Ipv4Addr,
        subnet: Option<(Ipv4Addr, Ipv4Addr)>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| encode_subnet(line.text("AT+CIPAP="), set.ip, set.subnet)
}

impl SetApAddress {
    /// The module's address.
    #[must_use]
    pub const fn new(ip: Ipv4Addr) -> Self {
        Self { ip, subnet: None }
    }

    /// With that gateway and netmask.
    #[must_use]
    pub const fn subnet(self, gateway: Ipv4Addr, netmask: Ipv4Addr) -> Self {
        Self { subnet: Some((gateway, netmask)), ..self }
    }
}

command! {
    /// `AT+CIPAPMAC?`: asks for the MAC address of the access point (ESP-AT digest §5.5).
    pub struct GetApMac;
    answer Mac, prefix "+CIPAPMAC:", within within::ORDINARY;
    |get, line| line.text("AT+CIPAPMAC?")
}

command! {
    /// `AT+CIPAPMAC=`: changes the MAC address of the access point (ESP-AT digest §5.5).
    pub struct SetApMac {
        mac: [u8; 6],
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| line.text("AT+CIPAPMAC=").mac(set.mac)
}

impl SetApMac {
    /// The new address.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::Illegal`] for a group address (lowest bit of the first octet set).
    pub const fn new(mac: [u8; 6]) -> Result<Self, ArgumentError> {
        match check_mac(mac) {
            Ok(mac) => Ok(Self { mac }),
            Err(error) => Err(error),
        }
    }
}

command! {
    /// `AT+CWLIF`: asks for the stations in the module's own network (ESP-AT digest §5.5).
    pub struct GetStations;
    answer Vec<Station, 10>, prefix "+CWLIF:", within within::ORDINARY;
    |get, line| line.text("AT+CWLIF")
}

/// A station in the module's own network (ESP-AT digest §5.5).
///
/// ```
/// use core::net::Ipv4Addr;
/// use usocket_commands::esp_at::wifi::Station;
///
/// let station = Station::parse_line(b"+CWLIF:192.168.4.2,30:ae:a4:80:06:49").unwrap();
/// assert_eq!(station.ip, Ipv4Addr::from([192, 168, 4, 2]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Station {
    /// Its address.
    pub ip: Ipv4Addr,
    /// Its MAC address.
    pub mac: [u8; 6],
}

line!(Station, "+CWLIF:");

impl Station {
    /// Reads the line `+CWLIF:<ip>,<mac>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+CWLIF:")?;
        Some(Self { ip: ipv4(fields.next_field()?)?, mac: mac(fields.next_field()?)? })
    }
}

command! {
    /// `AT+CWQIF`: sends stations away from the module's own network (ESP-AT digest §5.5).
    pub struct Dismiss {
        /// Which one; all if `None`.
        pub mac: Option<[u8; 6]>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |dismiss, line| {
        line.text("AT+CWQIF");
        if let Some(mac) = dismiss.mac {
            line.text("=").mac(mac);
        }
    }
}
