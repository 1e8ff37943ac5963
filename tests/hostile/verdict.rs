//! What must be true of a program whose module lies.

use std::time::Duration;

use crate::program::{Run, Who};

/// Longest time that one lie may cost a program.
const COST: Duration = Duration::from_secs(200);

/// What the peers of each socket send.
const SENT: [(Who, &[&str]); 5] = [
    (Who::A, &["hello", "tail"]),
    (Who::B, &["for b"]),
    (Who::U, &["datagram"]),
    (Who::L, &["for c"]),
    (Who::Last, &["again"]),
];

/// What is wrong with a run in which the module lied once.
pub(crate) fn verdict(base: &Run, run: &Run) -> Option<String> {
    if run.steps.len() < base.steps.len() {
        return Some("steps are missing".into());
    }
    for step in &run.steps {
        for (who, texts) in SENT {
            let foreign = who != step.who && texts.iter().any(|text| step.outcome.contains(text));
            if foreign && !matches!(step.call, "connect" | "accept") {
                return Some(format!("{:?} {}: {}, of {who:?}", step.who, step.call, step.outcome));
            }
        }
    }
    for (step, seen) in base.steps.iter().zip(&run.steps).filter(|(step, _)| step.who == Who::Last)
    {
        // a stream may give less at a time
        let text = seen.outcome.strip_suffix("\")").filter(|text| text.len() > "Ok(\"".len());
        let part = step.call == "recv" && text.is_some_and(|text| step.outcome.starts_with(text));
        if step.outcome != seen.outcome && !part {
            return Some(format!("it is not usable after: {} {}", seen.call, seen.outcome));
        }
    }
    let end = |run: &Run| run.steps.last().map(|step| step.end).unwrap_or_default();
    (end(run) > end(base) + COST).then(|| format!("it took until {:?}", end(run)))
}
