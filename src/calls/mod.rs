//! What a program calls, written once for all shells: calls that wait are `async` here, and the blocking
//! shell takes the word away.
//!
//! This folder is part of the crate twice: here, and as that of `asynch`. What it takes of its shell is
//! called [`shell`] in both.

mod cellular;
mod network;
#[cfg(feature = "at-commands")]
mod own_command;
mod resolve;
mod socket;
mod time;
mod waiting;
mod wlan;

pub use cellular::Cellular;
pub(crate) use network::{CellularShell, WlanShell};
pub use network::{Handle, Network};
#[cfg(feature = "at-commands")]
pub(crate) use own_command::send_command;
pub use resolve::{getaddrinfo, getaddrinfo_with, try_getaddrinfo};
pub(crate) use socket::Descriptor;
pub use socket::{File, Lines, Socket, socket};
pub(crate) use waiting::{request, wait};
pub use wlan::Wlan;

use super::shell;
