//! Measures, several at a time, and shows how far it is.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::outcome::Outcome;
use crate::plan::Run;

/// Measures each run and returns the outcomes in the same order. Time is virtual, so that what else the
/// machine does changes nothing but how long this takes.
pub(crate) fn measure(runs: &[Run], jobs: usize) -> Result<Vec<Outcome>> {
    let total: usize = runs.iter().map(|(_, scenario)| scenario.payload).sum();
    let bar = ProgressBar::new(total as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {bytes}/{total_bytes} of payload, {elapsed} so far, {eta} to go  {msg}",
    )?);
    bar.enable_steady_tick(std::time::Duration::from_millis(500));
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<Option<Result<Outcome>>>> =
        Mutex::new(runs.iter().map(|_| None).collect());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some((index, (driver, scenario))) = take(runs, &next) {
                    bar.set_message(format!("{driver}: {scenario}"));
                    let told = AtomicUsize::new(0);
                    let progress = |moved: usize| {
                        let before = told.swap(moved, Ordering::Relaxed);
                        bar.inc(moved.saturating_sub(before) as u64);
                    };
                    let outcome = driver
                        .run(scenario, &progress)
                        .with_context(|| format!("{driver}: {scenario}"));
                    progress(scenario.payload);
                    if bar.is_hidden() {
                        // no terminal: a line for each
                        eprintln!("{} of {}: {driver}: {scenario}", index + 1, runs.len());
                    }
                    outcomes.lock().expect("no thread panics with it")[index] = Some(outcome);
                }
            });
        }
    });
    bar.finish_and_clear();
    let outcomes = outcomes.into_inner().expect("all threads have ended");
    outcomes.into_iter().map(|outcome| outcome.context("not measured")?).collect()
}

fn take<'r>(runs: &'r [Run], next: &AtomicUsize) -> Option<(usize, &'r Run)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    runs.get(index).map(|run| (index, run))
}
