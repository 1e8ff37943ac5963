//! A microcontroller in virtual time: its clock, its UART, and the interrupt that takes received bytes.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::task::Waker;
use std::time::Duration;

use embedded_io::{Read as _, ReadReady as _, Write as _};
use fugit::{TimerDurationU32, TimerInstantU32};
use usocket_simulator::{Uart, VirtualWorld};

/// A look at the clock costs so much: a microcontroller of some 100 MHz is no faster.
const CALL: Duration = Duration::from_micros(1);
/// So many looks at the clock in a row are a wait.
const SPIN: u32 = 4;
/// Bytes that go into the transmitter between two chances for the interrupt.
const TRANSMIT: usize = 8;

/// Takes what the interrupt has received.
type Handler = Box<dyn FnMut(&[u8])>;

/// A microcontroller whose program waits by looking at the clock.
struct Board {
    world: VirtualWorld,
    uart: Uart,
    handler: Handler,
    /// Received bytes that the interrupt has not taken yet.
    fifo: Vec<u8>,
    /// When the last of them came.
    arrived: Duration,
    /// What one byte takes on the line.
    byte: Duration,
    /// After so much silence the line is idle: one byte that could have come has not.
    idle: Duration,
    /// The interrupt comes when so many bytes wait, or when the line has been idle.
    trigger: usize,
    /// Looks at the clock since something was received or sent.
    looks: u32,
}

thread_local! {
    static BOARD: RefCell<Option<Board>> = const { RefCell::new(None) };
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Keeps the board of this thread in place.
pub(super) struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        BOARD.with(|board| board.take());
    }
}

/// Puts a board on the world, until the result is dropped.
pub(super) fn start(
    world: &VirtualWorld,
    baud: u32,
    trigger: usize,
    handler: impl FnMut(&[u8]) + 'static,
) -> Running {
    let board = Board {
        world: world.clone(),
        uart: world.uart(),
        handler: Box::new(handler),
        fifo: Vec::new(),
        arrived: Duration::ZERO,
        byte: Duration::from_secs(10) / baud,
        idle: Duration::from_secs(15) / baud,
        trigger,
        looks: 0,
    };
    NOW.set(world.now());
    BOARD.with(|place| place.replace(Some(board)));
    Running
}

impl Board {
    /// Lets time pass up to the next thing that can happen, at most for `step`.
    fn pass(&mut self, step: Duration) {
        let now = self.world.now();
        let idle = (!self.fifo.is_empty()).then_some(self.arrived + self.idle);
        let events = [self.world.next_activity(), idle].into_iter().flatten();
        let until = events.filter(|at| *at > now).fold(now + step, Duration::min);
        self.world.advance(until - now);
        self.receive();
    }

    /// The receiver, and its interrupt.
    fn receive(&mut self) {
        let now = self.world.now();
        NOW.set(now);
        let mut bytes = [0; 256];
        while self.uart.read_ready() == Ok(true) {
            // an overrun is an error of the read: what is lost shows by what is missing
            if let Ok(count) = self.uart.read(&mut bytes) {
                self.fifo.extend_from_slice(&bytes[..count]);
                self.arrived = now;
            }
        }
        while self.fifo.len() >= self.trigger
            || (!self.fifo.is_empty() && now >= self.arrived + self.idle)
        {
            let rest = self.fifo.split_off(self.trigger.min(self.fifo.len()));
            (self.handler)(&std::mem::replace(&mut self.fifo, rest));
            self.looks = 0;
        }
    }

    fn look(&mut self) {
        self.looks = self.looks.saturating_add(1);
        self.pass(if self.looks < SPIN { CALL } else { self.byte });
    }

    fn transmit(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(TRANSMIT) {
            self.uart.write_all(piece).expect("a line in virtual time takes everything");
            self.receive();
        }
        self.looks = 0;
    }
}

fn with(act: impl FnOnce(&mut Board)) {
    BOARD.with(|board| board.borrow_mut().as_mut().map(act));
}

/// The program has nothing to do until the next interrupt, or for a millisecond.
pub(super) fn sleep() {
    with(|board| board.pass(Duration::from_millis(1)));
}

/// What the driver takes for its line.
pub(super) struct Transmitter;

impl embedded_io_06::ErrorType for Transmitter {
    type Error = Infallible;
}

impl embedded_io_06::Write for Transmitter {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        with(|board| board.transmit(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// What `atat` takes for the time: it waits by looking at the clock until something has come.
struct Clock;

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock);

impl embassy_time_driver::Driver for Clock {
    fn now(&self) -> u64 {
        with(Board::look);
        NOW.get().as_micros() as u64
    }

    fn schedule_wake(&self, _at: u64, _waker: &Waker) {
        unreachable!("a blocking client has no wakers")
    }
}

/// What `esp-at-nal` takes for a timer.
#[derive(Default)]
pub(super) struct Timer {
    deadline: Duration,
}

impl fugit_timer::Timer<1_000_000> for Timer {
    type Error = Infallible;

    fn now(&mut self) -> TimerInstantU32<1_000_000> {
        with(Board::look);
        TimerInstantU32::from_ticks(NOW.get().as_micros() as u32)
    }

    fn start(&mut self, duration: TimerDurationU32<1_000_000>) -> Result<(), Infallible> {
        self.deadline = NOW.get() + Duration::from_micros(duration.ticks().into());
        Ok(())
    }

    fn cancel(&mut self) -> Result<(), Infallible> {
        self.deadline = Duration::MAX;
        Ok(())
    }

    fn wait(&mut self) -> nb::Result<(), Infallible> {
        with(Board::look);
        if NOW.get() < self.deadline { Err(nb::Error::WouldBlock) } else { Ok(()) }
    }
}
