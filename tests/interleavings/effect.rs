//! Which outcomes a line allows.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::lines::Effect;
use crate::program::{Run, Step, Who};

/// Longest time that a line may cost a program: a module that has restarted is set up again, and calls that
/// wait for what will not come wait for their timeouts.
const COST: Duration = Duration::from_secs(90);

/// Whether `seen` is what has to come of a call that, without the line, ends as `step` did; the line came
/// before that call ended.
fn allows(effect: Effect, step: &Step, seen: &str) -> bool {
    let any = |outcomes: &[&str]| outcomes.contains(&seen);
    let fails = |errors: &[&str]| {
        errors
            .iter()
            .any(|error| seen == format!("Err({error})") || seen == format!("Some(Err({error}))"))
    };
    let gone = matches!(effect, Effect::Restart | Effect::Off | Effect::NetworkGone);
    let no_address = step.call == "ifconfig" && seen == "Ok(0.0.0.0)";
    if seen == step.outcome || (no_address && gone) {
        return true;
    }
    match (effect, step.who) {
        (Effect::Misframed, Who::U) => fails(&["DataLost", "TimedOut"]),
        (Effect::Misframed, _) => fails(&["DataLost"]),
        (Effect::Nothing, _) | (_, Who::Last | Who::Again) => false,
        (Effect::Ends(ended), who) if ended != who => false,
        // a datagram socket outlives its link: once, it tells that something was lost
        (Effect::Ends(Who::U), _) => {
            fails(&["DataLost", "SendFailed"]) || (step.call == "recvfrom" && fails(&["TimedOut"]))
        }
        (Effect::Ends(_), _) => match step.call {
            "sendall" => fails(&["BrokenPipe"]),
            "recv" | "wait" | "tail" | "end" => any(&["Ok(\"\")", "Some(Ok(\"\"))"]),
            // a connection that has ended before it could be accepted
            "accept" => fails(&["TimedOut"]),
            _ => false,
        },
        // data that were announced, and are gone with the link, are a hole
        (Effect::Hint, Who::A) => step.call == "end" && fails(&["DataLost"]),
        (Effect::AccessPointLost, Who::Net) => false,
        (Effect::AccessPointLost, _) => fails(&["NetworkDown", "NetworkUnreachable"]),
        (Effect::Hint, _) => false,
        // if there is no network yet, there will be none
        (Effect::Restart, Who::Net) => fails(&["ModuleReset", "NetworkDown"]),
        (Effect::Off, Who::Net) => fails(&["PoweredDown", "NetworkDown"]),
        (Effect::NetworkGone, Who::Net) => fails(&["NetworkDown", "AttachFailed"]),
        (Effect::Restart | Effect::Off | Effect::NetworkGone, _) => {
            // never an end of the stream, which nobody has heard of
            let reason = match effect {
                Effect::Restart => "ModuleReset",
                Effect::Off => "PoweredDown",
                _ => "NetworkDown",
            };
            let none =
                ["NotConnected", "BrokenPipe", "TimedOut", "InvalidInput", "NetworkUnreachable"];
            fails(&[reason]) || fails(&none) || seen == "None"
        }
    }
}

/// The commands that were written; a line takes its time, and so a question may be asked once more.
fn names(run: &Run) -> BTreeSet<&str> {
    run.commands.iter().map(|line| line.split(['=', '?']).next().unwrap_or(line)).collect()
}

/// What is wrong with a run into which the line was put.
pub(crate) fn verdict(effect: Effect, base: &Run, run: &Run) -> Option<String> {
    let Some(put_in) = run.put_in else { return Some("the line was not said".into()) };
    let failed = |step: &Step| step.outcome.contains("DataLost");
    if effect == Effect::Misframed && run.steps.iter().any(failed) {
        return None; // the driver has said so, and what follows depends on it
    }
    if run.steps.len() != base.steps.len() {
        return Some("other steps".into());
    }
    for (step, seen) in base.steps.iter().zip(&run.steps) {
        let before = seen.end < put_in;
        let right = match before {
            true => seen.outcome == step.outcome,
            false => allows(effect, step, &seen.outcome),
        };
        if !right {
            let Step { who, call, outcome, .. } = step;
            return Some(format!("{who:?} {call}: {} instead of {outcome}", seen.outcome));
        }
    }
    let end = |run: &Run| run.steps.last().map(|step| step.end).unwrap_or_default();
    if end(run) > end(base) + COST {
        return Some(format!("it took {:?}", end(run)));
    }
    if effect == Effect::Nothing && names(run) != names(base) {
        let (run, base) = (names(run), names(base));
        let differ: Vec<_> = run.symmetric_difference(&base).collect();
        return Some(format!("the driver wrote, or did not write, {differ:?}"));
    }
    None
}
