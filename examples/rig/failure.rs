//! Why an example ends early, as one sentence.

use std::fmt;

/// Why an example ended early: one sentence.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Adds to an error what was being done.
pub(crate) trait Step<T> {
    /// "cannot `action`: `error`".
    fn during(self, action: &str) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> Step<T> for Result<T, E> {
    fn during(self, action: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure(format!("cannot {action}: {error}")))
    }
}
