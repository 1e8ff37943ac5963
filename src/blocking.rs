//! The blocking shell: a module with its UART and clock, made to go on by whoever waits.

use core::cell::{Cell, RefCell};
use core::fmt;

use embedded_io::{Error as _, ErrorKind};

use crate::clock::Clock;
use crate::engine::{Control, Core, Counters, Engine, Event, Supply};
use crate::error::Error;
use crate::memory::Memory;
use crate::modem::cellular::CellularDialect;
use crate::modem::quectel::Family;
use crate::modem::{Capabilities, Dialect};
use crate::stack::{CellularStack, Stack};
use crate::uart::Uart;

/// Bytes taken from the UART, or given to it, at a time. Between two pieces the other direction has
/// its turn, so that neither waits longer than this many byte times.
const PIECE: usize = 64;

/// Errors of the UART's `read` in a row, after which the line is given up.
const READ_ERRORS: u8 = 16;

/// A module on a UART: made once, then lent to networks and sockets.
///
/// `D` is the module family, `U` the UART, `C` the clock. None of them shows in the types of sockets.
/// All calls take `&self`; it is for one thread (or one priority level).
///
/// ```no_run
/// use usocket::{Memory, Modem, clock::Clock, uart::Uart};
/// use usocket::network::{STA_IF, Wlan};
/// fn join(uart: impl Uart, clock: impl Clock) -> Result<(), usocket::Error> {
///     let mut memory = Memory::<2>::new();
///     let modem = Modem::esp_at(uart, clock, &mut memory);
///     let wlan = Wlan::new(&modem, STA_IF);
///     wlan.active(true)?;
///     wlan.connect("haas-open", "12345678")
/// }
/// ```
pub struct Modem<'b, D, U, C> {
    inner: RefCell<Inner<'b, D, U>>,
    clock: C,
    waiting: Cell<bool>,
    hook: Cell<Option<IdleHook<'b>>>,
}

/// What is called in each round of each wait; see [`Modem::on_idle`].
pub type IdleHook<'b> = &'b dyn Fn() -> Idle;

/// Whether a wait goes on; see [`Modem::on_idle`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// It goes on.
    Continue,
    /// It ends with [`Error::Interrupted`].
    Abort,
}

impl<D: fmt::Debug, U: fmt::Debug, C: fmt::Debug> fmt::Debug for Modem<'_, D, U, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Modem")
            .field("inner", &self.inner)
            .field("clock", &self.clock)
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Inner<'b, D, U> {
    engine: Engine<'b, D>,
    uart: U,
    read_errors: u8,
    unflushed: bool,
}

impl<'b, U: Uart, C: Clock> Modem<'b, crate::modem::EspAt, U, C> {
    /// A module with ESP-AT firmware.
    ///
    /// Nothing is written yet: the module is called and set up when the first network or socket call
    /// needs it.
    pub fn esp_at<const SOCKETS: usize, const RX: usize, const TX: usize>(
        uart: U,
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        Self::with_dialect(uart, clock, memory, crate::modem::EspAt::new())
    }

    /// Firmware version and chip; `None` before the module has been set up.
    pub fn version(&self) -> Option<usocket_commands::esp_at::version::Version> {
        self.inner.try_borrow().ok()?.engine.dialect.version()
    }
}

impl<'b, U: Uart, C: Clock> Modem<'b, crate::modem::Quectel, U, C> {
    /// A cellular module of Quectel; which one it is, is asked when it is set up.
    ///
    /// Nothing is written yet: the module is called and set up when the first network or socket call
    /// needs it.
    pub fn quectel<const SOCKETS: usize, const RX: usize, const TX: usize>(
        uart: U,
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        Self::with_dialect(uart, clock, memory, crate::modem::Quectel::new(None))
    }

    /// A cellular module of Quectel of which the program knows what it is: for those that do not say
    /// it in words that the driver knows, and for power keys with times of their own.
    pub fn quectel_family<const SOCKETS: usize, const RX: usize, const TX: usize>(
        uart: U,
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
        family: Family,
    ) -> Self {
        Self::with_dialect(uart, clock, memory, crate::modem::Quectel::new(Some(family)))
    }

    /// Which family of modules it is; `None` before the module has been set up.
    pub fn family(&self) -> Option<Family> {
        self.inner.try_borrow().ok()?.engine.dialect.family()
    }
}

