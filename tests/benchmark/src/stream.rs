//! A connection from its far end: what goes through it, how far that is, and whether it is what was sent.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use usocket_simulator::{Host, Peer};

use crate::payload;
use crate::scenario::{Habit, Scenario};

/// Nothing may take longer than this without a byte moving.
pub(crate) const STALL: Duration = Duration::from_secs(60);

/// A connection from its far end: what goes through it, and how far that is.
pub(crate) struct Stream {
    pub(crate) peer: Peer,
    sent: Vec<u8>,
    /// Bytes that the driver has been given.
    pub(crate) moved: usize,
    /// Bytes that have arrived.
    got: usize,
}

impl Stream {
    /// The connection that has just been made, the `number`th of the scenario.
    pub(crate) fn accept(scenario: &Scenario, number: usize, host: &Host) -> Result<Self> {
        let peer = host.accept().context("the peer has no connection")?;
        let sent = match scenario.habit {
            Habit::Lines(line) => payload::lines(number, scenario.share(), line),
            _ => payload::bytes(number, scenario.share()),
        };
        Ok(Self { peer, sent, moved: 0, got: 0 })
    }

    /// The peer sends all of it.
    pub(crate) fn fill(&self) {
        self.peer.send(&self.sent);
    }

    /// What the program sends next, in a call of that size; nothing when the driver has all.
    pub(crate) fn next(&self, size: usize) -> &[u8] {
        let rest = &self.sent[self.moved..];
        &rest[..size.min(rest.len())]
    }

    /// Takes what has come, as long as it is what was sent.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let agreeing = payload::agreeing(&self.sent[self.got..], bytes);
        self.got += agreeing;
        if agreeing < bytes.len() {
            bail!("after {} bytes others came than were sent", self.got);
        }
        Ok(())
    }

    /// Takes what has reached the peer; how many bytes that were.
    pub(crate) fn take_from_peer(&mut self) -> Result<usize> {
        let came = self.peer.received();
        self.take(&came)?;
        Ok(came.len())
    }

    /// Bytes that have arrived as they were sent.
    pub(crate) fn delivered(&self) -> usize {
        self.got
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.got >= self.sent.len()
    }
}
