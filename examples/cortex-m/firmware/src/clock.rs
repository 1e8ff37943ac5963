//! Milliseconds counted by SysTick, and sleep until something comes.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use usocket::clock::Clock;
use usocket::uart::RxQueue;

use crate::lm3s6965::CLOCK_HZ;

/// Only ever counted up. (A time made of this and of the timer's own count would be finer, but steps
/// back whenever the timer has wrapped and its interrupt has not come yet.)
static MILLISECONDS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    MILLISECONDS.fetch_add(1, Ordering::Relaxed);
}

/// A clock that sleeps while there is nothing to do.
#[derive(Debug)]
pub struct SleepingClock<const N: usize> {
    queue: &'static RxQueue<N>,
}

impl<const N: usize> SleepingClock<N> {
    /// Starts the timer. What comes into `queue` ends the sleep.
    pub fn start(mut timer: SYST, queue: &'static RxQueue<N>) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(CLOCK_HZ / 1000 - 1);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();
        Self::of(queue)
    }

    /// Another look at the same timer, once it has been started.
    pub const fn of(queue: &'static RxQueue<N>) -> Self {
        Self { queue }
    }
}

impl<const N: usize> Clock for SleepingClock<N> {
    fn now(&self) -> u32 {
        MILLISECONDS.load(Ordering::Relaxed)
    }

    /// Sleeps until the next interrupt, at most a millisecond.
    ///
    /// A byte may have come since the driver looked. If it were sleeping by then, it would not be woken
    /// for it; so it looks once more with interrupts held off, and sleeps with interrupts held off:
    /// one that comes ends the sleep all the same, and is handled afterwards.
    fn pause(&self) {
        cortex_m::interrupt::free(|_| {
            if self.queue.is_empty() {
                cortex_m::asm::wfi();
            }
        });
    }
}
