//! The driver on a simulated module, on virtual time.

#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

#[path = "../../examples/rig/any_modem.rs"]
mod any_modem;
mod uart;

use std::net::Ipv4Addr;

pub(crate) use any_modem::AnyModem;
pub(crate) use uart::WorldUart;
use usocket::clock::Clock;
use usocket::{Error, Memory, Modem, Quectel};
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

pub(crate) type WorldModem<'b> = AnyModem<'b, WorldUart, WorldClock>;

/// Runs a program against each simulated firmware.
pub(crate) fn on_every_firmware(program: impl Fn(VirtualWorld)) {
    for profile in Profile::esp_at() {
        let name = profile.name;
        println!("on {name}");
        program(VirtualWorld::new(profile));
    }
}

/// Runs a program against each simulated firmware, and each cellular module that can do as much.
pub(crate) fn on_every_module(program: impl Fn(VirtualWorld)) {
    for profile in Profile::esp_at().into_iter().chain([Profile::bg96(), Profile::ec25()]) {
        println!("on {}", profile.name);
        program(VirtualWorld::new(profile));
    }
}

/// The module of a world.
pub(crate) fn modem<'b, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    memory: &'b mut Memory<N, RX, TX>,
) -> WorldModem<'b> {
    let name = world.with_module(|module| module.profile().name);
    AnyModem::named(name, WorldUart::new(world), WorldClock(world.clone()), memory)
}

/// Runs a program on a module in this world, with three sockets of 2 KiB.
pub(crate) fn with_modem(world: &VirtualWorld, program: impl FnOnce(&WorldModem<'_>)) {
    let mut memory = Memory::<3, 2048, 512>::new();
    let modem = modem(world, &mut memory);
    program(&modem);
}

/// Lets the driver go on by itself.
pub(crate) fn idle(world: &VirtualWorld, modem: &WorldModem<'_>, ms: u32) {
    pass(world, ms, || modem.poll());
}

/// The driver on a simulated Quectel module, for what no other family can do.
pub(crate) type QuectelModem<'b> = Modem<'b, Quectel, Uart, WorldClock>;

/// The same as [`idle`] on a Quectel module.
pub(crate) fn idle_quectel(world: &VirtualWorld, modem: &QuectelModem<'_>, ms: u32) {
    pass(world, ms, || modem.poll());
}

/// Lets time pass in which the driver is polled.
fn pass(world: &VirtualWorld, ms: u32, poll: impl Fn() -> Result<bool, Error>) {
    let end = world.now_ms() + ms;
    while world.now_ms() < end {
        poll().unwrap();
        world.pause();
    }
}
