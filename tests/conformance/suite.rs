//! Runs the rows of the oracle on a firmware, and tells how they went.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use usocket_simulator::Profile;

use crate::oracle::{Row, rows};
use crate::rig::Rig;
use crate::verdict::{Program, Want, holds};

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

/// What a program needs is not there in this shell.
struct Absent(&'static str);

/// Ends the program of a row (of the async suite): what it needs is not there in this shell.
#[allow(dead_code, reason = "everything is there in the blocking shell")]
pub(crate) fn absent(reason: &'static str) -> ! {
    resume_unwind(Box::new(Absent(reason)))
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
    let mut absent = None;
    let got = heard.unwrap_or_else(|panic| {
        if let Some(Absent(reason)) = panic.downcast_ref() {
            absent = Some(*reason);
            return "-".into();
        }
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        format!("PANIC: {}", text.unwrap_or("?"))
    });
    let want = wanted.unwrap_or(Want::Micropython);
    let texts = want.texts(&row);
    let outcome = match want {
        _ if absent.is_some() => Outcome::NotApplicable,
        Want::NotApplicable(_) if row.letter() == 'D' || unfit => Outcome::NotApplicable,
        _ if want.obeys(row.target) && holds(&texts, &got) => Outcome::Passed,
        _ => Outcome::Failed,
    };
    Line { row, outcome, expected: texts.join("  OR  "), got, reason: absent.or(want.reason()) }
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

/// How many rows went how.
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

/// Runs all rows on one firmware; prints the table, or only what failed.
pub(crate) fn suite(programs: &[Program], profile: &Profile, whole: bool) -> Tally {
    let lines: Vec<_> = rows().into_iter().map(|row| run(row, programs, profile)).collect();
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
    Tally { passed: count(&lines, Outcome::Passed), failed: failed.len() }
}
