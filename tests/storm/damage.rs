//! What the line has damaged, and what nobody can know because of that.
//!
//! Corrupted payload cannot be seen by anyone: neither AT dialect has a checksum. What can be seen is
//! told apart here, so that as little as possible is excused:
//!
//! | damaged | still holds |
//! |---|---|
//! | a byte of a body is lost, or one is inserted | everything: the count does not fit what follows, so it is an error, and what was handed out is a prefix of what was sent |
//! | a byte of a body changes | the same, but for that many bytes that differ |
//! | a byte of a payload changes | the same, at the peer |
//! | a payload is shortened or lengthened | what is received; what the peer got is not looked at any more |
//! | a line of the module, or an overrun that nobody reports | what is received and what is sent are prefixes, but an end may be early: a `CLOSED` whose number has changed is one |
//! | a command of the host | if no digit or line end is hit, as before: the module refuses it. Else nothing of what the sockets carry: the module has done to another link what was meant for this one |
//!
//! A byte too many in a body is not seen either if a foreign line comes between body and result, where
//! lines have no line end of their own in front (ESP-AT): then what is left over is the beginning of
//! that line. The storm does not do both at once.
//!
//! In every case: no panic, no call beyond its bound, and a module that is usable again.

use usocket_simulator::{Direction, Disturbance, Disturbed, VirtualWorld};

/// How much of each kind has happened, so far or since a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Bytes of bodies that were lost or inserted.
    pub(crate) body_lengths: usize,
    /// Bytes of bodies that have changed.
    pub(crate) body_flips: usize,
    pub(crate) payload_lengths: usize,
    pub(crate) payload_flips: usize,
    /// Bytes of the module's lines, and overruns that nobody has reported.
    pub(crate) lines: usize,
    /// Bytes of commands that are no digits.
    pub(crate) commands: usize,
    /// Digits of commands.
    pub(crate) numbers: usize,
    /// Bodies that were damaged twice: one may hide the other.
    pub(crate) hidden: usize,
}

impl Damage {
    /// All that has happened in a world by now.
    pub(crate) fn of(world: &VirtualWorld, unreported: usize) -> Self {
        let mut damage = Self { lines: unreported, ..Self::default() };
        let all = world.disturbed();
        for (index, hit) in all.iter().enumerate() {
            damage.count(hit);
            let same =
                |other: &Disturbed| other.time == hit.time && other.direction == hit.direction;
            damage.hidden += usize::from(all[..index].iter().any(same));
        }
        damage
    }

    fn count(&mut self, hit: &Disturbed) {
        let flips = matches!(hit.disturbance, Disturbance::Flip(_));
        let place = match hit.direction {
            Direction::Module => match body_start(&hit.bytes) {
                Some(start) if hit.at >= start && flips => &mut self.body_flips,
                Some(start) if hit.at >= start => &mut self.body_lengths,
                _ => &mut self.lines,
            },
            Direction::Host if !hit.bytes.starts_with(b"AT") && flips => &mut self.payload_flips,
            Direction::Host if !hit.bytes.starts_with(b"AT") => &mut self.payload_lengths,
            Direction::Host => {
                let before = hit.bytes[hit.at];
                let after = match hit.disturbance {
                    Disturbance::Drop => before,
                    Disturbance::Flip(bits) => before ^ bits,
                    Disturbance::Insert(byte) => byte,
                };
                let tells = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_control();
                match tells(before) || tells(after) {
                    true => &mut self.numbers,
                    false => &mut self.commands,
                }
            }
        };
        *place += 1;
    }

    /// What has happened since.
    pub(crate) const fn since(&self, then: &Self) -> Self {
        Self {
            body_lengths: self.body_lengths - then.body_lengths,
            body_flips: self.body_flips - then.body_flips,
            payload_lengths: self.payload_lengths - then.payload_lengths,
            payload_flips: self.payload_flips - then.payload_flips,
            lines: self.lines - then.lines,
            commands: self.commands - then.commands,
            numbers: self.numbers - then.numbers,
            hidden: self.hidden - then.hidden,
        }
    }

    /// What was received is what was sent, but for so many bytes; `None`: nobody can know.
    pub(crate) const fn differing_in(&self) -> Option<usize> {
        if self.numbers > 0 || self.hidden > 0 { None } else { Some(self.body_flips) }
    }

    /// What the peer got is what was sent, but for so many bytes; `None`: nobody can know.
    pub(crate) const fn differing_out(&self) -> Option<usize> {
        if self.numbers > 0 || self.hidden > 0 || self.payload_lengths > 0 {
            None
        } else {
            Some(self.payload_flips)
        }
    }

    /// An end of the stream, or its life, means what it says.
    pub(crate) const fn tells_ends(&self) -> bool {
        self.numbers == 0 && self.lines == 0 && self.hidden == 0
    }

    pub(crate) fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// Where the body begins in an answer with one.
fn body_start(write: &[u8]) -> Option<usize> {
    let find = |text: &[u8]| {
        let at = write.windows(text.len()).position(|window| window == text)?;
        Some(at + text.len())
    };
    if let Some(at) = find(b"+QIRD: ") {
        let line = write[at..].windows(2).position(|window| window == b"\r\n")?;
        return Some(at + line + 2);
    }
    if let Some(at) = find(b"+CARECV: ") {
        return Some(at + write[at..].iter().position(|byte| *byte == b',')? + 1);
    }
    let at = find(b"+CIPRECVDATA")?;
    // `:5,` or, before 2.0, `,5:`; with the sender in between, quoted or not
    if write.get(at) == Some(&b',') {
        return Some(at + write[at..].iter().position(|byte| *byte == b':')? + 1);
    }
    let count = at + write[at..].iter().position(|byte| *byte == b',')? + 1;
    if write.get(count) != Some(&b'"') {
        return Some(count);
    }
    let mut commas = write[count..].iter().enumerate().filter(|(_, byte)| **byte == b',');
    commas.nth(1).map(|(place, _)| count + place + 1)
}
