//! Commands of the program's own: which lines belong to their answers, and the payload behind a prompt.
//!
//! Such a command is a [`Task::Control`] like those of the network objects, with what only a program can
//! know of it: whether the module asks for a payload, and by which line it ends. Command and payload lie
//! in the engine's own buffer, so that a caller who has gone leaves nothing behind.

use super::flight::{Flight, Phase, Task};
use super::{Engine, Event, FILL};
use crate::error::Error;
use crate::modem::{Context, Dialect, Encoded, Meaning};

/// Shows that they are built in: without the feature there is no value of it, and code for them folds away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Built(proof::Proof);

mod proof {
    #[cfg(feature = "at-commands")]
    pub(super) type Proof = ();
    #[cfg(feature = "at-commands")]
    pub(super) const PROOF: Option<Proof> = Some(());
    #[cfg(not(feature = "at-commands"))]
    pub(super) type Proof = core::convert::Infallible;
    #[cfg(not(feature = "at-commands"))]
    pub(super) const PROOF: Option<Proof> = None;
}

impl Built {
    pub(crate) const PROOF: Option<Self> = match proof::PROOF {
        Some(proof) => Some(Self(proof)),
        None => None,
    };
}

/// A command of the program's own.
#[derive(Clone, Copy)]
pub(crate) struct Own<'s> {
    /// Shows that there can be one.
    pub(crate) _built: Built,
    /// Without its end.
    pub(crate) command: &'s [u8],
    /// What is written at the module's prompt; empty: it does not ask for anything.
    pub(crate) payload: &'s [u8],
    /// How long the answer may take, in ms.
    pub(crate) timeout: u32,
    /// No other lines belong to the answer than those that begin so.
    pub(crate) only: &'static str,
    /// `OK` is not the end: a line that begins so follows.
    pub(crate) until: &'static str,
    /// The module says how it has ended.
    pub(crate) answered: bool,
    /// There is nothing in it that a log must not show.
    pub(crate) shown: bool,
}

/// Beginnings of commands that are the driver's with every module: defaults, echo, answers in numbers or
/// none at all, transparent data, the rate and flow control of the line, and who it belongs to.
const RESERVED: &[&str] =
    &["&F", "Z", "E1", "V0", "Q1", "O", "+IPR=", "+IFC=", "+ICF=", "+CMUX=", "D*99"];

/// Whether a command begins so, behind `AT`.
fn begins(command: &[u8], beginning: &str) -> bool {
    let start = command.get(2..).and_then(|rest| rest.get(..beginning.len()));
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
}

/// What has to be known of it while it is in flight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Airborne {
    /// Bytes of payload, behind the command in its buffer.
    payload: u16,
    /// Only some lines belong to the answer.
    narrow: bool,
    until: &'static str,
    answered: bool,
    shown: bool,
    quoting: Quoting,
    /// `OK` has come; so has the line behind it.
    taken: bool,
    ended: bool,
}

/// Whether the next line is the text of a message, whatever it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    No,
    /// If there is no empty line in front of it: its first one.
    First,
    /// If it is not `OK` either, which compact firmware writes without an empty line (quectel.md §1.3).
    More,
}

/// Where that is kept; without the feature it takes no place.
#[derive(Debug)]
pub(super) struct Place {
    #[cfg(feature = "at-commands")]
    airborne: Option<Airborne>,
}

#[cfg(feature = "at-commands")]
impl Place {
    pub(super) const EMPTY: Self = Self { airborne: None };

    pub(super) const fn get(&self) -> Option<Airborne> {
        self.airborne
    }

    pub(super) const fn get_mut(&mut self) -> Option<&mut Airborne> {
        self.airborne.as_mut()
    }

    pub(super) const fn set(&mut self, airborne: Option<Airborne>) {
        self.airborne = airborne;
    }
}

#[cfg(not(feature = "at-commands"))]
#[expect(clippy::unused_self, clippy::needless_pass_by_ref_mut, reason = "there is nothing in it")]
impl Place {
    pub(super) const EMPTY: Self = Self {};

    pub(super) const fn get(&self) -> Option<Airborne> {
        None
    }

    pub(super) const fn get_mut(&mut self) -> Option<&mut Airborne> {
        None
    }

    pub(super) const fn set(&mut self, _: Option<Airborne>) {}
}

/// Whose a line may be that no dialect has a use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The program's, if it knows it; else it belongs to the answer to the program's command.
    Either,
    /// The program's, if it knows it; else nobody's.
    Unknown,
    /// The program's, if it wants it: the driver knows what it is.
    Unasked(Part),
}

/// How a line stands to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(not(feature = "at-commands"), expect(unreachable_pub, reason = "nobody is told"))]
pub enum Part {
    /// It stands alone.
    Whole,
    /// The next line belongs to it, whatever it looks like: `+CMT:`, `+CDS:`, `+CBM:` of a cellular
    /// module, whose messages come in two lines.
    First,
    /// It is that next line.
    Second,
}

