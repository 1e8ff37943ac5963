//! The calls that the programs are made of: those of the blocking shell.

use std::time::Duration;

use usocket::clock::Clock;
pub(crate) use usocket::select::{Poll, Pollable};
use usocket::{Capabilities, Memory};
pub(crate) use usocket::{File, Socket, getaddrinfo, getaddrinfo_with, socket};
use usocket_simulator::{Uart, VirtualWorld};

use crate::any_modem::AnyModem;
use crate::rig::TICK;

/// What sockets are made on.
pub(crate) type Net<'b> = AnyModem<'b, Uart, WorldClock>;

/// Virtual time after which a call counts as waiting for ever.
const FOR_EVER: u32 = 60_000;

/// The clock of the virtual world; it fails a program that waits for ever.
#[derive(Clone)]
pub(crate) struct WorldClock(VirtualWorld);

impl Clock for WorldClock {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pause(&self) {
        assert!(self.0.now_ms() < FOR_EVER, "a call waits for ever");
        self.0.pause();
    }
}

/// Runs `program` on the module of `world`: six sockets with rings of 2048 and 512 bytes.
pub(crate) fn with_net<T>(
    world: &VirtualWorld,
    firmware: &str,
    program: impl FnOnce(&Net<'_>, Capabilities) -> T,
) -> T {
    let mut memory = Memory::<6, 2048, 512>::new();
    let clock = WorldClock(world.clone());
    let modem = AnyModem::named(firmware, world.uart(), clock, &mut memory);
    modem.activate().expect("the module is there");
    program(&modem, modem.capabilities())
}

/// Lets time pass in which the driver goes on by itself.
pub(crate) fn pass(modem: &Net<'_>, world: &VirtualWorld, time: Duration) {
    let end = world.now() + time;
    while world.now() < end {
        modem.poll().expect("the line holds");
        match end.saturating_sub(world.now()) {
            left if left < TICK => world.advance(left),
            _ => world.pause(),
        }
    }
}
