//! Random programs over a module with random faults, from seeds: no byte lost, none invented.
//!
//! A seed is a program (`script.rs`), which runs on a simulated module (`program.rs` says what is
//! checked) in virtual time. One that fails is shrunk and printed with the end of its dialogue; kept in
//! `found.rs`, it is a regression test.
//!
//! `STORM_SEEDS=1000..3000 cargo test --test storm` runs other seeds; `STORM_SHRINK=0` leaves a failing
//! program as it is; `STORM_LINES=200` prints more of its dialogue.

mod bytes;
mod calm;
mod damage;
mod datagrams;
mod every_byte;
mod fault;
mod found;
mod generator;
mod program;
mod script;
mod server;
mod shrink;
mod stream;
mod tally;
mod watch;
mod weather;
#[path = "../world/mod.rs"]
mod world;

use std::cell::Cell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use script::Script;
use tally::Tally;

/// A number of the environment.
fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).map_or(usual, |text| text.parse().expect(name))
}

/// The seeds to run: so many, or those of the environment.
fn seeds(most: u64) -> Range<u64> {
    let seeds = std::env::var("STORM_SEEDS").unwrap_or_else(|_| format!("0..{most}"));
    let (first, last) = seeds.split_once("..").expect("STORM_SEEDS is FIRST..LAST");
    first.parse().unwrap()..last.parse().unwrap()
}

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a program holds; its panic is printed unless `silent`.
fn holds(script: &Script<'_>, tally: &Tally, silent: bool) -> bool {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !SILENT.get() {
                usual(info);
            }
        }));
    });
    SILENT.set(silent);
    let world = program::world(script);
    let held = catch_unwind(AssertUnwindSafe(|| program::run(script, &world, tally))).is_ok();
    SILENT.set(false);
    if !held && !silent {
        let transcript = world.transcript();
        let lines: Vec<_> = transcript.lines().collect();
        println!("the end of {} lines:", lines.len());
        for line in &lines[lines.len().saturating_sub(setting("STORM_LINES", 40))..] {
            println!("{}", line.chars().take(110).collect::<String>());
        }
    }
    held
}

/// Runs the programs of all seeds on a module; prints what is left of those that fail.
fn storm(profile: &str, seeds: Range<u64>) -> Tally {
    let tally = Tally::default();
    let mut failed = Vec::new();
    for seed in seeds {
        generator::generate(profile, seed, |script| {
            if holds(&script, &tally, true) {
                return;
            }
            failed.push(seed);
            let fails = |script: &Script<'_>| !holds(script, &Tally::default(), true);
            let steps = match setting("STORM_SHRINK", 1) {
                0 => script.steps.to_vec(),
                _ => shrink::shrink(script, fails),
            };
            let script = Script { steps: &steps, ..script };
            println!("seed {seed} on {profile}:");
            holds(&script, &Tally::default(), false);
            println!("{}", script.source());
        });
    }
    tally.print(profile);
    assert!(failed.is_empty(), "seeds that failed on {profile}: {failed:?}");
    tally
}

#[test]
fn what_was_found_once_does_not_come_back() {
    for found in found::FOUND {
        assert!(holds(&found.script, &Tally::default(), false), "{}", found.showed);
    }
}

macro_rules! storms {
    ($($test:ident: $profile:literal, $seeds:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let tally = storm($profile, seeds($seeds));
                if std::env::var("STORM_SEEDS").is_err() {
                    tally.is_worth_something(generator::is_cellular($profile));
                }
            }
        )*
    };
}

storms! {
    no_byte_is_lost_or_invented_on_esp32c3: "esp32c3-4.1", 60;
    nor_on_esp32: "esp32-3.2", 60;
    nor_on_esp8266: "esp8266-2.2.2", 60;
    nor_on_nonos: "nonos-1.7", 60;
    nor_on_esp32c6: "esp32c6-5.0", 60;
    nor_on_bg96: "quectel-bg96", 60;
    nor_on_ec25: "quectel-ec25", 60;
    nor_on_bc66: "quectel-bc66", 60;
    nor_on_m95: "quectel-m95", 60;
    nor_on_sim7080: "simcom-sim7080", 60;
}
