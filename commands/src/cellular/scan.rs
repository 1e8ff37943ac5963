//! Which networks can be heard.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::scan::*;
//!
//! let mut buffer = [0; 128];
//! let len = Scan.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+COPS=?\r");
//!
//! let answer = br#"+COPS: (2,"CMCC","CMCC","46000",7),(3,"CUCC","CU","46001",7),,(0-4),(0-2)"#;
//! let networks = Scan.parse(Ok(answer))?;
//! assert_eq!(networks.len(), 2);
//! assert_eq!(networks[0].number, "46000");
//! # Ok::<(), usocket_commands::atat::Error>(())
//! ```

use atat::heapless::Vec;

use crate::answer::{Answer, Lines};
use crate::command::cr_command as command;
use crate::fields::{Fields, trim};

use super::registration::AccessTechnology;
use super::{Text, within};

command! {
    /// `AT+COPS=?`: searches for networks (Quectel digest §3).
    ///
    /// A byte sent to the module while it searches ends the search.
    pub struct Scan;
    answer Networks, prefix "+COPS:", within within::OPERATOR;
    |scan, line| line.text("AT+COPS=?")
}

/// The networks of an answer, at most ten; they stand in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Networks {
    list: Vec<Network, 10>,
}

impl core::ops::Deref for Networks {
    type Target = [Network];

    fn deref(&self) -> &[Network] {
        &self.list
    }
}

/// A network that can be heard (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Network {
    /// Whether it can be used.
    pub availability: Availability,
    /// Name of its operator, in full.
    pub name: Text<32>,
    /// Country and network code.
    pub number: Text<6>,
    /// How it would be used.
    pub technology: Option<AccessTechnology>,
}

/// Whether a network can be used; see [`Network`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Availability {
    /// 0: unknown.
    Unknown,
    /// 1: it can.
    Available,
    /// 2: it is.
    Current,
    /// 3: it cannot.
    Forbidden,
}

impl Networks {
    /// Reads the line `+COPS: (<availability>,"<name>","<short name>","<number>"[,<technology>])…`
    /// up to the first thing that is no network; those after the tenth are left out.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut rest = trim(line.strip_prefix(b"+COPS:")?);
        let mut list = Vec::new();
        while let Some(inner) = rest.strip_prefix(b"(") {
            let mut quoted = false;
            let end = inner.iter().position(|&byte| {
                quoted ^= byte == b'"';
                byte == b')' && !quoted
            })?;
            let (network, after) = inner.split_at_checked(end)?;
            if list.push(Network::parse(network)?).is_err() {
                break;
            }
            let after = after.get(1..)?;
            rest = after.strip_prefix(b",").unwrap_or(after);
        }
        Some(Self { list })
    }
}

impl Network {
    fn parse(text: &[u8]) -> Option<Self> {
        let mut fields = Fields::plain(text);
        let availability = match fields.number::<u8>()? {
            0 => Availability::Unknown,
            1 => Availability::Available,
            2 => Availability::Current,
            3 => Availability::Forbidden,
            _ => return None,
        };
        let name = Text::new(fields.quoted()?)?;
        let _short_name = fields.quoted()?;
        let number = Text::new(fields.quoted()?)?;
        let technology = fields.number_if_any()?.map(AccessTechnology::from_number);
        Some(Self { availability, name, number, technology })
    }
}

impl atat::AtatResp for Networks {}

impl Answer for Networks {
    fn from_lines(mut lines: Lines<'_>) -> Option<Self> {
        lines.find_map(Self::parse_line)
    }
}
