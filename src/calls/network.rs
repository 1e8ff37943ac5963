//! What sockets are made on, and whether there is a network.

use core::fmt;

use super::shell::Shell;
use crate::engine::Supply;
use crate::error::Error;
use crate::modem::EspAt;
use crate::modem::cellular::CellularDialect;
use crate::network::Station;

/// Something that sockets can be made on: a network object, or a module that needs none.
///
/// Functions that work on any network take `&impl Network`. The trait cannot be implemented outside
/// this crate.
pub trait Network {
    /// The module behind it.
    fn stack(&self) -> Handle<'_>;
}

/// A module, whatever its family, UART and clock. What [`Network::stack`] gives to
/// [`socket`](crate::socket).
///
/// It has the traits of network stacks, too (`embedded-nal`; of the async shell `embedded-nal-async` and
/// `edge-nal`), some of which have calls of the same name: with two of them in scope, write
/// `TcpClientStack::socket(&mut stack)`.
#[derive(Clone, Copy)]
pub struct Handle<'n>(pub(crate) &'n dyn Shell);

impl fmt::Debug for Handle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl Network for Handle<'_> {
    fn stack(&self) -> Handle<'_> {
        *self
    }
}

/// A cellular module, seen from its network object.
pub(crate) trait CellularShell: Shell {
    /// Looks at what the dialect knows, or changes it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn tell(&self, visit: &mut dyn FnMut(&mut dyn CellularDialect)) -> Result<(), Error>;
}

/// A Wi-Fi module, seen from its network object.
pub(crate) trait WlanShell: Shell {
    /// Lets the program's wishes be put down.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn tell(&self, visit: &mut dyn FnMut(&mut EspAt)) -> Result<(), Error>;
}

/// Whether there is a network, as far as that is known from what the module says unasked.
pub(super) fn is_up(stack: &dyn Shell) -> Result<Option<bool>, Error> {
    stack.pump(&Supply::default(), &mut |_| {})?;
    let mut station = Station::Unknown;
    stack.access(&mut |core| station = core.station)?;
    Ok(match station {
        Station::Unknown => None,
        station => Some(station == Station::Up),
    })
}

/// The module has been asked whether there is a network; what it has said unasked meanwhile is newer.
pub(super) fn learn(stack: &dyn Shell, up: bool) -> Result<bool, Error> {
    let asked = if up { Station::Up } else { Station::Down };
    let mut station = asked;
    stack.access(&mut |core| {
        if core.station == Station::Unknown {
            core.set_station(asked);
        }
        station = core.station;
    })?;
    Ok(station == Station::Up)
}
