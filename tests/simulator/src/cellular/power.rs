//! Power: booting, switching off, the power key and the reset pin (Quectel digest §2.1 to §2.3).

use super::Modem;
use super::core::{Core, Phase, Timer};
use super::model::BootWord;
use super::settings::Settings;
use super::sim::SimState;
use super::sleep::Sleep;
use core::time::Duration;

/// A step of booting or of switching off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The word of the boot text with this number.
    Word(usize),
    /// The farewell, and silence.
    Off,
    /// The farewell, and a boot.
    Restart,
    /// A context that goes down behind a restart is reported all the same.
    Stray(u8),
}

/// From the `OK` of a restart to the farewell.
const RESTART: Duration = Duration::from_millis(100);
/// From there to the stray line of a context that was active (Quectel digest Q11).
const STRAY: Duration = Duration::from_millis(500);

impl Core {
    /// Forgets everything volatile and starts to boot.
    fn boot(&mut self) {
        self.switch_off();
        self.later(self.chip.timing.boot, Timer::Power(Step::Word(0)));
    }

    /// Forgets everything volatile; nothing more happens without the power key.
    fn switch_off(&mut self) {
        self.phase = Phase::Off;
        self.cancel(|_| true);
        self.forget_held();
        self.forget_draft();
        self.input.clear();
        self.notices.clear();
        self.settings = self.stored.clone();
        self.clear_contexts();
        self.sim.verified = false;
        self.sim_reports = false;
        self.registration = super::Registration::NotSearching;
        self.deregistered = false;
        self.operator_format = 0;
        self.time_zone_reports = false;
        self.attached = true;
        self.function = 1;
        self.initialised = 0;
        self.ready = false;
        self.sleep = Sleep::default();
        self.addressed = false;
        self.last_error = 0;
        self.chip.stall_over();
        self.quirks.stuck_contexts = false;
        if self.baud != self.stored_baud {
            self.baud = self.stored_baud;
            self.chip.output.push_baud(self.baud);
        }
    }

    fn is_booting(&self) -> bool {
        !self.is_on() && self.next_timer().is_some()
    }

    /// Switches off in good order: the farewell comes when that is done.
    pub(crate) fn power_down(&mut self, delay: Duration) {
        self.cancel(|timer| matches!(timer, Timer::Power(_)));
        self.later(delay, Timer::Power(Step::Off));
    }

    /// `AT+CFUN=1,1`: the answer has been given.
    pub(crate) fn restart(&mut self) {
        self.cancel(|timer| matches!(timer, Timer::Power(_)));
        self.later(RESTART, Timer::Power(Step::Restart));
    }

    fn farewell(&mut self) {
        if let (Some(text), false) = (self.model.farewell, self.quirks.no_farewell) {
            self.chip.write(format!("\r\n{text}\r\n"));
        }
    }

    fn say_word(&mut self, number: usize) {
        let Some((_, word)) = self.model.boot.get(number).copied() else { return };
        if number == 0 {
            self.chip.write(self.quirks.boot_noise);
            self.phase = Phase::Idle;
            let last = |word: &BootWord| matches!(word, BootWord::Text("APP RDY"));
            self.ready = !self.model.boot.iter().any(|(_, word)| last(word));
        }
        match word {
            BootWord::Text(text) => {
                self.ready |= text == "APP RDY";
                self.boot_urc(text);
            }
            BootWord::Sim => {
                let text = self.sim.state().text().unwrap_or("NOT INSERTED");
                self.boot_urc(&format!("+CPIN: {text}"));
                self.seek_network();
            }
            BootWord::WithSim(text, bits) => {
                if self.sim.state() != SimState::Ready {
                    return;
                }
                self.initialised |= bits;
                self.boot_urc(text);
            }
        }
        if let Some((delay, _)) = self.model.boot.get(number + 1) {
            let delay = Duration::from_millis((*delay).into());
            self.later(delay, Timer::Power(Step::Word(number + 1)));
        }
    }

    /// A line of the boot text, which the speed of the line has to be known for.
    fn boot_urc(&mut self, text: &str) {
        if self.addressed || !self.quirks.silent_until_addressed {
            self.urc(text);
        }
    }

    /// The card has become ready: its part of the boot text comes now.
    pub(crate) fn announce_sim(&mut self) {
        let is_sim = |(_, word): &(u32, BootWord)| *word == BootWord::Sim;
        if let Some(number) = self.model.boot.iter().position(is_sim) {
            self.cancel(|timer| matches!(timer, Timer::Power(Step::Word(_))));
            self.later(self.pace.sim, Timer::Power(Step::Word(number)));
        }
    }

    /// `AT&F`: factory settings, of which the echo is one.
    pub(crate) fn restore_settings(&mut self) {
        self.settings = Settings::new(&self.model);
    }
}

impl Modem {
    pub(crate) fn power_step(&mut self, step: Step) {
        let core = &mut self.core;
        match step {
            Step::Word(number) => core.say_word(number),
            Step::Off => {
                core.farewell();
                self.dialect.power_lost(&mut self.core);
                self.core.switch_off();
            }
            Step::Restart => {
                if core.model.restart_farewell {
                    core.farewell();
                }
                let strays = core.model.restart_stray;
                let active = if strays { core.active_contexts() } else { Vec::new() };
                self.dialect.power_lost(&mut self.core);
                self.core.boot();
                for cid in active {
                    self.core.later(STRAY, Timer::Power(Step::Stray(cid)));
                }
            }
            Step::Stray(cid) => self.dialect.context_stray(&mut self.core, cid),
        }
    }

    pub(crate) fn boot(&mut self) {
        self.dialect.power_lost(&mut self.core);
        self.core.boot();
    }

    /// Takes the supply away; the module stays off until its power key is pulsed.
    pub fn cut_power(&mut self, now: Duration) {
        self.core.chip.pass_time(now);
        self.core.chip.output.clear();
        self.dialect.power_lost(&mut self.core);
        self.core.switch_off();
    }

    /// The power key: a long enough pulse switches on what is off, and off what is on.
    pub(crate) fn press_key(&mut self, low: Duration) {
        let core = &mut self.core;
        if core.is_booting() {
            return;
        }
        if !core.is_on() {
            if low >= core.model.key_on {
                self.boot();
            }
        } else if low >= core.model.key_off {
            let delay = core.pace.power_down;
            core.power_down(delay);
        }
    }
}
