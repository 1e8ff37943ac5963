//! What goes wrong: faults of the line, of the module and of the network.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;
use usocket_simulator::{VirtualWorld, cellular};

/// Faults of ESP-AT modules.
pub(crate) fn wifi_fault(world: &VirtualWorld, rng: &mut Rng, holds_back: bool) {
    let writes: [&[u8]; 6] =
        [b"OK\r\n", b"+CIPRECVDATA:", b"+CIPRECVLEN:", b"Recv ", b"SEND OK", b"+CIPSTATE"];
    let commands = ["AT+CIPSEND", "AT+CIPRECVDATA", "AT+CIPSTART", "AT+CIPCLOSE", "AT+CIPRECVLEN"];
    let write = writes[rng.usize(..writes.len())];
    match rng.u8(..12) {
        0 => world.inject_before(write, b"WIFI GOT IP\r\n"),
        1 => world.inject_after(write, b"+FOO:\"OK\",1\r\n"),
        2 => world.inject_after(write, b"to read 41 bytes\r\n"),
        // NonOS drops unread data when the peer closes: if its notice is lost too, nobody can know
        3 if holds_back => world.drop_next(b"+IPD"),
        3 => {}
        4 => world.busy_next(commands[rng.usize(..commands.len())], false),
        5 => world.busy_next(commands[rng.usize(..commands.len())], true),
        6 => world.reset_within(write, rng.usize(..12)),
        7 => world.reset_module(),
        8 => world.reset_module_with_noise(b"\xf8\x00>\x80+IPD,\xff"),
        9 => world.send_fail_next(),
        10 => {
            world.disconnect_wifi();
            world.advance(Duration::from_millis(rng.u64(..50)));
            world.reconnect_wifi();
        }
        _ => {
            world.mute(true);
            world.advance(Duration::from_millis(rng.u64(..3000)));
            world.mute(false);
        }
    }
}

/// Lines that come unasked and mean nothing to a socket, though some look as if they did.
const FOREIGN: [&[u8]; 16] = [
    b"\r\n+FOO: \"OK\",1\r\n",
    b"\r\n+CMT: \"+491701234567\",,\"26/01/01,10:00:00+04\"\r\nOK\r\n",
    b"\r\n+CMT: \"+491701234567\",,\"26/01/01,10:00:00+04\"\r\n> ERROR\r\n",
    b"\r\n+CMT: \"+491701234567\",29\r\n+QIURC: \"closed\",0\r\n",
    b"\r\n+CMTI: \"ME\",3\r\n",
    b"\r\nRING\r\n",
    b"\r\nNO CARRIER\r\n",
    b"\r\n+CREG: 2\r\n",
    b"\r\n+CGREG: 0\r\n",
    b"\r\n+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8\r\n",
    b"\r\n+QIND: SMS DONE\r\n",
    b"\r\n+QIND: \"csq\",20,99\r\n",
    b"\r\n+CPIN: READY\r\n",
    b"\r\n+QIURC: \"pdpdeact\",3\r\n",
    b"\r\n+QIURC: \"incoming full\"\r\n",
    b"\r\n+QIURC: \"recv\",11\r\n",
];

/// What the module says, between and inside of which something can happen.
const WRITES: [&[u8]; 12] = [
    b"OK\r\n",
    b"\r\n+QIRD: ",
    b"\r\n>",
    b"\r\nSEND OK",
    b"+QIURC: \"recv\"",
    b"+QIURC: \"closed\"",
    b"+QIURC: \"incoming\"",
    b"+QIURC: \"dnsgip\"",
    b"+QIOPEN: ",
    b"+QISTATE: ",
    b"+CEREG: ",
    b"ERROR\r\n",
];

/// Lines that may be lost on their way; without those that say that the network or the module is
/// gone, after which nobody can know.
const LOSABLE: [&[u8]; 9] = [
    b"\r\n+QIURC: \"recv\"",
    b"\r\n+QIURC: \"recv\"",
    b"\r\n+QIURC: \"closed\"",
    b"\r\n+QIURC: \"incoming\"",
    b"\r\n+QIOPEN: ",
    b"\r\n+QIRD: ",
    b"\r\nSEND OK",
    b"\r\n>",
    b"OK\r\n",
];

