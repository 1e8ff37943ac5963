//! Switching a cellular module on and off (quectel.md §2.2, §2.3).

use embedded_hal::digital::OutputPin;

use super::Cellular;
use super::shell::{calls, changed, sleep};
use crate::engine::Module;
use crate::error::Error;
use crate::modem::cellular::{Fact, Pulses, Query};
use crate::network::PowerKey;

#[calls]
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
    pub async fn active(&self, on: bool) -> Result<(), Error> {
        if !on {
            self.ask(Query::SetRadio(false)).await?;
            return self.stack.access(&mut |core| core.network_gone());
        }
        let mut start = self.stack.now();
        let radio = match self.ask(Query::Radio).await {
            Err(Error::ModuleSilent | Error::PoweredDown) => {
                let pulses = self.pulses()?;
                if let Some(key) = &self.power {
                    self.press(key, pulses.on_ms).await?;
                    start = self.stack.now();
                }
                // without a key it may be starting, which takes longer than a call
                self.await_voice(start, pulses.boot_ms).await?;
                self.ask(Query::Radio).await?
            }
            radio => radio?,
        };
        if radio == Some(Fact::Radio(false)) {
            self.ask(Query::SetRadio(true)).await?;
        }
        Ok(())
    }

    /// Whether the module answers and its radio is on. A module that is off takes about 10 s to say
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Uart`].
    pub async fn isactive(&self) -> Result<bool, Error> {
        match self.ask(Query::Radio).await {
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
    pub async fn power_off(&self) -> Result<(), Error> {
        let pulses = self.pulses()?;
        match self.ask(Query::PowerOff).await {
            // old modules say `NORMAL POWER DOWN` instead of `OK` (§9)
            Ok(_) | Err(Error::PoweredDown) => {}
            // it is off: a press would switch it on
            Err(Error::ModuleSilent) => return Ok(()),
            Err(error @ (Error::CommandFailed | Error::NotSupported | Error::TimedOut)) => {
                match &self.power {
                    Some(key) => self.press(key, pulses.off_ms).await?,
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
            sleep(self.stack, 50).await?;
        }
        self.stack.access(&mut |core| core.powered_down())?;
        changed(self.stack);
        Ok(())
    }

    /// Restarts the module: by its reset line if there is one
    /// ([`Modem::with_reset`](crate::Modem::with_reset)), else by a command. All sockets are gone.
    ///
    /// # Errors
    /// [`Error::ModuleSilent`]: it does not come back; [`Error::Uart`], [`Error::PinFailed`].
    pub async fn reset(&self) -> Result<(), Error> {
        let pulses = self.pulses()?;
        let mut line = false;
        self.stack.access(&mut |core| {
            line = core.reset_ms.is_some();
            core.pull_reset = line.then_some(pulses.reset_ms);
        })?;
        if !line {
            self.ask(Query::Restart).await?;
            let deadline = self.stack.now().wrapping_add(pulses.boot_ms);
            self.stack.access(&mut |core| core.expect_restart(deadline))?;
        }
        self.await_voice(self.stack.now(), pulses.boot_ms).await
    }

    async fn press<P: OutputPin>(&self, key: &PowerKey<P>, ms: u32) -> Result<(), Error> {
        let pressed = key.press()?;
        let slept = sleep(self.stack, ms).await;
        pressed.release()?;
        slept
    }

    /// Waits until the module answers, until so many ms after `start`.
    async fn await_voice(&self, start: u32, limit: u32) -> Result<(), Error> {
        loop {
            let waited = self.stack.now().wrapping_sub(start) >= limit;
            match self.ask(Query::Radio).await {
                Ok(_) => return Ok(()),
                Err(
                    Error::ModuleSilent
                    | Error::ModuleGarbled
                    | Error::PoweredDown
                    | Error::ModuleReset
                    | Error::CommandFailed
                    | Error::TimedOut,
                ) if !waited => sleep(self.stack, 300).await?,
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
