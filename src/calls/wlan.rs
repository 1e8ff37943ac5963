//! Wi-Fi of an ESP-AT module, with the calls of MicroPython's `network.WLAN`.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

use usocket_commands::Command;
use usocket_commands::esp_at::result::JoinFailure;
use usocket_commands::esp_at::tcpip::{DnsServers, GetDns, Ipv6, SetDns};
use usocket_commands::esp_at::wifi::{
    AccessPoint, Addresses, GetHostname, GetMode, GetState, GetStation, GetStationMac, Hostname,
    Join, Leave, Mac, Mode, Scan, SetHostname, SetMode, SetStation, StationLine, StationState,
    WifiState,
};

use super::network::{Handle, Network, is_up, learn};
use super::shell::calls;
use super::{WlanShell, request};
use crate::engine::{HAVE_IPV6, Mode as Wait, Request};
use crate::error::Error;
use crate::network::{ConfigValue, IfConfig, Interface, ScanResults, Station, Status};

/// Time that a call waits beyond its own command's limit, in ms: for a module that has to be called
/// and set up first, or for another command in flight.
const BEFORE_COMMAND: u32 = 60_000;

/// The station interface of an ESP-AT module.
///
/// ```no_run
/// # fn f(modem: &usocket::Modem<'_, usocket::EspAt, impl usocket::uart::Uart, impl usocket::clock::Clock>)
/// # -> Result<(), usocket::Error> {
/// use usocket::network::{STA_IF, Wlan};
/// let wlan = Wlan::new(modem, STA_IF);
/// wlan.active(true)?;
/// if !wlan.isconnected()? {
///     wlan.connect("haas-open", "12345678")?;
/// }
/// let addresses = wlan.ifconfig()?;
/// # Ok(()) }
/// ```
pub struct Wlan<'n> {
    pub(super) stack: &'n dyn WlanShell,
    failure: core::cell::Cell<Option<Status>>,
}

impl fmt::Debug for Wlan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wlan").finish_non_exhaustive()
    }
}

impl Network for Wlan<'_> {
    fn stack(&self) -> Handle<'_> {
        Handle(self.stack)
    }
}

impl<'n> Wlan<'n> {
    /// That of a module.
    pub(crate) fn of(stack: &'n dyn WlanShell, interface: Interface) -> Self {
        let Interface::Station = interface;
        Self { stack, failure: core::cell::Cell::new(None) }
    }

    /// The module behind it, as [`Network::stack`] gives it, for as long as the module is there.
    pub fn handle(&self) -> Handle<'n> {
        Handle(self.stack)
    }

    /// The program has joined a network, or (`None`) left it.
    fn remember(&self, network: Option<(&str, &str)>) -> Result<(), Error> {
        self.stack.tell(&mut |module| module.remember(network))
    }
}

