//! What the driver has to reach; a run that falls below is an error.

use std::time::Duration;

use crate::driver::Driver;
use crate::outcome::Outcome;
use crate::plan::Run;
use crate::scenario::{Habit, Scenario};

/// The least utilisation of a run, if anything is demanded of it.
fn least(scenario: &Scenario) -> Option<f64> {
    let large = match scenario.habit {
        Habit::Chunks(size) => size >= 2048,
        Habit::Lines(_) | Habit::NoDelay(_) => false,
    };
    if scenario.baud != 921_600 || scenario.ring < 2048 || !large {
        return None;
    }
    let limit = crate::limit::outcome(scenario).utilisation(scenario);
    // within a hundredth of what the protocol allows
    (scenario.latency <= Duration::from_millis(5)).then_some(limit - 0.01)
}

/// Which runs of the driver fall short, in words.
pub(crate) fn missed(runs: &[Run], outcomes: &[Outcome]) -> Vec<String> {
    let ours = runs.iter().zip(outcomes).filter(|((driver, _), _)| *driver == Driver::Usocket);
    ours.filter_map(|((_, scenario), outcome)| {
        let got = outcome.utilisation(scenario);
        match (&outcome.failure, least(scenario)) {
            (Some(failure), _) => Some(format!("{scenario}: {failure}")),
            (None, Some(least)) if got < least => Some(format!(
                "{scenario}: {:.2} %, where at least {:.2} % is wanted",
                100.0 * got,
                100.0 * least
            )),
            _ => None,
        }
    })
    .collect()
}
