//! What the firmware and the host have agreed on: which bytes, how many, and what exit statuses mean.
#![no_std]
#![forbid(unsafe_code)]

mod content;
mod status;

pub use content::Content;
pub use status::Status;

/// The name of the host that the firmware looks up.
pub const HOST: &str = "host.test";

/// Bytes that go each way over TCP.
pub const TRANSFER: u32 = 1 << 20;

/// Bytes that each client of the firmware's echo server sends, and wants back.
pub const ECHO: u32 = 64 << 10;

/// How many clients come to the echo server, one after the other.
pub const CLIENTS: u32 = 2;

/// How long the datagrams are: the firmware asks with one of each, then the host does. The longest
/// fits the frames of all modules.
pub const DATAGRAMS: [usize; 8] = [1, 2, 17, 64, 255, 512, 1024, 1400];
