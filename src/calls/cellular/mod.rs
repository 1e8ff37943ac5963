//! The network of a cellular module.

mod connect;
mod power;
mod sim;
mod status;

use core::cell::Cell;
use core::fmt;

use embedded_hal::digital::{OutputPin, PinState};
use usocket_commands::cellular::registration::Domain;

use super::shell::{self, calls};
use super::{CellularShell, request};
use super::{Handle, Network};
use crate::engine::{Mode, Request};
use crate::error::Error;
use crate::modem::cellular::{Fact, Pulses, Query, Question};
use crate::network::{CellularStatus, NoPin, PowerKey};

/// Longest command that asks for something.
const QUESTION: usize = 64;

/// Time that a call waits beyond its own command's limit, in ms: for a module that has to be called
/// and set up first, or for another command in flight.
const BEFORE_COMMAND: u32 = 90_000;

/// How often the module is asked how far it is, in ms.
const ASK_EVERY: u32 = 1_000;

/// Domains in which a module can be registered; any of them will do (quectel.md §3.1).
const DOMAINS: [Domain; 3] = [Domain::Eps, Domain::Packet, Domain::Circuit];

/// The network of a cellular module: power, SIM, registration, context.
///
/// `K` is the pin of the power key, if the board has one. (The reset line is the module's:
/// [`Modem::with_reset`](crate::Modem::with_reset).)
///
/// ```no_run
/// # fn f(modem: &usocket::Modem<'_, usocket::Quectel, impl usocket::uart::Uart, impl usocket::clock::Clock>)
/// # -> Result<(), usocket::Error> {
/// use usocket::network::Cellular;
/// let lte = Cellular::new(modem);
/// lte.active(true)?;
/// if !lte.isconnected()? {
///     lte.connect("internet", "", "")?;
/// }
/// let addresses = lte.ifconfig()?;
/// # Ok(()) }
/// ```
pub struct Cellular<'n, K = NoPin> {
    stack: &'n dyn CellularShell,
    power: Option<PowerKey<K>>,
    pulses: Option<Pulses>,
    failure: Cell<Option<CellularStatus>>,
}

impl<K> fmt::Debug for Cellular<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cellular").finish_non_exhaustive()
    }
}

impl<K> Network for Cellular<'_, K> {
    fn stack(&self) -> Handle<'_> {
        Handle(self.stack)
    }
}

impl<'n, K> Cellular<'n, K> {
    /// The module behind it, as [`Network::stack`] gives it, for as long as the module is there.
    pub fn handle(&self) -> Handle<'n> {
        Handle(self.stack)
    }
}

impl<'n> Cellular<'n> {
    /// That of a module.
    pub(crate) const fn of(stack: &'n dyn CellularShell) -> Self {
        Self { stack, power: None, pulses: None, failure: Cell::new(None) }
    }
}

impl<'n, K: OutputPin> Cellular<'n, K> {
    /// With the pin of the power key; `pressed` is its level while the key is pressed: low at the
    /// module itself, high behind the transistor that most boards have (quectel.md §2.2).
    #[must_use]
    pub fn with_power_key<P: OutputPin>(self, pin: P, pressed: PinState) -> Cellular<'n, P> {
        Cellular {
            stack: self.stack,
            power: Some(PowerKey::new(pin, pressed)),
            pulses: self.pulses,
            failure: self.failure,
        }
    }

    /// With other times for the pins than those that the driver knows of the module.
    #[must_use]
    pub fn with_pulses(self, pulses: Pulses) -> Self {
        Self { pulses: Some(pulses), ..self }
    }
}

#[calls]
impl<K: OutputPin> Cellular<'_, K> {
    /// Asks the module something; the last answer counts.
    async fn ask(&self, query: Query) -> Result<Option<Fact>, Error> {
        let mut text = [0; QUESTION];
        let mut question = Err(Error::NotSupported);
        self.stack.tell(&mut |dialect| question = dialect.ask(query, &mut text))?;
        let Question { encoded, prefix, read } = question?;
        let text = text.get(..encoded.len).unwrap_or_default();
        let mut fact = None;
        self.command(text, encoded.timeout, prefix, &mut |line| fact = read(line).or(fact)).await?;
        Ok(fact)
    }

    /// The answer to a question, which the module has to give.
    async fn answer<T>(&self, query: Query, pick: impl Fn(Fact) -> Option<T>) -> Result<T, Error> {
        self.ask(query).await?.and_then(pick).ok_or(Error::CommandFailed)
    }

    async fn command(
        &self,
        text: &[u8],
        timeout: u32,
        prefix: &'static str,
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Error> {
        let write = |out: &mut [u8]| match out.get_mut(..text.len()) {
            Some(place) => {
                place.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
                text.len()
            }
            None => 0,
        };
        let wanted = Request::Command { write: &write, timeout, prefix };
        request(self.stack, wanted, Mode::Timeout(timeout.saturating_add(BEFORE_COMMAND)), info)
            .await
    }
}
