//! Virtual time: letting it pass, and what is to happen later.

use super::VirtualWorld;
use crate::world::UartError;
use core::fmt;
use core::time::Duration;
use std::collections::BTreeMap;

/// Something to do at a given time.
type Action = Box<dyn FnOnce(&VirtualWorld)>;

/// Actions in the order of their times, and of their making.
#[derive(Default)]
pub(super) struct Agenda {
    actions: BTreeMap<(Duration, u64), Action>,
    sequence: u64,
}

impl Agenda {
    fn add(&mut self, at: Duration, action: Action) {
        self.sequence += 1;
        self.actions.insert((at, self.sequence), action);
    }

    fn next(&self) -> Option<Duration> {
        self.actions.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the first action that is due by `until`, with its time.
    fn take(&mut self, until: Duration) -> Option<(Duration, Action)> {
        let entry = self.actions.first_entry().filter(|entry| entry.key().0 <= until)?;
        let at = entry.key().0;
        Some((at, entry.remove()))
    }
}

impl fmt::Debug for Agenda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agenda").field("next", &self.next()).finish_non_exhaustive()
    }
}

impl VirtualWorld {
    /// Time since the start.
    pub fn now(&self) -> Duration {
        self.with(|inner| inner.now)
    }

    /// Milliseconds since the start, as a driver's clock wants them.
    pub fn now_ms(&self) -> u32 {
        self.now().as_millis() as u32
    }

    /// Does something when that much time has passed: the other side's part while the host waits
    /// in a blocking call.
    ///
    /// `action` may use every handle of the world. Actions of the same time run in the order in
    /// which they were given; each finds everything done that was due before it.
    ///
    /// ```
    /// use core::time::Duration;
    /// use embedded_io::Read;
    /// use usocket_simulator::{Profile, VirtualWorld};
    ///
    /// let world = VirtualWorld::new(Profile::esp32c3_4_1());
    /// world.after(Duration::from_secs(5), |world| world.inject(b"x"));
    /// assert_eq!(world.uart().read(&mut [0]), Ok(1));
    /// assert_eq!(world.now().as_secs(), 5);
    /// ```
    pub fn after(&self, delay: Duration, action: impl FnOnce(&Self) + 'static) {
        let at = self.now() + delay;
        self.agenda.borrow_mut().add(at, Box::new(action));
    }

    /// Lets time pass until something happens, at most a millisecond.
    pub fn pause(&self) {
        let now = self.now();
        if self.agenda.borrow().next().is_some_and(|at| at <= now) {
            self.run_until(now);
        }
        let activity = self.with(|inner| {
            inner.settle();
            inner.next_activity()
        });
        let next = [activity, self.agenda.borrow().next()].into_iter().flatten();
        let most = now + Duration::from_millis(1);
        self.run_until(next.filter(|at| *at > now).fold(most, Duration::min));
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.run_until(self.now() + time);
    }

    /// When something happens next, if ever.
    pub fn next_activity(&self) -> Option<Duration> {
        let activity = self.with(|inner| inner.next_activity());
        [activity, self.agenda.borrow().next()].into_iter().flatten().min()
    }

    /// Runs everything up to and including `until`, actions included.
    fn run_until(&self, until: Duration) {
        loop {
            // The agenda is free again before the action runs: it may add another.
            let due = self.agenda.borrow_mut().take(until);
            let Some((at, action)) = due else { break };
            self.with(|inner| inner.run_until(at));
            action(self);
        }
        self.with(|inner| inner.run_until(until));
    }

    /// The host writes and waits until its bytes have left.
    pub(super) fn host_write(&self, bytes: &[u8]) {
        let end = self.with(|inner| inner.host_puts(bytes));
        self.run_until(end);
    }

    /// The host reads, and waits for the first byte up to the read limit.
    pub(super) fn host_read(&self, buffer: &mut [u8]) -> Result<usize, UartError> {
        let limit = self.with(|inner| inner.now + inner.read_limit);
        while !self.with(|inner| inner.gathers()) {
            match self.next_activity() {
                Some(at) if at <= limit => self.run_until(at.max(self.now())),
                _ => {
                    self.run_until(limit);
                    return Err(UartError::TimedOut);
                }
            }
        }
        self.with(|inner| inner.host_takes(buffer))
    }
}
