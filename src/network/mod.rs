//! Networks: the interface between a module and the sockets on it.

mod cellular;
mod ifconfig;
mod wlan;

pub use cellular::{CellularStatus, NoPin, Progress, Signal, SimStatus};
pub(crate) use cellular::{PowerKey, rank, sim_error};
pub use ifconfig::IfConfig;
pub use usocket_commands::cellular::clock::DateTime;
pub use usocket_commands::cellular::operator::Operator;
pub use usocket_commands::cellular::registration::Status as RegistrationStatus;
pub use usocket_commands::esp_at::wifi::{AccessPoint, Security};
pub use wlan::{ConfigValue, Interface, STA_IF, ScanResults, Status};

pub use crate::calls::{Cellular, Handle, Network, Wlan};
pub use crate::modem::cellular::{Auth, IpKind, Profile, Pulses};
pub use crate::modem::quectel::Family as QuectelFamily;

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
