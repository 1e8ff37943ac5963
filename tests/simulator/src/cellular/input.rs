//! Bytes from the host: the line editor, echo, and payload (Quectel digest §1.1, §1.2, §14.2).

use super::core::{Core, Phase};
use super::quirks::BusyInput;
use std::collections::VecDeque;

/// Longest command line; the rest of a longer one is lost.
const LINE_MAX: usize = 4096;

/// The receive side of the AT port.
#[derive(Debug, Default)]
pub(crate) struct Input {
    line: Vec<u8>,
    /// The last line, for `A/`.
    last: Vec<u8>,
    /// Bytes that came while a command ran.
    queue: VecDeque<u8>,
}

impl Input {
    pub(crate) fn clear(&mut self) {
        self.line.clear();
        self.queue.clear();
    }
}

/// What a byte of payload completes.
pub(crate) enum Completed {
    /// The payload.
    Payload(Vec<u8>),
    /// It is not wanted any more (`ESC`).
    Cancelled,
}

impl Core {
    /// Takes command bytes up to the end of a line; returns how many it took.
    pub(crate) fn collect_line(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        let mut echo = Vec::new();
        let mut complete = false;
        while let (Some(&byte), false) = (bytes.get(taken), complete) {
            taken += 1;
            let shown = match byte {
                b'\r' => {
                    complete = true;
                    true
                }
                b'\n' => self.quirks.echoes_line_feed,
                // A stray end of a payload, or an escape from one.
                0x1a | 0x1b | 0 => false,
                0x08 | 0x7f => self.input.line.pop().is_some(),
                _ if self.input.line.len() < LINE_MAX => {
                    self.input.line.push(byte);
                    true
                }
                _ => false,
            };
            if shown {
                echo.push(byte);
            }
            if self.input.line.eq_ignore_ascii_case(b"A/") {
                self.input.line = self.input.last.clone();
                complete = true;
            }
        }
        if self.settings.echo && !echo.is_empty() {
            self.chip.write(echo);
        }
        if complete {
            let line = core::mem::take(&mut self.input.line);
            // Anything else than a command makes no sense, and no sound either.
            if line.get(..2).is_some_and(|at| at.eq_ignore_ascii_case(b"AT")) {
                self.input.last.clone_from(&line);
                self.phase = Phase::Line { line, at: self.chip.now + self.chip.timing.latency };
            }
        }
        taken
    }

    /// Bytes that come while a command runs.
    pub(crate) fn take_busy(&mut self, bytes: &[u8]) {
        if self.quirks.busy_input == BusyInput::Queued {
            self.input.queue.extend(bytes);
        }
    }

    /// Bytes that waited for the end of a command.
    pub(crate) fn queued_input(&mut self) -> Vec<u8> {
        self.input.queue.drain(..).collect()
    }

    /// Takes payload; returns how many bytes, and what they complete.
    pub(crate) fn collect_payload(&mut self, bytes: &[u8]) -> (usize, Option<Completed>) {
        let Phase::Payload(payload) = &mut self.phase else { return (bytes.len(), None) };
        let (taken, cancelled, complete) = match payload.length {
            Some(length) => {
                let taken = bytes.len().min(length - payload.data.len());
                (taken, false, payload.data.len() + taken == length)
            }
            None => match bytes.iter().position(|byte| matches!(byte, 0x1a | 0x1b)) {
                Some(end) => (end, bytes[end] == 0x1b, true),
                None => (bytes.len(), false, false),
            },
        };
        payload.data.extend_from_slice(&bytes[..taken]);
        if payload.length.is_none() {
            payload.data.truncate(payload.most);
        }
        let used = taken + usize::from(complete && payload.length.is_none());
        let data = complete.then(|| core::mem::take(&mut payload.data));
        if payload.echo {
            self.chip.write(&bytes[..taken]);
        }
        let completed = data.map(|data| match cancelled {
            true => Completed::Cancelled,
            false => Completed::Payload(data),
        });
        (used, completed)
    }
}
