//! Bytes from the host: chunks, command lines, echo and `busy p...` (ESP-AT digest §2.1, §2.6).

use super::{EspAt, Phase, Work};
use core::time::Duration;

/// The receive side of the UART driver.
#[derive(Debug)]
pub(crate) struct Input {
    /// Bytes in the hardware FIFO, not delivered yet.
    chunk: Vec<u8>,
    /// When the last byte came in.
    last: Duration,
    /// Silence before the first byte of the chunk.
    gap: Duration,
    /// FIFO level that delivers a chunk.
    pub(crate) threshold: usize,
    /// The command line so far.
    line: Vec<u8>,
}

impl Default for Input {
    fn default() -> Self {
        Self {
            chunk: Vec::new(),
            last: Duration::ZERO,
            gap: Duration::MAX,
            threshold: 100,
            line: Vec::new(),
        }
    }
}

impl Input {
    pub(crate) fn clear(&mut self) {
        self.chunk.clear();
        self.line.clear();
    }

    pub(crate) fn is_pending(&self) -> bool {
        !self.chunk.is_empty()
    }

    /// Silence before the chunk under delivery.
    pub(crate) fn gap(&self) -> Duration {
        self.gap
    }

    pub(crate) fn last(&self) -> Duration {
        self.last
    }
}

impl EspAt {
    /// Takes bytes from the line, the last of which has just arrived.
    ///
    /// The UART driver hands them on in chunks: when the FIFO holds 100, or after ten character
    /// times of silence.
    pub(crate) fn take_bytes(&mut self, bytes: &[u8]) {
        let now = self.chip.now;
        for &byte in bytes {
            if self.input.chunk.is_empty() {
                self.input.gap = now.saturating_sub(self.input.last);
            }
            self.input.chunk.push(byte);
            if self.input.chunk.len() >= self.input.threshold {
                self.deliver_chunk();
            }
        }
        if !bytes.is_empty() {
            self.input.last = now;
        }
    }

    /// Bytes that still fit before the FIFO delivers a chunk.
    pub(crate) fn chunk_room(&self) -> usize {
        self.input.threshold - self.input.chunk.len()
    }

    /// Changes the FIFO level that delivers a chunk; 100 as built.
    pub fn set_chunk_size(&mut self, bytes: usize) {
        self.input.threshold = bytes.max(1);
    }

    /// When the pending chunk is delivered for want of further bytes.
    pub(crate) fn chunk_deadline(&self) -> Option<Duration> {
        self.input.is_pending().then(|| self.input.last + self.uart.character() * 10)
    }

    /// Hands the pending bytes to whatever the module is doing.
    pub(crate) fn deliver_chunk(&mut self) {
        let chunk = core::mem::take(&mut self.input.chunk);
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            // also a command that never ends is ended by this (ESP-AT digest §2.6)
            let forced = rest.eq_ignore_ascii_case(b"AT+RST\r\n");
            // it still takes the payload that it has asked for
            if self.chip.is_stalled() && !matches!(self.phase, Phase::Collecting(_)) {
                return if forced { self.force_restart() } else { self.write_busy() };
            }
            let taken = match &self.phase {
                Phase::Off { .. } => rest.len(),
                Phase::Idle => self.collect_line(rest),
                Phase::Collecting(_) => self.collect_payload(rest, rest.len() == chunk.len()),
                Phase::Passthrough(_) => self.pass_host_bytes(rest),
                Phase::Busy(_) | Phase::Sending(_) => {
                    if forced {
                        self.force_restart();
                    } else {
                        self.write_busy();
                    }
                    rest.len()
                }
            };
            rest = &rest[taken..];
        }
    }

    /// Adds to the command line up to and including its end; returns how many bytes it took.
    fn collect_line(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        let mut complete = false;
        for &byte in bytes {
            taken += 1;
            if byte == 0 {
                self.input.line.clear();
                continue;
            }
            self.input.line.push(byte);
            if self.input.line.ends_with(b"\r\n") {
                complete = true;
                break;
            }
            if self.input.line.len() >= self.release.command_max {
                self.input.line.clear();
            }
        }
        if self.settings.echo {
            self.echo(&bytes[..taken]);
        }
        if complete {
            let line = core::mem::take(&mut self.input.line);
            self.accept_line(line);
        }
        taken
    }

    fn accept_line(&mut self, line: Vec<u8>) {
        if let Some(executes) = self.mischief.busy_for(&line) {
            self.write_busy();
            if !executes {
                return;
            }
        }
        self.phase = Phase::Busy(Work::Line { line, at: self.chip.now + self.chip.timing.latency });
    }

    /// Echo: verbatim since 2.0; NonOS doubles the carriage return.
    fn echo(&mut self, bytes: &[u8]) {
        if !self.release.is_legacy() {
            return self.write(bytes);
        }
        let mut text = Vec::with_capacity(bytes.len() + 2);
        for &byte in bytes {
            match byte {
                b'\n' => text.extend(b"\r\n"),
                _ => text.push(byte),
            }
        }
        self.write(text);
    }

    /// One `busy p...` for one rejected chunk.
    pub(crate) fn write_busy(&mut self) {
        if self.settings.error_codes && !self.release.is_legacy() {
            self.write("ERR CODE:0x010b0000\r\n");
        }
        let sending = matches!(self.phase, Phase::Sending(_));
        if sending && self.release.is_legacy() {
            self.write("\r\nbusy s...\r\n");
        } else {
            self.write("\r\nbusy p...\r\n");
        }
    }
}