/// What stands between `AT` and the arguments of a command with a name of several letters, such as `+CSQ`;
/// empty: there is none.
pub(crate) fn name(command: &[u8]) -> &[u8] {
    let rest = command.get(2..).unwrap_or_default();
    let extended = rest.first().is_some_and(|byte| b"+#$%&*^!".contains(byte));
    let is_end = |byte: &u8| matches!(byte, b'=' | b'?' | b';' | b':' | b'\r' | b'\n');
    rest.split(is_end).next().filter(|_| extended).unwrap_or_default()
}

/// What a line is to the program's command in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing that is known without the dialect.
    None,
    /// A line of its answer, since it begins with its name.
    Line,
    /// The line by which it ends.
    End,
    /// The module asks for its payload by a line of its own.
    Prompt,
}

impl Airborne {
    /// What a line is to this command: one that begins with its name is no notice, and neither is the text
    /// of a message, whatever it looks like. `apart`: there is an empty line in front of it.
    pub(super) fn claim(&mut self, context: &Context<'_>, line: &[u8], apart: bool) -> Claim {
        if !waits(context.flight) {
            return Claim::None;
        }
        self.quoting = match self.quoting {
            Quoting::First if !apart => Quoting::More,
            Quoting::More if !apart && line != b"OK" => Quoting::More,
            _ => Quoting::No,
        };
        if self.quoting == Quoting::More {
            return Claim::Line;
        }
        let asks = context.flight.is_some_and(|flight| flight.phase == Phase::Answer);
        if asks && self.payload > 0 && line == b"CONNECT" {
            return Claim::Prompt; // files and HTTP of Quectel's modules (quectel.md §1.6)
        }
        if !self.until.is_empty() && line.starts_with(self.until.as_bytes()) {
            return Claim::End;
        }
        let name = name(context.sent);
        match line.strip_prefix(name) {
            Some([] | [b':', ..]) if !name.is_empty() && !self.narrow => {
                if name == b"+CMGR" || name == b"+CMGL" {
                    self.quoting = Quoting::First;
                }
                Claim::Line
            }
            _ => Claim::None,
        }
    }

    /// What is said of a line that the dialect does not know: it takes each for one of the answer.
    pub(super) fn doubt(&self, flight: Option<&Flight>, meaning: Meaning) -> Meaning {
        match meaning {
            Meaning::Info if !waits(flight) => Meaning::Unknown,
            Meaning::Info if !self.narrow => Meaning::Loose,
            meaning => meaning,
        }
    }

    pub(super) const fn is_answered(&self) -> bool {
        self.answered
    }
}

/// Whether lines of the answer may come.
fn waits(flight: Option<&Flight>) -> bool {
    flight.is_some_and(|flight| matches!(flight.phase, Phase::Answer | Phase::Result))
}

