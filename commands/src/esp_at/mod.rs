//! The AT commands of Espressif's ESP-AT firmware (ESP32 family, ESP8266).
//!
//! "ESP-AT digest §n" in the documentation of an item is the section of the protocol digest
//! `esp-at.md` that the rule comes from. Where generations of the firmware differ, the item
//! says from which version on it exists; a module answers `ERROR` to what it does not know.
//!
//! | module | what it holds |
//! |---|---|
//! | [`basic`] | probe, echo, reset, storage, messages, UART |
//! | [`wifi`] | mode, scan, join, addresses, access point |
//! | [`tcpip`] | links, send, receive, server, DNS, time, options, TLS |
//! | [`result`](mod@result) | final results, error details, join failures |
//! | [`urc`] | lines that come unasked |
//! | [`data`] | heads of counted bodies |
//! | [`version`] | firmware version and chip |
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::esp_at::{MAX_COMMAND, basic::Echo};
//!
//! let mut buffer = [0; MAX_COMMAND];
//! let len = Echo { on: false }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"ATE0\r\n");
//! ```

pub mod basic;
pub mod data;
pub mod result;
pub mod tcpip;
pub mod urc;
pub mod version;
pub mod wifi;

pub use crate::answer::NoResponse;

/// Longest command in bytes, its terminator included (ESP-AT digest §16).
///
/// `write` of every command in this module succeeds with a buffer of this size.
pub const MAX_COMMAND: usize = 256;

/// Longest command that NonOS firmware (AT 1.7 and older) reads (ESP-AT digest §16). It drops a
/// longer one without an answer.
pub const MAX_COMMAND_NONOS: usize = 128;

/// What ends a command (ESP-AT digest §2.1).
pub const TERMINATOR: &str = "\r\n";

/// The byte with which the module asks for data (ESP-AT digest §2.3). Nothing needs to follow it.
pub const PROMPT: u8 = b'>';

/// Number of links; their ids are 0 to 4 (ESP-AT digest §16).
pub const LINKS: u8 = 5;

/// The id that means all links (ESP-AT digest §16).
pub const ALL_LINKS: u8 = 5;

/// Most bytes in one send, from 2.4 on (ESP32-C3: 2.3), not on the ESP8266 (ESP-AT digest §7.1).
pub const MAX_SEND: usize = 8192;

/// Most bytes in one send that every version takes (ESP-AT digest §7.1).
pub const MAX_SEND_OLD: usize = 2048;

/// Most bytes that the module pushes in one `+IPD` (ESP-AT digest §8.2).
pub const MAX_PUSH: usize = 2920;

/// A pushed body that claims to be longer than this is a sign of lost framing
/// (ESP-AT digest §20.3).
pub const MAX_BODY: u32 = 8192;

/// Bytes that the module holds back per TCP link in passive mode (ESP-AT digest §16).
pub const RECEIVE_WINDOW: usize = 5760;

/// Longest host name in the commands that open a link, in bytes (ESP-AT digest §16).
pub const MAX_HOST: usize = 64;

/// Longest SSID in bytes.
pub const MAX_SSID: usize = 32;

/// Port of a server that is started without one (ESP-AT digest §9).
pub const DEFAULT_PORT: u16 = 333;

/// Longest time from power-on or reset to `ready`, in milliseconds (ESP-AT digest §16).
pub const READY_TIMEOUT_MS: u32 = 5_000;

/// Longest time from the last payload byte to `SEND OK`, in milliseconds, if the link has no
/// send timeout; with one it is that timeout plus 5 seconds (ESP-AT digest §16).
pub const SEND_RESULT_TIMEOUT_MS: u32 = 60_000;

/// Silence before and after `+++`, in milliseconds (ESP-AT digest §16).
pub const ESCAPE_SILENCE_MS: u32 = 20;

/// Pause after `+++` until the module takes commands again, in milliseconds (ESP-AT digest §16).
pub const ESCAPE_PAUSE_MS: u32 = 1_000;

/// Times after which a command counts as unanswered, in milliseconds (ESP-AT digest §16).
mod within {
    /// `AT`, which asks whether anybody is there.
    pub(super) const PROBE: u32 = 2_000;
    /// Ordinary commands: 10 ms as a rule, 10 s while the radio is busy.
    pub(super) const ORDINARY: u32 = 10_000;
    /// A scan of all channels.
    pub(super) const SCAN: u32 = 15_000;
    /// What a join needs beside its own time-out.
    pub(super) const JOIN_MARGIN: u32 = 10_000;
    /// A join with the default time-out of 15 s.
    pub(super) const JOIN: u32 = 25_000;
    /// A connection to an address that does not answer.
    pub(super) const CONNECT: u32 = 30_000;
    /// A connection to a name: the look-up comes first.
    pub(super) const CONNECT_NAME: u32 = 45_000;
    /// A connection with a TLS handshake, 10 s per packet.
    pub(super) const CONNECT_TLS: u32 = 70_000;
    /// What a connection needs beside its own time-out.
    pub(super) const CONNECT_MARGIN: u32 = 10_000;
    /// Closing one link.
    pub(super) const CLOSE: u32 = 5_000;
    /// Closing all links, one after the other.
    pub(super) const CLOSE_ALL: u32 = 25_000;
    /// The prompt of a send.
    pub(super) const PROMPT: u32 = 5_000;
    /// A look-up, three tries of 7 s.
    pub(super) const RESOLVE: u32 = 25_000;
    /// An echo request.
    pub(super) const PING: u32 = 10_000;
}
