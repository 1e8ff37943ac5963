//! The AT commands of Quectel's cellular modules, beside the [core](crate::cellular) of all.
//!
//! "Quectel digest §n" in the documentation of an item is the section of the protocol digest
//! `quectel.md` that the rule comes from. There are three dialects
//! ([`Dialect`](model::Dialect)): nearly everything here is that of most modules, BG9x and EC2x
//! among them; NB-IoT modules differ in some lines, which the items tell; [`gsm`] has the
//! commands of old GSM modules.
//!
//! | module | what it holds |
//! |---|---|
//! | [`identity`], [`model`] | which module it is, which dialect it speaks, what it can do |
//! | [`context`] | access points, activation |
//! | [`open`], [`close`], [`state`] | sockets |
//! | [`send`], [`receive`], [`data`] | what goes through them |
//! | [`tls`] | sockets with TLS |
//! | [`dns`], [`ping`], [`time`] | look-up, echo, clock |
//! | [`options`], [`config`] | settings |
//! | [`sim`], [`signal`], [`power`] | SIM, radio, switching off |
//! | [`result`](mod@result), [`urc`] | results, lines that come unasked |
//! | [`gsm`] | M10, M26, M66, M72, M95, MC60 |
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::{MAX_COMMAND, open::Open, urc::Urc};
//! use usocket_commands::quectel::result::TcpIpError;
//!
//! let mut buffer = [0; MAX_COMMAND];
//! let len = Open::tcp(1, 0, "example.org".into(), 80)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QIOPEN=1,0,\"TCP\",\"example.org\",80,0,0\r");
//!
//! let opened = Urc::parse(b"+QIOPEN: 0,0").unwrap();
//! assert_eq!(opened, Urc::Opened { link: 0, result: TcpIpError::SUCCESS });
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

pub mod close;
pub mod config;
pub mod context;
pub mod data;
pub mod dns;
pub mod gsm;
mod host;
pub mod identity;
pub mod model;
pub mod open;
pub mod options;
pub mod ping;
pub mod power;
pub mod receive;
pub mod result;
pub mod send;
pub mod signal;
pub mod sim;
pub mod state;
pub mod time;
pub mod tls;
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

/// The byte with which the module asks for data (Quectel digest §1.6).
///
/// It stands at the beginning of a line. A space or CR LF may follow it, or nothing.
pub const PROMPT: u8 = b'>';

/// Most sockets that a module has; their ids are 0 to 11 (Quectel digest §10.1). See
/// [`Family::links`](model::Family::links).
pub const LINKS: u8 = 12;

/// Most bytes in one send (Quectel digest §5.2). See
/// [`Family::max_send`](model::Family::max_send).
pub const MAX_SEND: usize = 1460;

/// Most bytes in one read (Quectel digest §5.3). See
/// [`Family::max_read`](model::Family::max_read).
pub const MAX_READ: usize = 1500;

/// A body that claims to be longer than this is a sign of lost framing.
pub const MAX_BODY: u16 = 2048;

/// Longest name of a host in bytes (Quectel digest §10.2).
pub const MAX_HOST: usize = 150;

/// Longest user name or password of an access point in bytes (Quectel digest §4).
pub const MAX_CREDENTIAL: usize = 127;

/// Longest time from power-on or restart until the module listens, in milliseconds
/// (Quectel digest §2.1, Q10).
pub const READY_TIMEOUT_MS: u32 = 20_000;

/// Longest time from `OK` to the [`Opened`](urc::Urc::Opened) of an open, in milliseconds
/// (Quectel digest §5.1).
pub const OPEN_TIMEOUT_MS: u32 = 150_000;

/// Longest time from the last payload byte to `SEND OK`, in milliseconds (Quectel digest §5.2).
pub const SEND_RESULT_TIMEOUT_MS: u32 = 120_000;

/// Longest time from `OK` to the last address of a look-up, in milliseconds
/// (Quectel digest §5.9).
pub const RESOLVE_TIMEOUT_MS: u32 = 60_000;

/// Longest time from `OK` to [`PoweredDown`](urc::Urc::PoweredDown), in milliseconds
/// (Quectel digest §2.3).
pub const POWER_DOWN_TIMEOUT_MS: u32 = 65_000;

/// Silence before and after `+++`, in milliseconds (Quectel digest §1.7).
pub const ESCAPE_SILENCE_MS: u32 = 1_000;

/// Refuses what is not the id of a socket.
const fn check_link(link: u8) -> Result<(), ArgumentError> {
    number::check_id("link", link, LINKS)
}

/// The id if a socket may have it.
fn link(id: u8) -> Option<u8> {
    (id < LINKS).then_some(id)
}

/// Times after which a command counts as unanswered, in milliseconds (Quectel digest §10.2).
mod within {
    pub(super) use crate::cellular::within::{ACTIVATE, LOCAL};
    /// Deactivating a context.
    pub(super) const DEACTIVATE: u32 = 40_000;
    /// Socket commands that do not wait for the network.
    pub(super) const SOCKET: u32 = 10_000;
    /// The prompt of a send.
    pub(super) const PROMPT: u32 = 10_000;
    /// A transparent socket, which has no other result than that of its command.
    pub(super) const TRANSPARENT: u32 = super::OPEN_TIMEOUT_MS;
    /// A close with the module's own waiting time of 10 s.
    pub(super) const CLOSE: u32 = 15_000;
    /// What a close needs beside its waiting time.
    pub(super) const CLOSE_MARGIN: u32 = 5_000;
}
