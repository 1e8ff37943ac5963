//! The async shell: a module with its clock, whose tasks are woken when something has happened.

use core::cell::RefCell;
use core::fmt;
use core::future::poll_fn;
use core::task::{Poll, Waker};

use embedded_hal::digital::OutputPin;
use embedded_hal_async::delay::DelayNs;
use embedded_io_async::{Read, Write};
use fugit::MillisDurationU32;

use super::calls::{Cellular, CellularShell, Handle, Network, Wlan, WlanShell};
use super::inner::{Inner, Runs};
use super::runner::Runner;
use super::shell::Shell;
use crate::clock::Clock;
use crate::engine::{Core, Counters, Engine, Supply, reached};
use crate::error::Error;
use crate::event::ModuleEvent;
use crate::memory::Memory;
use crate::modem::cellular::CellularDialect;
use crate::modem::quectel::Family;
use crate::modem::{Capabilities, Dialect, EspAt, Quectel, SimCom};
use crate::network::Interface;
use crate::reset::{Pull, ResetLine};
use crate::stack::Stack;

/// A module whose sockets are used from tasks; its UART belongs to a [`Runner`].
///
/// `D` is the module family, `C` the clock. `TASKS` is how many tasks may wait for it at once and let the
/// processor sleep ([`with_tasks`](Self::with_tasks)); when more of them do, each is still woken, but they
/// keep waking each other. See the [module's page](super) for an example.
pub struct Modem<'b, D, C, const TASKS: usize = 8> {
    inner: RefCell<Inner<'b, D, TASKS>>,
    clock: C,
}

impl<D: fmt::Debug, C: fmt::Debug, const TASKS: usize> fmt::Debug for Modem<'_, D, C, TASKS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Modem");
        if let Ok(inner) = self.inner.try_borrow() {
            fields.field("engine", &inner.engine).field("runs", &inner.runs);
        }
        fields.field("clock", &self.clock).finish_non_exhaustive()
    }
}

impl<'b, C: Clock> Modem<'b, EspAt, C> {
    /// A module with ESP-AT firmware.
    pub fn esp_at<const SOCKETS: usize, const RX: usize, const TX: usize>(
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        Self::with_dialect(clock, memory, EspAt::new())
    }
}

impl<C: Clock, const TASKS: usize> Modem<'_, EspAt, C, TASKS> {
    /// Firmware version and chip; `None` before the module has been set up.
    pub fn version(&self) -> Option<usocket_commands::esp_at::version::Version> {
        self.inner.try_borrow().ok()?.engine.dialect.version()
    }
}

impl<'b, C: Clock> Modem<'b, Quectel, C> {
    /// A cellular module of Quectel; which one it is, is asked when it is set up.
    pub fn quectel<const SOCKETS: usize, const RX: usize, const TX: usize>(
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        Self::with_dialect(clock, memory, Quectel::new(None))
    }

    /// A cellular module of Quectel of which the program knows what it is.
    pub fn quectel_family<const SOCKETS: usize, const RX: usize, const TX: usize>(
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
        family: Family,
    ) -> Self {
        Self::with_dialect(clock, memory, Quectel::new(Some(family)))
    }
}

impl<C: Clock, const TASKS: usize> Modem<'_, Quectel, C, TASKS> {
    /// Which family of modules it is; `None` before the module has been set up.
    pub fn family(&self) -> Option<Family> {
        self.inner.try_borrow().ok()?.engine.dialect.family()
    }
}

impl<'b, C: Clock> Modem<'b, SimCom, C> {
    /// A cellular module of SIMCom: SIM7070, SIM7080 or SIM7090.
    pub fn simcom<const SOCKETS: usize, const RX: usize, const TX: usize>(
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        Self::with_dialect(clock, memory, SimCom::new())
    }
}

#[expect(private_bounds, reason = "module families are added inside this crate")]
impl<'b, D: Dialect, C: Clock> Modem<'b, D, C> {
    fn with_dialect<const SOCKETS: usize, const RX: usize, const TX: usize>(
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
        dialect: D,
    ) -> Self {
        let core = Core::of(memory, dialect.capabilities(), D::HABITS.look_again_ms);
        Self { inner: RefCell::new(Inner::new(Engine::new(core, dialect))), clock }
    }

    /// With room for so many tasks that wait at once, instead of 8.
    ///
    /// ```no_run
    /// # fn f(clock: impl usocket::clock::Clock) {
    /// # let mut memory = usocket::Memory::<12>::new();
    /// use usocket::asynch::Modem;
    /// let modem = Modem::esp_at(clock, &mut memory).with_tasks::<16>();
    /// # }
    /// ```
    #[must_use]
    pub fn with_tasks<const TASKS: usize>(self) -> Modem<'b, D, C, TASKS> {
        const { assert!(TASKS > 0, "somebody has to wait") };
        Modem { inner: RefCell::new(self.inner.into_inner().with_tasks()), clock: self.clock }
    }
}

#[expect(private_bounds, reason = "module families are added inside this crate")]
impl<'b, D: Dialect, C: Clock, const TASKS: usize> Modem<'b, D, C, TASKS> {
    /// How often a module is asked what it has while a task waits: as
    /// [`with_look_again`](crate::Modem::with_look_again) of the blocking shell.
    #[must_use]
    pub fn with_look_again(mut self, interval: MillisDurationU32) -> Self {
        self.inner.get_mut().engine.core.look_again_every(interval.as_millis());
        self
    }

