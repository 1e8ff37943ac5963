//! The number of the SIM.
//!
//! ```
//! use usocket_commands::simcom::sim::Iccid;
//!
//! let card = Iccid::parse_line(b"8986011234567890123F").unwrap();
//! assert_eq!(card.digits, "8986011234567890123");
//! ```

use crate::answer::line;
use crate::cellular::Text;
use crate::cellular::sim::iccid;
use crate::command::cr_command as command;
use crate::fields::trim;

use super::within;

command! {
    /// `AT+CCID`: asks for the number of the SIM (Quectel digest §15.3).
    pub struct GetIccid;
    answer Iccid, prefix "", within within::LOCAL;
    |get, line| line.text("AT+CCID")
}

/// The number of a SIM, 18 to 22 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Iccid {
    /// Its digits, without the `F` that fills it up.
    pub digits: Text<22>,
}

line!(Iccid, "");

impl Iccid {
    /// Reads a bare line of digits.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        iccid(trim(line)).map(|digits| Self { digits })
    }
}