impl<D: Dialect> Engine<'_, D> {
    /// The program's command that is in flight.
    pub(super) fn own_flying(&self) -> Option<Airborne> {
        self.own
            .get()
            .filter(|_| self.flight.is_some_and(|flight| matches!(flight.task, Task::Control)))
    }

    /// Writes a command of the program's, and its payload behind it.
    ///
    /// # Errors
    /// `InvalidInput`: it does not fit, or would take away what the driver stands on.
    pub(super) fn encode_own(&mut self, own: &Own<'_>) -> Result<Encoded, Error> {
        if RESERVED.iter().chain(D::HABITS.reserved).any(|taken| begins(own.command, taken)) {
            return Err(Error::InvalidInput);
        }
        let end = D::HABITS.terminator.as_bytes();
        let mut room = self.command.iter_mut();
        for &byte in own.command.iter().chain(end).chain(own.payload) {
            *room.next().ok_or(Error::InvalidInput)? = byte;
        }
        self.core.cut = None; // of a command that nobody waits for any more
        self.prefix = own.only;
        self.own.set(Some(Airborne {
            payload: u16::try_from(own.payload.len()).unwrap_or(0), // it is in the buffer
            narrow: !own.only.is_empty(),
            until: own.until,
            answered: own.answered,
            shown: own.shown,
            quoting: Quoting::No,
            taken: false,
            ended: false,
        }));
        let len = own.command.len().saturating_add(end.len());
        Ok(Encoded { len, timeout: own.timeout })
    }

    /// Whether `>` at the start of a line is the prompt of the program's command.
    pub(super) fn own_prompts(&self) -> bool {
        let answers = self.flight.is_some_and(|flight| matches!(flight.phase, Phase::Answer));
        answers && self.own_flying().is_some_and(|own| own.payload > 0)
    }

    /// How the line that was read last stands to its neighbours; `second`: the one before it has
    /// announced it.
    pub(super) fn part(&self, second: bool) -> Part {
        match second {
            true => Part::Second,
            false if self.dialect.quotes() => Part::First,
            false => Part::Whole,
        }
    }

    /// It asks for its payload.
    pub(super) fn own_prompted(&mut self, now: u32) {
        let payload = self.own.get().map_or(0, |own| usize::from(own.payload));
        if let Some(flight) = &mut self.flight {
            flight.retry_at = None;
            flight.phase = Phase::Payload(payload);
            flight.extend(now);
        }
        self.log_payload();
    }

    /// The last `left` bytes of the payload.
    pub(super) fn own_payload(&self, left: usize) -> Option<&[u8]> {
        let end = self.command_len.checked_add(self.own.get()?.payload.into())?;
        self.command.get(end.checked_sub(left)?..end)
    }

    /// Whether more than this `OK` is to come.
    pub(super) fn own_goes_on(&mut self) -> bool {
        let prompts = self.own_prompts();
        if self.own_flying().is_none() {
            return false;
        }
        let Some(own) = self.own.get_mut() else { return false };
        own.taken = true;
        prompts || (!own.until.is_empty() && !own.ended)
    }

    /// It has been written, and the module says nothing to it. Should it do so, that must not be taken for
    /// the answer to the next command: a question of another kind comes in between.
    pub(super) fn end_unanswered(&mut self, now: u32) {
        self.end_doubtful(now, Ok(()));
    }

    /// It ends so, and an answer may come all the same.
    fn end_doubtful(&mut self, now: u32, result: Result<(), Error>) {
        if let Some(flight) = &mut self.flight {
            flight.repeated = true;
        }
        self.finish(now, result);
    }

    /// The module was busy when the program's command came, and has said nothing since. It may do the
    /// command all the same (esp-at.md §14.8), and what that does twice only the program knows.
    pub(super) fn own_is_busy(&mut self, now: u32) -> bool {
        let own = self.own_flying().is_some();
        if own {
            self.end_doubtful(now, Err(Error::Busy));
        }
        own
    }

    /// The line has come by which it ends; `true`: the `OK` before it, too.
    pub(super) fn own_ends(&mut self) -> bool {
        let Some(own) = self.own.get_mut() else { return false };
        own.ended = true;
        own.taken
    }

    /// Bytes of payload of the command in flight, be it a socket's or the program's.
    pub(super) fn payload_flying(&self) -> usize {
        match self.flight.map(|flight| flight.task) {
            Some(Task::Send { len, .. }) => len,
            _ => self.own_flying().map_or(0, |own| own.payload.into()),
        }
    }

    /// It had no answer in time: the module may still wait for its payload, or a part of it.
    pub(super) fn own_timed_out(&mut self, flight: Flight) {
        let Some(own) = self.own.get().filter(|own| own.payload > 0) else { return };
        let (owed, in_data) = match flight.phase {
            Phase::Payload(left) => (left, true),
            Phase::Answer => (own.payload.into(), true),
            _ => (own.payload.into(), false), // some of it may have been lost
        };
        self.owed = owed;
        self.maybe_in_data = in_data;
        self.prompt_due = flight.phase == Phase::Answer;
        self.unmeasured = true;
    }

    /// A line of an answer has come. A command of the driver's takes any line for one if it does not know how
    /// its answer begins, or has none; so the program is asked first.
    pub(super) fn answer_line(&self) -> Event {
        match Built::PROOF.filter(|_| self.prefix.is_empty() && self.own.get().is_none()) {
            Some(built) => Event::Heard(built, Heard::Either),
            None => Event::Info,
        }
    }

    /// What a module without escape sequence gets instead of a payload that will not come. A message is
    /// given up by ESC (3GPP TS 27.005 §3.5.1); what waits for a number of bytes gets so many.
    pub(super) fn fill(&self) -> &'static [u8] {
        if self.unmeasured { &[0x1b; FILL.len()] } else { &FILL }
    }

    /// Whether command and answer may be shown in a log as they are.
    pub(super) fn own_is_shown(&self) -> bool {
        self.own_flying().is_none_or(|own| own.shown)
    }

    /// Hands on a line that the engine does not keep: to `offer`, the program, if it may be one that it
    /// waits for, and else to `info`, the caller whose command is in flight.
    pub(crate) fn hand_on(
        &mut self,
        event: Event,
        offer: &mut dyn FnMut(&[u8], Part) -> bool,
        info: &mut dyn FnMut(&[u8]),
    ) {
        let line = self.lexer.line();
        let heard = match event {
            Event::Info => None,
            Event::Heard(_, heard) => Some(heard),
        };
        let taken = heard.is_some_and(|heard| match heard {
            Heard::Either | Heard::Unknown => offer(line, Part::Whole),
            Heard::Unasked(part) => offer(line, part),
        });
        match heard {
            _ if taken => {}
            None | Some(Heard::Either) => {
                let own = Built::PROOF.filter(|_| self.own.get().is_some());
                if let Some(built) = own.filter(|_| self.lexer.is_cut()) {
                    self.core.cut = Some(built);
                }
                info(line);
            }
            Some(Heard::Unknown) => self.core.count_unknown(),
            Some(Heard::Unasked(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn the_name_of_a_command_ends_where_its_arguments_begin() {
        for (command, expected) in [
            (&b"AT+CMGS=\"+49\"\r"[..], &b"+CMGS"[..]),
            (b"AT+CSQ\r\n", b"+CSQ"),
            (b"at+cclk?", b"+cclk"),
            (b"AT#X:1", b"#X"),
            (b"ATI", b""),
            (b"AT", b""),
            (b"A", b""),
        ] {
            assert_eq!(name(command), expected);
        }
    }
}
