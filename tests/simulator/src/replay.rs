//! Recordings of dialogues, and playing them against a simulated module.
//!
//! A recording has one line per line of the dialogue: `>` is what the host wrote, `<` what the
//! module wrote, with C escapes; `#` begins a comment. A line break in the file stands after each
//! `\n` of the stream and means nothing else. A line of `!` is a cue for the test: it is not part
//! of recordings, but of scripts in the same format.

use crate::world::{Uart, UartError, VirtualWorld};
use core::fmt;
use core::time::Duration;
use embedded_io::{Read, Write};

/// One line of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The host writes.
    Host(Vec<u8>),
    /// The module is expected to write.
    Module(Vec<u8>),
    /// The test is told to act.
    Cue(String),
}

/// A parsed recording or script.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Line number in the file, and what it says.
    steps: Vec<(usize, Step)>,
}

/// A line that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line number, from 1.
    pub line: usize,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is neither `>`, `<`, `!` nor a comment", self.line)
    }
}

impl core::error::Error for SyntaxError {}

/// The module wrote something else than expected.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// Line number in the file, from 1.
    pub line: usize,
    /// What the file has.
    pub expected: Vec<u8>,
    /// What the module wrote, as far as it was read.
    pub found: Vec<u8>,
    /// The dialogue so far.
    pub transcript: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "line {}:", self.line)?;
        writeln!(f, "  expected {}", self.expected.escape_ascii())?;
        writeln!(f, "  found    {}", self.found.escape_ascii())?;
        write!(f, "{}", self.transcript)
    }
}

impl core::error::Error for Mismatch {}

impl Script {
    /// Parses a recording.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut steps = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let error = SyntaxError { line: index + 1 };
            let step = match line.as_bytes() {
                [] | [b'#', ..] => continue,
                [b'>', rest @ ..] => Step::Host(unescape(rest).ok_or(error)?),
                [b'<', rest @ ..] => Step::Module(unescape(rest).ok_or(error)?),
                [b'!', ..] => Step::Cue(line[1..].trim().to_owned()),
                _ => return Err(error),
            };
            steps.push((index + 1, step));
        }
        Ok(Self { steps })
    }

    /// Inserts a cue in front of a line of the file.
    #[must_use]
    pub fn with_cue(mut self, line: usize, cue: &str) -> Self {
        let at = self.steps.iter().position(|(number, _)| *number >= line);
        let at = at.unwrap_or(self.steps.len());
        self.steps.insert(at, (line, Step::Cue(cue.to_owned())));
        self
    }

    /// Adds a step behind the last line.
    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        let line = self.steps.last().map_or(1, |(line, _)| line + 1);
        self.steps.push((line, step));
        self
    }

    /// Everything that the module writes in the recording.
    pub fn module_bytes(&self) -> Vec<u8> {
        let written = self.steps.iter().filter_map(|(_, step)| match step {
            Step::Module(bytes) => Some(&bytes[..]),
            _ => None,
        });
        written.collect::<Vec<_>>().concat()
    }

    /// The lines of the script.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.steps.iter().map(|(line, step)| (*line, step))
    }

    /// Plays the host's part against `world` and compares every byte that the module writes; at
    /// the end, the module has to be silent for a second.
    pub fn play(
        &self,
        world: &VirtualWorld,
        mut cue: impl FnMut(&str),
    ) -> Result<(), Box<Mismatch>> {
        let mut uart = world.uart();
        let mut previous: Option<&[u8]> = None;
        let mut burst = Vec::new();
        for (index, (line, step)) in self.steps.iter().enumerate() {
            match step {
                Step::Host(bytes) => {
                    // A line that does not end in a line feed was a write of its own.
                    if burst.is_empty() && previous.is_some() {
                        world.advance(Duration::from_millis(1100));
                    }
                    burst.extend_from_slice(bytes);
                    previous = Some(bytes);
                    let joined = bytes.ends_with(b"\n")
                        && matches!(self.steps.get(index + 1), Some((_, Step::Host(_))));
                    if !joined {
                        uart.write_all(&burst)
                            .map_err(|_| self.mismatch(*line, b"", b"", world))?;
                        burst.clear();
                    }
                }
                Step::Module(expected) => {
                    previous = None;
                    let found = read_exactly(&mut uart, expected.len());
                    if *expected != found {
                        return Err(self.mismatch(*line, expected, &found, world));
                    }
                }
                Step::Cue(text) => cue(text),
            }
        }
        world.advance(Duration::from_secs(1));
        let limit = world.read_limit();
        world.set_read_limit(Duration::ZERO);
        let rest = read_exactly(&mut uart, 4096);
        world.set_read_limit(limit);
        if rest.is_empty() {
            Ok(())
        } else {
            let last = self.steps.last().map_or(0, |(line, _)| *line);
            Err(self.mismatch(last + 1, b"", &rest, world))
        }
    }

    fn mismatch(
        &self,
        line: usize,
        expected: &[u8],
        found: &[u8],
        world: &VirtualWorld,
    ) -> Box<Mismatch> {
        Box::new(Mismatch {
            line,
            expected: expected.to_vec(),
            found: found.to_vec(),
            transcript: world.transcript(),
        })
    }
}

fn read_exactly(uart: &mut Uart, count: usize) -> Vec<u8> {
    let mut found = vec![0; count];
    let mut length = 0;
    while length < count {
        match uart.read(&mut found[length..]) {
            Ok(0) | Err(UartError::TimedOut | UartError::Stopped) => break,
            Err(UartError::Overrun(_)) => {} // what was lost is missing in what is found
            Ok(read) => length += read,
        }
    }
    found.truncate(length);
    found
}

/// Undoes C escapes; the blank after the marker is not part of the text.
fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'r' => b'\r',
            b'n' => b'\n',
            b't' => b'\t',
            b'0' => 0,
            b'x' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(core::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other @ (b'\\' | b'"' | b'\'') => other,
            _ => return None,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_comments_and_cues_are_understood() {
        let script = Script::parse("# c\n> AT\\r\\n\n< \\x00\\\\0>\n! go on\n").unwrap();
        let steps: Vec<_> = script.steps().collect();
        assert_eq!(steps[0], (2, &Step::Host(b"AT\r\n".to_vec())));
        assert_eq!(steps[1], (3, &Step::Module(b"\0\\0>".to_vec())));
        assert_eq!(steps[2], (4, &Step::Cue("go on".to_owned())));
        assert_eq!(Script::parse("> a\n= b").unwrap_err(), SyntaxError { line: 2 });
    }
}
