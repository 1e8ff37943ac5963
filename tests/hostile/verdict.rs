//! What must be true of a program whose module lies.

use std::time::Duration;

use crate::program::{Run, Who};

/// Longest time that one lie may cost a program.
const COST: Duration = Duration::from_secs(200);

/// What the peers of each socket send.
const SENT: [(Who, &[&str]); 6] = [
    (Who::A, &["hello", "tail"]),
    (Who::B, &["for b"]),
    (Who::U, &["datagram"]),
    (Who::L, &["for c"]),
    (Who::Last, &["again"]),
    (Who::Again, &["again"]),
];

/// What is wrong with a run in which the module lied once.
pub(crate) fn verdict(base: &Run, run: &Run) -> Option<String> {
    if run.steps.len() < base.steps.len() {
        return Some("steps are missing".into());
    }
    for step in &run.steps {
        for (who, texts) in SENT {
            let last = [Who::Last, Who::Again];
            let own = who == step.who || (last.contains(&who) && last.contains(&step.who));
            let foreign = !own && texts.iter().any(|text| step.outcome.contains(text));
            if foreign && !matches!(step.call, "connect" | "accept") {
                return Some(format!("{:?} {}: {}, of {who:?}", step.who, step.call, step.outcome));
            }
        }
    }
    // it may cost one exchange until it is found out
    let text = |who| run.steps.iter().find(|step| step.who == who && step.call == "recv");
    // a stream may give less at a time
    let works = |who| text(who).is_some_and(|step| step.outcome.starts_with("Ok(\"a"));
    if !works(Who::Last) && !works(Who::Again) {
        let ends =
            run.steps.iter().rev().take(8).map(|step| format!("{} {}", step.call, step.outcome));
        return Some(format!("it is not usable after: {:?}", ends.collect::<Vec<_>>()));
    }
    let end = |run: &Run| run.steps.last().map(|step| step.end).unwrap_or_default();
    (end(run) > end(base) + COST).then(|| format!("it took until {:?}", end(run)))
}
