//! Faults on the module's output (ESP-AT digest §20.2).

use super::noise::Disturbance;
use core::time::Duration;
use std::collections::BTreeMap;

/// What happens to the next write that contains a pattern.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Another write goes first.
    Before(Vec<u8>),
    /// Another write follows.
    After(Vec<u8>),
    /// Another write falls inside, this many bytes after the start of the pattern.
    Within(usize, Vec<u8>),
    /// The write is lost.
    Drop,
    /// The write comes twice.
    Twice,
    /// The write becomes this one.
    Replace(Vec<u8>),
    /// The line damages the byte this many bytes after the start of the pattern.
    Disturb(usize, Disturbance),
    /// The write comes late, and the module is busy until then.
    Delay(Duration),
    /// The module is reset this many bytes after the start of the pattern.
    Reset(usize),
}

impl Fault {
    /// What it is called in counts.
    const fn name(&self) -> &'static str {
        match self {
            Self::Before(_) => "before",
            Self::After(_) => "after",
            Self::Within(..) => "within",
            Self::Drop => "lost",
            Self::Twice => "twice",
            Self::Replace(_) => "replaced",
            Self::Disturb(..) => "disturbed",
            Self::Delay(_) => "late",
            Self::Reset(_) => "reset",
        }
    }
}

/// What is left to do with a write.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Write(Vec<u8>),
    Late(Duration, Vec<u8>),
    Disturbed(usize, Disturbance, Vec<u8>),
    Reset,
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<(Vec<u8>, Fault)>,
    /// How many have happened of each kind.
    struck: BTreeMap<&'static str, usize>,
    /// What goes into a write, how many others go before that, and at which of its bytes.
    counted: Vec<(usize, usize, Vec<u8>)>,
    /// What a write becomes, and how many others go before it.
    rewritten: Vec<(usize, Vec<u8>)>,
}

impl Faults {
    pub(crate) fn arm(&mut self, pattern: &[u8], fault: Fault) {
        self.armed.push((pattern.to_vec(), fault));
    }

    /// These bytes go into the write that `count` others precede, before its byte number `offset`.
    pub(crate) fn arm_counted(&mut self, count: usize, offset: usize, bytes: &[u8]) {
        self.counted.push((count, offset, bytes.to_vec()));
    }

    /// The write that `count` others precede becomes `bytes`.
    pub(crate) fn arm_rewrite(&mut self, count: usize, bytes: &[u8]) {
        self.rewritten.push((count, bytes.to_vec()));
    }

    pub(crate) fn armed(&self) -> usize {
        self.armed.len() + self.counted.len() + self.rewritten.len()
    }

    /// What goes out for a write, with the faults that are due applied to it.
    pub(crate) fn pass(&mut self, mut write: Vec<u8>) -> Vec<Verdict> {
        if let Some((_, bytes)) = self.rewritten.extract_if(.., |(count, _)| *count == 0).last() {
            write = bytes;
        }
        self.rewritten.iter_mut().for_each(|(count, _)| *count -= 1);
        let due: Vec<_> = self.counted.extract_if(.., |(count, ..)| *count == 0).collect();
        self.counted.iter_mut().for_each(|(count, ..)| *count -= 1);
        let mut verdicts = Vec::new();
        for (_, offset, bytes) in due {
            let rest = write.split_off(offset.min(write.len()));
            verdicts.extend([core::mem::replace(&mut write, rest), bytes].map(Verdict::Write));
        }
        verdicts.extend(self.apply(write));
        verdicts
    }

    /// What is armed will not happen.
    pub(crate) fn disarm(&mut self) {
        self.armed.clear();
        self.counted.clear();
        self.rewritten.clear();
    }

    pub(crate) fn struck(&self) -> &BTreeMap<&'static str, usize> {
        &self.struck
    }

    /// Applies the faults that match a write, each once, in the order in which they were armed.
    fn apply(&mut self, write: Vec<u8>) -> Vec<Verdict> {
        let found = self
            .armed
            .iter()
            .enumerate()
            .find_map(|(index, (pattern, _))| Some((index, position(&write, pattern)?)));
        let Some((index, at)) = found else { return vec![Verdict::Write(write)] };
        let (_, fault) = self.armed.remove(index);
        *self.struck.entry(fault.name()).or_default() += 1;
        match fault {
            Fault::Before(bytes) => {
                let mut verdicts = vec![Verdict::Write(bytes)];
                verdicts.extend(self.apply(write));
                verdicts
            }
            Fault::After(bytes) => {
                let mut verdicts = self.apply(write);
                verdicts.push(Verdict::Write(bytes));
                verdicts
            }
            Fault::Within(offset, bytes) => {
                let cut = (at + offset).min(write.len());
                let (head, tail) = write.split_at(cut);
                [head.to_vec(), bytes, tail.to_vec()].map(Verdict::Write).into()
            }
            Fault::Drop => Vec::new(),
            Fault::Twice => vec![Verdict::Write(write.clone()), Verdict::Write(write)],
            Fault::Disturb(offset, what) => vec![Verdict::Disturbed(at + offset, what, write)],
            Fault::Replace(bytes) => self.apply(bytes),
            Fault::Delay(delay) => vec![Verdict::Late(delay, write)],
            Fault::Reset(offset) => {
                let cut = (at + offset).min(write.len());
                vec![Verdict::Write(write[..cut].to_vec()), Verdict::Reset]
            }
        }
    }
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}
