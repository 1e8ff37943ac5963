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
        write!(f, "{millis:>10.3} {arrow} {}", readable(&self.bytes))
    }
}

/// Bytes as text: control characters and bytes beyond ASCII as escapes, the rest as it is.
pub(crate) fn readable(bytes: &[u8]) -> String {
    let escape = |&byte: &u8| match byte {
        b'"' | b'\'' => char::from(byte).to_string(),
        _ => byte.escape_ascii().to_string(),
    };
    bytes.iter().map(escape).collect()
}

/// Takes every entry as it is made.
pub(crate) type Listener = Box<dyn FnMut(&Entry) + Send>;

/// Collects the dialogue, or passes it on.
#[derive(Default)]
pub(crate) struct Trace {
    entries: Vec<Entry>,
    host_until: Duration,
    forgets: bool,
    listener: Option<Listener>,
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace").field("entries", &self.entries).finish_non_exhaustive()
    }
}

impl Trace {
    /// A trace that keeps nothing, and passes every entry to the listener if there is one.
    pub(crate) fn passing(listener: Option<Listener>) -> Self {
        Self { forgets: true, listener, ..Self::default() }
    }

    /// Whether entries are kept.
    pub(crate) fn keeps(&self) -> bool {
        !self.forgets
    }

    fn add(&mut self, entry: Entry) {
        if let Some(listener) = &mut self.listener {
            listener(&entry);
        }
        if !self.forgets {
            self.entries.push(entry);
        }
    }

    /// The host wrote; writes without a gap between them make one entry.
    pub(crate) fn host(&mut self, start: Duration, end: Duration, bytes: &[u8]) {
        let joins = start <= self.host_until;
        self.host_until = end;
        match self.entries.last_mut() {
            Some(last) if joins && last.direction == Direction::Host => last.bytes.extend(bytes),
            _ => {
                let direction = Direction::Host;
                self.add(Entry { time: start, direction, bytes: bytes.to_vec() });
            }
        }
    }

    pub(crate) fn module(&mut self, time: Duration, bytes: &[u8]) {
        self.add(Entry { time, direction: Direction::Module, bytes: bytes.to_vec() });
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
