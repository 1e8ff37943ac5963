//! The driver on a simulated module, on virtual time.

#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

use std::net::Ipv4Addr;

use usocket::clock::Clock;
use usocket::{EspAt, Memory, Modem};
use usocket_simulator::{Profile, Uart, VirtualWorld};

pub(crate) const PEER: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);

/// The clock of a virtual world.
#[derive(Clone)]
pub(crate) struct WorldClock(pub(crate) VirtualWorld);

impl Clock for WorldClock {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pause(&self) {
        self.0.pause();
    }
}

pub(crate) type WorldModem<'b> = Modem<'b, EspAt, Uart, WorldClock>;

/// Runs a program against each simulated firmware.
pub(crate) fn on_every_firmware(program: impl Fn(VirtualWorld)) {
    for profile in Profile::esp_at() {
        let name = profile.name;
        println!("on {name}");
        program(VirtualWorld::new(profile));
    }
}

/// Runs a program on a module in this world, with three sockets of 2 KiB.
pub(crate) fn with_modem(world: &VirtualWorld, program: impl FnOnce(&WorldModem<'_>)) {
    let mut memory = Memory::<3, 2048, 512>::new();
    let modem = Modem::esp_at(world.uart(), WorldClock(world.clone()), &mut memory);
    program(&modem);
}

/// Lets the driver go on by itself.
pub(crate) fn idle(world: &VirtualWorld, modem: &WorldModem<'_>, ms: u32) {
    let end = world.now_ms() + ms;
    while world.now_ms() < end {
        modem.poll().unwrap();
        world.pause();
    }
}
