//! What every firmware runs on: the time, the transmit line, and the way to the network.

use super::{OutputQueue, Request, Timing};
use crate::profile::Profile;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

/// The part of a module that no firmware family changes.
#[derive(Debug)]
pub(crate) struct Chip {
    pub(crate) profile: Profile,
    pub(crate) timing: Timing,
    /// Time since the start of the world.
    pub(crate) now: Duration,
    pub(crate) output: OutputQueue,
    pub(crate) requests: VecDeque<Request>,
    /// Lines that were executed and not reported yet.
    pub(crate) heard: VecDeque<Vec<u8>>,
    /// Certificates and keys by their names; they are in flash.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    stalled_until: Duration,
}

impl Chip {
    pub(crate) fn new(profile: Profile) -> Self {
        Self {
            timing: Timing { boot: profile.boot, ..Timing::default() },
            profile,
            now: Duration::ZERO,
            output: OutputQueue::default(),
            requests: VecDeque::new(),
            heard: VecDeque::new(),
            files: BTreeMap::new(),
            stalled_until: Duration::ZERO,
        }
    }

    /// Takes note of the time, which never goes back.
    pub(crate) fn pass_time(&mut self, now: Duration) {
        self.now = self.now.max(now);
    }

    /// Queues one atomic write.
    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.output.push(bytes.as_ref());
    }

    /// Asks something of the network.
    pub(crate) fn request(&mut self, request: Request) {
        self.requests.push_back(request);
    }

    /// Tells the world which line is executed.
    pub(crate) fn hear(&mut self, line: &[u8]) {
        self.heard.push_back(line.to_vec());
    }

    /// Does not listen until then, as if the last command still ran.
    pub(crate) fn stall(&mut self, until: Duration) {
        self.stalled_until = until;
    }

    pub(crate) fn is_stalled(&self) -> bool {
        self.now < self.stalled_until
    }

    pub(crate) fn stall_over(&mut self) {
        self.stalled_until = Duration::ZERO;
    }
}
