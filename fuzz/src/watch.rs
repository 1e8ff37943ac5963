//! Virtual time, and what watches that every call ends.

use core::cell::Cell;

use usocket::Idle;
use usocket::clock::Clock;

/// Something that goes on while time passes.
pub(crate) trait World {
    /// The present tick in ms.
    fn now(&self) -> u32;

    /// Lets so many ms pass.
    fn pass(&self, ms: u32);
}

/// Rounds of waiting after which the program ends a wait.
const ROUNDS: u32 = 3000;
/// Time after which the program ends a wait, in ms.
const PATIENCE: u32 = 300_000;
/// Rounds after the program has had enough, within which a call must come back: what has been
/// promised to the module is kept (a payload), and that takes as long as a command may.
const GRACE: u32 = 5000;
/// Longest step of time, in ms; short ones come first.
const STEP: u32 = 128;

/// The clock of a program: it jumps ahead when nothing happens.
#[derive(Debug)]
pub(crate) struct Watch<W> {
    pub(crate) world: W,
    step: Cell<u32>,
    start: Cell<u32>,
    rounds: Cell<u32>,
    pauses: Cell<u32>,
}

impl<W: World> Watch<W> {
    pub(crate) fn new(world: W) -> Self {
        let start = Cell::new(world.now());
        Self { world, step: Cell::new(1), start, rounds: Cell::new(0), pauses: Cell::new(0) }
    }

    /// A call begins.
    pub(crate) fn begin(&self) {
        self.start.set(self.world.now());
        self.rounds.set(0);
        self.pauses.set(0);
    }

    /// Ms since the call began.
    pub(crate) fn elapsed(&self) -> u32 {
        self.world.now().wrapping_sub(self.start.get())
    }

    /// How often the call let time pass.
    pub(crate) fn pauses(&self) -> u32 {
        self.pauses.get()
    }

    /// Something moves on the line: time goes slowly.
    pub(crate) fn stir(&self) {
        self.step.set(1);
    }

    /// The program's hook: it waits for a while, then has enough.
    pub(crate) fn hook(&self) -> Idle {
        let rounds = self.rounds.get() + 1;
        self.rounds.set(rounds);
        assert!(rounds < ROUNDS + GRACE, "a call goes on waiting after it has been ended");
        if rounds > ROUNDS || self.elapsed() > PATIENCE { Idle::Abort } else { Idle::Continue }
    }
}

impl<W: World> Clock for Watch<W> {
    fn now(&self) -> u32 {
        self.world.now()
    }

    fn pause(&self) {
        let pauses = self.pauses.get() + 1;
        self.pauses.set(pauses);
        assert!(pauses < ROUNDS + GRACE, "a call that does not end");
        let step = self.step.get();
        self.step.set((step * 2).min(STEP));
        self.world.pass(step);
    }
}
