//! The blocking shell: a module with its UART and clock, made to go on by whoever waits.

use core::cell::{Cell, RefCell};
use core::fmt;

use embedded_hal::digital::OutputPin;
use embedded_io::Error as _;
use fugit::MillisDurationU32;

use crate::calls::{Cellular, CellularShell, Handle, Network, Wlan, WlanShell};
use crate::clock::Clock;
use crate::engine::{Control, Core, Counters, Engine, Supply};
use crate::error::Error;
use crate::event::ModuleEvent;
use crate::memory::Memory;
use crate::modem::cellular::CellularDialect;
use crate::modem::quectel::Family;
use crate::modem::{Capabilities, Dialect};
use crate::network::Interface;
use crate::pump::Pump;
use crate::reset::{Pull, ResetLine};
use crate::shell::Shell;
use crate::stack::Stack;
use crate::uart::{Baud, SetBaud, Uart};

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
    inner: RefCell<Pump<'b, D, U>>,
    clock: C,
    waiting: Cell<bool>,
    hook: Cell<Option<IdleHook<'b>>>,
}

/// What is called in each round of each wait; see [`Modem::on_idle`].
pub type IdleHook<'b> = &'b dyn Fn() -> Idle;

/// Whether a wait goes on; see [`Modem::on_idle`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
        let core = Core::of(memory, dialect.capabilities(), D::HABITS.look_again_ms);
        let engine = Engine::new(core, dialect);
        let inner = Pump::new(engine, uart);
        Self { inner: RefCell::new(inner), clock, waiting: Cell::new(false), hook: Cell::new(None) }
    }

    /// How often a module is asked what it has while somebody waits for data, a datagram or a connection.
    ///
    /// Modules tell of these by themselves, but such a line can get lost, and some firmware forgets it now
    /// and then; so the driver asks, every 0.5 s (ESP-AT) or 1 s (the others) if nothing else is said. A
    /// program that sleeps while it waits may want that less often (`10.secs()`): then a lost line costs as
    /// much time. At least 100 ms and at most an hour.
    #[must_use]
    pub fn with_look_again(mut self, interval: MillisDurationU32) -> Self {
        self.inner.get_mut().engine.core.look_again_every(interval.as_millis());
        self
    }

    /// Lets the driver change the rate of the line: to find a module that is not at the rate that the
    /// UART is set up for, and to raise it.
    ///
    /// The rate is raised when the module has been set up, and proved by a call at the new rate; what
    /// does not work is taken back, and the next lower rate is tried. After a restart the module is at
    /// its own rate again, and is found there.
    ///
    /// ```no_run
    /// # use usocket::uart::{SetBaud, Uart};
    /// # fn f(uart: impl Uart + SetBaud, clock: impl usocket::clock::Clock) {
    /// use usocket::uart::Baud;
    /// let mut memory = usocket::Memory::<2>::new();
    /// let modem = usocket::Modem::esp_at(uart, clock, &mut memory)
    ///     .with_baud(Baud::new(115_200).raise(921_600))
    ///     .with_rts_cts(115_200);
    /// # }
    /// ```
    #[must_use]
    pub fn with_baud(mut self, baud: Baud) -> Self
    where
        U: SetBaud,
    {
        let inner = self.inner.get_mut();
        inner.set_baud = Some(|uart, baud| uart.set_baud(baud).map_err(|error| error.kind()));
        inner.baud = baud.home();
        inner.engine.serial.plan(baud);
        self
    }

    /// RTS and CTS are connected, and the UART heeds them: the module is told to do so, too. `baud` is
    /// the rate of the UART ([`with_baud`](Self::with_baud), if it is used as well, comes first).
    ///
    /// A module that falls silent then waits for a wire that is not there. It is told to do without,
    /// which it may not hear before it is reset ([`with_reset`](Self::with_reset)).
    #[must_use]
    pub fn with_rts_cts(mut self, baud: u32) -> Self {
        self.inner.get_mut().engine.serial.use_flow_control(baud);
        self
    }

    /// Lets the driver pull the module's reset line: when the module does not answer at all, or cannot
    /// be set up, and nothing else has helped.
    #[must_use]
    pub fn with_reset<P: OutputPin>(mut self, line: &'b mut ResetLine<P>) -> Self {
        let inner = self.inner.get_mut();
        inner.engine.core.reset_ms = Some(line.pulse().unwrap_or(0));
        inner.reset = Some(line);
        self
    }

    /// Lines that the driver has no use for are offered to `urcs`: see [`at`](crate::at).
    #[cfg(feature = "at-commands")]
    #[must_use]
    pub fn with_urcs(mut self, urcs: &'b dyn crate::at::UrcSink) -> Self {
        self.inner.get_mut().urcs = Some(urcs);
        self
    }

    /// The oldest event that has not been taken yet. Eight are kept; if nobody takes them, the oldest
    /// make place ([`Counters::events_dropped`]).
    pub fn event(&self) -> Option<ModuleEvent> {
        self.inner.try_borrow_mut().ok()?.engine.core.events.take()
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
            .map_or_else(|_| Counters::default(), |inner| inner.engine.counters())
    }

    /// The clock that was given to the driver.
    pub const fn clock(&self) -> &C {
        &self.clock
    }

    /// Takes the driver apart and gives UART and clock back. The module is left as it is, and the UART
    /// at the rate that it has.
    pub fn release(self) -> (U, C) {
        let mut inner = self.inner.into_inner();
        if let Some(line) = inner.reset.take().filter(|_| inner.pulled) {
            let _ = line.pull(false); // nobody would end the reset
        }
        (inner.uart, self.clock)
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
}

impl<D: Dialect, U: Uart, C: Clock> Shell for Modem<'_, D, U, C> {
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

impl<D: Dialect + CellularDialect, U: Uart, C: Clock> CellularShell for Modem<'_, D, U, C> {
    fn tell(&self, visit: &mut dyn FnMut(&mut dyn CellularDialect)) -> Result<(), Error> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::Busy)?;
        visit(&mut inner.engine.dialect);
        Ok(())
    }
}

impl<U: Uart, C: Clock> WlanShell for Modem<'_, crate::modem::EspAt, U, C> {
    fn tell(&self, visit: &mut dyn FnMut(&mut crate::modem::EspAt)) -> Result<(), Error> {
        let mut inner = self.inner.try_borrow_mut().map_err(|_| Error::Busy)?;
        visit(&mut inner.engine.dialect);
        Ok(())
    }
}

impl<D: Dialect, U: Uart, C: Clock> Network for Modem<'_, D, U, C> {
    fn stack(&self) -> Handle<'_> {
        Handle(self)
    }
}

impl<'n> Wlan<'n> {
    /// The network object of `modem`; `interface` is [`STA_IF`](crate::network::STA_IF).
    pub fn new<U: Uart, C: Clock>(
        modem: &'n Modem<'_, crate::modem::EspAt, U, C>,
        interface: Interface,
    ) -> Self {
        Self::of(modem, interface)
    }
}

impl<'n> Cellular<'n> {
    /// The network object of `modem`, without pins: the module is powered by somebody else.
    #[expect(private_bounds, reason = "module families are added inside this crate")]
    pub fn new<D: Dialect + CellularDialect, U: Uart, C: Clock>(
        modem: &'n Modem<'_, D, U, C>,
    ) -> Self {
        Self::of(modem)
    }
}
