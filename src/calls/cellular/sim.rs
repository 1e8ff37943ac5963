//! The SIM: what it waits for, and its PIN.

use embedded_hal::digital::OutputPin;
use heapless::String;
use usocket_commands::cellular::sim::{EnterPin, EnterPuk, SimState};

use super::shell::{calls, sleep};
use super::{ASK_EVERY, Cellular};
use crate::error::Error;
use crate::modem::cellular::{Fact, Pin, Query, write};
use crate::network::{SimStatus, sim_error};

/// How long a SIM may take to be ready after a start or a PIN, in ms.
const READY_LIMIT: u32 = 20_000;

#[calls]
impl<K: OutputPin> Cellular<'_, K> {
    /// What the SIM waits for.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn sim(&self) -> Result<SimStatus, Error> {
        let state = match self.ask(Query::Sim).await {
            Ok(Some(Fact::Sim(state))) => state,
            Ok(_) | Err(Error::SimFailure) => return Ok(SimStatus::Failure),
            Err(Error::SimMissing) => return Ok(SimStatus::Missing),
            Err(Error::SimBusy) => return Ok(SimStatus::NotReady),
            Err(Error::SimPinRequired) => SimState::Pin,
            Err(Error::SimPukRequired) => SimState::Puk,
            Err(error) => return Err(error),
        };
        Ok(match state {
            // a second PIN guards what sockets do not need
            SimState::Ready | SimState::Pin2 | SimState::Puk2 => SimStatus::Ready,
            SimState::Pin => {
                SimStatus::PinRequired { tries: self.tries().await?.map(|(pin, _)| pin) }
            }
            SimState::Puk => {
                SimStatus::PukRequired { tries: self.tries().await?.map(|(_, puk)| puk) }
            }
            SimState::NotReady => SimStatus::NotReady,
            SimState::NotInserted => SimStatus::Missing,
            _ => SimStatus::Failure,
        })
    }

    /// Unlocks the SIM with its PIN, if it waits for that, and waits until it is ready.
    ///
    /// A PIN that was accepted is entered again by itself after a restart of the module. One that was
    /// refused is never tried again: three wrong ones lock the SIM. Nor is one whose attempt had no clear
    /// end, unless the SIM tells that it did not count.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: not 4 to 8 digits; [`Error::WrongPin`]: refused, now or before;
    /// [`Error::SimPukRequired`], [`Error::SimMissing`], [`Error::SimFailure`]; as
    /// [`active`](Self::active).
    pub async fn unlock(&self, pin: &str) -> Result<(), Error> {
        let command = EnterPin::new(pin)?;
        let pin = Pin(String::try_from(pin).map_err(|_| Error::InvalidInput)?);
        let tries = match self.await_sim().await? {
            SimStatus::Ready => return Ok(()),
            SimStatus::PinRequired { tries: Some(0) } => return Err(Error::SimPukRequired),
            SimStatus::PinRequired { tries } => tries,
            other => return Err(sim_error(other)),
        };
        let mut refused = false;
        self.stack.tell(&mut |dialect| {
            let common = dialect.common();
            refused = common.is_refused(&pin, tries);
            if !refused {
                common.refuse(pin.clone(), tries); // it may be a wrong one
            }
        })?;
        if refused {
            return Err(Error::WrongPin);
        }
        let mut text = [0; 32];
        let encoded = write(&command, &mut text)?;
        let text = text.get(..encoded.len).unwrap_or_default();
        let entered = self.command(text, encoded.timeout, "", &mut |_| {}).await;
        self.stack.tell(&mut |dialect| {
            let common = dialect.common();
            match entered {
                Ok(()) => common.accept(pin.clone()),
                // the last try was wrong, too: the SIM is locked
                Err(Error::WrongPin | Error::SimPukRequired) => {
                    common.refuse(pin.clone(), None);
                    common.pin = None;
                }
                Err(_) => {}
            }
        })?;
        entered?;
        match self.await_sim().await? {
            SimStatus::Ready => Ok(()),
            other => Err(sim_error(other)),
        }
    }

    /// Unlocks a SIM after too many wrong PINs, and gives it a new PIN. Ten wrong PUKs destroy it. One
    /// that waits for no PUK is left as it is: to give a PUK would change its PIN.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: not 8 digits, or a PIN of not 4 to 8; [`Error::WrongPin`]: a wrong
    /// PUK; [`Error::SimPinRequired`]: its PIN is what it waits for; [`Error::SimFailure`]: no try is
    /// left; as [`unlock`](Self::unlock).
    pub async fn unlock_with_puk(&self, puk: &str, new_pin: &str) -> Result<(), Error> {
        let command = EnterPuk::new(puk, new_pin)?;
        let pin = Pin(String::try_from(new_pin).map_err(|_| Error::InvalidInput)?);
        match self.await_sim().await? {
            SimStatus::Ready => return Ok(()),
            SimStatus::PukRequired { tries: Some(0) } => return Err(Error::SimFailure),
            SimStatus::PukRequired { .. } => {}
            other => return Err(sim_error(other)),
        }
        let mut text = [0; 48];
        let encoded = write(&command, &mut text)?;
        let text = text.get(..encoded.len).unwrap_or_default();
        self.command(text, encoded.timeout, "", &mut |_| {}).await?;
        self.stack.tell(&mut |dialect| {
            dialect.common().renew_pin(pin.clone());
        })?;
        match self.await_sim().await? {
            SimStatus::Ready => Ok(()),
            other => Err(sim_error(other)),
        }
    }

    /// The SIM as soon as it is not starting any more.
    pub(super) async fn await_sim(&self) -> Result<SimStatus, Error> {
        let start = self.stack.now();
        loop {
            let sim = self.sim().await?;
            let waited = self.stack.now().wrapping_sub(start) >= READY_LIMIT;
            if sim != SimStatus::NotReady || waited {
                return Ok(sim);
            }
            sleep(self.stack, ASK_EVERY).await?;
        }
    }

    /// How often a wrong PIN, and a wrong PUK, may still be entered.
    async fn tries(&self) -> Result<Option<(u8, u8)>, Error> {
        match self.ask(Query::Tries).await {
            Ok(Some(Fact::Tries { pin, puk })) => Ok(Some((pin, puk))),
            Ok(_) | Err(Error::CommandFailed | Error::NotSupported) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
