//! A seed becomes a program.

use embedded_io::ErrorKind;
use fastrand::Rng;
use usocket_simulator::Disturbance;

use crate::fault::{CELLULAR, ESP_AT, Fault, Words};
use crate::script::{Mode, PLACES, Reading, Role, Script, Sky, Step, Writing};

/// Steps of one program, faults apart.
const STEPS: usize = 55;

/// The program of a seed, on a given module.
pub(crate) fn generate(profile: &str, seed: u64, run: impl FnOnce(Script<'_>)) {
    let salt = profile.bytes().fold(0u64, |sum, byte| sum.wrapping_mul(131) + u64::from(byte));
    let mut maker = Maker {
        rng: Rng::with_seed(seed.wrapping_mul(0x9e37_79b9) ^ salt),
        words: if is_cellular(profile) { CELLULAR } else { ESP_AT },
        profile,
        noisy: seed / 4 % 3 == 2,
        doubles: false,
        kinds: Vec::new(),
    };
    maker.kinds = maker.kinds();
    let calm = [3, 3, 6, 12][maker.rng.usize(..4)];
    let (sky, roles) = (maker.sky(), maker.roles());
    maker.doubles = !sky.nasty && !roles.contains(&Role::Datagrams);
    let mut steps = Vec::new();
    for _ in 0..STEPS {
        if maker.rng.u8(..calm) == 0 {
            steps.push(Step::Weather(maker.fault()));
        }
        steps.push(maker.step(&roles));
    }
    let ring = [1, 64, 700, 2048][seed as usize % 4];
    run(Script { profile, ring, sky, roles, steps: &steps });
}

pub(crate) fn is_cellular(profile: &str) -> bool {
    profile.starts_with("quectel") || profile.starts_with("simcom")
}

/// Whether the module has servers and datagrams as the storm uses them.
fn is_versatile(profile: &str) -> bool {
    !matches!(profile, "quectel-bc66" | "quectel-m95" | "simcom-sim7080")
}

/// Whether datagrams come one by one (README, "Modules").
fn keeps_datagrams(profile: &str) -> bool {
    is_versatile(profile)
        && (is_cellular(profile) || profile.contains("-4.") || profile.contains("-5."))
}

struct Maker<'p> {
    rng: Rng,
    words: Words,
    profile: &'p str,
    /// Bytes are damaged on the line.
    noisy: bool,
    /// Writes come twice; not where they could be those that bring data.
    doubles: bool,
    /// The kinds of fault that happen in this program.
    kinds: Vec<u8>,
}

/// Kinds of fault, some of which are several numbers wide.
const KINDS: u8 = 32;
/// Those after which no connection is left.
const FATAL: [std::ops::Range<u8>; 2] = [12..18, 23..29];

