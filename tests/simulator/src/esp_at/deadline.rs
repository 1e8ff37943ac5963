//! Timers: everything that happens without input.

use super::{EspAt, Phase, Work};
use core::time::Duration;

impl EspAt {
    /// When there is something to do next, if ever.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        [
            self.phase_deadline(),
            self.chunk_deadline(),
            self.station_deadline(),
            self.link_deadline(),
            self.report_deadline(),
            self.time_deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn phase_deadline(&self) -> Option<Duration> {
        match &self.phase {
            Phase::Off { ready_at } => *ready_at,
            Phase::Idle | Phase::Collecting(_) => None,
            Phase::Sending(delivery) => delivery.deadline,
            Phase::Passthrough(passthrough) => passthrough.deadline(),
            Phase::Busy(work) => match work {
                Work::Line { at, .. } | Work::Restart { at } => Some(*at),
                Work::Collected(_) => Some(self.chip.now),
                Work::Scan { until, .. } => Some(*until),
                Work::Connect { deadline, .. } | Work::Resolve { deadline, .. } => *deadline,
                Work::Join | Work::Ping => None,
            },
        }
    }

    /// Does everything that is due at `now`.
    pub(crate) fn run_deadlines(&mut self) {
        while self.chunk_deadline().is_some_and(|at| at <= self.chip.now) {
            self.deliver_chunk();
        }
        self.run_station();
        self.run_links();
        self.run_time();
        while self.phase_deadline().is_some_and(|at| at <= self.chip.now) {
            self.run_phase();
        }
        self.push_reports();
    }

    fn run_phase(&mut self) {
        match core::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Off { .. } => self.become_ready(),
            Phase::Sending(_) => self.finish_send(false),
            Phase::Passthrough(passthrough) => self.run_passthrough(passthrough),
            Phase::Busy(work) => match work {
                Work::Line { line, .. } => self.execute(&line),
                Work::Collected(transfer) => self.hand_over(transfer),
                Work::Restart { .. } => self.lose_power(true),
                Work::Scan { filter, .. } => self.finish_scan(&filter),
                Work::Connect { id, .. } => self.give_up_connect(id),
                Work::Resolve { purpose, .. } => self.finish_resolve(purpose, None),
                work @ (Work::Join | Work::Ping) => self.phase = Phase::Busy(work),
            },
            phase @ (Phase::Idle | Phase::Collecting(_)) => self.phase = phase,
        }
    }
}