    /// RTS and CTS are connected, and the UART heeds them: as
    /// [`with_rts_cts`](crate::Modem::with_rts_cts) of the blocking shell.
    #[must_use]
    pub fn with_rts_cts(mut self, baud: u32) -> Self {
        self.inner.get_mut().engine.serial.use_flow_control(baud);
        self
    }

    /// Lets the driver pull the module's reset line: as [`with_reset`](crate::Modem::with_reset) of the
    /// blocking shell.
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

    /// What moves the bytes: `rx` and `tx` are the halves of the UART, `delay` any async timer.
    ///
    /// Neither `read` of the one nor `write` of the other is ever dropped before it is done, as long as
    /// the runner is not. One runs at a time.
    pub fn runner<'m, R: Read, W: Write, T: DelayNs>(
        &'m self,
        rx: R,
        tx: W,
        delay: T,
    ) -> Runner<'m, R, W, T> {
        Runner::new(self, rx, tx, delay)
    }

    /// The oldest event that has not been taken yet; see [`crate::Modem::event`].
    pub fn event(&self) -> Option<ModuleEvent> {
        self.inner.try_borrow_mut().ok()?.engine.core.events.take()
    }

    /// Waits for the next event. Dropped, it has taken none.
    pub async fn next_event(&self) -> ModuleEvent {
        self.taken(|| self.event()).await
    }

    /// Waits until there is something to be taken.
    pub(super) async fn taken<T>(&self, mut take: impl FnMut() -> Option<T>) -> T {
        poll_fn(|context| match take() {
            Some(taken) => Poll::Ready(taken),
            None => {
                self.register(context.waker(), None);
                Poll::Pending
            }
        })
        .await
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

    /// Does something with the state. Nobody holds it across an `await`, so it is free unless a call
    /// comes from inside another one.
    pub(super) fn with<T>(
        &self,
        visit: impl FnOnce(&mut Inner<'b, D, TASKS>, u32) -> T,
    ) -> Option<T> {
        let now = self.clock.now();
        let mut inner = self.inner.try_borrow_mut().ok()?;
        let visited = visit(&mut inner, now);
        let woken = inner.woken();
        drop(inner);
        woken.wake();
        Some(visited)
    }
}

impl<D: Dialect, C: Clock, const TASKS: usize> Stack for Modem<'_, D, C, TASKS> {
    fn access(&self, visit: &mut dyn FnMut(&mut Core<'_>)) -> Result<(), Error> {
        self.with(|inner, _| visit(&mut inner.engine.core)).ok_or(Error::Busy)
    }

    fn pump(&self, supply: &Supply<'_>, info: &mut dyn FnMut(&[u8])) -> Result<bool, Error> {
        let pumped = self.with(|inner, now| {
            if let Runs::Ended(error) = inner.runs {
                return Err(error);
            }
            if supply.request.is_some() && inner.line_waits {
                info(inner.engine.line());
                inner.line_taken();
            }
            inner.go_on(now, supply);
            Ok(false)
        });
        pumped.ok_or(Error::Busy)?
    }

    fn now(&self) -> u32 {
        self.clock.now()
    }
}

impl<D: Dialect, C: Clock, const TASKS: usize> Shell for Modem<'_, D, C, TASKS> {
    fn register(&self, waker: &Waker, due: Option<u32>) {
        self.with(|inner, now| {
            inner.tasks.register(waker);
            inner.due = match (inner.due, due) {
                (Some(other), Some(mine)) if reached(other, mine) => Some(mine),
                (other, mine) => other.or(mine),
            };
            inner.go_on(now, &Supply::default());
        });
    }

    fn changed(&self) {
        self.with(|inner, now| {
            inner.go_on(now, &Supply::default());
            inner.wake_tasks();
        });
    }
}

impl<D: Dialect + CellularDialect, C: Clock, const TASKS: usize> CellularShell
    for Modem<'_, D, C, TASKS>
{
    fn tell(&self, visit: &mut dyn FnMut(&mut dyn CellularDialect)) -> Result<(), Error> {
        self.with(|inner, _| visit(&mut inner.engine.dialect)).ok_or(Error::Busy)
    }
}

impl<C: Clock, const TASKS: usize> WlanShell for Modem<'_, EspAt, C, TASKS> {
    fn tell(&self, visit: &mut dyn FnMut(&mut EspAt)) -> Result<(), Error> {
        self.with(|inner, _| visit(&mut inner.engine.dialect)).ok_or(Error::Busy)
    }
}

impl<D: Dialect, C: Clock, const TASKS: usize> Network for Modem<'_, D, C, TASKS> {
    fn stack(&self) -> Handle<'_> {
        Handle(self)
    }
}

impl<'n> Wlan<'n> {
    /// The network object of `modem`; `interface` is [`STA_IF`](crate::network::STA_IF).
    pub fn new<C: Clock, const TASKS: usize>(
        modem: &'n Modem<'_, EspAt, C, TASKS>,
        interface: Interface,
    ) -> Self {
        Self::of(modem, interface)
    }
}

impl<'n> Cellular<'n> {
    /// The network object of `modem`, without pins: the module is powered by somebody else.
    #[expect(private_bounds, reason = "module families are added inside this crate")]
    pub fn new<D: Dialect + CellularDialect, C: Clock, const TASKS: usize>(
        modem: &'n Modem<'_, D, C, TASKS>,
    ) -> Self {
        Self::of(modem)
    }
}
