//! The serial line: what the driver needs of it, and a way for an interrupt or DMA to hand bytes in.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use heapless::spsc::{Consumer, Producer, Queue};

/// A UART as the driver uses it: implemented for everything that can read, write, and tell without
/// blocking whether there is something to read.
///
/// * `read` is called only after `read_ready` has said yes; it may return any number of bytes.
/// * `write` may block while the line is busy. With hardware flow control it blocks for as long as
///   the module holds CTS; only the UART's own driver can bound that.
/// * An error of `read` is taken for lost or damaged bytes (overrun, framing), unless its kind says
///   that the port is gone (`BrokenPipe`, `NotConnected`, …) or it never stops.
pub trait Uart: Read + ReadReady + Write {}

impl<U: Read + ReadReady + Write> Uart for U {}

/// A receive queue between an interrupt (or a DMA callback) and the driver.
///
/// `N - 1` bytes can wait. With data held in the module, what comes unasked is short: 64 bytes per
/// socket are plenty; but the answer to a fetch is as long as the free part of the socket's receive
/// ring, so without RTS/CTS the queue has to bridge the time between two looks of the driver.
///
/// ```
/// use usocket::uart::{Overrun, RxQueue};
/// use embedded_io::{Read, ReadReady};
///
/// let mut queue = RxQueue::<8>::new();
/// let (mut interrupt, receiver) = queue.split();
/// let mut uart = receiver.with_writer(Vec::new());   // the transmitting half of the UART
///
/// interrupt.push(b"OK\r\n");                          // in the interrupt
///
/// let mut buffer = [0; 16];                          // what the driver does
/// assert!(uart.read_ready().unwrap());
/// assert_eq!(uart.read(&mut buffer).unwrap(), 4);
/// ```
#[derive(Debug)]
pub struct RxQueue<const N: usize> {
    queue: Queue<u8, N>,
    overrun: AtomicBool,
}

impl<const N: usize> RxQueue<N> {
    /// An empty queue; can be placed in a `static`.
    #[must_use]
    pub const fn new() -> Self {
        Self { queue: Queue::new(), overrun: AtomicBool::new(false) }
    }

    /// The end for the interrupt and the end for the driver.
    pub const fn split(&mut self) -> (Feeder<'_>, Receiver<'_>) {
        let (producer, consumer) = self.queue.split_const();
        let overrun = &self.overrun;
        (Feeder { queue: producer, overrun }, Receiver { queue: consumer, overrun })
    }
}

impl<const N: usize> Default for RxQueue<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// The interrupt's end of an [`RxQueue`].
pub struct Feeder<'q> {
    queue: Producer<'q, u8>,
    overrun: &'q AtomicBool,
}

impl Feeder<'_> {
    /// Hands bytes in and returns how many were taken; the driver is told of those that were not.
    ///
    /// Nothing is taken between a loss and the moment when the driver has been told of it, so that
    /// the gap stays where it is.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        if self.overrun.load(Ordering::Acquire) {
            return 0;
        }
        for (taken, &byte) in bytes.iter().enumerate() {
            if self.queue.enqueue(byte).is_err() {
                self.report_overrun();
                return taken;
            }
        }
        bytes.len()
    }

    /// Tells the driver that the hardware has lost bytes.
    pub fn report_overrun(&mut self) {
        self.overrun.store(true, Ordering::Release);
    }
}

impl fmt::Debug for Feeder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feeder").finish_non_exhaustive()
    }
}

/// The driver's end of an [`RxQueue`].
pub struct Receiver<'q> {
    queue: Consumer<'q, u8>,
    overrun: &'q AtomicBool,
}

impl<'q> Receiver<'q> {
    /// Makes a UART of the queue and something that can write.
    pub fn with_writer<W: Write>(self, writer: W) -> QueuedUart<'q, W> {
        QueuedUart { receiver: self, writer }
    }
}

impl fmt::Debug for Receiver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}

/// A UART whose receiving half is an [`RxQueue`].
#[derive(Debug)]
pub struct QueuedUart<'q, W> {
    receiver: Receiver<'q>,
    writer: W,
}

/// Why a [`QueuedUart`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrun<E> {
    /// Received bytes were lost.
    Overrun,
    /// The writing half failed.
    Write(E),
}

impl<E: fmt::Debug> fmt::Display for Overrun<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overrun => f.write_str("received bytes were lost"),
            Self::Write(error) => write!(f, "writing failed: {error:?}"),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for Overrun<E> {}

impl<E: embedded_io::Error> embedded_io::Error for Overrun<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Overrun => ErrorKind::Other,
            Self::Write(error) => error.kind(),
        }
    }
}

impl<W: Write> ErrorType for QueuedUart<'_, W> {
    type Error = Overrun<W::Error>;
}

impl<W: Write> Read for QueuedUart<'_, W> {
    /// Takes what is there; waits for the first byte if there is none.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Self::Error> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            if self.receiver.overrun.load(Ordering::Acquire) && !self.receiver.queue.ready() {
                // the bytes before the gap have been read
                self.receiver.overrun.store(false, Ordering::Release);
                return Err(Overrun::Overrun);
            }
            let mut count = 0;
            for (place, byte) in
                buf.iter_mut().zip(core::iter::from_fn(|| self.receiver.queue.dequeue()))
            {
                *place = byte;
                count += 1;
            }
            if count > 0 {
                return Ok(count);
            }
            core::hint::spin_loop();
        }
    }
}

impl<W: Write> ReadReady for QueuedUart<'_, W> {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        Ok(self.receiver.queue.ready() || self.receiver.overrun.load(Ordering::Acquire))
    }
}

impl<W: Write> Write for QueuedUart<'_, W> {
    fn write(&mut self, buf: &[u8]) -> Result<usize, Self::Error> {
        self.writer.write(buf).map_err(Overrun::Write)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.writer.flush().map_err(Overrun::Write)
    }
}