impl<'b, U: Uart, C: Clock> Modem<'b, crate::modem::SimCom, U, C> {
    /// A cellular module of SIMCom: SIM7070, SIM7080 or SIM7090. It connects streams and resolves
    /// names; the driver has no datagrams and no servers on it.
    ///
    /// Nothing is written yet: the module is called and set up when the first network or socket call
    /// needs it.
    pub fn simcom<const SOCKETS: usize, const RX: usize, const TX: usize>(
        uart: U,
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        Self::with_dialect(uart, clock, memory, crate::modem::SimCom::new())
    }
}

#[expect(private_bounds, reason = "module families are added inside this crate")]
impl<'b, D: Dialect, U: Uart, C: Clock> Modem<'b, D, U, C> {
    fn with_dialect<const SOCKETS: usize, const RX: usize, const TX: usize>(
        uart: U,
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
        dialect: D,
    ) -> Self {
        let core = Core::new(
            &mut memory.slots,
            memory.rx.as_flattened_mut(),
            memory.tx.as_flattened_mut(),
            dialect.capabilities(),
            D::HABITS.look_again_ms,
        );
        let engine = Engine::new(core, dialect);
        let inner = Inner { engine, uart, read_errors: 0, unflushed: false };
        Self { inner: RefCell::new(inner), clock, waiting: Cell::new(false), hook: Cell::new(None) }
    }

    /// Sets what is called in each round of each wait, or `None`: feed a watchdog, look at a button.
    ///
    /// [`Idle::Abort`] ends the wait with [`Error::Interrupted`]; what was moved before it is told as
    /// with a timeout, and nothing is lost. The place to sleep is the clock's
    /// [`pause`](Clock::pause), which is called only when there is nothing to do.
    ///
    /// Between two rounds lies at most one command with its payload, which must go out without a
    /// pause: 8192 bytes, or 0.7 s at 115200 baud. The hook may use sockets, as long as it does not
    /// wait ([`Error::Busy`]).
    ///
    /// ```no_run
    /// # fn f<'b>(modem: &usocket::Modem<'b, usocket::EspAt, impl usocket::uart::Uart, impl usocket::clock::Clock>,
    /// # sock: &usocket::Socket<'_>, stop: &'b core::cell::Cell<bool>) -> Result<(), usocket::Error> {
    /// use usocket::Idle;
    /// static BUTTON: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);
    /// modem.on_idle(Some(&|| match BUTTON.load(core::sync::atomic::Ordering::Relaxed) {
    ///     true => Idle::Abort,
    ///     false => Idle::Continue,
    /// }));
    /// let received = sock.recv(&mut [0; 64]);
    /// assert_eq!(received, Err(usocket::Error::Interrupted));
    /// # Ok(()) }
    /// ```
    pub fn on_idle(&self, hook: Option<IdleHook<'b>>) {
        self.hook.set(hook);
    }

    /// One round without waiting: takes what has come, sends what is due.
    ///
    /// Every call does this by itself; a program that makes no calls for a while can do it now and
    /// then, so that notices do not pile up in the UART. Returns whether anything moved.
    ///
    /// # Errors
    /// [`Error::Uart`]: the serial line has failed.
    pub fn poll(&self) -> Result<bool, Error> {
        self.pump(&Supply::default(), &mut |_| {})
    }

    /// How many milliseconds may pass until [`poll`](Self::poll) has something to do even if nothing
    /// is received; `None`: nothing is due.
    pub fn next_poll_ms(&self) -> Option<u32> {
        let deadline = self.inner.try_borrow().ok()?.engine.deadline()?;
        let left = deadline.wrapping_sub(self.clock.now());
        Some(if left > u32::MAX / 2 { 0 } else { left })
    }

    /// What the module can do, as found out when it was set up.
    pub fn capabilities(&self) -> Capabilities {
        self.inner
            .try_borrow()
            .map_or_else(|_| Capabilities::default(), |inner| inner.engine.core.capabilities)
    }

    /// What the driver has counted since it was made.
    pub fn counters(&self) -> Counters {
        self.inner
            .try_borrow()
            .map_or_else(|_| Counters::default(), |inner| inner.engine.core.counters)
    }

    /// The clock that was given to the driver.
    pub const fn clock(&self) -> &C {
        &self.clock
    }

