//! The receive queue between an interrupt and the driver.

use core::hint::black_box;

use embedded_io::{Error as _, Read, ReadReady, Write};
use usocket::uart::{QueuedUart, RxQueue};

use super::calls;
use crate::hardware::Line;

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
}
