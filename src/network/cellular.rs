//! What a cellular module tells of its SIM and of its network, and its power key.

use core::cell::{RefCell, RefMut};
use core::convert::Infallible;
use core::fmt;

use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use usocket_commands::cellular::registration::Status as Registration;

use crate::error::Error;

/// How far the network object has come, with names in the manner of MicroPython's `WLAN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CellularStatus {
    /// The SIM waits for something, or there is none.
    Sim(SimStatus),
    /// Not registered, and not searching.
    Idle,
    /// Looking for a network.
    Searching,
    /// The network denies the registration.
    Denied,
    /// The last `connect` found no network.
    NoCoverage,
    /// Registered, without a context.
    Registered {
        /// Abroad.
        roaming: bool,
    },
    /// The last `connect` failed otherwise.
    ConnectFail,
    /// Registered, with a context.
    Connected,
}

/// How well the module hears the network; `None` is what it does not know, or what its radio
/// technology does not measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Signal {
    /// Received power in dBm.
    pub rssi: Option<i16>,
    /// Power of the reference signals in dBm (LTE).
    pub rsrp: Option<i16>,
    /// Quality of the reference signals in dB (LTE).
    pub rsrq: Option<i16>,
    /// Signal to noise in tenths of a dB (LTE).
    pub sinr: Option<i16>,
}

impl Signal {
    /// 0 to 5 bars, from the received power as phones show it.
    #[must_use]
    pub fn bars(&self) -> u8 {
        match (self.rsrp, self.rssi) {
            (Some(rsrp), _) => level(rsrp, [-120, -110, -100, -90, -80]),
            (None, Some(rssi)) => level(rssi, [-110, -100, -90, -80, -70]),
            (None, None) => 0,
        }
    }
}

fn level(dbm: i16, steps: [i16; 5]) -> u8 {
    steps.iter().filter(|&&step| dbm >= step).fold(0, |bars, _| bars + 1)
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rssi {
            Some(rssi) => write!(f, "{rssi} dBm")?,
            None => f.write_str("unknown")?,
        }
        if let (Some(rsrp), Some(rsrq)) = (self.rsrp, self.rsrq) {
            write!(f, " (RSRP {rsrp} dBm, RSRQ {rsrq} dB)")?;
        }
        Ok(())
    }
}

/// What the SIM waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SimStatus {
    /// Nothing.
    Ready,
    /// Its PIN.
    PinRequired {
        /// How often a wrong one may still be entered, if the module tells.
        tries: Option<u8>,
    },
    /// Its PUK.
    PukRequired {
        /// How often a wrong one may still be entered, if the module tells.
        tries: Option<u8>,
    },
    /// It is starting.
    NotReady,
    /// There is none.
    Missing,
    /// It does not work, or not in this module.
    Failure,
}

/// How far [`Cellular::connect_with`](crate::network::Cellular::connect_with) has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Progress {
    /// The SIM is being asked.
    Sim,
    /// The module looks for a network; this is the best that it says of one, once a second.
    Registering(Registration),
    /// It is registered, and asks for a context.
    Attaching,
    /// It has one.
    Connected,
}

/// No pin: of a [`Cellular`](crate::network::Cellular) whose board has none.
#[derive(Debug, Clone, Copy)]
pub enum NoPin {}

impl ErrorType for NoPin {
    type Error = Infallible;
}

impl OutputPin for NoPin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        match *self {}
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        match *self {}
    }
}

/// A pin that is pressed like a key.
pub(crate) struct PowerKey<P> {
    pin: RefCell<P>,
    pressed: PinState,
}

impl<P: OutputPin> PowerKey<P> {
    pub(crate) const fn new(pin: P, pressed: PinState) -> Self {
        Self { pin: RefCell::new(pin), pressed }
    }

    /// Presses it until the guard is let go.
    ///
    /// # Errors
    /// `PinFailed`; `Busy`: it is pressed.
    pub(crate) fn press(&self) -> Result<Pressed<'_, P>, Error> {
        let mut pin = self.pin.try_borrow_mut().map_err(|_| Error::Busy)?;
        pin.set_state(self.pressed).map_err(|_| Error::PinFailed)?;
        Ok(Pressed { pin, released: !self.pressed })
    }
}

/// A key that is pressed. Nobody may forget to let it go: that would switch the module off.
pub(crate) struct Pressed<'k, P: OutputPin> {
    pin: RefMut<'k, P>,
    released: PinState,
}

impl<P: OutputPin> Pressed<'_, P> {
    /// Lets it go.
    ///
    /// # Errors
    /// `PinFailed`.
    pub(crate) fn release(mut self) -> Result<(), Error> {
        self.pin.set_state(self.released).map_err(|_| Error::PinFailed)
    }
}

impl<P: OutputPin> Drop for Pressed<'_, P> {
    fn drop(&mut self) {
        let _ = self.pin.set_state(self.released); // whoever waits has been told, or is gone
    }
}

/// Which of two statuses says more.
pub(crate) const fn rank(status: Registration) -> u8 {
    match status {
        Registration::Idle => 0,
        Registration::Unknown => 1,
        Registration::Denied => 2,
        Registration::EmergencyOnly => 3,
        Registration::Searching => 4,
        Registration::HomeMessagesOnly | Registration::RoamingMessagesOnly => 5,
        Registration::HomeWithoutFallback | Registration::RoamingWithoutFallback => 6,
        Registration::Roaming => 7,
        Registration::Home => 8,
    }
}

/// Why a SIM that waits for something is of no use.
pub(crate) const fn sim_error(sim: SimStatus) -> Error {
    match sim {
        SimStatus::PinRequired { .. } => Error::SimPinRequired,
        SimStatus::PukRequired { .. } => Error::SimPukRequired,
        SimStatus::Missing => Error::SimMissing,
        SimStatus::NotReady | SimStatus::Ready => Error::SimBusy,
        SimStatus::Failure => Error::SimFailure,
    }
}
