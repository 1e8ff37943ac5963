//! The results as Markdown.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use crate::driver::Driver;
use crate::outcome::Outcome;
use crate::plan::Run;

/// A section: rows of what is told apart, and a column for each latency (and driver, if there are several).
pub(crate) fn render(
    title: &str,
    runs: &[Run],
    outcomes: &[Outcome],
) -> Result<String, fmt::Error> {
    let mut text = String::new();
    writeln!(text, "### {title}\n")?;
    let columns: BTreeSet<(Driver, u128)> =
        runs.iter().map(|(driver, scenario)| (*driver, scenario.latency.as_millis())).collect();
    let several = columns.iter().map(|(driver, _)| driver).collect::<BTreeSet<_>>().len() > 1;
    write!(text, "| module | | baud | sockets | ring | program |")?;
    for (driver, latency) in &columns {
        let who = if several { format!("{driver}, ") } else { String::new() };
        write!(text, " {who}{latency} ms |")?;
    }
    writeln!(text, "\n|---|---|--:|--:|--:|---|{}", "--:|".repeat(columns.len()))?;
    let mut written = Vec::new();
    for (_, scenario) in runs {
        let same = |other: &crate::scenario::Scenario| {
            (other.module, other.direction, other.baud, other.sockets, other.ring, other.habit)
                == (
                    scenario.module,
                    scenario.direction,
                    scenario.baud,
                    scenario.sockets,
                    scenario.ring,
                    scenario.habit,
                )
        };
        if written.iter().any(same) {
            continue;
        }
        written.push(*scenario);
        write!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            scenario.module,
            scenario.direction,
            scenario.baud,
            scenario.sockets,
            scenario.ring,
            scenario.habit
        )?;
        for &(driver, latency) in &columns {
            let place = runs.iter().position(|(who, other)| {
                *who == driver && other.latency.as_millis() == latency && same(other)
            });
            match place.map(|place| &outcomes[place]) {
                Some(outcome) => write!(text, " {} |", cell(outcome, scenario))?,
                None => write!(text, " |")?,
            }
        }
        writeln!(text)?;
    }
    Ok(text)
}

fn cell(outcome: &Outcome, scenario: &crate::scenario::Scenario) -> String {
    match &outcome.failure {
        None => format!("{:.1} %", 100.0 * outcome.utilisation(scenario)),
        Some(_) => format!("fails after {} B", outcome.delivered),
    }
}

/// What went wrong, run by run.
pub(crate) fn failures(runs: &[Run], outcomes: &[Outcome]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for ((driver, scenario), outcome) in runs.iter().zip(outcomes) {
        if let Some(failure) = &outcome.failure {
            let delivered = outcome.delivered;
            writeln!(text, "* {driver}: {scenario}: {delivered} bytes, then: {failure}")?;
        }
    }
    Ok(text)
}
