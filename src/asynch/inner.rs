//! What all tasks of a module share: the engine, and who is to be woken.

use core::mem;

use embassy_sync::waitqueue::{MultiWakerRegistration, WakerRegistration};

use crate::engine::{Control, Engine, Event, Supply, reached};
use crate::error::Error;
use crate::modem::Dialect;
use crate::reset::Pull;

/// What all tasks of a module share.
pub(super) struct Inner<'b, D, const TASKS: usize> {
    pub(super) engine: Engine<'b, D>,
    pub(super) reset: Option<&'b mut dyn Pull>,
    pub(super) pulled: bool,
    /// The rate of the UART.
    pub(super) baud: u32,
    /// Tasks that wait for anything to happen, and when the first of them has waited long enough.
    pub(super) tasks: MultiWakerRegistration<TASKS>,
    pub(super) due: Option<u32>,
    /// The task of the runner.
    pub(super) runner: WakerRegistration,
    /// What keeps the time has something to do; until when it sleeps.
    pub(super) roused: bool,
    pub(super) asleep_until: Option<u32>,
    /// What writes waits until there is something to write.
    pub(super) writer_waits: bool,
    /// What reads waits until a line is taken.
    pub(super) line_waits: bool,
    /// Who is to be woken.
    wakes_tasks: bool,
    wakes_runner: bool,
    pub(super) runs: Runs,
    /// Where lines go that are the program's.
    #[cfg(feature = "at-commands")]
    pub(super) urcs: Option<&'b dyn crate::at::UrcSink>,
}

/// Whether anybody moves bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    NotYet,
    Now,
    /// Not any more, for this reason.
    Ended(Error),
}

impl<'b, D: Dialect, const TASKS: usize> Inner<'b, D, TASKS> {
    pub(super) const fn new(engine: Engine<'b, D>) -> Self {
        Self {
            engine,
            reset: None,
            pulled: false,
            baud: 0,
            tasks: MultiWakerRegistration::new(),
            due: None,
            runner: WakerRegistration::new(),
            roused: false,
            asleep_until: None,
            writer_waits: false,
            line_waits: false,
            wakes_tasks: false,
            wakes_runner: false,
            runs: Runs::NotYet,
            #[cfg(feature = "at-commands")]
            urcs: None,
        }
    }

    /// With room for so many tasks; nobody waits yet.
    pub(super) fn with_tasks<const MORE: usize>(self) -> Inner<'b, D, MORE> {
        Inner {
            reset: self.reset,
            #[cfg(feature = "at-commands")]
            urcs: self.urcs,
            ..Inner::new(self.engine)
        }
    }

    /// Lets the engine go on; the runner, if that has given it something to do; and tasks, if a time
    /// is over.
    pub(super) fn go_on(&mut self, now: u32, supply: &Supply<'_>) {
        let over = self.until().is_some_and(|until| reached(now, until));
        self.engine.tick(now, supply);
        if self.engine.core.control != Control::Flying && self.line_waits {
            self.line_taken(); // nobody will
        }
        if over {
            self.wake_tasks();
        }
        let earlier = match (self.until(), self.asleep_until) {
            (Some(until), Some(asleep)) => until != asleep && reached(asleep, until),
            (until, _) => until.is_some(),
        };
        if earlier || self.wants_pull() {
            self.roused = true;
            self.wakes_runner = true;
        }
        self.wakes_runner |= self.writer_waits && self.has_step();
    }

    /// When somebody has something to do even if no byte comes.
    pub(super) fn until(&self) -> Option<u32> {
        match (self.engine.deadline(), self.due) {
            (Some(engine), Some(task)) if reached(engine, task) => Some(task),
            (engine, task) => engine.or(task),
        }
    }

    /// Whether there is something to do with the UART.
    pub(super) fn has_step(&self) -> bool {
        self.wants_rate() || self.engine.output(&Supply::default()).is_some()
    }

    pub(super) fn wants_rate(&self) -> bool {
        self.baud != 0 && self.engine.serial.rate() != self.baud
    }

    fn wants_pull(&self) -> bool {
        self.reset.is_some() && self.engine.resets() != self.pulled
    }

    /// A line of an answer waits for whoever has asked, unless that is a call that does not wait.
    pub(super) fn hand_on(&mut self, event: Event) {
        let mut waits = false;
        #[cfg(feature = "at-commands")]
        let urcs = self.urcs;
        self.engine.hand_on(
            event,
            #[cfg(feature = "at-commands")]
            &mut |line, part| urcs.is_some_and(|urcs| urcs.offer(line, part)),
            #[cfg(not(feature = "at-commands"))]
            &mut |_, _| false,
            &mut |_| waits = true,
        );
        let core = &self.engine.core;
        self.line_waits = waits && core.query == 0 && core.control == Control::Flying;
    }

    pub(super) fn line_taken(&mut self) {
        self.line_waits = false;
        self.wakes_runner = true;
    }

    pub(super) fn wake_tasks(&mut self) {
        self.due = None; // those that still wait say so again
        self.wakes_tasks = true;
    }

    /// Those who are to be woken, when nobody holds the state any more.
    pub(super) fn woken(&mut self) -> Woken<TASKS> {
        let mut woken =
            Woken { tasks: MultiWakerRegistration::new(), runner: WakerRegistration::new() };
        if mem::take(&mut self.wakes_tasks) {
            mem::swap(&mut woken.tasks, &mut self.tasks);
        }
        if mem::take(&mut self.wakes_runner) {
            mem::swap(&mut woken.runner, &mut self.runner);
        }
        woken
    }
}

/// Wakers may poll their tasks at once, which make calls.
pub(super) struct Woken<const TASKS: usize> {
    tasks: MultiWakerRegistration<TASKS>,
    runner: WakerRegistration,
}

impl<const TASKS: usize> Woken<TASKS> {
    pub(super) fn wake(mut self) {
        self.tasks.wake();
        self.runner.wake();
    }
}
