//! Which module it is, in one answer.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::identity::GetInformation;
//! use usocket_commands::quectel::model::Family;
//!
//! let answer = b"Quectel\r\nBG96\r\nRevision: BG96MAR02A07M1G\r\n";
//! let information = GetInformation.parse(Ok(answer))?;
//! assert_eq!(information.model, "BG96");
//! assert_eq!(information.family(), Some(Family::Bg96));
//! # Ok::<(), usocket_commands::atat::Error>(())
//! ```

use crate::answer::{Answer, Lines};
use crate::cellular::Text;
use crate::cellular::identity::{MAX_IDENTITY, is_bare};
use crate::command::cr_command as command;
use crate::fields::trim;

use super::model::Family;
use super::within;

command! {
    /// `ATI`: asks for manufacturer, model and firmware (Quectel digest §3).
    pub struct GetInformation;
    answer Information, prefix "", within within::LOCAL;
    |get, line| line.text("ATI")
}

/// The answer of [`GetInformation`]: three lines (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Information {
    /// The manufacturer, as `Quectel`.
    pub manufacturer: Text<MAX_IDENTITY>,
    /// The model, as `BG96`; some modules put `Quectel_` before it.
    pub model: Text<MAX_IDENTITY>,
    /// The version of the firmware; empty if the module does not tell.
    pub revision: Text<MAX_IDENTITY>,
}

impl Information {
    /// Modules that behave as this one, if it is known.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        Family::from_name(self.model.as_bytes())
            .or_else(|| Family::from_name(self.revision.as_bytes()))
    }
}

impl atat::AtatResp for Information {}

impl Answer for Information {
    fn from_lines(lines: Lines<'_>) -> Option<Self> {
        let (mut manufacturer, mut model, mut revision) = (None, None, Text::new(b"")?);
        for line in lines.filter(|line| is_bare(line)) {
            if let Some(text) = line.strip_prefix(b"Revision:") {
                revision = Text::new(trim(text))?;
            } else if manufacturer.is_none() {
                manufacturer = Some(Text::new(trim(line))?);
            } else if model.is_none() {
                model = Some(Text::new(trim(line))?);
            }
        }
        Some(Self { manufacturer: manufacturer?, model: model?, revision })
    }
}
