//! Radio on and off, and restarting.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::function::*;
//!
//! let mut buffer = [0; 128];
//! let len = SetFunction { level: Level::Airplane }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CFUN=4\r");
//! assert_eq!(Function::parse_line(b"+CFUN: 1").unwrap().level, Level::Full);
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::{NoResponse, within};

command! {
    /// `AT+CFUN=`: chooses how much of the module works (Quectel digest §2.3).
    ///
    /// From [`Minimum`](Level::Minimum) to [`Full`](Level::Full) the SIM starts anew, with the
    /// URCs of a start.
    pub struct SetFunction {
        /// How much.
        pub level: Level,
    }
    answer NoResponse, prefix "", within within::FUNCTION;
    |set, line| line.text("AT+CFUN=").number(set.level.number())
}

command! {
    /// `AT+CFUN=1,1`: restarts the module (Quectel digest §2.3).
    ///
    /// After `OK`, and perhaps stray URCs, comes [`Ready`](super::urc::Urc::Ready) as if it had
    /// been switched on; echo and all volatile settings are as at a start.
    pub struct Restart;
    answer NoResponse, prefix "", within within::FUNCTION;
    |restart, line| line.text("AT+CFUN=1,1")
}

command! {
    /// `AT+CFUN?`: asks how much of the module works (Quectel digest §3).
    pub struct GetFunction;
    answer Function, prefix "+CFUN:", within within::FUNCTION;
    |get, line| line.text("AT+CFUN?")
}

/// How much of a module works; see [`SetFunction`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Level {
    /// 0: neither radio nor SIM.
    Minimum,
    /// 1: everything.
    Full,
    /// 4: all but the radio.
    Airplane,
    /// Any other number.
    Other(u8),
}

impl Level {
    const fn number(self) -> u32 {
        match self {
            Self::Minimum => 0,
            Self::Full => 1,
            Self::Airplane => 4,
            Self::Other(number) => number as u32,
        }
    }
}

/// The answer of [`GetFunction`], and a URC at the start of the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Function {
    /// How much of the module works.
    pub level: Level,
}

line!(Function, "+CFUN:");

impl Function {
    /// Reads the line `+CFUN: <level>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CFUN:")?;
        let level = match fields.number()? {
            0 => Level::Minimum,
            1 => Level::Full,
            4 => Level::Airplane,
            other => Level::Other(other),
        };
        fields.at_end().then_some(Self { level })
    }
}
