//! The supply of the module.
//!
//! ```
//! use usocket_commands::cellular::supply::Supply;
//!
//! let supply = Supply::parse_line(b"+CBC: 0,100,3800").unwrap();
//! assert_eq!(supply.millivolts, 3800);
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::within;

command! {
    /// `AT+CBC`: asks for the supply voltage (Quectel digest §3).
    pub struct GetSupply;
    answer Supply, prefix "+CBC:", within within::LOCAL;
    |get, line| line.text("AT+CBC")
}

/// The supply of the module (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Supply {
    /// Whether a battery is being charged.
    pub charging: bool,
    /// Charge of the battery in percent; means nothing without one.
    pub percent: u8,
    /// Voltage in millivolts.
    pub millivolts: u16,
}

line!(Supply, "+CBC:");

impl Supply {
    /// Reads the line `+CBC: <charging>,<percent>,<millivolts>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CBC:")?;
        let charging = fields.number::<u8>()? == 1;
        let (percent, millivolts) = (fields.number()?, fields.number()?);
        fields.at_end().then_some(Self { charging, percent, millivolts })
    }
}
