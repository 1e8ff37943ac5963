//! DHCP, on both sides.

use core::net::{IpAddr, Ipv4Addr};

use crate::ArgumentError;
use crate::answer::line;
use crate::command::command;
use crate::fields::Fields;

use super::{NoResponse, within};

command! {
    /// `AT+CWDHCP=`: turns DHCP on or off (ESP-AT digest §5.5).
    ///
    /// NonOS takes the two parameters in the other order, with another meaning.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::Dhcp;
    ///
    /// let mut buffer = [0; 256];
    /// let len = Dhcp { on: true, station: true, access_point: false }.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWDHCP=1,1\r\n");
    /// ```
    pub struct Dhcp {
        /// Whether the chosen sides use DHCP.
        pub on: bool,
        /// Choose the client of the station.
        pub station: bool,
        /// Choose the server of the access point.
        pub access_point: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |dhcp, line| {
        let sides = u32::from(dhcp.station) | (u32::from(dhcp.access_point) << 1);
        line.text("AT+CWDHCP=").flag(dhcp.on).field().number(sides)
    }
}

command! {
    /// `AT+CWDHCP?`: asks where DHCP is on (ESP-AT digest §5.5).
    pub struct GetDhcp;
    answer DhcpState, prefix "+CWDHCP:", within within::ORDINARY;
    |get, line| line.text("AT+CWDHCP?")
}

/// Where DHCP is on (ESP-AT digest §5.5).
///
/// ```
/// use usocket_commands::esp_at::wifi::DhcpState;
///
/// let state = DhcpState::parse_line(b"+CWDHCP:3").unwrap();
/// assert!(state.station && state.access_point);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DhcpState {
    /// The client of the station.
    pub station: bool,
    /// The server of the access point.
    pub access_point: bool,
}

line!(DhcpState, "+CWDHCP:");

impl DhcpState {
    /// Reads the line `+CWDHCP:<bits>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let bits: u8 = Fields::after(line, "+CWDHCP:")?.number()?;
        Some(Self { station: bits & 1 != 0, access_point: bits & 2 != 0 })
    }
}

command! {
    /// `AT+CWDHCPS=1,…`: chooses the addresses that the access point hands out
    /// (ESP-AT digest §5.5).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::DhcpRange;
    ///
    /// let range = DhcpRange::new(3, [192, 168, 4, 10].into(), [192, 168, 4, 15].into())?;
    /// let mut buffer = [0; 256];
    /// let len = range.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWDHCPS=1,3,\"192.168.4.10\",\"192.168.4.15\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct DhcpRange {
        lease_min: u16,
        first: Ipv4Addr,
        last: Ipv4Addr,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |range, line| {
        line.text("AT+CWDHCPS=1").field().number(u32::from(range.lease_min));
        line.field().ip(IpAddr::V4(range.first)).field().ip(IpAddr::V4(range.last));
    }
}

impl DhcpRange {
    /// The addresses `first` to `last`, for `lease_min` minutes.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless the time is 1 to 2880 minutes and `first` is not
    /// above `last`.
    pub fn new(lease_min: u16, first: Ipv4Addr, last: Ipv4Addr) -> Result<Self, ArgumentError> {
        if !(1..=2880).contains(&lease_min) {
            return Err(ArgumentError::OutOfRange { field: "lease_min" });
        }
        if first > last {
            return Err(ArgumentError::OutOfRange { field: "last" });
        }
        Ok(Self { lease_min, first, last })
    }
}

command! {
    /// `AT+CWDHCPS=0`: goes back to the addresses that the firmware hands out by itself
    /// (ESP-AT digest §5.5).
    pub struct DhcpRangeDefault;
    answer NoResponse, prefix "", within within::ORDINARY;
    |range, line| line.text("AT+CWDHCPS=0")
}
