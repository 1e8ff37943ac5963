//! Switching a cellular module on and off (quectel.md §2.2, §2.3).

use core::cell::RefCell;
use core::convert::Infallible;

use embedded_hal::digital::{ErrorType, OutputPin, PinState};

use super::Cellular;
use crate::engine::Module;
use crate::error::Error;
use crate::modem::cellular::{Fact, Pulses, Query};
use crate::stack::sleep;

/// No pin: of a [`Cellular`] whose board has none.
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
pub(super) struct Line<P> {
    pin: RefCell<P>,
    pressed: PinState,
}

impl<P: OutputPin> Line<P> {
    pub(super) const fn new(pin: P, pressed: PinState) -> Self {
        Self { pin: RefCell::new(pin), pressed }
    }

    fn set(&self, pressed: bool) -> Result<(), Error> {
        let level = if pressed { self.pressed } else { !self.pressed };
        let mut pin = self.pin.try_borrow_mut().map_err(|_| Error::Busy)?;
        pin.set_state(level).map_err(|_| Error::PinFailed)
    }
}

impl<K: OutputPin> Cellular<'_, K> {
    /// Switches the module on or off.
    ///
    /// On: a module that does not answer gets its power key pressed, if there is one, and time to start
    /// (20 s); then the radio is switched on. A module that answers is never pressed, since that would
    /// switch it off. Off:
    /// the radio alone, all sockets are gone; [`power_off`](Self::power_off) does the rest.
    ///
    /// # Errors
    /// [`Error::ModuleSilent`], [`Error::ModuleGarbled`], [`Error::Uart`]; [`Error::PinFailed`].
    pub fn active(&self, on: bool) -> Result<(), Error> {
        if !on {
            self.ask(Query::SetRadio(false))?;
            return self.stack.access(&mut |core| core.network_gone());
        }
        let mut start = self.stack.now();
        let radio = match self.ask(Query::Radio) {
            Err(Error::ModuleSilent | Error::PoweredDown) => {
                let pulses = self.pulses()?;
                if let Some(key) = &self.power {
                    self.press(key, pulses.on_ms)?;
                    start = self.stack.now();
                }
                // without a key it may be starting, which takes longer than a call
                self.await_voice(start, pulses.boot_ms)?;
                self.ask(Query::Radio)?
            }
            radio => radio?,
        };
        if radio == Some(Fact::Radio(false)) {
            self.ask(Query::SetRadio(true))?;
        }
        Ok(())
    }

    /// Whether the module answers and its radio is on. A module that is off takes about 10 s to say
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Uart`].
    pub fn isactive(&self) -> Result<bool, Error> {
        match self.ask(Query::Radio) {
            Ok(radio) => Ok(radio == Some(Fact::Radio(true))),
            Err(Error::ModuleSilent | Error::PoweredDown) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Switches the module off: it takes its leave of the network first. After that the supply may
    /// be cut.
    ///
    /// Waits for the module's word that it is off, at most as long as it may take (65 s), since some
    /// never say it (quectel.md §12 Q27b). If it does not take the command, the power key is pressed,
    /// if there is one.
    ///
    /// # Errors
    /// What a module without power key says to the command; [`Error::Uart`], [`Error::PinFailed`].
    pub fn power_off(&self) -> Result<(), Error> {
        let pulses = self.pulses()?;
        match self.ask(Query::PowerOff) {
            // old modules say `NORMAL POWER DOWN` instead of `OK` (§9)
            Ok(_) | Err(Error::PoweredDown) => {}
            // it is off: a press would switch it on
            Err(Error::ModuleSilent) => return Ok(()),
            Err(error @ (Error::CommandFailed | Error::NotSupported | Error::TimedOut)) => {
                match &self.power {
                    Some(key) => self.press(key, pulses.off_ms)?,
                    None => return Err(error),
                }
            }
            Err(error) => return Err(error),
        }
        let start = self.stack.now();
        while self.stack.now().wrapping_sub(start) < pulses.down_ms {
            if self.is_off()? {
                return Ok(());
            }
            sleep(self.stack, 50)?;
        }
        self.stack.access(&mut |core| core.powered_down())
    }

    /// Restarts the module: by its reset line if there is one
    /// ([`Modem::with_reset`](crate::Modem::with_reset)), else by a command. All sockets are gone.
    ///
    /// # Errors
    /// [`Error::ModuleSilent`]: it does not come back; [`Error::Uart`], [`Error::PinFailed`].
    pub fn reset(&self) -> Result<(), Error> {
        let pulses = self.pulses()?;
        let mut line = false;
        self.stack.access(&mut |core| {
            line = core.reset_ms.is_some();
            core.pull_reset = line.then_some(pulses.reset_ms);
        })?;
        if !line {
            self.ask(Query::Restart)?;
            let deadline = self.stack.now().wrapping_add(pulses.boot_ms);
            self.stack.access(&mut |core| core.expect_restart(deadline))?;
        }
        self.await_voice(self.stack.now(), pulses.boot_ms)
    }

    fn press<P: OutputPin>(&self, line: &Line<P>, ms: u32) -> Result<(), Error> {
        line.set(true)?;
        let slept = sleep(self.stack, ms);
        line.set(false)?; // however the wait ended
        slept
    }

    /// Waits until the module answers, until so many ms after `start`.
    fn await_voice(&self, start: u32, limit: u32) -> Result<(), Error> {
        loop {
            let waited = self.stack.now().wrapping_sub(start) >= limit;
            match self.ask(Query::Radio) {
                Ok(_) => return Ok(()),
                Err(
                    Error::ModuleSilent
                    | Error::ModuleGarbled
                    | Error::PoweredDown
                    | Error::ModuleReset
                    | Error::CommandFailed
                    | Error::TimedOut,
                ) if !waited => sleep(self.stack, 300)?,
                Err(error) => return Err(error),
            }
        }
    }

    fn is_off(&self) -> Result<bool, Error> {
        let mut off = false;
        self.stack.access(&mut |core| off = core.module == Module::Dead(Error::PoweredDown))?;
        Ok(off)
    }

    fn pulses(&self) -> Result<Pulses, Error> {
        let mut pulses = Pulses::ANY;
        self.stack.tell(&mut |dialect| pulses = dialect.pulses())?;
        Ok(self.pulses.unwrap_or(pulses))
    }
}
