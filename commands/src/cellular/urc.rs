//! Lines that a cellular module prints unasked.
//!
//! Some have the form of an answer (`+CPIN:`, `+CFUN:`): they are answers if the command in
//! flight has asked for them.
//!
//! ```
//! use usocket_commands::cellular::sim::SimState;
//! use usocket_commands::cellular::urc::Urc;
//!
//! assert_eq!(Urc::parse(b"RDY"), Some(Urc::Ready));
//! assert_eq!(Urc::parse(b"+CPIN: SIM PIN"), Some(Urc::Sim(SimState::Pin)));
//! assert_eq!(Urc::parse(b"OK"), None);
//! ```

use atat::AtatUrc;

use crate::fields::{Fields, decimal, signed, trim, unquote};

use super::clock::DateTime;
use super::function::{Function, Level};
use super::registration::Registration;
use super::sim::SimState;

/// A line that may come at any time (Quectel digest §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Urc {
    /// `RDY`: the module has started. All sockets and all volatile settings are gone.
    Ready,
    /// `+CFUN: <level>`: how much of the module works.
    Function(Level),
    /// `+CPIN: <state>`: what the SIM waits for.
    Sim(SimState),
    /// `+CREG:`, `+CGREG:`, `+CEREG:` without a mode: the registration has changed.
    Registration(Registration),
    /// `+CGEV: …`: something happened to the packet service.
    Packet(PacketEvent),
    /// `+CTZV: <zone>`: the time zone, in quarters of an hour.
    Zone(i8),
    /// `+CTZE: "<zone>",<daylight>,"<time>"`: time zone and time.
    ZoneTime {
        /// Quarters of an hour ahead of Greenwich.
        zone: i8,
        /// The time; `None` if it cannot be read.
        time: Option<DateTime>,
    },
    /// `RING`, `+CRING: …`, `+CLIP: …`: somebody calls.
    Ring,
    /// `+CMTI: …`, `+CDSI: …`: a message has been stored.
    MessageStored,
    /// `+CMT: …`, `+CDS: …`, `+CBM: …`: a message, which is the *next* line whatever it looks
    /// like.
    Message,
    /// `+CUSD: …`: an answer from the network to a code.
    Ussd,
}

/// What happened to the packet service; see [`Urc::Packet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum PacketEvent {
    /// `NW DETACH`: the network has detached the module, all contexts are gone.
    NetworkDetached,
    /// `ME DETACH`: the module has detached itself.
    Detached,
    /// `NW PDN DEACT <n>`: the network has deactivated a context.
    NetworkDeactivated(u8),
    /// `ME PDN DEACT <n>`: the module has deactivated a context.
    Deactivated(u8),
    /// `ME PDN ACT <n>`, `NW PDN ACT <n>`: a context is active.
    Activated(u8),
    /// Anything else.
    Other,
}

impl Urc {
    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match line {
            b"RDY" => return Some(Self::Ready),
            b"RING" => return Some(Self::Ring),
            [b'+', ..] => {}
            _ => return None,
        }
        let colon = line.iter().position(|&byte| byte == b':')?;
        let (name, rest) = line.split_at_checked(colon)?;
        let rest = trim(rest.strip_prefix(b":")?);
        Some(match name {
            b"+CFUN" => Self::Function(Function::parse_line(line)?.level),
            b"+CPIN" => Self::Sim(SimState::parse_line(line)?),
            b"+CREG" | b"+CGREG" | b"+CEREG" => {
                Self::Registration(Registration::parse_line(line).filter(|line| !line.is_answer())?)
            }
            b"+CGEV" => Self::Packet(packet_event(rest)),
            b"+CTZV" => Self::Zone(zone(rest)?),
            b"+CTZE" => {
                let mut fields = Fields::plain(rest);
                let zone = zone(fields.next_field()?)?;
                let _daylight = fields.next_field()?;
                Self::ZoneTime { zone, time: fields.text().and_then(DateTime::parse) }
            }
            b"+CRING" | b"+CLIP" => Self::Ring,
            b"+CMTI" | b"+CDSI" => Self::MessageStored,
            b"+CMT" | b"+CDS" | b"+CBM" => Self::Message,
            b"+CUSD" => Self::Ussd,
            _ => return None,
        })
    }

    /// Whether the next line belongs to it, whatever that looks like (Quectel digest §8).
    #[must_use]
    pub const fn has_second_line(&self) -> bool {
        matches!(self, Self::Message)
    }
}

/// A time zone in quarters of an hour, `+32` or `"+32"`.
fn zone(text: &[u8]) -> Option<i8> {
    let text = unquote(text);
    i8::try_from(signed(text.strip_prefix(b"+").unwrap_or(text))?).ok()
}

fn packet_event(event: &[u8]) -> PacketEvent {
    let context = |prefix: &str| {
        let rest = event.strip_prefix(prefix.as_bytes())?;
        let number = rest.split(|&byte| byte == b',').next()?;
        u8::try_from(decimal(trim(number))?).ok()
    };
    if event == b"NW DETACH" {
        PacketEvent::NetworkDetached
    } else if event == b"ME DETACH" {
        PacketEvent::Detached
    } else if let Some(number) = context("NW PDN DEACT ") {
        PacketEvent::NetworkDeactivated(number)
    } else if let Some(number) = context("ME PDN DEACT ") {
        PacketEvent::Deactivated(number)
    } else if let Some(number) = context("ME PDN ACT ").or_else(|| context("NW PDN ACT ")) {
        PacketEvent::Activated(number)
    } else {
        PacketEvent::Other
    }
}

impl AtatUrc for Urc {
    fn parse(line: &[u8]) -> Option<Self> {
        Self::parse(line)
    }
}

/// Words that modules print unasked or as a result: never the text that a command asked for.
const WORDS: &[&str] = &[
    "OK",
    "ERROR",
    "NO CARRIER",
    "CONNECT",
    "RDY",
    "RING",
    "APP RDY",
    "Call Ready",
    "SMS Ready",
    "POWERED DOWN",
    "NORMAL POWER DOWN",
    "PSM POWER DOWN",
    "UNDER_VOLTAGE WARNING",
    "UNDER_VOLTAGE POWER DOWN",
    "UNDER_VOLTAGE WARNNING",
    "OVER_VOLTAGE WARNING",
    "OVER_VOLTAGE WARNNING",
    "OVER_VOLTAGE POWER DOWN",
    "SEND OK",
    "SEND FAIL",
    "CLOSE OK",
    "CLOSED",
    "DEACT OK",
];

/// Whether a line without prefix is a URC or a result of some family.
pub(crate) fn is_word(line: &[u8]) -> bool {
    WORDS.iter().any(|word| word.as_bytes() == line)
}
