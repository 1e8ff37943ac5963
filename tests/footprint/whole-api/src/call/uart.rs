//! The receive queues between an interrupt and the driver, and the adapters for UARTs.

use core::hint::black_box;
use core::sync::atomic::AtomicBool;

use embedded_io::{Error as _, Read, ReadReady, Write};
use usocket::heapless::spsc::Queue;
use usocket::uart::{Halves, NbSerial, QueuedUart, RxQueue, SpscFeed, SpscReceiver};

use super::calls;
use crate::hardware::{Line, NbLine};

pub static QUEUE: RxQueue<128> = RxQueue::new();

pub type Queued = QueuedUart<'static, 128, Line>;

#[inline(never)]
pub fn with_writer() -> Queued {
    black_box(&QUEUE).with_writer(Line)
}

#[inline(never)]
pub fn read(uart: &mut Queued, buf: &mut [u8]) {
    if let Err(error) = black_box(uart.read(buf)) {
        black_box(error.kind());
    }
}

calls! {
    new() = RxQueue::<16>::new();
    push(queue: &RxQueue<128>, bytes: &[u8]) = queue.push(bytes);
    room(queue: &RxQueue<128>) = queue.room();
    is_empty(queue: &RxQueue<128>) = queue.is_empty();
    report_overrun(queue: &RxQueue<128>) = queue.report_overrun();
    read_ready(uart: &mut Queued) = uart.read_ready();
    write(uart: &mut Queued, data: &[u8]) = uart.write(data);
    flush(uart: &mut Queued) = uart.flush();

    halves_release(uart: Halves<Nb, Nb>) = uart.release();
    nb_read_ready(uart: &mut Nb) = uart.read_ready();
    nb_write(uart: &mut Nb, data: &[u8]) = uart.write(data);
    nb_flush(uart: &mut Nb) = uart.flush();
    nb_release(uart: Nb) = uart.release();
    feed_push(feed: &mut SpscFeed<'_>, bytes: &[u8]) = feed.push(bytes);
    feed_report_overrun(feed: &SpscFeed<'_>) = feed.report_overrun();
    spsc_read_ready(uart: &mut Spsc<'_>) = uart.read_ready();
    spsc_write(uart: &mut Spsc<'_>, data: &[u8]) = uart.write(data);
    spsc_flush(uart: &mut Spsc<'_>) = uart.flush();
}

pub type Nb = NbSerial<NbLine>;

pub type Spsc<'q> = Halves<SpscReceiver<'q>, Nb>;

#[inline(never)]
pub fn nb_new() -> Nb {
    NbSerial::new(NbLine).give_up_after(1000)
}

#[inline(never)]
pub fn nb_read(uart: &mut Nb, buf: &mut [u8]) {
    if let Err(error) = black_box(uart.read(buf)) {
        black_box(error.kind());
    }
}

#[inline(never)]
pub fn halves_new() -> Halves<Nb, Nb> {
    Halves::new(nb_new(), nb_new())
}

#[inline(never)]
pub fn spsc_read(uart: &mut Spsc<'_>, buf: &mut [u8]) {
    if let Err(error) = black_box(uart.read(buf)) {
        black_box(error.kind());
    }
}

#[inline(never)]
pub fn spsc_new<'q>(
    queue: &'q mut Queue<u8, 64>,
    lost: &'q AtomicBool,
) -> (SpscFeed<'q>, Spsc<'q>) {
    let (producer, consumer) = queue.split();
    let receiver = SpscReceiver::new(consumer, lost);
    (SpscFeed::new(producer, lost), receiver.with_writer(nb_new()))
}
