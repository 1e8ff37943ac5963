//! The driver on a module that is made of the input: any bytes from it, any calls.
//!
//! Four bytes: the kind of module, its habits, the driver's memory and clock, and how many bytes of
//! calls follow; the rest is the module's script.

use core::cell::{Cell, RefCell};

use usocket::network::{Cellular, Network, QuectelFamily, STA_IF, Wlan};
use usocket::{Memory, Modem};

use crate::answers::Kind;
use crate::calls;
use crate::input::Input;
use crate::marks;
use crate::program::Program;
use crate::puppet::{Line, Puppet, Stage};
use crate::watch::{Watch, World as _};

/// See the module.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (module, habits, driver, calls) = (input.byte(), input.byte(), input.byte(), input.byte());
    let calls = input.bytes(usize::from(calls));
    let kind = [
        Kind::EspAt,
        Kind::Quectel,
        Kind::Gsm,
        Kind::NbIot,
        Kind::SimCom,
        Kind::Quectel,
        Kind::Gsm,
        Kind::EspAt,
    ][usize::from(module & 7)];
    let puppet = Puppet::new(kind, habits, input.rest());
    // a tick that wraps soon, for some
    let now = if driver & 2 == 0 { 0 } else { u32::MAX - 5000 };
    let watch = Watch::new(Stage { now: Cell::new(now), puppet: RefCell::new(puppet) });
    if driver & 1 == 0 {
        on_module::<3, 256, 64>(&watch, module, driver, calls);
    } else {
        on_module::<2, 1, 1>(&watch, module, driver, calls);
    }
}

fn on_module<const N: usize, const RX: usize, const TX: usize>(
    watch: &Watch<Stage<'_>>,
    module: u8,
    driver: u8,
    calls: &[u8],
) {
    let hook = || watch.hook();
    let mut memory = Memory::<N, RX, TX>::new();
    let (line, calls) = (Line(watch), Input::new(calls));
    match module & 7 {
        0 | 7 => {
            let modem = Modem::esp_at(line, watch, &mut memory);
            modem.on_idle(Some(&hook));
            let wlan = Wlan::new(&modem, STA_IF);
            play(watch, &wlan, calls, &mut |input| calls::wlan(&modem, &wlan, input), &mut || {
                let _ = (modem.poll(), modem.next_poll_ms(), modem.counters());
            });
        }
        4 => {
            let modem = Modem::simcom(line, watch, &mut memory);
            modem.on_idle(Some(&hook));
            let lte = Cellular::new(&modem);
            play(watch, &lte, calls, &mut |input| calls::cellular(&lte, input), &mut || {
                let _ = (modem.poll(), modem.next_poll_ms(), modem.counters());
            });
        }
        known => {
            let modem = match known {
                5 => Modem::quectel_family(line, watch, &mut memory, QuectelFamily::Ec2x),
                6 => Modem::quectel_family(line, watch, &mut memory, QuectelFamily::M66),
                _ => Modem::quectel(line, watch, &mut memory),
            };
            modem.on_idle(Some(&hook));
            let poll = &mut || {
                let _ = (modem.poll(), modem.next_poll_ms(), modem.family());
            };
            if driver & 4 == 0 {
                let lte = Cellular::new(&modem);
                play(watch, &lte, calls, &mut |input| calls::cellular(&lte, input), poll);
            } else {
                let lte = calls::with_pins(Cellular::new(&modem));
                play(watch, &lte, calls, &mut |input| calls::cellular(&lte, input), poll);
            }
        }
    }
}

fn play<N: Network>(
    watch: &Watch<Stage<'_>>,
    net: &N,
    mut calls: Input<'_>,
    network: &mut dyn FnMut(&mut Input<'_>),
    poll: &mut dyn FnMut(),
) {
    watch.begin();
    network(&mut Input::new(&[0])); // active
    watch.begin();
    network(&mut Input::new(&[1])); // connect
    let mut program = Program::new(net, watch, true);
    while !calls.is_empty() {
        program.step(&mut calls, network, poll);
        let puppet = watch.world.puppet.borrow();
        assert!(program.handed_out <= puppet.given, "more than the module has said");
        if puppet.honest {
            marks::check(&program.received, &puppet.delivered);
        }
    }
    drop(program);
    for _ in 0..20 {
        watch.begin();
        poll();
        watch.world.pass(100);
    }
}
