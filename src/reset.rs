//! The reset line of a module: a pin that the driver pulls when nothing else helps.

use core::fmt;

use embedded_hal::digital::{OutputPin, PinState};

use crate::error::Error;

/// The reset line of a module; see [`Modem::with_reset`](crate::Modem::with_reset).
///
/// ```
/// use embedded_hal::digital::PinState;
/// use usocket::ResetLine;
/// # fn f<'b, D, U: usocket::uart::Uart, C: usocket::clock::Clock>(pin: impl embedded_hal::digital::OutputPin,
/// # uart: U, clock: C) {
/// // EN of an ESP32 is low during a reset
/// let mut reset = ResetLine::new(pin, PinState::Low);
/// let mut memory = usocket::Memory::<2>::new();
/// let modem = usocket::Modem::esp_at(uart, clock, &mut memory).with_reset(&mut reset);
/// # }
/// ```
pub struct ResetLine<P> {
    pin: P,
    active: PinState,
    pulse_ms: Option<u32>,
}

impl<P> fmt::Debug for ResetLine<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResetLine").finish_non_exhaustive()
    }
}

impl<P: OutputPin> ResetLine<P> {
    /// The line at `pin`; `active` is its level during a reset. The pin is not touched before the
    /// first reset, so set it to the other level.
    pub const fn new(pin: P, active: PinState) -> Self {
        Self { pin, active, pulse_ms: None }
    }

    /// Holds the line for `ms` milliseconds, instead of as long as the driver knows that the module
    /// needs it (100 ms for ESP-AT; quectel.md §2.2 for Quectel).
    #[must_use]
    pub fn pulse_ms(self, ms: u32) -> Self {
        Self { pulse_ms: Some(ms), ..self }
    }
}

/// A reset line, whatever its pin is.
pub(crate) trait Pull {
    /// Begins a reset, or ends it.
    fn pull(&mut self, active: bool) -> Result<(), Error>;

    /// How long the program wants it to be held, in ms.
    fn pulse(&self) -> Option<u32>;
}

impl<P: OutputPin> Pull for ResetLine<P> {
    fn pull(&mut self, active: bool) -> Result<(), Error> {
        let level = if active { self.active } else { !self.active };
        self.pin.set_state(level).map_err(|_| Error::PinFailed)
    }

    fn pulse(&self) -> Option<u32> {
        self.pulse_ms
    }
}
