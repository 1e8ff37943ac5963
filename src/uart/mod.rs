//! The serial line: what the driver needs of it, and a way for an interrupt or DMA to hand bytes in.

mod baud;
mod queue;

pub use baud::{Baud, SetBaud};
pub use queue::{Overrun, QueuedUart, RxQueue};

use embedded_io::{Read, ReadReady, Write};

/// A UART as the driver uses it: implemented for everything that can read, write, and tell without
/// blocking whether there is something to read.
///
/// * `read` is called only after `read_ready` has said yes; it may return any number of bytes.
/// * `write` may block while the line is busy. With hardware flow control it blocks for as long as
///   the module holds CTS; only the UART's own driver can bound that.
/// * An error of `read` is taken for lost or damaged bytes, unless its kind says that the port is
///   gone (`BrokenPipe`, `NotConnected`, …) or nothing but errors comes for 5 s. The kind
///   `OutOfMemory` is counted as an overrun, the others as errors of the line.
pub trait Uart: Read + ReadReady + Write {}

impl<U: Read + ReadReady + Write> Uart for U {}
