//! A receive queue between an interrupt (or a DMA callback) and the driver.

use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

use crate::hidden::Hidden;

/// A receive queue between an interrupt (or a DMA callback) and the driver.
///
/// It holds `N` bytes, a power of two; it can be a `static`. One context hands bytes in, one takes
/// them out. With data held in the module, what comes unasked is short: 64 bytes per socket are
/// plenty; but the answer to a fetch is as long as the free part of the socket's receive ring, so
/// without RTS/CTS the queue has to bridge the time between two looks of the driver.
///
/// (It is not `heapless::spsc`, because that does not exist for RISC-V cores without atomics, such
/// as the ESP32-C3's or `riscv32imc` in general; this needs loads and stores only.)
///
/// ```
/// use usocket::uart::{Overrun, RxQueue};
/// use embedded_io::{Read, ReadReady};
///
/// static QUEUE: RxQueue<8> = RxQueue::new();
///
/// QUEUE.push(b"OK\r\n");                        // in the interrupt
///
/// let mut uart = QUEUE.with_writer(Vec::new()); // with the transmitting half of the UART
/// let mut buffer = [0; 16];                     // what the driver does
/// assert!(uart.read_ready().unwrap());
/// assert_eq!(uart.read(&mut buffer).unwrap(), 4);
/// ```
#[derive(Debug)]
pub struct RxQueue<const N: usize> {
    bytes: Hidden<[AtomicU8; N]>,
    /// Bytes taken out so far, wrapping.
    taken: AtomicUsize,
    /// Bytes handed in so far, wrapping.
    handed: AtomicUsize,
    /// Bytes have been lost behind those in the queue.
    overrun: AtomicBool,
}

impl<const N: usize> RxQueue<N> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N.is_power_of_two(), "the capacity is a power of two") };
        Self {
            bytes: Hidden([const { AtomicU8::new(0) }; N]),
            taken: AtomicUsize::new(0),
            handed: AtomicUsize::new(0),
            overrun: AtomicBool::new(false),
        }
    }

    /// Hands bytes in and returns how many were taken; the driver is told of those that were not.
    ///
    /// Nothing is taken between a loss and the moment when the driver has been told of it, so that
    /// the gap stays where it is.
    pub fn push(&self, bytes: &[u8]) -> usize {
        if self.overrun.load(Ordering::Acquire) {
            return 0;
        }
        let handed = self.handed.load(Ordering::Relaxed);
        let count = bytes.len().min(self.room());
        for (offset, &byte) in bytes.iter().take(count).enumerate() {
            if let Some(place) = self.bytes.get(handed.wrapping_add(offset) % N) {
                place.store(byte, Ordering::Relaxed);
            }
        }
        self.handed.store(handed.wrapping_add(count), Ordering::Release);
        if count < bytes.len() {
            self.report_overrun();
        }
        count
    }

    /// How many bytes can be handed in without a loss.
    pub fn room(&self) -> usize {
        let handed = self.handed.load(Ordering::Relaxed);
        N - handed.wrapping_sub(self.taken.load(Ordering::Acquire)).min(N)
    }

    /// Whether the driver has nothing to take: no bytes, and no word of a loss. A
    /// [`Clock::pause`](crate::clock::Clock::pause) that sleeps asks this first.
    pub fn is_empty(&self) -> bool {
        self.handed.load(Ordering::Acquire) == self.taken.load(Ordering::Relaxed)
            && !self.overrun.load(Ordering::Acquire)
    }

    /// Tells the driver that bytes were lost, by the hardware for example.
    pub fn report_overrun(&self) {
        self.overrun.store(true, Ordering::Release);
    }

    /// Makes a UART of the queue and something that can write.
    pub const fn with_writer<W: Write>(&self, writer: W) -> QueuedUart<'_, N, W> {
        QueuedUart { queue: self, writer }
    }

    /// Takes bytes out and returns how many.
    fn pop(&self, out: &mut [u8]) -> usize {
        let taken = self.taken.load(Ordering::Relaxed);
        let waiting = self.handed.load(Ordering::Acquire).wrapping_sub(taken);
        let count = out.len().min(waiting);
        for (offset, place) in out.iter_mut().take(count).enumerate() {
            if let Some(byte) = self.bytes.get(taken.wrapping_add(offset) % N) {
                *place = byte.load(Ordering::Relaxed);
            }
        }
        self.taken.store(taken.wrapping_add(count), Ordering::Release);
        count
    }
}

impl<const N: usize> Default for RxQueue<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// A UART whose receiving half is an [`RxQueue`].
#[derive(Debug)]
pub struct QueuedUart<'q, const N: usize, W> {
    queue: &'q RxQueue<N>,
    pub(super) writer: W,
}

/// Why a [`QueuedUart`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
            Self::Overrun => ErrorKind::OutOfMemory,
            Self::Write(error) => error.kind(),
        }
    }
}

impl<const N: usize, W: Write> ErrorType for QueuedUart<'_, N, W> {
    type Error = Overrun<W::Error>;
}

impl<const N: usize, W: Write> Read for QueuedUart<'_, N, W> {
    /// Takes what is there; waits for the first byte if there is none.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Self::Error> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            // in this order: bytes handed in before the loss come before it
            let overrun = self.queue.overrun.load(Ordering::Acquire);
            let count = self.queue.pop(buf);
            if count > 0 {
                return Ok(count);
            }
            if overrun {
                self.queue.overrun.store(false, Ordering::Release);
                return Err(Overrun::Overrun);
            }
            core::hint::spin_loop();
        }
    }
}

impl<const N: usize, W: Write> ReadReady for QueuedUart<'_, N, W> {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        Ok(!self.queue.is_empty())
    }
}

impl<const N: usize, W: Write> Write for QueuedUart<'_, N, W> {
    fn write(&mut self, buf: &[u8]) -> Result<usize, Self::Error> {
        self.writer.write(buf).map_err(Overrun::Write)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.writer.flush().map_err(Overrun::Write)
    }
}