/// What a cellular module is like, and what happens to it.
pub(crate) struct Cellular {
    world: VirtualWorld,
    /// Switched off, until somebody gives it its supply back.
    off: Rc<Cell<bool>>,
    /// The storm is over: nothing happens by itself any more.
    over: Rc<Cell<bool>>,
}

impl Cellular {
    /// A module with habits of its own, and times of its own.
    pub(crate) fn new(world: VirtualWorld, rng: &mut Rng) -> Self {
        let weather = Self { world, off: Rc::default(), over: Rc::default() };
        for _ in 0..rng.u8(..5) {
            weather.change_habit(rng);
        }
        weather.world.with_modem(|modem| {
            let mut some = |most: u64| Duration::from_millis(rng.u64(..=most));
            let pace = modem.pace_mut();
            (pace.prompt, pace.send, pace.close) = (some(50), some(300), some(1000));
            (pace.activate, pace.deactivate) = (some(3000), some(500));
        });
        weather
    }

    fn change_habit(&self, rng: &mut Rng) {
        self.world.quirks(|quirks| match rng.u8(..17) {
            0 => quirks.prompt = [Some("\r\n>"), Some("\r\n>\r\n"), None][rng.usize(..3)],
            1 => quirks.compact ^= true,
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
            12 => quirks.short_reads = Some(rng.usize(1..1500)),
            13 => quirks.urcs_in_payload ^= true,
            14 => quirks.busy_input = cellular::BusyInput::Queued,
            15 => quirks.refuses_until_ready ^= true,
            _ => quirks.boot_noise = b"\x00\xff\xf8>\x80+QIRD: \xff",
        });
    }

    /// Something goes wrong, now or at the next occasion.
    pub(crate) fn fault(&self, rng: &mut Rng) {
        let world = &self.world;
        let write = WRITES[rng.usize(..WRITES.len())];
        let foreign = FOREIGN[rng.usize(..FOREIGN.len())];
        match rng.u8(..21) {
            0..2 => world.inject_before(write, foreign),
            2..4 => world.inject_after(write, foreign),
            4..6 => world.drop_next(LOSABLE[rng.usize(..LOSABLE.len())]),
            6 => world.drop_next(b"\r\n+QIURC: \"recv\""),
            7 => world.delay_next(write, Duration::from_millis(rng.u64(..9000))),
            8 => world.delay_next(b"OK\r\n", Duration::from_millis(rng.u64(..20_000))),
            9 => world.reset_within(write, rng.usize(..12)),
            10 => world.reset_within(b"\r\n+QIRD: ", rng.usize(..600)),
            11 => world.reset_module(),
            12 => world.reset_module_with_noise(b"\xf8\x00>\x80+QIRD: \xff"),
            13 => world.fail_next_sends(rng.usize(1..6)),
            14 => world.quirks(|quirks| quirks.unanswered_opens += 1),
            15 => world.drop_context(),
            16 => {
                world.lose_network();
                let time = [50, 5000, 60_000][rng.usize(..3)];
                self.later(rng.u64(..time), VirtualWorld::regain_network);
            }
            17 => self.switch_off(rng),
            18 => self.change_habit(rng),
            19 => {
                let boot = Duration::from_millis(rng.u64(10..13_000));
                world.with_module(|module| module.timing_mut().boot = boot);
            }
            _ => {
                world.mute(true);
                world.advance(Duration::from_millis(rng.u64(..3000)));
                world.mute(false);
            }
        }
    }

    /// The power key, or the supply: the module is off for some time.
    fn switch_off(&self, rng: &mut Rng) {
        self.off.set(true);
        if rng.bool() {
            self.world.power_key(Duration::from_millis(700));
        } else {
            self.world.cut_power();
        }
        let off = self.off.clone();
        self.later(rng.u64(..30_000), move |world| {
            off.set(false);
            world.power_cycle();
        });
    }

    fn later(&self, ms: u64, act: impl FnOnce(&VirtualWorld) + 'static) {
        let over = self.over.clone();
        self.world.after(Duration::from_millis(ms), move |world| {
            if !over.get() {
                act(world);
            }
        });
    }

    /// The storm is over: whatever was lost comes back.
    pub(crate) fn calm_down(&self) {
        self.over.set(true);
        if self.off.get() {
            self.world.power_cycle();
        }
        self.world.regain_network();
        self.world.quirks(|quirks| {
            quirks.unanswered_opens = 0;
            quirks.no_notices = false;
        });
    }
}
