//! The commands that all cellular modules share: the core of 3GPP TS 27.007 and ITU-T V.25ter.
//!
//! "Quectel digest §n" in the documentation of an item is the section of the protocol digest
//! `quectel.md` that the rule comes from. What a family adds stands in its own module, as
//! [`quectel`](crate::quectel).
//!
//! | module | what it holds |
//! |---|---|
//! | [`basic`] | probe, echo, results, error reports, profiles |
//! | [`uart`] | rate and flow control |
//! | [`identity`] | manufacturer, model, revision, IMEI, IMSI |
//! | [`function`] | radio on and off, restart |
//! | [`sim`] | PIN, PUK, state of the SIM |
//! | [`signal`] | signal quality |
//! | [`registration`] | registration in the three domains |
//! | [`operator`], [`scan`] | choice of the network |
//! | [`context`] | attachment, contexts, addresses |
//! | [`clock`] | the module's clock |
//! | [`supply`] | the supply voltage |
//! | [`result`](mod@result) | final results, numbered errors |
//! | [`urc`] | lines that come unasked |
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::{MAX_COMMAND, basic::Echo};
//!
//! let mut buffer = [0; MAX_COMMAND];
//! let len = Echo { on: false }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"ATE0\r");
//! ```

pub mod basic;
pub mod clock;
pub mod context;
pub mod function;
pub mod identity;
pub mod operator;
pub mod registration;
pub mod result;
pub mod scan;
pub mod signal;
pub mod sim;
pub mod supply;
mod text;
pub mod uart;
pub mod urc;

pub use crate::answer::NoResponse;
pub use text::Text;

/// Longest command of this module in bytes, its terminator included.
///
/// `write` of every command in this module succeeds with a buffer of this size.
pub const MAX_COMMAND: usize = 128;

/// What ends a command: a bare CR, because an LF would be echoed too (Quectel digest §1.1).
pub const TERMINATOR: &str = "\r";

/// Longest name of an access point in bytes (Quectel digest §10.2).
pub const MAX_APN: usize = 62;

/// Times after which a command counts as unanswered, in milliseconds (Quectel digest §10.2).
pub(crate) mod within {
    /// `AT`, which asks whether anybody is there; it is repeated.
    pub(crate) const PROBE: u32 = 1_000;
    /// Local commands: documented as 300 ms, more while the module wakes or its UART is busy.
    pub(crate) const LOCAL: u32 = 5_000;
    /// The radio on or off, documented as 15 s.
    pub(crate) const FUNCTION: u32 = 20_000;
    /// The SIM, documented as 5 s.
    pub(crate) const SIM: u32 = 10_000;
    /// Choosing or searching networks.
    pub(crate) const OPERATOR: u32 = 180_000;
    /// Attaching to the packet service.
    pub(crate) const ATTACH: u32 = 140_000;
    /// Activating a context.
    pub(crate) const ACTIVATE: u32 = 150_000;
}