#[calls]
impl Wlan<'_> {
    /// Switches the interface on or off. On: the module is called and set up if it was not yet.
    ///
    /// # Errors
    /// [`Error::ModuleSilent`], [`Error::ModuleGarbled`], [`Error::Uart`].
    pub async fn active(&self, on: bool) -> Result<(), Error> {
        self.stack.access(&mut |core| core.wanted.station = on)?;
        let mode = if on { Mode::Station } else { Mode::Off };
        self.command(&SetMode { mode }, &mut |_| {}).await?;
        if !on {
            self.remember(None)?;
            self.stack.access(&mut |core| core.set_station(Station::Down))?;
        }
        Ok(())
    }

    /// Switches IPv6 on or off. It is off at first; the module gets its addresses with the next
    /// network that it joins.
    ///
    /// # Errors
    /// As [`active`](Self::active); [`Error::AfNotSupported`]: the firmware has no IPv6 (before 2.2), or the
    /// crate (without the feature `ipv6`).
    pub async fn set_ipv6(&self, on: bool) -> Result<(), Error> {
        if !HAVE_IPV6 && on {
            return Err(Error::AfNotSupported);
        }
        self.stack.access(&mut |core| core.wanted.ipv6 = on)?;
        match self.command(&Ipv6 { on }, &mut |_| {}).await {
            Err(Error::CommandFailed | Error::NotSupported) => {
                self.stack.access(&mut |core| core.wanted.ipv6 = false)?;
                Err(Error::AfNotSupported)
            }
            result => result,
        }
    }

    /// Whether the interface is on.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn isactive(&self) -> Result<bool, Error> {
        let mut mode = None;
        self.command(&GetMode, &mut |line| mode = Mode::parse_line(line).or(mode)).await?;
        Ok(matches!(mode, Some(Mode::Station | Mode::Both)))
    }

    /// Looks for networks; takes 1.5–5 s. The 16 strongest are kept, strongest first.
    ///
    /// Each has `ssid()`, `bssid`, `channel`, `rssi`, `security` and `hidden()`.
    ///
    /// # Errors
    /// [`Error::CommandFailed`] while the interface is off or joining.
    pub async fn scan(&self) -> Result<ScanResults, Error> {
        let mut found = ScanResults::new();
        self.command(&Scan, &mut |line| {
            let Some(seen) = AccessPoint::parse_line(line) else { return };
            let place = found.iter().position(|known| known.rssi < seen.rssi);
            let mut rest = seen;
            for known in found.iter_mut().skip(place.unwrap_or(usize::MAX)) {
                core::mem::swap(known, &mut rest);
            }
            // full, and weaker than all that are kept: not kept
            let _ = found.push(rest);
        })
        .await?;
        Ok(found)
    }

    /// Joins a network and waits for an address; up to 25 s. `password` is empty for an open one.
    ///
    /// Nothing is written to the module's flash, unless it is an ESP8266 with NonOS firmware, which stores
    /// what it joins. The driver remembers the network until [`disconnect`](Self::disconnect), and joins it
    /// again when the module has restarted.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: the name has not 1 to 32 bytes, or the password not 0 or 8 to 64;
    /// [`Error::WrongPassword`], [`Error::AccessPointNotFound`], [`Error::TimedOut`],
    /// [`Error::JoinFailed`]: what the module says, "for reference only" as its manual has it
    /// (esp-at.md §5.3).
    pub async fn connect(&self, ssid: &str, password: &str) -> Result<(), Error> {
        let join = Join::new(ssid, password)?;
        self.remember(None)?;
        let mut reason = None;
        let result = self
            .command(&join, &mut |line| {
                reason = JoinFailure::parse_line(line).or(reason);
            })
            .await;
        let result = result.map_err(|error| match (error, reason) {
            (Error::CommandFailed, Some(JoinFailure::Timeout)) => Error::TimedOut,
            (Error::CommandFailed, Some(JoinFailure::WrongPassword)) => Error::WrongPassword,
            (Error::CommandFailed, Some(JoinFailure::NotFound)) => Error::AccessPointNotFound,
            (Error::CommandFailed, _) => Error::JoinFailed,
            (other, _) => other,
        });
        self.failure.set(match result {
            Ok(()) => None,
            Err(Error::WrongPassword) => Some(Status::WrongPassword),
            Err(Error::AccessPointNotFound) => Some(Status::NoApFound),
            Err(_) => Some(Status::ConnectFail),
        });
        if result.is_ok() {
            self.remember(Some((ssid, password)))?;
            // OK means that there is an address, whether its URC was heard or not
            self.stack.access(&mut |core| core.set_station(Station::Up))?;
        }
        result
    }

    /// Leaves the network.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn disconnect(&self) -> Result<(), Error> {
        self.failure.set(None);
        self.remember(None)?;
        self.command(&Leave, &mut |_| {}).await?;
        self.stack.access(&mut |core| core.set_station(Station::Down))
    }

    /// Whether the station has joined a network and has an address.
    ///
    /// Known from what the module says unasked; asked for only if it has not said anything yet.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn isconnected(&self) -> Result<bool, Error> {
        match is_up(self.stack)? {
            Some(up) => Ok(up),
            None => learn(self.stack, !self.addresses().await?.ip.is_unspecified()),
        }
    }

    /// Address, netmask, gateway and name server.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn ifconfig(&self) -> Result<IfConfig, Error> {
        let addresses = self.addresses().await?;
        let mut dns = None;
        let asked = self
            .command(&GetDns, &mut |line| {
                let servers = DnsServers::parse_line(line);
                dns = servers.and_then(|known| known.servers.first().copied()).or(dns);
            })
            .await;
        match asked {
            Ok(()) | Err(Error::CommandFailed | Error::NotSupported) => {}
            Err(error) => return Err(error),
        }
        Ok(IfConfig {
            address: addresses.ip,
            netmask: addresses.netmask,
            gateway: addresses.gateway,
            dns: dns.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        })
    }

    /// Sets fixed addresses; switches DHCP off.
    ///
    /// # Errors
    /// As [`active`](Self::active), [`Error::CommandFailed`] if the module refuses an address.
    pub async fn set_ifconfig(&self, config: IfConfig) -> Result<(), Error> {
        let station = SetStation::new(config.address).subnet(config.gateway, config.netmask);
        self.command(&station, &mut |_| {}).await?;
        self.command(&SetDns::manual(&[config.dns])?, &mut |_| {}).await
    }

    /// How far the station has come; always asked of the module.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn status(&self) -> Result<Status, Error> {
        let mut state = None;
        let asked = self
            .command(&GetState, &mut |line| {
                state = WifiState::parse_line(line).map(|wifi| wifi.state).or(state);
            })
            .await;
        let up = match (asked, state) {
            (Ok(()), Some(StationState::Connected)) => true,
            (Ok(()), Some(StationState::Joined | StationState::Joining)) => {
                return Ok(Status::Connecting);
            }
            (Ok(()), Some(StationState::Idle | StationState::Disconnected)) => false,
            // firmware before 2.2 has no such query
            (Ok(()), None) | (Err(Error::CommandFailed | Error::NotSupported), _) => {
                !self.addresses().await?.ip.is_unspecified()
            }
            (Err(error), _) => return Err(error),
        };
        if up {
            self.failure.set(None);
            return Ok(Status::GotIp);
        }
        Ok(self.failure.get().unwrap_or(Status::Idle))
    }

    /// A setting by its name: `"mac"` or `"hostname"`.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for other names; as [`active`](Self::active).
    pub async fn config(&self, name: &str) -> Result<ConfigValue, Error> {
        let mut value = None;
        match name {
            "mac" => {
                let mut read = |line: &[u8]| {
                    value = Mac::parse_line(line).map(|mac| ConfigValue::Mac(mac.mac));
                };
                self.command(&GetStationMac, &mut read).await?;
            }
            "hostname" => {
                let mut read = |line: &[u8]| {
                    value = Hostname::parse_line(line).map(|host| ConfigValue::Hostname(host.name));
                };
                self.command(&GetHostname, &mut read).await?;
            }
            _ => return Err(Error::InvalidInput),
        }
        value.ok_or(Error::CommandFailed)
    }

    /// Sets the name that the station tells the DHCP server: 1 to 32 bytes.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]; as [`active`](Self::active).
    pub async fn set_hostname(&self, name: &str) -> Result<(), Error> {
        self.command(&SetHostname::new(name)?, &mut |_| {}).await
    }

    async fn addresses(&self) -> Result<Addresses, Error> {
        let mut addresses = Addresses::default();
        self.command(&GetStation, &mut |line| {
            if let Some(line) = StationLine::parse_line(line) {
                addresses.update(line);
            }
        })
        .await?;
        Ok(addresses)
    }

    pub(super) async fn command<C: Command>(
        &self,
        command: &C,
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Error> {
        let timeout = command.timeout_ms();
        let wanted =
            Request::Command { write: &|out| command.write(out), timeout, prefix: C::PREFIX };
        request(self.stack, wanted, Wait::Timeout(timeout.saturating_add(BEFORE_COMMAND)), info)
            .await
    }
}
