//! Counts the instructions that are executed.
//!
//! With `-icount shift=6` each instruction takes 64 ns of the machine's time, and the timer of the board
//! counts 25 MHz of that: 1.6 ticks each.

use core::cell::Cell;

/// TIMER0 of the MPS2 board, a CMSDK APB timer.
const TIMER: usize = 0x4000_0000;
const CONTROL: *mut u32 = TIMER as *mut u32;
const VALUE: *mut u32 = (TIMER + 4) as *mut u32;
const RELOAD: *mut u32 = (TIMER + 8) as *mut u32;

/// Starts the timer and proves that it counts instructions.
pub fn start() {
    // SAFETY: the registers of a timer that nothing else uses.
    unsafe {
        RELOAD.write_volatile(u32::MAX);
        VALUE.write_volatile(u32::MAX);
        CONTROL.write_volatile(1);
    }
    // a cycle of this delay is a loop of two instructions
    let more = delay(3_000_000) - delay(2_000_000);
    assert_eq!(more, 2_000_000, "instructions of 1 000 000 loops: run it with -icount shift=6");
}

#[inline(never)]
fn delay(cycles: u32) -> u64 {
    let window = Window::new();
    window.open();
    cortex_m::asm::delay(cycles);
    window.close();
    window.instructions()
}

/// Ticks since some time, wrapping.
#[inline(always)]
fn ticks() -> u32 {
    // SAFETY: reading this register has no effect; the timer counts down.
    u32::MAX - unsafe { VALUE.read_volatile() }
}

/// Counts what is executed while it is open.
#[derive(Debug, Default)]
pub struct Window {
    opened: Cell<u32>,
    ticks: Cell<u64>,
    times: Cell<u64>,
    open: Cell<bool>,
}

/// Instructions of an empty window, between the two looks at the timer.
const EMPTY: u64 = 1;

impl Window {
    /// One that is closed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From here on it counts.
    #[inline(always)]
    pub fn open(&self) {
        self.open.set(true);
        self.opened.set(ticks());
    }

    /// And no longer.
    #[inline(always)]
    pub fn close(&self) {
        let ticks = ticks().wrapping_sub(self.opened.get());
        self.open.set(false);
        self.ticks.set(self.ticks.get() + u64::from(ticks));
        self.times.set(self.times.get() + 1);
    }

    /// Does something, and counts it if it is `counted`.
    #[inline(always)]
    pub fn when(&self, counted: bool, work: impl FnOnce()) {
        if counted {
            self.open();
        }
        work();
        if counted {
            self.close();
        }
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// What has been counted.
    #[must_use]
    pub fn instructions(&self) -> u64 {
        (self.ticks.get() * 5 / 8).saturating_sub(EMPTY * self.times.get())
    }
}
