//! The driver on a simulated module, with arbitrary bytes and lines between what that says.
//!
//! Four bytes: the module, how it is cut, the driver's memory, and how many bytes of calls follow;
//! the rest says what happens on the line, a byte at a time: see [`crate::tampered`].

use usocket::network::{Cellular, Network, STA_IF, Wlan};
use usocket::{Memory, Modem};
use usocket_simulator::{Profile, VirtualWorld};

use crate::answers::Kind;
use crate::calls;
use crate::input::Input;
use crate::program::Program;
use crate::tampered::{Simulated, Tampered};
use crate::watch::{Watch, World as _};

/// See the module.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (module, habits, driver, calls) = (input.byte(), input.byte(), input.byte(), input.byte());
    let calls = input.bytes(usize::from(calls));
    let profiles = Profile::all();
    let profile = profiles[usize::from(module) % profiles.len()].clone();
    let kind = match profile.name {
        name if name.starts_with("simcom") => Kind::SimCom,
        name if name.starts_with("quectel") => Kind::Quectel,
        _ => Kind::EspAt,
    };
    let world = VirtualWorld::new(profile).joined(driver & 2 == 0).dns("b", [10, 0, 0, 1]);
    world.listen([10, 0, 0, 1], 80).greet(b"hello").echo();
    world.listen([10, 0, 0, 1], 7).echo();
    world.udp_host([10, 0, 0, 1], 7).echo();
    world.host([10, 0, 0, 0]);
    let watch = Watch::new(Simulated(world));
    if driver & 1 == 0 {
        on_module::<3, 256, 64>(&watch, kind, habits, calls, input);
    } else {
        on_module::<2, 1, 1>(&watch, kind, habits, calls, input);
    }
}

fn on_module<const N: usize, const RX: usize, const TX: usize>(
    watch: &Watch<Simulated>,
    kind: Kind,
    habits: u8,
    calls: &[u8],
    script: Input<'_>,
) {
    let hook = || watch.hook();
    let given = core::cell::Cell::new(0);
    let mut memory = Memory::<N, RX, TX>::new();
    let line = Tampered::new(watch, kind, habits, script, &given);
    let calls = Input::new(calls);
    match kind {
        Kind::EspAt => {
            let modem = Modem::esp_at(line, watch, &mut memory);
            modem.on_idle(Some(&hook));
            let wlan = Wlan::new(&modem, STA_IF);
            let network = &mut |input: &mut Input<'_>| calls::wlan(&modem, &wlan, input);
            play(watch, &wlan, calls, &given, network, &mut || _ = modem.poll());
        }
        Kind::SimCom => {
            let modem = Modem::simcom(line, watch, &mut memory);
            modem.on_idle(Some(&hook));
            let lte = Cellular::new(&modem);
            let network = &mut |input: &mut Input<'_>| calls::cellular(&lte, input);
            play(watch, &lte, calls, &given, network, &mut || _ = modem.poll());
        }
        _ => {
            let modem = Modem::quectel(line, watch, &mut memory);
            modem.on_idle(Some(&hook));
            let lte = Cellular::new(&modem);
            let network = &mut |input: &mut Input<'_>| calls::cellular(&lte, input);
            play(watch, &lte, calls, &given, network, &mut || _ = modem.poll());
        }
    }
}

fn play<N: Network>(
    watch: &Watch<Simulated>,
    net: &N,
    mut calls: Input<'_>,
    given: &core::cell::Cell<usize>,
    network: &mut dyn FnMut(&mut Input<'_>),
    poll: &mut dyn FnMut(),
) {
    watch.begin();
    network(&mut Input::new(&[0]));
    let mut program = Program::new(net, watch, false);
    let mut clients = Vec::new();
    while !calls.is_empty() {
        program.step(&mut calls, network, poll);
        assert!(program.handed_out <= given.get(), "more than the module has said");
        if clients.len() < 4 && calls.byte() == 255 {
            let client = watch.world.0.connect_in(80);
            client.send(b"from a client");
            clients.push(client);
        }
    }
    drop(program);
    for _ in 0..10 {
        watch.begin();
        poll();
        watch.world.pass(100);
    }
}
