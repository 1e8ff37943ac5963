//! A scenario on `esp-at-nal` 0.5 and `atat` 0.24: the same module, line and payload.

mod board;
mod transfer;

use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use anyhow::{Result, bail};
use atat::blocking::Client;
use atat::{AtDigester, AtatIngress, Config, Ingress, ResponseSlot, UrcChannel};
use esp_at_nal::urc::URCMessages;
use esp_at_nal::wifi::Adapter;
use usocket_simulator::VirtualWorld;

use crate::outcome::Outcome;
use crate::scenario::{Habit, Scenario};
use crate::world;
use board::{Timer, Transmitter};
use transfer::Transfer;

/// What a program can choose beside the sizes of its buffers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Pause of `atat` between two commands.
    pub(crate) cooldown: Duration,
    /// Most bytes that the receive interrupt hands over at once.
    pub(crate) batch: usize,
}

impl Settings {
    /// The pause that `atat` comes with; the rest at its best.
    pub(crate) const DEFAULT: Self = Self { cooldown: Duration::from_millis(20), batch: 1 };
    /// No pause between commands, and an interrupt for every byte: `esp-at-nal` takes the notice of what is
    /// left in the module for one from before the read if both reach it together, and waits for ever for
    /// another.
    pub(crate) const BEST: Self = Self { cooldown: Duration::ZERO, batch: 1 };
    /// The same with a receive FIFO of 32 bytes, as many UARTs have one, whose interrupt comes when it is
    /// full or the line is idle.
    pub(crate) const FIFO: Self = Self { batch: 32, ..Self::BEST };
}

/// Bytes of the longest answer, and of its place in the buffers: more than any chunk needs.
const ANSWER: usize = 20 * 1024;
/// Notifications that wait for the program: more than ever do.
const NOTIFICATIONS: usize = 32;

/// Runs a scenario; `progress` is told how many bytes have been moved.
///
/// Of a run that fails the time ends with the last byte that was moved.
pub(crate) fn run(
    scenario: &Scenario,
    settings: &Settings,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let Habit::Chunks(size) = scenario.habit else {
        bail!("esp-at-nal has neither lines nor options of sockets");
    };
    macro_rules! with_chunks {
        ($($size:literal)+) => {
            match size {
                $($size => with::<$size>(scenario, settings, progress),)+
                _ => bail!("chunks of {size} bytes"),
            }
        };
    }
    with_chunks! { 256 512 1024 1460 2048 4096 8192 }
}

fn with<const CHUNK: usize>(
    scenario: &Scenario,
    settings: &Settings,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let world = world::new(scenario);
    let mut transfer = Transfer::new(scenario, &world);
    let go =
        AssertUnwindSafe(|| drive::<CHUNK>(scenario, settings, &world, &mut transfer, progress));
    let result = silently(|| panic::catch_unwind(go));
    let failure = match result {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or(panic.downcast_ref::<&str>().copied());
            Some(format!("panicked: {}", text.unwrap_or("without a message")))
        }
    };
    Ok(transfer.outcome(&world, failure))
}

/// Does something whose panic is a result.
fn silently<T>(act: impl FnOnce() -> T) -> T {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = act();
    panic::set_hook(hook);
    result
}

/// Wires the crates up as the examples of `atat` do, and moves the payload.
fn drive<const CHUNK: usize>(
    scenario: &Scenario,
    settings: &Settings,
    world: &VirtualWorld,
    transfer: &mut Transfer,
    progress: &dyn Fn(usize),
) -> Result<(), String> {
    // Statics on a microcontroller; here every run has its own, of some 100 KB.
    let slot: &'static ResponseSlot<ANSWER> = Box::leak(Box::new(ResponseSlot::new()));
    let notifications: &'static UrcChannel<URCMessages<CHUNK>, NOTIFICATIONS, 1> =
        Box::leak(Box::new(UrcChannel::new()));
    let mut ingress = Ingress::new(
        AtDigester::<URCMessages<CHUNK>>::new(),
        Box::leak(Box::new([0; ANSWER])).as_mut_slice(),
        slot,
        notifications,
    );
    let _running = board::start(world, scenario.baud, settings.batch, move |bytes| {
        let mut left = bytes;
        while !left.is_empty() {
            let room = ingress.write_buf();
            if room.is_empty() {
                ingress.clear(); // as its own loop for asynchronous UARTs does
                continue;
            }
            let count = room.len().min(left.len());
            room[..count].copy_from_slice(&left[..count]);
            // a full channel keeps the notification in the buffer, for the next bytes
            let _full = ingress.try_advance(count);
            left = &left[count..];
        }
    });
    let mut command = vec![0; CHUNK + 256];
    let cooldown = embassy_time::Duration::from_micros(settings.cooldown.as_micros() as u64);
    let config = Config::new().cmd_cooldown(cooldown);
    let client = Client::new(Transmitter, slot, &mut command, config);
    let subscription = notifications.subscribe().map_err(|error| format!("{error:?}"))?;
    let mut adapter: Adapter<'_, _, _, 1_000_000, CHUNK, CHUNK, NOTIFICATIONS> =
        Adapter::new(client, subscription, Timer::default());
    transfer.go(&mut adapter, CHUNK, progress)
}