impl Maker<'_> {
    fn sky(&mut self) -> Sky {
        let rng = &mut self.rng;
        let all = [255; 4];
        let reads = match rng.u8(..4) {
            0 => all,
            1 => [1; 4],
            2 => [rng.u8(1..64); 4],
            _ => all.map(|_| rng.u8(1..64)),
        };
        let mut habits = [255; 4];
        for habit in habits.iter_mut().take(rng.usize(..5)) {
            *habit = rng.u8(..17);
        }
        Sky {
            baud: [9600, 115_200, 921_600][rng.usize(..3)],
            raise: [0, 0, 115_200, 460_800][rng.usize(..4)],
            latency: rng.u8(..4) * 3,
            distance: rng.u8(..3) * 40,
            reads,
            habits,
            nasty: !self.noisy && rng.bool(),
        }
    }

    /// A few of all kinds: where everything happens, nothing lives long enough for the rest to matter.
    fn kinds(&mut self) -> Vec<u8> {
        let rng = &mut self.rng;
        let fatal = |kind: &u8| FATAL.iter().any(|range| range.contains(kind));
        let mut kinds: Vec<_> = (0..KINDS).collect();
        match rng.u8(..4) {
            0 => {}
            1 => kinds.retain(|_| rng.u8(..3) == 0),
            _ => kinds.retain(|kind| !fatal(kind) && rng.bool()),
        }
        if kinds.is_empty() { vec![rng.u8(..KINDS)] } else { kinds }
    }

    fn roles(&mut self) -> [Role; PLACES] {
        use Role::{Accepted, Client, Datagrams, Server};
        let rng = &mut self.rng;
        let mut roles = match rng.u8(..5) {
            0 => [Client; PLACES],
            1 => [Client, Client, Server, Accepted, Datagrams],
            2 => [Client, Server, Accepted, Accepted, Client],
            3 => [Client, Datagrams, Datagrams, Client, Client],
            _ => [Client, Client, Client, Server, Accepted],
        };
        for role in &mut roles {
            let can = match role {
                Server | Accepted => is_versatile(self.profile),
                Datagrams => keeps_datagrams(self.profile),
                Client => true,
            };
            if !can {
                *role = Client;
            }
        }
        roles
    }

    fn mode(&mut self) -> Mode {
        match self.rng.u8(..10) {
            0..2 => Mode::Now,
            2..4 => Mode::Block,
            _ => Mode::Until(self.rng.u32(1..4000)),
        }
    }

    fn step(&mut self, roles: &[Role; PLACES]) -> Step {
        let place = self.rng.u8(..PLACES as u8);
        let mode = self.mode();
        let rng = &mut self.rng;
        let lengthy = rng.u8(..6) == 0;
        match (roles[usize::from(place)], rng.u8(..40)) {
            (_, 0) => Step::Resolve,
            (_, 1..3) => Step::Poll { ms: rng.u32(..2000) },
            (_, 3) => Step::Idle { ms: rng.u32(..3000) },
            (_, 4) => Step::Away { ms: if lengthy { rng.u32(..300_000) } else { rng.u32(..5000) } },
            (_, 5) => Step::Leave { place },
            (_, 6) => Step::Close { place, mode },
            (Role::Server, 7..20) => Step::PeerSends { place, size: 0 },
            (Role::Server, _) => Step::Open { place, mode },
            (_, 7..10) => Step::Open { place, mode },
            (_, 10..20) => {
                use Reading::{File, Line, Peek, Read, Recv, Try};
                let how = [Recv, Recv, Recv, Peek, Try, Read, Line, File][rng.usize(..8)];
                Step::Recv { place, mode, size: rng.u16(1..3000), how }
            }
            (_, 20..27) => {
                use Writing::{All, File, Send, Try, Write};
                let how = [Send, Send, Try, Write, All, File][rng.usize(..6)];
                Step::Send { place, mode, size: rng.u16(1..if lengthy { 9000 } else { 3000 }), how }
            }
            (_, 27..35) => Step::PeerSends { place, size: rng.u16(1..6000) },
            (_, 35..37) => Step::PeerCloses { place },
            (_, 37) => Step::PeerStalls { place },
            (_, 38) => Step::PeerResumes { place },
            (_, _) if rng.bool() => Step::PeerResets { place },
            (_, _) => Step::Shut { place },
        }
    }

    fn pick(&mut self, of: &'static [&'static str]) -> &'static str {
        of[self.rng.usize(..of.len())]
    }

    fn fault(&mut self) -> Fault {
        if self.noisy && self.rng.bool() {
            return self.noise();
        }
        let text = self.pick(self.words.writes);
        let kind = self.kinds[self.rng.usize(..self.kinds.len())];
        // NonOS drops unread data when the peer closes: if its notice is lost too, nobody can know
        let losable = match self.profile.starts_with("nonos") {
            true => &self.words.losable[3..],
            false => self.words.losable,
        };
        let body = self.body();
        let rng = &mut self.rng;
        match kind {
            0..2 => Fault::Before { text, line: self.pick(self.words.foreign) },
            // a line between body and result hides that the body was longer (`damage.rs`)
            2..4 if self.noisy && text.trim_start() == body => Fault::Reset { noise: true },
            2..4 => Fault::After { text, line: self.pick(self.words.foreign) },
            4..7 => Fault::Lose { text: self.pick(losable) },
            7..10 if self.doubles => Fault::Twice { text: self.pick(self.words.doubled) },
            7..10 => Fault::Lose { text: self.pick(losable) },
            10 => Fault::Late { text, ms: rng.u32(..9000) },
            11 => Fault::Late { text: "OK\r\n", ms: rng.u32(..20_000) },
            12..14 => Fault::ResetIn { text, at: rng.u16(..12) },
            14 => Fault::ResetIn { text: body, at: rng.u16(..600) },
            15 => Fault::Reset { noise: rng.bool() },
            16 => Fault::ResetHearing { after: rng.u16(..3000) },
            17 => {
                let longest = [20, 200, 2000][rng.usize(..3)];
                Fault::BrownOut { gaps: [0; 5].map(|_| rng.u16(1..longest)) }
            }
            18..20 if is_cellular(self.profile) => Fault::Habit { number: rng.u8(..17) },
            18..20 => {
                let executes = rng.bool();
                Fault::Busy { command: self.pick(self.words.busy), executes }
            }
            20..22 => Fault::SendsFail { count: rng.u8(1..6) },
            22 => Fault::Deaf { ms: rng.u16(..3000) },
            23..25 => {
                let longest = [50, 5000, 60_000][rng.usize(..3)];
                Fault::NetworkGone { ms: rng.u32(..longest) }
            }
            25 => Fault::ContextGone,
            26 => Fault::LookupsFail { ms: rng.u32(..30_000) },
            27 => Fault::PowerOff { ms: rng.u32(..30_000), key: rng.bool() },
            28 => Fault::BootTakes { ms: rng.u16(10..13_000) },
            29 => Fault::OpensUnanswered { count: 1 },
            _ => {
                let kinds = [ErrorKind::Other, ErrorKind::OutOfMemory, ErrorKind::InvalidData];
                let report = Some(kinds[rng.usize(..3)]);
                Fault::Overrun { after: rng.u16(..2000), lost: rng.u16(1..120), report }
            }
        }
    }

    fn body(&self) -> &'static str {
        crate::fault::body_text(self.profile)
    }

    fn noise(&mut self) -> Fault {
        let rng = &mut self.rng;
        let what = match rng.u8(..3) {
            0 => Disturbance::Drop,
            1 => Disturbance::Flip(1 << rng.u8(..8)),
            _ => Disturbance::Insert([b'x', b'>', b'\n', 0, 0xff, b'7'][rng.usize(..6)]),
        };
        match rng.u8(..10) {
            0..2 => Fault::HostByte { after: rng.u16(..1000), what },
            2..4 => Fault::ModuleByte { after: rng.u16(..400), what },
            4..9 => {
                let longest = [30, 1500][rng.usize(..2)];
                Fault::BodyByte { at: rng.u16(..longest), what }
            }
            _ => Fault::Overrun { after: rng.u16(..1000), lost: rng.u16(1..60), report: None },
        }
    }
}
