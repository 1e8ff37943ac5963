//! What a measurement gave.

use std::time::Duration;

use crate::scenario::Scenario;

/// What a measurement gave.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// Bytes that arrived, whole and in order.
    pub(crate) delivered: usize,
    /// From the first call that moves payload to the moment when the last byte was there.
    pub(crate) elapsed: Duration,
    /// Why it ended before all was there.
    pub(crate) failure: Option<String>,
}

impl Outcome {
    /// Payload time ÷ elapsed time: the part of the line's capacity, in one direction, that carried payload.
    pub(crate) fn utilisation(&self, scenario: &Scenario) -> f64 {
        let payload_time = self.delivered as f64 * 10.0 / f64::from(scenario.baud);
        payload_time / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// Bytes in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.delivered as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}
