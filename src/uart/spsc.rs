//! A receive queue of `heapless::spsc` between an interrupt (or a DMA callback) and the driver.

use core::sync::atomic::{AtomicBool, Ordering};

use embedded_io::{ErrorType, Read, ReadReady, Write};
use heapless::spsc::{Consumer, Producer};

use super::{Halves, Overrun};

/// The end of a `heapless::spsc` queue at which an interrupt hands bytes in.
///
/// It tells the driver, through a flag that both ends share, of bytes that found no room, and keeps the
/// gap where it is: nothing is taken between a loss and the moment when the driver has been told.
///
/// For programs that have such a queue, or a framework that hands out its ends, as RTIC does. Where there is
/// neither, [`RxQueue`](super::RxQueue) is simpler. It exists as far as `heapless::spsc` does, so not for
/// RISC-V cores without atomics (`riscv32imc`), where [`RxQueue`](super::RxQueue) is there all the same.
///
/// ```
/// use core::sync::atomic::AtomicBool;
/// use embedded_io::{Read, ReadReady};
/// use usocket::heapless::spsc::Queue;
/// use usocket::uart::{SpscFeed, SpscReceiver};
///
/// static LOST: AtomicBool = AtomicBool::new(false);
/// let mut queue = Queue::<u8, 256>::new(); // 255 bytes
/// let (producer, consumer) = queue.split();
///
/// let mut feed = SpscFeed::new(producer, &LOST);
/// feed.push(b"OK\r\n");                    // in the interrupt
///
/// let receiver = SpscReceiver::new(consumer, &LOST);
/// let mut uart = receiver.with_writer(Vec::new()); // with the transmitting half of the UART
/// let mut buffer = [0; 16];                        // what the driver does
/// assert!(uart.read_ready().unwrap());
/// assert_eq!(uart.read(&mut buffer).unwrap(), 4);
/// ```
pub struct SpscFeed<'q> {
    producer: Producer<'q, u8>,
    lost: &'q AtomicBool,
}

impl<'q> SpscFeed<'q> {
    /// Hands bytes in at `producer`; `lost` is the flag of its [`SpscReceiver`].
    pub const fn new(producer: Producer<'q, u8>, lost: &'q AtomicBool) -> Self {
        Self { producer, lost }
    }

    /// Hands bytes in and returns how many were taken; the driver is told of those that were not.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        if self.lost.load(Ordering::Acquire) {
            return 0;
        }
        for (count, &byte) in bytes.iter().enumerate() {
            if self.producer.enqueue(byte).is_err() {
                self.report_overrun();
                return count;
            }
        }
        bytes.len()
    }

    /// Tells the driver that bytes were lost, by the hardware for example.
    pub fn report_overrun(&self) {
        self.lost.store(true, Ordering::Release);
    }
}

impl core::fmt::Debug for SpscFeed<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SpscFeed").field("lost", &self.lost).finish_non_exhaustive()
    }
}

/// The end of a `heapless::spsc` queue at which the driver takes received bytes out; see [`SpscFeed`].
pub struct SpscReceiver<'q> {
    consumer: Consumer<'q, u8>,
    lost: &'q AtomicBool,
}

impl<'q> SpscReceiver<'q> {
    /// Takes bytes out at `consumer`. `lost` is set, by [`SpscFeed`] or whoever hands the bytes in, when some
    /// were lost behind those in the queue; the driver clears it when it has taken these.
    pub const fn new(consumer: Consumer<'q, u8>, lost: &'q AtomicBool) -> Self {
        Self { consumer, lost }
    }

    /// Makes a UART of the queue and something that can write.
    pub const fn with_writer<W: Write>(self, writer: W) -> Halves<Self, W> {
        Halves::new(self, writer)
    }
}

impl core::fmt::Debug for SpscReceiver<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SpscReceiver").field("lost", &self.lost).finish_non_exhaustive()
    }
}

impl ErrorType for SpscReceiver<'_> {
    type Error = Overrun<core::convert::Infallible>;
}

impl Read for SpscReceiver<'_> {
    /// Takes what is there; waits for the first byte if there is none.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Self::Error> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            // in this order: bytes handed in before the loss come before it
            let lost = self.lost.load(Ordering::Acquire);
            let mut count = 0;
            for place in buf.iter_mut() {
                let Some(byte) = self.consumer.dequeue() else { break };
                *place = byte;
                count += 1;
            }
            if count > 0 {
                return Ok(count);
            }
            if lost {
                self.lost.store(false, Ordering::Release);
                return Err(Overrun::Overrun);
            }
            core::hint::spin_loop();
        }
    }
}

impl ReadReady for SpscReceiver<'_> {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        Ok(self.consumer.ready() || self.lost.load(Ordering::Acquire))
    }
}
