//! The serial line: what the driver needs of it, and adapters for what programs have.
//!
//! Whatever implements `embedded_io::{Read, ReadReady, Write}` (version 0.7) is a [`Uart`] as it is. For
//! what does not:
//!
//! | the program has | |
//! |---|---|
//! | an interrupt or a DMA callback that receives | [`RxQueue`], or [`SpscFeed`] with a queue of `heapless` |
//! | two halves, one that receives and one that sends | [`Halves`] |
//! | the serial traits of `embedded-hal-nb` 1.0 | `NbSerial` (feature `embedded-hal-nb-v1`) |
//! | a serial port of a PC | `SerialUart` (feature `serialport-v4`) |
//!
//! [`SetBaud`], if the program has it, lets the driver change the rate.

mod baud;
mod halves;
#[cfg(feature = "embedded-hal-nb-v1")]
mod nb_serial;
mod queue;
#[cfg(feature = "serialport-v4")]
mod serial_port;
// as heapless::spsc: cores without atomics are left out, but for those of Arm that load and store them
#[cfg(any(target_has_atomic = "ptr", all(target_arch = "arm", target_os = "none")))]
mod spsc;

pub use baud::{Baud, SetBaud};
pub use halves::{HalfError, Halves};
#[cfg(feature = "embedded-hal-nb-v1")]
pub use nb_serial::{NbError, NbSerial};
pub use queue::{Overrun, QueuedUart, RxQueue};
#[cfg(feature = "serialport-v4")]
pub use serial_port::SerialUart;
#[cfg(any(target_has_atomic = "ptr", all(target_arch = "arm", target_os = "none")))]
pub use spsc::{SpscFeed, SpscReceiver};

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
