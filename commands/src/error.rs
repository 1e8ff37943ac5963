//! Why a command cannot be built.

use core::fmt;

/// An argument that the module cannot be told.
///
/// Constructors of commands return it; `field` names the argument. Nothing has been sent.
///
/// ```
/// use usocket_commands::{ArgumentError, esp_at::wifi::Join};
///
/// let error = Join::new("net", "short").unwrap_err();
/// assert_eq!(error, ArgumentError::TooShort { field: "password", min: 8 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ArgumentError {
    /// The text or list is longer than `max`, or its escaped form does not fit the command.
    TooLong {
        /// Name of the argument.
        field: &'static str,
        /// Greatest length, in bytes or entries.
        max: usize,
    },
    /// The text or list is shorter than `min`.
    TooShort {
        /// Name of the argument.
        field: &'static str,
        /// Least length, in bytes or entries.
        min: usize,
    },
    /// The value contains something that the module's grammar has no place for, or contradicts
    /// another argument. No module has a place for NUL, CR and LF in a text, no cellular one for
    /// any control character or a quote.
    Illegal {
        /// Name of the argument.
        field: &'static str,
    },
    /// The number is outside the range that the module accepts.
    OutOfRange {
        /// Name of the argument.
        field: &'static str,
    },
}

impl ArgumentError {
    /// Name of the argument that was refused.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::TooLong { field, .. }
            | Self::TooShort { field, .. }
            | Self::Illegal { field }
            | Self::OutOfRange { field } => field,
        }
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { field, max } => write!(f, "{field} is longer than {max}"),
            Self::TooShort { field, min } => write!(f, "{field} is shorter than {min}"),
            Self::Illegal { field } => write!(f, "{field} contains what cannot be sent"),
            Self::OutOfRange { field } => write!(f, "{field} is out of range"),
        }
    }
}

impl core::error::Error for ArgumentError {}
