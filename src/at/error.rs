//! Why a command of the program's own has no response.

use core::fmt;

use usocket_commands::atat;

use crate::error::Error;

/// Why a command of the program's own has no response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CommandError {
    /// The module has refused it (`ERROR`, `+CME ERROR: n`, `+CMS ERROR: n`; `NO CARRIER`, `NO DIALTONE`,
    /// `BUSY` or `NO ANSWER` to `ATD` or `ATA`), or the command cannot read its answer: what its
    /// [`parse`](atat::AtatCmd::parse) has made of that.
    Answer(atat::Error),
    /// There is no answer: what the driver says.
    Driver(Error),
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<atat::Error> for CommandError {
    fn from(error: atat::Error) -> Self {
        Self::Answer(error)
    }
}

/// What the module has said becomes [`Error::CommandFailed`], for programs with one type of errors.
impl From<CommandError> for Error {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Answer(_) => Self::CommandFailed,
            CommandError::Driver(error) => error,
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(error) => fmt::Display::fmt(error, f),
            Self::Driver(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for CommandError {}
