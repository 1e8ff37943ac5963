//! How long a call of a program may take.

use std::cell::Cell;

use usocket_simulator::VirtualWorld;

/// When the present call has to be over.
#[derive(Debug)]
pub(crate) struct Watch {
    world: VirtualWorld,
    until: Cell<u32>,
}

impl Watch {
    /// As long as it likes.
    pub(crate) fn of(world: &VirtualWorld) -> Self {
        Self { world: world.clone(), until: Cell::new(u32::MAX) }
    }

    pub(crate) fn look(&self) {
        let now = self.world.now_ms();
        assert!(now <= self.until.get(), "a call goes on at {now} ms, beyond {:?}", self.until);
    }

    pub(crate) fn allow(&self, ms: u32) {
        self.until.set(self.world.now_ms() + ms);
    }
}
