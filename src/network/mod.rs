//! Networks: the interface between a module and the sockets on it.

mod cellular;
mod ifconfig;
mod wlan;

pub use cellular::{Cellular, CellularStatus, NoPin, Progress, Signal, SimStatus};
pub use ifconfig::IfConfig;
pub use usocket_commands::cellular::clock::DateTime;
pub use usocket_commands::cellular::operator::Operator;
pub use usocket_commands::cellular::registration::Status as RegistrationStatus;
pub use usocket_commands::esp_at::wifi::{AccessPoint, Security};
pub use wlan::{ConfigValue, Interface, STA_IF, ScanResults, Status, Wlan};

pub use crate::modem::cellular::{Auth, IpKind, Profile, Pulses};
pub use crate::modem::quectel::Family as QuectelFamily;

use core::fmt;

use crate::blocking::Modem;
use crate::clock::Clock;
use crate::error::Error;
use crate::modem::Dialect;
use crate::stack::Stack;
use crate::uart::Uart;

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
#[derive(Clone, Copy)]
pub struct Handle<'n>(pub(crate) &'n dyn Stack);

impl fmt::Debug for Handle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl<D: Dialect, U: Uart, C: Clock> Network for Modem<'_, D, U, C> {
    fn stack(&self) -> Handle<'_> {
        Handle(self)
    }
}

impl Network for Handle<'_> {
    fn stack(&self) -> Handle<'_> {
        *self
    }
}

/// Something about the network that the module says unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkEvent {
    /// Associated with an access point, without address.
    Associated,
    /// There is an address.
    Addressed,
    /// The network is gone; the module closes its links one by one.
    Lost,
    /// The network is gone, and every link with it.
    Dropped,
}

/// The station interface, as far as the module has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Station {
    /// It has not said anything: it may have joined before the driver was there.
    Unknown,
    Down,
    Associated,
    Up,
}

impl Station {
    pub(crate) const fn is_down(self) -> bool {
        matches!(self, Self::Down | Self::Associated)
    }
}

/// Whether there is a network: known from what the module says unasked, or asked for if it has not said
/// anything yet.
fn is_up(stack: &dyn Stack, ask: impl FnOnce() -> Result<bool, Error>) -> Result<bool, Error> {
    stack.pump(&Default::default(), &mut |_| {})?;
    let mut station = Station::Unknown;
    stack.access(&mut |core| station = core.station)?;
    if station == Station::Unknown {
        let asked = if ask()? { Station::Up } else { Station::Down };
        stack.access(&mut |core| {
            // what was said meanwhile is newer
            if core.station == Station::Unknown {
                core.set_station(asked);
            }
            station = core.station;
        })?;
    }
    Ok(station == Station::Up)
}
