//! Which side of a network the module is, and how far it has come.

use crate::answer::line;
use crate::command::command;
use crate::fields::Fields;

use super::{NoResponse, Ssid, within};

/// Which sides of a network the module takes (ESP-AT digest §5.1).
///
/// ```
/// use usocket_commands::esp_at::wifi::Mode;
///
/// assert_eq!(Mode::parse_line(b"+CWMODE:3"), Some(Mode::Both));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Mode {
    /// None: the radio is off.
    Off = 0,
    /// A station, which joins a network.
    Station = 1,
    /// An access point, which makes one.
    AccessPoint = 2,
    /// Both at once.
    Both = 3,
}

line!(Mode, "+CWMODE:");

impl Mode {
    /// Reads the line `+CWMODE:<n>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        Some(match Fields::after(line, "+CWMODE:")?.number::<u8>()? {
            0 => Self::Off,
            1 => Self::Station,
            2 => Self::AccessPoint,
            3 => Self::Both,
            _ => return None,
        })
    }
}

command! {
    /// `AT+CWMODE=`: sets the mode (ESP-AT digest §5.1).
    ///
    /// As a station the module then joins the network that it has stored, if any;
    /// [`SetModeOnly`] keeps it from that.
    pub struct SetMode {
        /// The new mode.
        pub mode: Mode,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| line.text("AT+CWMODE=").number(set.mode as u32)
}

command! {
    /// `AT+CWMODE=<mode>,0`: sets the mode without joining the stored network
    /// (ESP-AT digest §5.1).
    pub struct SetModeOnly {
        /// The new mode.
        pub mode: Mode,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| line.text("AT+CWMODE=").number(set.mode as u32).field().flag(false)
}

command! {
    /// `AT+CWMODE?`: asks for the mode; changes nothing (ESP-AT digest §5.1).
    pub struct GetMode;
    answer Mode, prefix "+CWMODE:", within within::ORDINARY;
    |get, line| line.text("AT+CWMODE?")
}

command! {
    /// `AT+CWINIT=`: starts or stops the Wi-Fi driver, from 3.1 on (ESP-AT digest §5.1).
    pub struct Init {
        /// Whether the driver runs.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |init, line| line.text("AT+CWINIT=").flag(init.on)
}

command! {
    /// `AT+CWSTATE?`: asks how far the station has come, from 2.2 on (ESP-AT digest §5.1).
    pub struct GetState;
    answer WifiState, prefix "+CWSTATE:", within within::ORDINARY;
    |get, line| line.text("AT+CWSTATE?")
}

/// How far the station has come, and in which network (ESP-AT digest §5.1).
///
/// ```
/// use usocket_commands::esp_at::wifi::{StationState, WifiState};
///
/// let state = WifiState::parse_line(b"+CWSTATE:4,\"\"").unwrap();
/// assert_eq!(state.state, StationState::Disconnected);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct WifiState {
    /// How far.
    pub state: StationState,
    /// Name of the network; empty if there is none.
    pub ssid: Ssid,
}

/// How far the station has come; see [`WifiState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StationState {
    /// It has not been asked to join a network.
    Idle = 0,
    /// It has joined, and has no IPv4 address.
    Joined = 1,
    /// It has an IPv4 address.
    Connected = 2,
    /// It is joining or rejoining.
    Joining = 3,
    /// It is not joined.
    Disconnected = 4,
}

line!(WifiState, "+CWSTATE:");

impl WifiState {
    /// Reads the line `+CWSTATE:<n>,"<ssid>"`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let fields = line.strip_prefix(b"+CWSTATE:")?;
        let (state, ssid) = fields.split_first()?;
        let state = match state {
            b'0' => StationState::Idle,
            b'1' => StationState::Joined,
            b'2' => StationState::Connected,
            b'3' => StationState::Joining,
            b'4' => StationState::Disconnected,
            _ => return None,
        };
        let ssid = ssid.strip_prefix(b",\"")?.strip_suffix(b"\"")?;
        Some(Self { state, ssid: Ssid::unescape(ssid)? })
    }
}
