//! What a line means to a driver that has not asked for it: a result, a URC, or neither.

// Those of the family whose dialogues are held.
use super::{Final, Urc};

/// What a driver gets from a line that nobody asked for: a result, a URC, or neither; never both.
#[derive(Debug, PartialEq)]
pub(crate) enum Meaning {
    Final(Final),
    Urc(Urc),
    Unknown,
}

fn meaning(line: &str) -> Meaning {
    match (Final::parse(line.as_bytes()), Urc::parse(line.as_bytes())) {
        (Some(result), None) => Meaning::Final(result),
        (None, Some(urc)) => Meaning::Urc(urc),
        (None, None) => Meaning::Unknown,
        both => panic!("{line}: {both:?}"),
    }
}

/// The lines from the module, in their order.
pub(crate) fn from_module(lines: &[(&str, Meaning)]) {
    for (line, expected) in lines {
        assert_eq!(meaning(line), *expected, "← {line}");
    }
}
