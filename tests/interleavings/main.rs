//! Lines that may come unasked, at the places between the writes of the module, in a program that makes
//! the driver write every kind of command: what the calls return is what it is without that line, but for what
//! the line itself says.
//!
//! The lines and their effects are those of esp-at.md §2.3, §14 and quectel.md §1.5, §8, §9, §15.2. Of places
//! that are alike, such as those of a question that is asked again and again, one is tried, and at each place a
//! part of the lines; with `USOCKET_INTERLEAVINGS=all` in the environment all lines are tried at all places.

mod effect;
mod lines;
#[allow(dead_code, reason = "shared with the hostile modules, which use all of it")]
mod program;
#[path = "../world/mod.rs"]
mod world;

use std::collections::HashMap;
use std::time::Duration;

use lines::{Effect, Line};
use program::{Event, Place, Run, Who};
use usocket_simulator::{Direction, Profile};

/// Whether everything is tried.
fn all() -> bool {
    std::env::var("USOCKET_INTERLEAVINGS").is_ok_and(|value| value == "all")
}

/// The places between which a module may say something else: between its writes, and on a cellular module
/// also between the lines of one (quectel.md §1.5), but in no body.
fn places(base: &Run, cellular: bool) -> Vec<Place> {
    let mut places = Vec::new();
    let mut seen = HashMap::new();
    let mut asked = String::new();
    let mut write = 0;
    // what the last socket does, others have done before
    let last = base.steps.iter().rposition(|step| step.who != Who::Last);
    let over = base.steps[last.unwrap_or_default()].end;
    for entry in base.dialogue.iter().filter(|entry| entry.time < over) {
        let text = String::from_utf8_lossy(&entry.bytes).into_owned();
        let kind: String = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
        if entry.direction == Direction::Host {
            asked = kind;
            continue;
        }
        let body = text.contains("+QIRD: ") || text.contains("+CARECV: ");
        let last = text.strip_suffix("\r\nOK\r\n").map_or(0, str::len);
        let mut offsets = vec![0];
        if cellular && last > 0 {
            offsets.push(last);
            if !body {
                let ends = text[..last].match_indices("\r\n+").map(|(at, _)| at + 2);
                offsets.extend(ends.filter(|&at| at > 2));
            }
        }
        for offset in offsets {
            let times = seen.entry((asked.clone(), kind.clone(), offset)).or_insert(0);
            *times += 1;
            if *times == 1 || all() {
                places.push(Place { write, offset });
            }
        }
        write += 1;
    }
    places
}

/// Tries the lines at the places: at each place one line of `stride`, at the next place the next one.
fn try_all(profile: &Profile, lines: &[Line], stride: usize) {
    let stride = if all() { 1 } else { stride };
    let base = program::run(profile, None);
    let places = places(&base, profile.is_cellular());
    let mut wrong = Vec::new();
    let mut runs = 0;
    for (number, &place) in places.iter().enumerate() {
        for (index, &(line, effect)) in lines.iter().enumerate() {
            if (index + number) % stride != 0 {
                continue;
            }
            runs += 1;
            let run = program::run(profile, Some(Event::Line(place, line)));
            if let Some(what) = effect::verdict(effect, &base, &run) {
                let line = String::from_utf8_lossy(line).into_owned();
                wrong.push(format!("{line:?} at {place:?}: {what}"));
            }
        }
    }
    println!("{}: {runs} runs, {} places", profile.name, places.len());
    assert!(wrong.is_empty(), "{} on {}:\n{}", wrong.len(), profile.name, wrong.join("\n"));
}

fn profile(name: &str) -> Profile {
    Profile::by_name(name).unwrap()
}

/// Lets the peers close, one in each run, just before and just after everything that the module says.
fn close_all(profile: &Profile) {
    let base = program::run(profile, None);
    let mut wrong = Vec::new();
    for place in places(&base, false) {
        let said = base.dialogue.iter().filter(|entry| entry.direction == Direction::Module);
        let Some(entry) = said.clone().nth(place.write) else { continue };
        for (who, after) in [(Who::A, 0), (Who::B, 1), (Who::L, 0), (Who::A, 1)] {
            let at = entry.time + Duration::from_micros(after * 300);
            let run = program::run(profile, Some(Event::Close(at, who)));
            if let Some(what) = effect::verdict(Effect::Ends(who), &base, &run) {
                wrong.push(format!("{who:?} at {at:?}: {what}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} on {}:\n{}", wrong.len(), profile.name, wrong.join("\n"));
}

#[test]
fn on_esp_at() {
    try_all(&profile("esp32c3-4.1"), lines::ESP_AT, 2);
}
#[test]
fn on_esp8266() {
    try_all(&profile("esp8266-2.2.2"), lines::ESP_AT, 2);
}
#[test]
fn on_nonos() {
    try_all(&profile("nonos-1.7"), lines::ESP_AT, 2);
}
#[test]
fn on_quectel() {
    try_all(&profile("quectel-bg96"), lines::QUECTEL, 4);
}
#[test]
fn on_ec25() {
    try_all(&profile("quectel-ec25"), lines::QUECTEL, 4);
}
#[test]
fn on_simcom() {
    try_all(&profile("simcom-sim7080"), lines::SIMCOM, 1);
}

#[test]
fn peers_that_close_at_any_time_end_their_own_sockets_alone() {
    for name in ["esp32c3-4.1", "esp8266-2.2.2", "quectel-bg96", "simcom-sim7080"] {
        close_all(&profile(name));
    }
}
