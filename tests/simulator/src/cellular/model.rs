//! Models: what the common core has to know of a cellular module, as data.

use super::coverage::Technology;
use core::time::Duration;

/// One word of the boot text (Quectel digest §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootWord {
    /// This text, as it is.
    Text(&'static str),
    /// `+CPIN: …`, as the card is.
    Sim,
    /// This text, if the card is ready, and the bit of `+QINISTAT` that comes with it.
    WithSim(&'static str, u8),
}

impl BootWord {
    /// The bits of `+QINISTAT` that come with it.
    pub(crate) fn bits(self) -> u8 {
        match self {
            Self::WithSim(_, bits) => bits,
            Self::Text(_) | Self::Sim => 0,
        }
    }
}

/// How `+CGPADDR` writes addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressStyle {
    /// `+CGPADDR: 1,"10.7.157.1"`, and `"0.0.0.0"` without an address.
    Quoted,
    /// `+CGPADDR: 1,10.7.157.1`, and nothing without an address.
    Bare,
}

/// The constants of one model.
#[derive(Debug, Clone)]
pub struct Model {
    /// Answer to `AT+CGMI`.
    pub manufacturer: &'static str,
    /// Answer to `AT+CGMM`.
    pub name: &'static str,
    /// Answer to `AT+CGMR`.
    pub revision: &'static str,
    /// IMEI.
    pub imei: &'static str,
    /// Radio access technology.
    pub technology: Technology,
    /// What it says when it boots: milliseconds after the word before, and the word. The first
    /// one comes after the boot time of the profile.
    pub boot: &'static [(u32, BootWord)],
    /// `AT+CMEE` as built.
    pub cmee: u8,
    /// Highest number of a context.
    pub contexts: u8,
    /// Fastest UART speed.
    pub baud_max: u32,
    /// Whether `AT+IPR` goes to flash by itself.
    pub stores_baud: bool,
    /// How long the power key has to be held to switch it on, and off.
    pub key_on: Duration,
    /// See `key_on`.
    pub key_off: Duration,
    /// How long the reset pin has to be held.
    pub reset_pin: Duration,
    /// What it says when it has switched itself off.
    pub farewell: Option<&'static str>,
    /// Whether it says so too before the reboot of `AT+CFUN=1,1`.
    pub restart_farewell: bool,
    /// Whether a context that was active is reported lost behind that farewell.
    pub restart_stray: bool,
    /// How `AT+CGPADDR` writes addresses.
    pub addresses: AddressStyle,
    /// Whether a context is active as long as the module is registered.
    pub attaches_context: bool,
    /// Whether `AT+CGSN=1` is the form with a prefix.
    pub prefixed_imei: bool,
}
