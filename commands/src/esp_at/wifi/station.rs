//! Addresses and names of the module's interfaces.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use atat::heapless::String;

use crate::address::{ipv4, ipv6, mac};
use crate::answer::{Answer, Lines, line};
use crate::command::command;
use crate::encoder::Encoder;
use crate::{ArgumentError, text};

use super::{NoResponse, within};

command! {
    /// `AT+CIPSTA?`: asks for the addresses of the station (ESP-AT digest §5.5).
    pub struct GetStation;
    answer Addresses, prefix "+CIPSTA:", within within::ORDINARY;
    |get, line| line.text("AT+CIPSTA?")
}

command! {
    /// `AT+CIPSTA=`: gives the station a fixed address and ends DHCP (ESP-AT digest §5.5).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::SetStation;
    ///
    /// let set = SetStation::new([192, 168, 3, 112].into())
    ///     .subnet([192, 168, 3, 1].into(), [255, 255, 255, 0].into());
    /// let mut buffer = [0; 256];
    /// let len = set.write(&mut buffer);
    /// let command = b"AT+CIPSTA=\"192.168.3.112\",\"192.168.3.1\",\"255.255.255.0\"\r\n";
    /// assert_eq!(&buffer[..len], command);
    /// ```
    pub struct SetStation {
        ip: Ipv4Addr,
        subnet: Option<(Ipv4Addr, Ipv4Addr)>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| encode_subnet(line.text("AT+CIPSTA="), set.ip, set.subnet)
}

impl SetStation {
    /// The station's address.
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

pub(super) fn encode_subnet(
    line: &mut Encoder<'_>,
    ip: Ipv4Addr,
    subnet: Option<(Ipv4Addr, Ipv4Addr)>,
) {
    line.ip(IpAddr::V4(ip));
    if let Some((gateway, netmask)) = subnet {
        line.field().ip(IpAddr::V4(gateway));
        line.field().ip(IpAddr::V4(netmask));
    }
}

/// Addresses of an interface; an interface that is not connected has 0.0.0.0
/// (ESP-AT digest §5.5).
///
/// ```
/// use core::net::Ipv4Addr;
/// use usocket_commands::atat::AtatCmd;
/// use usocket_commands::esp_at::wifi::GetStation;
///
/// let answer = b"+CIPSTA:ip:\"192.168.3.112\"\r\n+CIPSTA:gateway:\"192.168.3.1\"\r\n\
///     +CIPSTA:netmask:\"255.255.255.0\"\r\n";
/// let addresses = GetStation.parse(Ok(answer))?;
/// assert_eq!(addresses.gateway, Ipv4Addr::from([192, 168, 3, 1]));
/// # Ok::<(), usocket_commands::atat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Addresses {
    /// IPv4 address.
    pub ip: Ipv4Addr,
    /// IPv4 address of the gateway.
    pub gateway: Ipv4Addr,
    /// IPv4 netmask.
    pub netmask: Ipv4Addr,
    /// Link-local IPv6 address.
    pub local_v6: Option<Ipv6Addr>,
    /// Global IPv6 address.
    pub global_v6: Option<Ipv6Addr>,
}

impl Addresses {
    const NONE: Self = Self {
        ip: Ipv4Addr::UNSPECIFIED,
        gateway: Ipv4Addr::UNSPECIFIED,
        netmask: Ipv4Addr::UNSPECIFIED,
        local_v6: None,
        global_v6: None,
    };

    /// Takes over what one line says.
    ///
    /// ```
    /// use core::net::Ipv4Addr;
    /// use usocket_commands::esp_at::wifi::{Addresses, StationLine};
    ///
    /// let mut addresses = Addresses::default();
    /// if let Some(line) = StationLine::parse_line(b"+CIPSTA:ip:\"10.0.0.9\"") {
    ///     addresses.update(line);
    /// }
    /// assert_eq!(addresses.ip, Ipv4Addr::from([10, 0, 0, 9]));
    /// ```
    pub const fn update(&mut self, line: StationLine) {
        match line {
            StationLine::Ip(ip) => self.ip = ip,
            StationLine::Gateway(ip) => self.gateway = ip,
            StationLine::Netmask(ip) => self.netmask = ip,
            StationLine::LocalV6(ip) => self.local_v6 = Some(ip),
            StationLine::GlobalV6(ip) => self.global_v6 = Some(ip),
        }
    }

    pub(super) fn collect(lines: Lines<'_>, prefix: &str) -> Option<Self> {
        let mut addresses = Self::NONE;
        let mut complete = false;
        for line in lines {
            let Some(entry) = line.strip_prefix(prefix.as_bytes()) else { continue };
            // Later versions may add lines.
            if let Some(entry) = StationLine::from_entry(entry) {
                complete |= matches!(entry, StationLine::Ip(_));
                addresses.update(entry);
            }
        }
        complete.then_some(addresses)
    }
}

impl Default for Addresses {
    fn default() -> Self {
        Self::NONE
    }
}

impl atat::AtatResp for Addresses {}

impl Answer for Addresses {
    fn from_lines(lines: Lines<'_>) -> Option<Self> {
        Self::collect(lines, "+CIPSTA:")
    }
}

/// One line of the answer to [`GetStation`] or [`GetApAddress`](super::GetApAddress)
/// (ESP-AT digest §5.5).
///
/// ```
/// use usocket_commands::esp_at::wifi::StationLine;
///
/// let line = StationLine::parse_line(b"+CIPSTA:ip:\"10.0.0.9\"");
/// assert_eq!(line, Some(StationLine::Ip([10, 0, 0, 9].into())));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StationLine {
    /// `ip`: IPv4 address.
    Ip(Ipv4Addr),
    /// `gateway`: IPv4 address of the gateway.
    Gateway(Ipv4Addr),
    /// `netmask`: IPv4 netmask.
    Netmask(Ipv4Addr),
    /// `ip6ll`: link-local IPv6 address.
    LocalV6(Ipv6Addr),
    /// `ip6gl`: global IPv6 address.
    GlobalV6(Ipv6Addr),
}

