//! Basic commands: is the module there, how does it talk, what does it keep.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::esp_at::{basic::*, version::Chip};
//!
//! let mut buffer = [0; 256];
//! let len = GetVersion.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+GMR\r\n");
//!
//! let answer = b"AT version:4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)\r\n\
//!     SDK version:v5.4.1-643-g8ad0d3d8f2-dirty\r\n";
//! let version = GetVersion.parse(Ok(answer))?;
//! assert_eq!((version.major, version.chip), (4, Chip::Esp32C3));
//! # Ok::<(), usocket_commands::atat::Error>(())
//! ```

mod uart;

pub use uart::*;

use crate::answer::line;
use crate::command::command;
use crate::fields::Fields;

use super::version::Version;
use super::{NoResponse, within};

command! {
    /// `AT`: asks whether the module listens (ESP-AT digest §4).
    pub struct Probe;
    answer NoResponse, prefix "", within within::PROBE;
    |probe, line| line.text("AT")
}

command! {
    /// `ATE`: turns the echo of commands on or off (ESP-AT digest §2.2).
    ///
    /// Every reset turns it on again.
    pub struct Echo {
        /// Whether the module repeats what it receives.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |echo, line| line.text("ATE").flag(echo.on)
}

command! {
    /// `AT+RST`: restarts the module (ESP-AT digest §3).
    ///
    /// After `OK` comes [`Ready`](super::urc::Urc::Ready), within
    /// [`READY_TIMEOUT_MS`](super::READY_TIMEOUT_MS).
    pub struct Restart;
    answer NoResponse, prefix "", within within::ORDINARY;
    |restart, line| line.text("AT+RST")
}

command! {
    /// `AT+RESTORE`: erases everything the module has stored and restarts it
    /// (ESP-AT digest §3).
    pub struct Restore;
    answer NoResponse, prefix "", within within::ORDINARY;
    |restore, line| line.text("AT+RESTORE")
}

command! {
    /// `AT+GMR`: asks for the version of the firmware (ESP-AT digest §1.2).
    pub struct GetVersion;
    answer Version, prefix "", within within::ORDINARY;
    |get, line| line.text("AT+GMR")
}

command! {
    /// `AT+SYSSTORE`: whether settings are written to flash too (ESP-AT digest §4).
    ///
    /// On after a reset. NonOS has suffixes of commands instead.
    pub struct Store {
        /// Whether set commands change the flash beside the RAM.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |store, line| line.text("AT+SYSSTORE=").flag(store.on)
}

command! {
    /// `AT+SYSLOG`: whether an [`ErrorCode`](super::result::ErrorCode) precedes each `ERROR`
    /// (ESP-AT digest §2.5).
    ///
    /// Off after a reset.
    pub struct ErrorLog {
        /// Whether error codes are printed.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |log, line| line.text("AT+SYSLOG=").flag(log.on)
}

command! {
    /// `AT+SYSMSG`: chooses forms of messages (ESP-AT digest §4).
    ///
    /// ```
    /// use usocket_commands::esp_at::basic::Messages;
    ///
    /// let with_peer_addresses = Messages { bits: Messages::LINK_UP };
    /// ```
    pub struct Messages {
        /// Sum of the constants of this type; a module refuses others.
        pub bits: u8,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |messages, line| line.text("AT+SYSMSG=").number(u32::from(messages.bits))
}

impl Messages {
    /// `+QUITT` when passthrough ends.
    pub const QUIT: u8 = 1;
    /// `+LINK_CONN:…` in place of `<id>,CONNECT`.
    pub const LINK_UP: u8 = 2;
    /// Messages of links and Wi-Fi during passthrough too.
    pub const PASSTHROUGH: u8 = 4;
}

command! {
    /// `AT+SYSRAM?`: asks for the free memory of the module (ESP-AT digest §4).
    pub struct GetRam;
    answer Ram, prefix "+SYSRAM:", within within::ORDINARY;
    |get, line| line.text("AT+SYSRAM?")
}

/// Free memory of the module, in bytes; below 10,000 there is trouble ahead
/// (ESP-AT digest §4).
///
/// ```
/// use usocket_commands::esp_at::basic::Ram;
///
/// let ram = Ram::parse_line(b"+SYSRAM:135184,128328").unwrap();
/// assert_eq!((ram.free, ram.lowest), (135_184, Some(128_328)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ram {
    /// Free now.
    pub free: u32,
    /// Least that was free since the start; old versions do not tell.
    pub lowest: Option<u32>,
}

line!(Ram, "+SYSRAM:");

impl Ram {
    /// Reads the line `+SYSRAM:<free>[,<lowest>]`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+SYSRAM:")?;
        let free = fields.number()?;
        let lowest = if fields.at_end() { None } else { Some(fields.number()?) };
        Some(Self { free, lowest })
    }
}

command! {
    /// `AT+SLEEP`: chooses how deep the module sleeps between its tasks (ESP-AT digest §4).
    ///
    /// The numbers mean something else in NonOS firmware.
    pub struct Sleep {
        /// How deep.
        pub mode: SleepMode,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |sleep, line| line.text("AT+SLEEP=").number(sleep.mode as u32)
}

/// How deep the module sleeps (ESP-AT digest §4); see [`Sleep`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SleepMode {
    /// It does not: shortest latency.
    Awake = 0,
    /// The modem sleeps between DTIM beacons.
    Modem = 1,
    /// The processor sleeps too.
    Light = 2,
    /// The modem sleeps for the listen interval.
    Listen = 3,
}
