//! One direction of a UART: bytes that take ten bit times each.

use core::time::Duration;
use std::collections::VecDeque;

/// What one direction of the line has carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Bytes put on the line.
    pub bytes: u64,
    /// Time during which the line was busy with them.
    pub busy: Duration,
    /// Bytes that the receiver lost because its buffer was full.
    pub overruns: u64,
}

/// A run of bytes without a gap.
#[derive(Debug)]
struct Run {
    start: Duration,
    baud: u32,
    bytes: VecDeque<u8>,
    /// Bytes of the run that have arrived.
    arrived: u64,
}

impl Run {
    /// When the byte with this number, counted from 1, has arrived.
    fn arrival(&self, number: u64) -> Duration {
        self.start + duration_of(number, self.baud)
    }

    fn end(&self) -> Duration {
        self.arrival(self.arrived + self.bytes.len() as u64)
    }
}

/// Time that `bytes` take at `baud`, ten bits each.
pub(crate) fn duration_of(bytes: u64, baud: u32) -> Duration {
    let nanos = u128::from(bytes) * 10_000_000_000 / u128::from(baud.max(1));
    Duration::from_nanos(nanos as u64)
}

/// Bytes on their way, in order.
#[derive(Debug, Default)]
pub(crate) struct Line {
    runs: VecDeque<Run>,
    free_at: Duration,
    pub(crate) statistics: Statistics,
}

impl Line {
    /// Puts bytes on the line as soon as it is free; returns when the first one starts.
    pub(crate) fn push(&mut self, now: Duration, bytes: &[u8], baud: u32) -> Duration {
        let start = self.free_at.max(now);
        if bytes.is_empty() {
            return start;
        }
        self.statistics.bytes += bytes.len() as u64;
        self.statistics.busy += duration_of(bytes.len() as u64, baud);
        match self.runs.back_mut() {
            // An exhausted run is extended too, so that no rounding adds up.
            Some(run) if run.baud == baud && run.end() == start => run.bytes.extend(bytes),
            _ => {
                self.runs.retain(|run| !run.bytes.is_empty());
                self.runs.push_back(Run {
                    start,
                    baud,
                    bytes: bytes.iter().copied().collect(),
                    arrived: 0,
                });
            }
        }
        self.free_at = self.runs.back().map_or(start, Run::end);
        start
    }

    /// When everything on the line has arrived.
    pub(crate) fn free_at(&self) -> Duration {
        self.free_at
    }

    /// When the next byte arrives.
    pub(crate) fn next_arrival(&self) -> Option<Duration> {
        let run = self.runs.front().filter(|run| !run.bytes.is_empty())?;
        Some(run.arrival(run.arrived + 1))
    }

    /// Takes up to `max` bytes of one run that arrive by `limit`, with the time of the last one
    /// and the speed at which they were sent.
    pub(crate) fn take(&mut self, limit: Duration, max: usize) -> Option<(Duration, Vec<u8>, u32)> {
        let run = self.runs.front_mut()?;
        let mut bytes = Vec::new();
        while bytes.len() < max && run.arrival(run.arrived + 1) <= limit {
            let Some(byte) = run.bytes.pop_front() else { break };
            run.arrived += 1;
            bytes.push(byte);
        }
        if bytes.is_empty() {
            return None;
        }
        let taken = (run.arrival(run.arrived), bytes, run.baud);
        if run.bytes.is_empty() && self.runs.len() > 1 {
            self.runs.pop_front();
        }
        Some(taken)
    }

    /// Bytes that have not arrived yet.
    #[cfg(test)]
    fn in_flight(&self) -> usize {
        self.runs.iter().map(|run| run.bytes.len()).sum()
    }

    /// Bytes that have not arrived by `now`, though they may not have been taken either.
    pub(crate) fn pending(&self, now: Duration) -> usize {
        let arrived_of = |run: &Run| {
            let elapsed = now.saturating_sub(run.start).as_nanos();
            let done = elapsed * u128::from(run.baud) / 10_000_000_000;
            (done as u64).saturating_sub(run.arrived).min(run.bytes.len() as u64) as usize
        };
        self.runs.iter().map(|run| run.bytes.len() - arrived_of(run)).sum()
    }

    /// When no more than `bytes` are still to come.
    pub(crate) fn time_of_room(&self, bytes: usize, baud: u32) -> Duration {
        self.free_at.saturating_sub(duration_of(bytes as u64, baud))
    }

    /// Stops the line for as long as its receiver was not ready.
    pub(crate) fn postpone(&mut self, by: Duration) {
        for run in &mut self.runs {
            run.start += by;
        }
        if !self.runs.is_empty() {
            self.free_at += by;
        }
    }

    /// Forgets what has not arrived yet, except that a byte on the wire is completed.
    pub(crate) fn cut(&mut self, now: Duration) {
        self.runs.clear();
        self.free_at = self.free_at.min(now);
    }
}

/// What a receiver at another speed makes of a byte: never a printable character.
pub(crate) fn garbled(bytes: &mut [u8], sent_at: u32, received_at: u32) {
    let difference = sent_at.abs_diff(received_at);
    if u64::from(difference) * 100 > u64::from(sent_at) * 3 {
        for byte in bytes {
            *byte = 0x80 | (byte.rotate_left(3) ^ 0x55);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_take_ten_bits_each_without_rounding_drift() {
        let mut line = Line::default();
        for _ in 0..11_520 {
            line.push(Duration::ZERO, b"x", 115_200);
        }
        assert_eq!(line.free_at(), Duration::from_secs(1));
        assert_eq!(line.statistics.busy.as_secs_f64().round(), 1.0);
        let (at, bytes, _) = line.take(Duration::from_millis(500), usize::MAX).unwrap();
        assert_eq!((bytes.len(), at), (5760, Duration::from_millis(500)));
        assert_eq!(line.in_flight(), 5760);
    }
}
