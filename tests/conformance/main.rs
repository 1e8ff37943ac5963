//! The conformance suite: every row of `oracle.tsv` as a program on a simulated module (README.md).

#[path = "../../examples/rig/any_modem.rs"]
mod any_modem;
mod call;
mod capabilities;
mod closing;
mod connected;
mod extras;
mod fresh;
mod getaddrinfo;
mod listener;
mod nonblocking;
mod oracle;
mod peer_fin;
mod peer_rst;
mod rig;
mod select;
mod timeout;
mod udp;
mod verdict;

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use oracle::{Row, rows};
use rig::Rig;
use usocket_simulator::Profile;
use verdict::{Program, Want, holds};

fn programs() -> Vec<Program> {
    [
        fresh::PROGRAMS,
        connected::PROGRAMS,
        peer_fin::PROGRAMS,
        peer_rst::PROGRAMS,
        nonblocking::PROGRAMS,
        timeout::PROGRAMS,
        udp::PROGRAMS,
        listener::PROGRAMS,
        closing::PROGRAMS,
        getaddrinfo::PROGRAMS,
        select::PROGRAMS,
        extras::PROGRAMS,
    ]
    .concat()
}

/// How a row went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    NotApplicable,
    /// An artefact of Linux.
    Linux,
}

/// One line of the table.
struct Line {
    row: Row,
    outcome: Outcome,
    expected: String,
    got: String,
    reason: Option<&'static str>,
}

/// Prints the end of the dialogue if a program panics.
struct Teller(usocket_simulator::VirtualWorld);

impl Drop for Teller {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let transcript = self.0.transcript();
            let lines: Vec<_> = transcript.lines().collect();
            println!("{}", lines[lines.len().saturating_sub(20)..].join("\n"));
        }
    }
}

/// Runs the program of a row on a fresh module.
fn run(row: Row, programs: &[Program], profile: &Profile) -> Line {
    let program = programs.iter().find(|program| program.id == row.id);
    let Some(program) = program.filter(|_| row.letter() != 'L') else {
        let outcome = if row.letter() == 'L' { Outcome::Linux } else { Outcome::Failed };
        let [expected, got] = if outcome == Outcome::Linux {
            [row.micropython.to_owned(), "not run".to_owned()]
        } else {
            [row.target.to_owned(), "NO PROGRAM".to_owned()]
        };
        return Line { row, outcome, expected, got, reason: None };
    };
    let (mut wanted, mut unfit) = (None, false);
    let heard = catch_unwind(AssertUnwindSafe(|| {
        Rig::with(profile.clone(), |rig| {
            let _teller = Teller(rig.world.clone());
            let reason = rig.module.unfit(&row);
            unfit = reason.is_some();
            let want = reason.map_or_else(|| (program.want)(rig.module), Want::NotApplicable);
            wanted = Some(want);
            if matches!(want, Want::NotApplicable(_)) {
                "-".into()
            } else {
                (program.run)(rig).text()
            }
        })
    }));
    let got = heard.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        format!("PANIC: {}", text.unwrap_or("?"))
    });
    let want = wanted.unwrap_or(Want::Micropython);
    let texts = want.texts(&row);
    let outcome = match want {
        Want::NotApplicable(_) if row.letter() == 'D' || unfit => Outcome::NotApplicable,
        _ if want.obeys(row.target) && holds(&texts, &got) => Outcome::Passed,
        _ => Outcome::Failed,
    };
    Line { row, outcome, expected: texts.join("  OR  "), got, reason: want.reason() }
}

fn table(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let ok = match line.outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::NotApplicable => "n/a",
            Outcome::Linux => "L",
        };
        let Row { id, probe, target, .. } = line.row;
        let _ = writeln!(text, "{ok:6} {id} | {target} | {probe}");
        let _ = writeln!(text, "            expected  {}", line.expected);
        let _ = writeln!(text, "            got       {}", line.got);
        if let Some(reason) = line.reason {
            let _ = writeln!(text, "            reason    {reason}");
        }
    }
    text
}

fn count(lines: &[Line], outcome: Outcome) -> usize {
    lines.iter().filter(|line| line.outcome == outcome).count()
}

/// Runs all rows on one firmware; prints the table, or only what failed.
fn suite(profile: &Profile, whole: bool) -> usize {
    let programs = programs();
    let lines: Vec<_> = rows().into_iter().map(|row| run(row, &programs, profile)).collect();
    let failed: Vec<_> = lines.iter().filter(|line| line.outcome == Outcome::Failed).collect();
    if whole {
        println!("{}", table(&lines));
    }
    let unfit = count(&lines, Outcome::NotApplicable);
    println!(
        "{}: {} rows: {} passed, {unfit} not applicable on this module (reasons above), {} L{}",
        profile.name,
        lines.len(),
        count(&lines, Outcome::Passed),
        count(&lines, Outcome::Linux),
        if failed.is_empty() { String::new() } else { format!("; {} FAILED", failed.len()) },
    );
    for line in &failed {
        let Line { row, expected, got, .. } = line;
        println!(
            "FAILED on {}: {}: {}\n    expected {expected}\n    got      {got}",
            profile.name, row.id, row.probe
        );
    }
    failed.len()
}

/// The modules that the suite demands everything of; NB-IoT and old GSM modules have no servers, and
/// one peer for each datagram socket.
fn modules() -> Vec<Profile> {
    [Profile::esp_at(), vec![Profile::bg96(), Profile::ec25()]].concat()
}

#[test]
fn every_row_holds() {
    assert_eq!(suite(&Profile::esp32c3_4_1(), true), 0, "rows that failed");
}

#[test]
fn every_row_holds_on_every_firmware() {
    let failed: usize = modules().iter().map(|profile| suite(profile, false)).sum();
    assert_eq!(failed, 0, "rows that failed");
}

#[test]
fn the_table_of_capabilities_has_every_field() {
    let table = capabilities::table(&Profile::all());
    println!("{table}");
    let fields = format!("{:?}", usocket::Capabilities::default());
    for field in fields.split([' ', ',', '{', '}']).filter_map(|word| word.strip_suffix(':')) {
        assert!(table.contains(&format!("\n{field} ")), "{field} is not in the table");
    }
}

#[test]
fn each_row_has_one_program_and_each_program_a_row() {
    let rows = rows();
    let programs = programs();
    for row in &rows {
        let count = programs.iter().filter(|program| program.id == row.id).count();
        assert_eq!(count, usize::from(row.letter() != 'L'), "programs of {}", row.id);
    }
    for program in &programs {
        assert!(rows.iter().any(|row| row.id == program.id), "no row {}", program.id);
    }
}
