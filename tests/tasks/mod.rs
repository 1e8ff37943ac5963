//! Tasks on the virtual time of a simulated module: an executor that forgives nothing.
//!
//! A task is polled when it was woken, and never else. When no task is left to be polled, virtual time
//! passes until the UART has bytes or a timer is over; when nothing can happen any more, somebody was not
//! woken, and the test fails.

#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use embedded_hal_async::delay::DelayNs;
use embedded_io::{Error as _, ErrorKind, ErrorType, Read as _, ReadReady as _, Write as _};
use embedded_io_async::{Read, Write};
use usocket::clock::Clock;
use usocket::uart::SetBaud;
use usocket_simulator::{Uart, VirtualWorld};

/// Longest virtual time of a test.
const LIMIT: Duration = Duration::from_secs(4 * 3600);

/// What wakes tasks on the virtual time of a world.
#[derive(Clone)]
pub(crate) struct Time {
    world: VirtualWorld,
    sleepers: Rc<RefCell<BTreeMap<(Duration, u64), Waker>>>,
    reader: Rc<RefCell<Option<Waker>>>,
    numbers: Rc<Cell<u64>>,
    /// How often tasks were polled.
    polls: Rc<Cell<u64>>,
    cts: Cts,
    /// The next read of the UART reports this.
    error: Rc<Cell<Option<ErrorKind>>>,
}

impl Time {
    pub(crate) fn of(world: &VirtualWorld) -> Self {
        Self {
            world: world.clone(),
            sleepers: Rc::default(),
            reader: Rc::default(),
            numbers: Rc::default(),
            polls: Rc::default(),
            cts: Cts::default(),
            error: Rc::default(),
        }
    }

    pub(crate) fn polls(&self) -> u64 {
        self.polls.get()
    }

    /// The UART reports an error.
    pub(crate) fn fail_read(&self, error: ErrorKind) {
        self.error.set(Some(error));
    }

    /// The wire of the sending half.
    pub(crate) fn cts(&self) -> Cts {
        self.cts.clone()
    }

    /// The halves of the module's UART.
    pub(crate) fn uart(&self) -> (Rx, Tx) {
        let rx = Rx { uart: self.world.uart(), time: self.clone() };
        (rx, Tx { uart: self.world.uart(), world: self.world.clone(), cts: self.cts.clone() })
    }

    /// Lets a task wait.
    pub(crate) async fn sleep(&self, ms: u32) {
        self.clone().delay_ms(ms).await;
    }

    /// Runs tasks until the first of them has ended.
    pub(crate) fn run<T>(&self, main: impl Future<Output = T>, others: &mut [Task<'_>]) -> T {
        let mut beside: Vec<_> =
            others.iter_mut().map(|task| Beside::new(Box::pin(task.as_mut()))).collect();
        self.run_beside(main, &mut beside)
    }

    /// Runs a task until it has ended, beside others that may go on later.
    pub(crate) fn run_beside<T>(
        &self,
        main: impl Future<Output = T>,
        others: &mut [Beside<'_>],
    ) -> T {
        let mut main = Box::pin(main);
        let main_flag = Flag::raised();
        loop {
            let mut polled = false;
            if main_flag.take() {
                polled = true;
                let waker = Waker::from(main_flag.clone());
                if let Poll::Ready(result) = main.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return result;
                }
            }
            for other in others.iter_mut() {
                polled |= other.poll_if_woken();
            }
            if polled {
                self.polls.set(self.polls.get() + 1);
                self.world.advance(Duration::from_micros(20)); // which that takes
                self.wake();
                continue;
            }
            self.pass();
        }
    }

    /// Wakes whoever has something to do at this time.
    fn wake(&self) -> bool {
        let now = self.world.now();
        assert!(now < LIMIT, "this takes for ever");
        let mut woken = false;
        while let Some(entry) = self.sleepers.borrow_mut().first_entry() {
            if entry.key().0 > now {
                break;
            }
            entry.remove().wake();
            woken = true;
        }
        let ready = self.error.get().is_some() || self.world.uart().read_ready().unwrap();
        if self.reader.borrow().is_some() && ready {
            self.reader.borrow_mut().take().unwrap().wake();
            woken = true;
        }
        woken
    }

    /// Lets time pass until somebody is woken.
    fn pass(&self) {
        loop {
            if self.wake() {
                return;
            }
            let now = self.world.now();
            let timer = self.sleepers.borrow().first_key_value().map(|((at, _), _)| *at);
            let activity = self.world.next_activity();
            let next = [timer, activity].into_iter().flatten().min();
            let next = next.expect("nobody is woken, and nothing will happen any more");
            // time goes on by itself where the world says no more than that something is due
            self.world.advance(next.saturating_sub(now).max(Duration::from_micros(10)));
        }
    }
}

/// A task beside the main one.
pub(crate) type Task<'t> = Pin<Box<dyn Future<Output = ()> + 't>>;

/// A task that is polled until it ends, or the test does.
pub(crate) fn task<'t, T>(future: impl Future<Output = T> + 't) -> Task<'t> {
    Box::pin(async move {
        future.await;
    })
}