    /// Takes the driver apart and gives UART and clock back. The module is left as it is.
    pub fn release(self) -> (U, C) {
        (self.inner.into_inner().uart, self.clock)
    }
}

impl<D: Dialect, U: Uart, C: Clock> Stack for Modem<'_, D, U, C> {
    fn access(&self, visit: &mut dyn FnMut(&mut Core<'_>)) -> Result<(), Error> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::Busy)?;
        visit(&mut inner.engine.core);
        Ok(())
    }

    fn pump(&self, supply: &Supply<'_>, info: &mut dyn FnMut(&[u8])) -> Result<bool, Error> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::Busy)?;
        let core = &inner.engine.core;
        if supply.request.is_none() && core.control == Control::Flying && core.query == 0 {
            return Ok(false); // called from inside the wait of a command, which takes its lines itself
        }
        inner.round(&self.clock, supply, info)
    }

    fn now(&self) -> u32 {
        self.clock.now()
    }

    fn idle(&self, moved: bool) -> Result<(), Error> {
        if let Some(Idle::Abort) = self.hook.get().map(|hook| hook()) {
            return Err(Error::Interrupted);
        }
        if !moved {
            self.clock.pause();
        }
        Ok(())
    }

    fn pause(&self) {
        self.clock.pause();
    }

    fn enter(&self) -> bool {
        !self.waiting.replace(true)
    }

    fn leave(&self) {
        self.waiting.set(false);
    }
}

impl<D: Dialect + CellularDialect, U: Uart, C: Clock> CellularStack for Modem<'_, D, U, C> {
    fn tell(&self, visit: &mut dyn FnMut(&mut dyn CellularDialect)) -> Result<(), Error> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::Busy)?;
        visit(&mut inner.engine.dialect);
        Ok(())
    }
}

impl<D: Dialect, U: Uart> Inner<'_, D, U> {
    fn round(
        &mut self,
        clock: &impl Clock,
        supply: &Supply<'_>,
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let result = self.go_on(clock, supply, info);
        if let Err(error) = result {
            self.engine.line_gone(error);
        }
        result
    }

    fn go_on(
        &mut self,
        clock: &impl Clock,
        supply: &Supply<'_>,
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let mut moved = self.take_in(clock.now(), info)?;
        self.engine.tick(clock.now(), supply);
        while let Some(out) = self.engine.output(supply) {
            let piece = out.get(..PIECE).unwrap_or(out);
            let count = self.uart.write(piece).map_err(gone)?;
            if count == 0 {
                return Err(Error::Uart(ErrorKind::WriteZero));
            }
            self.engine.wrote(clock.now(), count);
            self.unflushed = true;
            moved = true;
            // the module may speak at any time, also while it listens (esp-at.md §14.1)
            self.take_in(clock.now(), info)?;
        }
        if self.unflushed {
            self.uart.flush().map_err(gone)?;
            self.unflushed = false;
        }
        Ok(moved)
    }

    /// Takes in all that has been received.
    fn take_in(&mut self, now: u32, info: &mut dyn FnMut(&[u8])) -> Result<bool, Error> {
        let mut buffer = [0; PIECE];
        let mut moved = false;
        loop {
            let read = match self.uart.read_ready() {
                Ok(false) => return Ok(moved),
                Ok(true) => self.uart.read(&mut buffer),
                Err(error) => Err(error),
            };
            match read {
                Ok(0) => return Err(Error::Uart(ErrorKind::BrokenPipe)),
                Ok(count) => {
                    self.read_errors = 0;
                    moved = true;
                    let mut bytes = buffer.get(..count).unwrap_or_default();
                    while let Some(Event::Info) = self.engine.receive(now, &mut bytes) {
                        info(self.engine.line());
                    }
                }
                Err(error) => {
                    self.read_errors = self.read_errors.saturating_add(1);
                    if self.read_errors >= READ_ERRORS || is_gone(error.kind()) {
                        return Err(gone(error));
                    }
                    self.engine.line_error(now);
                }
            }
        }
    }
}

fn gone(error: impl embedded_io::Error) -> Error {
    Error::Uart(error.kind())
}

/// Kinds of error that do not pass by themselves.
const fn is_gone(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::NotConnected
            | ErrorKind::BrokenPipe
    )
}
