//! Why the program does not end well.

use core::fmt;

use usocket::{Error, StreamError};

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A call failed: what it was to do, and why.
    Call(&'static str, Error),
    /// Something is not what it has to be: what, and where in it.
    Wrong(&'static str, u32),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(what, error) => write!(f, "cannot {what}: {error}"),
            Self::Wrong(what, place) => write!(f, "{what} is wrong at {place}"),
        }
    }
}

/// Says what a call was to do.
pub trait Step<T> {
    /// To do this: `"connect"`.
    fn during(self, what: &'static str) -> Result<T, Failure>;
}

impl<T> Step<T> for Result<T, Error> {
    fn during(self, what: &'static str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Call(what, error))
    }
}

impl<T> Step<T> for Result<T, StreamError> {
    fn during(self, what: &'static str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Call(what, error.error))
    }
}