/// A task that goes on while another one is waited for.
pub(crate) struct Beside<'t> {
    task: Task<'t>,
    flag: Arc<Flag>,
    ended: bool,
}

impl<'t> Beside<'t> {
    pub(crate) fn new(task: Task<'t>) -> Self {
        Self { task, flag: Flag::raised(), ended: false }
    }

    fn poll_if_woken(&mut self) -> bool {
        if self.ended || !self.flag.take() {
            return false;
        }
        let waker = Waker::from(self.flag.clone());
        self.ended = self.task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        true
    }
}

/// Whether a task was woken.
struct Flag(AtomicBool);

impl Flag {
    fn raised() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The receiving half of the UART.
pub(crate) struct Rx {
    uart: Uart,
    time: Time,
}

impl ErrorType for Rx {
    type Error = ErrorKind;
}

impl Read for Rx {
    async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        poll_fn(|context| {
            if let Some(error) = self.time.error.take() {
                return Poll::Ready(Err(error));
            }
            if self.uart.read_ready().unwrap() {
                return Poll::Ready(self.uart.read(buf).map_err(|error| error.kind()));
            }
            *self.time.reader.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// The sending half of the UART.
pub(crate) struct Tx {
    uart: Uart,
    world: VirtualWorld,
    cts: Cts,
}

/// The wire by which a module says that it takes no more.
#[derive(Clone, Default)]
pub(crate) struct Cts(Rc<RefCell<(bool, Option<Waker>)>>);

impl Cts {
    pub(crate) fn hold(&self, held: bool) {
        let mut inner = self.0.borrow_mut();
        inner.0 = held;
        if let Some(waker) = inner.1.take() {
            waker.wake();
        }
    }
}

impl ErrorType for Tx {
    type Error = <Uart as ErrorType>::Error;
}

impl Write for Tx {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, Self::Error> {
        poll_fn(|context| {
            let mut cts = self.cts.0.borrow_mut();
            if !cts.0 {
                return Poll::Ready(self.uart.write(buf));
            }
            cts.1 = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Self::Error> {
        self.uart.flush()
    }
}

impl SetBaud for Tx {
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error> {
        self.world.set_host_baud(baud);
        Ok(())
    }
}

impl DelayNs for Time {
    async fn delay_ns(&mut self, ns: u32) {
        self.until(self.world.now() + Duration::from_nanos(ns.into())).await;
    }

    async fn delay_ms(&mut self, ms: u32) {
        self.until(self.world.now() + Duration::from_millis(ms.into())).await;
    }
}

impl Time {
    async fn until(&self, at: Duration) {
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        let _slept = Slept { time: self, key: (at, number) };
        poll_fn(|context| {
            if self.world.now() >= at {
                return Poll::Ready(());
            }
            self.sleepers.borrow_mut().insert((at, number), context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// A timer that nobody waits for wakes nobody.
struct Slept<'t> {
    time: &'t Time,
    key: (Duration, u64),
}

impl Drop for Slept<'_> {
    fn drop(&mut self) {
        self.time.sleepers.borrow_mut().remove(&self.key);
    }
}

/// The clock of the world.
#[derive(Clone)]
pub(crate) struct TaskClock(pub(crate) VirtualWorld);

impl std::fmt::Debug for TaskClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TaskClock")
    }
}

impl Clock for TaskClock {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }
}
