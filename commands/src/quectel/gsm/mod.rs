//! The commands of old GSM modules: M10, M26, M66, M72, M95, MC60 (Quectel digest §9).
//!
//! Commands here are in the form for numbered sockets: [`Multiplex`](context::Multiplex) on. What
//! these modules share with others stands in the modules beside this one, the URCs in
//! [`urc`](super::urc).
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::gsm::{context::*, socket::*};
//! use usocket_commands::quectel::{open::Service, urc::Urc};
//!
//! let mut buffer = [0; 352];
//! let len = Multiplex { on: true }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIMUX=1\r");
//!
//! let len = Open::new(0, Service::Tcp, "example.com".into(), 80)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIOPEN=0,\"TCP\",\"example.com\",80\r");
//! assert_eq!(Urc::parse(b"0, CONNECT OK"), Some(Urc::Connected { link: 0 }));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

pub mod context;
pub mod dns;
pub mod receive;
pub mod socket;

use crate::fields::trim;
use crate::{ArgumentError, number};

use super::{Host, NoResponse, within};

/// Number of sockets; their ids are 0 to 5 (Quectel digest §9).
pub const LINKS: u8 = 6;

/// Longest time from `OK` to [`Connected`](super::urc::Urc::Connected) or
/// [`ConnectFailed`](super::urc::Urc::ConnectFailed), in milliseconds (Quectel digest §9).
pub const OPEN_TIMEOUT_MS: u32 = 75_000;

/// A line `<id>, <text>`.
pub(super) fn numbered(line: &[u8]) -> Option<(u8, &[u8])> {
    let (digit, rest) = line.split_first()?;
    let link = digit.checked_sub(b'0').and_then(link)?;
    Some((link, trim(rest.strip_prefix(b",")?)))
}

/// The id if a socket may have it.
pub(super) fn link(id: u8) -> Option<u8> {
    (id < LINKS).then_some(id)
}

/// Refuses what is not the id of a socket.
const fn check_link(link: u8) -> Result<(), ArgumentError> {
    number::check_id("link", link, LINKS)
}
