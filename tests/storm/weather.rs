//! Faults happen: each does to the world what it says.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use usocket_simulator::{Direction, VirtualWorld, cellular};

use crate::damage::Damage;
use crate::fault::{Fault, body_text};
use crate::generator::is_cellular;
use crate::script::Script;

/// What comes out of a module before its first word.
const NOISE: &[u8] = b"\xf8\x00>\x80+IPD,\xff+QIRD: \xff";

/// What happens to a world, and what has.
pub(crate) struct Weather {
    world: VirtualWorld,
    pub(crate) cellular: bool,
    body: &'static str,
    /// Switched off, until somebody gives it its supply back.
    off: Rc<Cell<bool>>,
    /// The storm is over: nothing happens by itself any more.
    over: Rc<Cell<bool>>,
    /// Bytes of overruns that nobody reports.
    unreported: Cell<u64>,
    overruns: Cell<u64>,
}

fn ms(ms: impl Into<u64>) -> Duration {
    Duration::from_millis(ms.into())
}

impl Weather {
    pub(crate) fn new(world: VirtualWorld, script: &Script<'_>) -> Self {
        let cellular = is_cellular(script.profile);
        let weather = Self {
            world,
            cellular,
            body: body_text(script.profile),
            off: Rc::default(),
            over: Rc::default(),
            unreported: Cell::new(0),
            overruns: Cell::new(0),
        };
        for number in script.sky.habits {
            weather.change_habit(number);
        }
        weather
    }

    /// What has been damaged by now. An overrun that nobody reports counts from its arming.
    pub(crate) fn damage(&self) -> Damage {
        Damage::of(&self.world, self.unreported.get() as usize)
    }

    fn change_habit(&self, number: u8) {
        self.world.quirks(|quirks| match number {
            0 => quirks.prompt = [Some("\r\n>"), None][usize::from(quirks.prompt.is_some())],
            1 => quirks.prompt = Some("\r\n>\r\n"),
            2 => quirks.cme_for_tcp ^= true,
            3 => quirks.rearm = cellular::Rearm::FoundNothing,
            4 => quirks.doubled_notices ^= true,
            5 => quirks.no_notices ^= true,
            6 => quirks.closes_with_context ^= true,
            7 => quirks.frees_with_context ^= true,
            8 => quirks.used_id = cellular::Refused::Later,
            9 => quirks.no_context = cellular::Refused::Later,
            10 => quirks.connected_is_3 ^= true,
            11 => quirks.slow_close ^= true,
            12 => quirks.short_reads = Some(7 + 300 * usize::from(quirks.compact)),
            13 => quirks.urcs_in_payload ^= true,
            14 => quirks.busy_input = cellular::BusyInput::Queued,
            15 => quirks.refuses_until_ready ^= true,
            16 => quirks.boot_noise = b"\x00\xff\xf8>\x80+QIRD: \xff",
            _ => {}
        });
    }

    /// Something goes wrong, now or at the next occasion.
    pub(crate) fn apply(&self, fault: Fault) {
        let world = &self.world;
        match fault {
            Fault::Before { text, line } => world.inject_before(text.as_bytes(), line.as_bytes()),
            Fault::After { text, line } => world.inject_after(text.as_bytes(), line.as_bytes()),
            Fault::Lose { text } => world.drop_next(text.as_bytes()),
            Fault::Twice { text } => world.repeat_next(text.as_bytes()),
            Fault::Late { text, ms: time } => world.delay_next(text.as_bytes(), ms(time)),
            Fault::ResetIn { text, at } => world.reset_within(text.as_bytes(), at.into()),
            Fault::Reset { noise: true } => world.reset_module_with_noise(NOISE),
            Fault::Reset { noise: false } => world.reset_module(),
            Fault::ResetHearing { after } => world.reset_after_hearing(after.into()),
            Fault::BrownOut { gaps } => {
                let mut at = 0;
                for gap in gaps {
                    at += u64::from(gap);
                    self.later(at, |world| world.reset_module_with_noise(NOISE));
                }
            }
            Fault::Busy { command, executes } => world.busy_next(command, executes),
            Fault::SendsFail { count } => world.fail_next_sends(count.into()),
            Fault::Deaf { ms: time } => {
                world.mute(true);
                world.advance(ms(time));
                world.mute(false);
            }
            Fault::NetworkGone { ms: time } => {
                world.lose_network();
                self.later(time.into(), VirtualWorld::regain_network);
            }
            Fault::ContextGone if self.cellular => world.drop_context(),
            Fault::ContextGone => {
                world.disconnect_wifi();
                world.reconnect_wifi();
            }
            Fault::LookupsFail { ms: time } => {
                world.fail_lookups(true);
                self.later(time.into(), |world| world.fail_lookups(false));
            }
            Fault::PowerOff { ms: time, key } => self.switch_off(time, key),
            Fault::BootTakes { ms: time } => {
                world.with_module(|module| module.timing_mut().boot = ms(time));
            }
            Fault::OpensUnanswered { count } => {
                world.quirks(|quirks| quirks.unanswered_opens += usize::from(count));
            }
            Fault::Habit { number } => self.change_habit(number),
            Fault::HostByte { after, what } => world.disturb(Direction::Host, after.into(), what),
            Fault::ModuleByte { after, what } => {
                world.disturb(Direction::Module, after.into(), what);
            }
            Fault::BodyByte { at, what } => {
                world.disturb_within(self.body.as_bytes(), 20 + usize::from(at), what);
            }
            Fault::Overrun { after, lost, report } => {
                world.overrun(after.into(), lost.into(), report);
                self.overruns.set(self.overruns.get() + 1);
                if report.is_none() {
                    self.unreported.set(self.unreported.get() + 1);
                }
            }
        }
    }

    /// The power key, or the supply: the module is off for some time. A Wi-Fi module has neither.
    fn switch_off(&self, time: u32, key: bool) {
        if !self.cellular {
            return self.world.reset_module();
        }
        self.off.set(true);
        if key {
            self.world.power_key(ms(700u64));
        } else {
            self.world.cut_power();
        }
        let off = self.off.clone();
        self.later(time.into(), move |world| {
            off.set(false);
            world.power_cycle();
        });
    }

    fn later(&self, time: u64, act: impl FnOnce(&VirtualWorld) + 'static) {
        let over = self.over.clone();
        self.world.after(ms(time), move |world| {
            if !over.get() {
                act(world);
            }
        });
    }

    /// The storm is over: whatever was lost comes back.
    pub(crate) fn calm_down(&self) {
        self.over.set(true);
        self.world.disarm();
        if self.off.get() {
            self.world.power_cycle();
        }
        self.world.regain_network();
        self.world.fail_lookups(false);
        self.world.quirks(|quirks| {
            quirks.unanswered_opens = 0;
            quirks.no_notices = false;
        });
    }
}