impl StationLine {
    /// Reads a line `+CIPSTA:<name>:"<address>"` or `+CIPAP:<name>:"<address>"`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let entry = line.strip_prefix(b"+CIPSTA:").or_else(|| line.strip_prefix(b"+CIPAP:"))?;
        Self::from_entry(entry)
    }

    fn from_entry(entry: &[u8]) -> Option<Self> {
        let mut parts = entry.splitn(2, |&byte| byte == b':');
        let (name, value) = (parts.next()?, parts.next()?);
        Some(match name {
            b"ip" => Self::Ip(ipv4(value)?),
            b"gateway" => Self::Gateway(ipv4(value)?),
            b"netmask" => Self::Netmask(ipv4(value)?),
            b"ip6ll" => Self::LocalV6(ipv6(value)?),
            b"ip6gl" => Self::GlobalV6(ipv6(value)?),
            _ => return None,
        })
    }
}

command! {
    /// `AT+CIPSTAMAC?`: asks for the MAC address of the station (ESP-AT digest §5.5).
    pub struct GetStationMac;
    answer Mac, prefix "+CIPSTAMAC:", within within::ORDINARY;
    |get, line| line.text("AT+CIPSTAMAC?")
}

/// MAC address of an interface (ESP-AT digest §5.5).
///
/// ```
/// use usocket_commands::esp_at::wifi::Mac;
///
/// let line = Mac::parse_line(b"+CIPSTAMAC:\"30:ae:a4:80:06:49\"").unwrap();
/// assert_eq!(line.mac, [0x30, 0xAE, 0xA4, 0x80, 0x06, 0x49]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mac {
    /// The six octets.
    pub mac: [u8; 6],
}

// The common beginning of the lines of station and access point.
line!(Mac, "+CIP");

impl Mac {
    /// Reads the line `+CIPSTAMAC:"<mac>"` or `+CIPAPMAC:"<mac>"`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let value =
            line.strip_prefix(b"+CIPSTAMAC:").or_else(|| line.strip_prefix(b"+CIPAPMAC:"))?;
        mac(value).map(|mac| Self { mac })
    }
}

command! {
    /// `AT+CIPSTAMAC=`: changes the MAC address of the station (ESP-AT digest §5.5).
    pub struct SetStationMac {
        mac: [u8; 6],
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| line.text("AT+CIPSTAMAC=").mac(set.mac)
}

impl SetStationMac {
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

pub(super) const fn check_mac(mac: [u8; 6]) -> Result<[u8; 6], ArgumentError> {
    let [first, ..] = mac;
    if first & 1 == 0 { Ok(mac) } else { Err(ArgumentError::Illegal { field: "mac" }) }
}

command! {
    /// `AT+CWHOSTNAME?`: asks for the name that the station tells the DHCP server
    /// (ESP-AT digest §5.5).
    pub struct GetHostname;
    answer Hostname, prefix "+CWHOSTNAME:", within within::ORDINARY;
    |get, line| line.text("AT+CWHOSTNAME?")
}

/// Name of the station (ESP-AT digest §5.5).
///
/// ```
/// use usocket_commands::esp_at::wifi::Hostname;
///
/// let line = Hostname::parse_line(b"+CWHOSTNAME:espressif").unwrap();
/// assert_eq!(line.name, "espressif");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Hostname {
    /// The name.
    pub name: String<32>,
}

line!(Hostname, "+CWHOSTNAME:");

impl Hostname {
    /// Reads the line `+CWHOSTNAME:<name>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let name = text::unescape(crate::fields::unquote(line.strip_prefix(b"+CWHOSTNAME:")?))?;
        String::from_utf8(name).ok().map(|name| Self { name })
    }
}

command! {
    /// `AT+CWHOSTNAME=`: sets the name of the station (ESP-AT digest §5.5).
    pub struct SetHostname<'a> {
        name: &'a str,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| line.text("AT+CWHOSTNAME=").quoted(set.name.as_bytes())
}

impl<'a> SetHostname<'a> {
    /// The new name.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the name is 1 to 32 bytes without NUL, CR and LF.
    pub fn new(name: &'a str) -> Result<Self, ArgumentError> {
        text::check("name", name.as_bytes(), 1, 32)?;
        Ok(Self { name })
    }
}
