//! Is the module there, how does it answer, what does it keep.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::basic::*;
//!
//! let mut buffer = [0; 128];
//! let len = ErrorReports { kind: ErrorKind::Numeric }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CMEE=1\r");
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::{NoResponse, within};

command! {
    /// `AT`: asks whether the module listens (Quectel digest §3).
    pub struct Probe;
    answer NoResponse, prefix "", within within::PROBE;
    |probe, line| line.text("AT")
}

command! {
    /// `ATE`: turns the echo of commands on or off (Quectel digest §1.2).
    ///
    /// The line that turns it off is still echoed. Every restart turns it on again.
    pub struct Echo {
        /// Whether the module repeats what it receives.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |echo, line| line.text("ATE").flag(echo.on)
}

command! {
    /// `ATV1Q0`: results as words, and no silence instead of them (Quectel digest §1.3).
    ///
    /// Everything in this crate reads results of this form, which is the factory setting.
    pub struct VerboseResults;
    answer NoResponse, prefix "", within within::LOCAL;
    |results, line| line.text("ATV1Q0")
}

command! {
    /// `AT+CMEE=`: how errors are reported (Quectel digest §1.4).
    pub struct ErrorReports {
        /// In which form.
        pub kind: ErrorKind,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |reports, line| line.text("AT+CMEE=").number(reports.kind as u32)
}

command! {
    /// `AT+CMEE?`: asks how errors are reported, which every module can tell at any time.
    pub struct GetErrorReports;
    answer ErrorReporting, prefix "+CMEE:", within within::LOCAL;
    |get, line| line.text("AT+CMEE?")
}

/// The answer of [`GetErrorReports`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ErrorReporting {
    /// The number of an [`ErrorKind`].
    pub kind: u8,
}

line!(ErrorReporting, "+CMEE:");

impl ErrorReporting {
    /// Reads the line `+CMEE: <kind>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CMEE:")?;
        let kind = fields.number()?;
        fields.at_end().then_some(Self { kind })
    }
}

/// The form of error reports; see [`ErrorReports`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ErrorKind {
    /// `ERROR` only.
    Plain = 0,
    /// `+CME ERROR: 3`.
    Numeric = 1,
    /// `+CME ERROR: operation not allowed`; the texts differ between versions.
    Verbose = 2,
}

command! {
    /// `AT&F`: brings back the factory settings (Quectel digest §1.2).
    ///
    /// Turns the echo on again; does not change the rate of the UART.
    pub struct FactorySettings;
    answer NoResponse, prefix "", within within::LOCAL;
    |settings, line| line.text("AT&F")
}

command! {
    /// `AT&W`: stores what can be stored, among it echo, rate, flow control and registration
    /// reports (Quectel digest §2.4).
    pub struct StoreSettings;
    answer NoResponse, prefix "", within within::LOCAL;
    |settings, line| line.text("AT&W")
}

command! {
    /// `ATZ`: brings back what [`StoreSettings`] has stored (Quectel digest §1.2).
    pub struct RecallSettings;
    answer NoResponse, prefix "", within within::LOCAL;
    |settings, line| line.text("ATZ")
}
