//! Noise: single bytes that a line damages, and what the host's receiver loses.

use super::trace::Direction;
use core::time::Duration;

/// What a line does to one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// It is lost.
    Drop,
    /// These bits of it change.
    Flip(u8),
    /// Another byte comes in front of it.
    Insert(u8),
}

/// A disturbance that has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disturbed {
    /// When the write that it hit went out.
    pub time: Duration,
    /// Who wrote.
    pub direction: Direction,
    /// What happened.
    pub disturbance: Disturbance,
    /// What was written.
    pub bytes: Vec<u8>,
    /// Which byte of it was hit.
    pub at: usize,
}

impl Disturbance {
    /// Does it to a byte of a write.
    fn strike(self, bytes: &mut Vec<u8>, at: usize) {
        match self {
            Self::Drop => {
                bytes.remove(at);
            }
            Self::Flip(bits) => bytes[at] ^= bits,
            Self::Insert(byte) => bytes.insert(at, byte),
        }
    }
}

/// The disturbances that are to come, each after so many bytes of its direction, and those that came.
#[derive(Debug, Default)]
pub(crate) struct Noise {
    due: Vec<(Direction, usize, Disturbance)>,
    pub(crate) struck: Vec<Disturbed>,
}

impl Noise {
    pub(crate) fn arm(&mut self, direction: Direction, after: usize, disturbance: Disturbance) {
        self.due.push((direction, after, disturbance));
    }

    /// Everything that has not happened yet will not.
    pub(crate) fn end(&mut self) {
        self.due.clear();
    }

    /// What arrives of a write.
    pub(crate) fn pass(&mut self, time: Duration, direction: Direction, bytes: &[u8]) -> Vec<u8> {
        let mut hits = Vec::new();
        self.due.retain_mut(|(of, after, disturbance)| {
            let hit = *of == direction && *after < bytes.len();
            if hit {
                hits.push((*after, *disturbance));
            } else if *of == direction {
                *after -= bytes.len();
            }
            !hit
        });
        // from the back, so that places stay what they are; one for each byte
        hits.sort_by_key(|(at, _)| core::cmp::Reverse(*at));
        hits.dedup_by_key(|(at, _)| *at);
        let mut arriving = bytes.to_vec();
        for (at, disturbance) in hits {
            self.hit(time, direction, disturbance, &mut arriving, at);
        }
        arriving
    }

    /// Damages a write.
    pub(crate) fn hit(
        &mut self,
        time: Duration,
        direction: Direction,
        disturbance: Disturbance,
        bytes: &mut Vec<u8>,
        at: usize,
    ) {
        if at < bytes.len() {
            let written = bytes.clone();
            disturbance.strike(bytes, at);
            self.struck.push(Disturbed { time, direction, disturbance, bytes: written, at });
        }
    }
}

/// An overrun of the host's receiver that is to come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overrun {
    /// Bytes that still arrive before it.
    pub(crate) after: usize,
    /// Bytes that it loses.
    pub(crate) lost: usize,
    /// What the host's driver says of it, if anything; once it has, the loss ends when it is read.
    pub(crate) report: Option<embedded_io::ErrorKind>,
    pub(crate) reported: bool,
}
