//! The AT commands of SIMCom's SIM7070, SIM7080 and SIM7090, beside the
//! [core](crate::cellular) of all cellular modules.
//!
//! Covered is what a TCP client needs: contexts of the module's own stack (`CN…`), its sockets
//! (`CA…`), look-up of names. "Quectel digest §n" in the documentation of an item is the section
//! of the protocol digest `quectel.md` that the rule comes from; its section 15.2 has what is known
//! of this family. SIM7000 has the same names with other arguments, and is not covered.
//!
//! | module | what it holds |
//! |---|---|
//! | [`context`] | access points, activation, addresses |
//! | [`open`], [`close`], [`state`] | sockets |
//! | [`send`], [`receive`], [`data`] | what goes through them |
//! | [`dns`] | look-up of names |
//! | [`sim`], [`power`] | number of the SIM, switching off |
//! | [`result`](mod@result), [`urc`] | errors, lines that come unasked |
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::{MAX_COMMAND, open::Open, urc::Urc};
//! use usocket_commands::simcom::result::SocketError;
//!
//! let mut buffer = [0; MAX_COMMAND];
//! let len = Open::tcp(0, 0, "example.org".into(), 80)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CAOPEN=0,0,\"TCP\",\"example.org\",80\r");
//!
//! let opened = Urc::parse(b"+CAOPEN: 0,0").unwrap();
//! assert_eq!(opened, Urc::Opened { link: 0, result: SocketError::SUCCESS });
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

pub mod close;
pub mod context;
pub mod data;
pub mod dns;
pub mod open;
pub mod power;
pub mod receive;
pub mod result;
pub mod send;
pub mod sim;
pub mod state;
pub mod urc;

pub use crate::answer::NoResponse;
pub use crate::cellular::TERMINATOR;
pub use crate::host::Host;

use crate::{ArgumentError, number};

/// Longest command in bytes, its terminator included.
///
/// `write` of every command in this module and in [`cellular`](crate::cellular) succeeds with a
/// buffer of this size.
pub const MAX_COMMAND: usize = 352;

/// The byte with which the module asks for data; it stands at the beginning of a line.
pub const PROMPT: u8 = b'>';

/// Sockets that a module has; their ids are 0 to 12.
pub const LINKS: u8 = 13;

/// Contexts that a module has; their numbers are 0 to 3.
pub const CONTEXTS: u8 = 4;

/// Most bytes in one send.
pub const MAX_SEND: usize = 1459;

/// Most bytes in one read.
pub const MAX_READ: usize = 1459;

/// A body that claims to be longer than this is a sign of lost framing.
pub const MAX_BODY: u16 = 2048;

/// Longest name of a host in bytes: the answer to a look-up repeats it.
pub const MAX_HOST: usize = 128;

/// Longest user name or password of an access point in bytes.
pub const MAX_CREDENTIAL: usize = 127;

/// Longest time from power-on or restart until the module listens, in milliseconds.
pub const READY_TIMEOUT_MS: u32 = 20_000;

/// Longest time until the [`Opened`](urc::Urc::Opened) of an open, in milliseconds.
pub const OPEN_TIMEOUT_MS: u32 = 120_000;

/// Longest time from the last payload byte to its `OK`, in milliseconds.
pub const SEND_RESULT_TIMEOUT_MS: u32 = 60_000;

/// Longest time until the [`Lookup`](urc::Urc::Lookup) of a look-up, in milliseconds.
pub const RESOLVE_TIMEOUT_MS: u32 = 60_000;

/// Longest time until [`PoweredDown`](urc::Urc::PoweredDown), in milliseconds.
pub const POWER_DOWN_TIMEOUT_MS: u32 = 20_000;

/// Refuses what is not the id of a socket.
const fn check_link(link: u8) -> Result<(), ArgumentError> {
    number::check_id("link", link, LINKS)
}

/// Refuses what is not the number of a context.
const fn check_context(context: u8) -> Result<(), ArgumentError> {
    number::check_id("context", context, CONTEXTS)
}

/// The id if a socket may have it.
fn link(id: u8) -> Option<u8> {
    (id < LINKS).then_some(id)
}

/// Times after which a command counts as unanswered, in milliseconds.
mod within {
    pub(super) use crate::cellular::within::LOCAL;
    /// Activating or deactivating a context; the result comes by itself.
    pub(super) const CONTEXT: u32 = 60_000;
    /// Socket commands that do not wait for the network.
    pub(super) const SOCKET: u32 = 10_000;
    /// The prompt of a send.
    pub(super) const PROMPT: u32 = 10_000;
    /// A close.
    pub(super) const CLOSE: u32 = 15_000;
}
