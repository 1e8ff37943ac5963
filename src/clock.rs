//! Time as the driver needs it: a millisecond tick that may wrap, and something to do while waiting.

use core::cell::{Cell, RefCell};

/// A millisecond tick and a place to spend waiting time.
///
/// The tick counts up by one each millisecond, starts anywhere and wraps from `u32::MAX` to 0.
/// It must not go back.
///
/// ```
/// use usocket::clock::Clock;
/// # use core::sync::atomic::{AtomicU32, Ordering};
/// static MILLISECONDS: AtomicU32 = AtomicU32::new(0); // counted up by a timer interrupt
/// struct Systick;
/// impl Clock for Systick {
///     fn now(&self) -> u32 { MILLISECONDS.load(Ordering::Relaxed) }
/// }
/// ```
pub trait Clock {
    /// The present tick in milliseconds.
    fn now(&self) -> u32;

    /// Called each time a wait finds nothing to do: feed a watchdog, sleep until the next
    /// interrupt. It should return within a few milliseconds. The default spins.
    ///
    /// An interrupt may bring bytes after the driver has looked and before the processor sleeps, which
    /// nothing would then wake for them. So look once more
    /// ([`RxQueue::is_empty`](crate::uart::RxQueue::is_empty)) with interrupts held off, and sleep with
    /// them held off: on a Cortex-M `wfi` ends all the same when one is pending.
    fn pause(&self) {
        core::hint::spin_loop();
    }
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> u32 {
        (**self).now()
    }

    fn pause(&self) {
        (**self).pause();
    }
}

/// A clock made of a closure that returns milliseconds.
///
/// ```
/// use usocket::clock::{Clock, FnClock};
/// let clock = FnClock(|| 42);
/// assert_eq!(clock.now(), 42);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct FnClock<F>(pub F);

impl<F: Fn() -> u32> Clock for FnClock<F> {
    fn now(&self) -> u32 {
        (self.0)()
    }
}

/// A clock made of a [`DelayNs`](embedded_hal::delay::DelayNs), for boards that have nothing else.
///
/// It counts only the time it spends in [`pause`](Clock::pause), in steps of 100 µs, so waits take
/// somewhat longer than asked, never shorter. At most 100 µs pass between two looks at the UART:
/// at 921600 baud that is 10 bytes, which the UART's FIFO must hold.
///
/// ```
/// use usocket::clock::{Clock, DelayClock};
/// # struct Delay; impl embedded_hal::delay::DelayNs for Delay { fn delay_ns(&mut self, _: u32) {} }
/// let clock = DelayClock::new(Delay);
/// for _ in 0..10 { clock.pause(); }
/// assert_eq!(clock.now(), 1);
/// ```
#[derive(Debug)]
pub struct DelayClock<D> {
    delay: RefCell<D>,
    steps: Cell<u8>,
    now: Cell<u32>,
}

/// Length of one pause of a [`DelayClock`] in microseconds; ten make a millisecond.
const STEP_US: u32 = 100;

impl<D: embedded_hal::delay::DelayNs> DelayClock<D> {
    /// Makes a clock that starts at 0.
    pub const fn new(delay: D) -> Self {
        Self { delay: RefCell::new(delay), steps: Cell::new(0), now: Cell::new(0) }
    }
}

impl<D: embedded_hal::delay::DelayNs> Clock for DelayClock<D> {
    fn now(&self) -> u32 {
        self.now.get()
    }

    fn pause(&self) {
        if let Ok(mut delay) = self.delay.try_borrow_mut() {
            delay.delay_us(STEP_US);
        }
        let steps = self.steps.get().wrapping_add(1);
        if u32::from(steps) * STEP_US >= 1000 {
            self.steps.set(0);
            self.now.set(self.now.get().wrapping_add(1));
        } else {
            self.steps.set(steps);
        }
    }
}

/// A clock of the operating system; pauses by sleeping 100 µs.
///
/// ```
/// use usocket::clock::{Clock, StdClock};
/// assert!(StdClock::new().now() < 1000);
/// ```
#[cfg(feature = "std")]
#[derive(Debug, Clone, Copy)]
pub struct StdClock(std::time::Instant);

#[cfg(feature = "std")]
impl StdClock {
    /// Makes a clock that starts at 0 now.
    #[must_use]
    pub fn new() -> Self {
        Self(std::time::Instant::now())
    }
}

#[cfg(feature = "std")]
impl Default for StdClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "std")]
impl Clock for StdClock {
    #[expect(clippy::cast_possible_truncation, reason = "the tick wraps")]
    fn now(&self) -> u32 {
        self.0.elapsed().as_millis() as u32
    }

    fn pause(&self) {
        std::thread::sleep(std::time::Duration::from_micros(100));
    }
}
