//! The simulated module, its line and its peer: the same for every driver.

use usocket_simulator::{Host, VirtualWorld};

use crate::scenario::Scenario;

/// Whom the program talks to.
pub(crate) const PEER: [u8; 4] = [93, 184, 216, 34];
pub(crate) const PORT: u16 = 7000;

/// A module that has joined its network, on a line as the scenario wants it.
pub(crate) fn new(scenario: &Scenario) -> VirtualWorld {
    let world = VirtualWorld::new(scenario.profile())
        .baud(scenario.baud)
        .latency(scenario.latency)
        .joined(true);
    if let Some(depth) = scenario.host.fifo {
        world.set_host_fifo(depth);
    }
    if let Some(most) = scenario.host.read {
        world.set_read_max(most);
    }
    world
}

/// A peer that takes connections.
pub(crate) fn listen(world: &VirtualWorld) -> Host {
    world.listen(PEER, PORT)
}
