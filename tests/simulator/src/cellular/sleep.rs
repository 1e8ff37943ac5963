//! Light sleep, from which the first bytes of the host only wake the module (Quectel digest Q18).

use super::answer::{Answer, line, ok};
use super::command::Command;
use super::core::{Core, Phase};
use core::time::Duration;

/// From the first byte to the first one that is heard.
const WAKING: Duration = Duration::from_millis(10);

/// Whether the module may sleep, and when it did something last.
#[derive(Debug, Default)]
pub(crate) struct Sleep {
    /// `AT+QSCLK=0`.
    forbidden: bool,
    /// When the last byte came.
    last: Duration,
    /// Bytes before that time are lost.
    awake_at: Duration,
}

impl Core {
    /// Whether a byte that comes now is lost, because the module sleeps or is about to wake up.
    pub(crate) fn sleeps_through(&mut self) -> bool {
        let Some(after) = self.quirks.sleeps_after else { return false };
        let now = self.now();
        let silent = now.saturating_sub(self.sleep.last) >= after;
        self.sleep.last = now;
        if silent && !self.sleep.forbidden && matches!(self.phase, Phase::Idle) {
            self.sleep.awake_at = now + WAKING;
        }
        now < self.sleep.awake_at
    }

    /// `AT+QSCLK=<0|1|2>`.
    pub(crate) fn set_sleep(&mut self, command: &Command) -> Answer {
        self.sleep.forbidden = command.arguments.need(0, 0..=2)? == 0;
        ok()
    }

    /// `AT+QSCLK?`.
    pub(crate) fn query_sleep(&self) -> Answer {
        line(format!("+QSCLK: {}", u8::from(!self.sleep.forbidden)))
    }
}
