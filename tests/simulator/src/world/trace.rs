//! The dialogue on the line, as entries and as text.

use core::fmt;
use core::time::Duration;

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Host to module.
    Host,
    /// Module to host.
    Module,
}

/// One write on the line: of the host in one go, or of the module as one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When its first bit went out.
    pub time: Duration,
    /// Who spoke.
    pub direction: Direction,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = match self.direction {
            Direction::Host => '→',
            Direction::Module => '←',
        };
        let millis = self.time.as_micros() as f64 / 1000.0;
        write!(f, "{millis:>10.3} {arrow} {}", self.bytes.escape_ascii())
    }
}

/// Collects the dialogue.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    entries: Vec<Entry>,
    host_until: Duration,
}

impl Trace {
    /// The host wrote; writes without a gap between them make one entry.
    pub(crate) fn host(&mut self, start: Duration, end: Duration, bytes: &[u8]) {
        let joins = start <= self.host_until;
        self.host_until = end;
        match self.entries.last_mut() {
            Some(last) if joins && last.direction == Direction::Host => last.bytes.extend(bytes),
            _ => self.entries.push(Entry {
                time: start,
                direction: Direction::Host,
                bytes: bytes.to_vec(),
            }),
        }
    }

    pub(crate) fn module(&mut self, time: Duration, bytes: &[u8]) {
        self.entries.push(Entry { time, direction: Direction::Module, bytes: bytes.to_vec() });
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
