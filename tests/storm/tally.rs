//! What has happened in all programs of a test: a storm without wind proves nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;

use usocket::Error;

/// Faults that happen at once, and on every module.
const FAULTS: &[&str] = &[
    "BootTakes",
    "BrownOut",
    "ContextGone",
    "Deaf",
    "LookupsFail",
    "NetworkGone",
    "Reset",
    "ResetHearing",
    "SendsFail",
];

/// Counts by name.
#[derive(Debug, Default)]
pub(crate) struct Tally(RefCell<BTreeMap<String, u64>>);

impl Tally {
    pub(crate) fn add(&self, name: &str, count: usize) {
        *self.0.borrow_mut().entry(name.to_owned()).or_default() += count as u64;
    }

    /// A call of a socket has failed.
    pub(crate) fn failed(&self, error: Error) {
        self.add(&format!("error {error:?}"), 1);
    }

    pub(crate) fn get(&self, name: &str) -> u64 {
        self.0.borrow().get(name).copied().unwrap_or(0)
    }

    /// The storm was one: everything that can happen has happened, and sockets have lived through it.
    pub(crate) fn is_worth_something(&self, cellular: bool) {
        let struck = ["before", "after", "lost", "twice", "late", "reset", "disturbed"];
        let struck = struck.map(|name| format!("struck {name}"));
        let line = ["struck Host byte", "struck Module byte", "bytes overrun", "names resolved"];
        let own: &[&str] = match cellular {
            true => &["PowerOff", "OpensUnanswered", "Habit"],
            false => &["Busy"],
        };
        let faults = [FAULTS, own].concat();
        let faults = faults.iter().map(|name| format!("fault {name}"));
        let all = struck.into_iter().chain(line.map(str::to_owned)).chain(faults);
        let missing: Vec<_> = all.filter(|name| self.get(name) == 0).collect();
        assert!(missing.is_empty(), "this never happened: {missing:?}");
        assert!(self.get("streams alive, by steps") >= self.get("steps"), "few streams lived");
        let well = self.get("streams that came to a good end");
        assert!(well >= self.get("programs") / 2, "only {well} streams came to a good end");
        assert!(self.get("bytes in") > 10_000 && self.get("bytes out") > 10_000, "little was said");
    }

    pub(crate) fn print(&self, title: &str) {
        println!("{title}");
        for (name, count) in self.0.borrow().iter() {
            println!("  {count:>9} {name}");
        }
    }
}
