//! From the information lines of an answer to its typed response.

use atat::heapless::Vec;
use atat::{AtatResp, Error, InternalError};

/// A response made of all lines of an answer.
pub(crate) trait Answer: AtatResp + Sized {
    fn from_lines(lines: Lines<'_>) -> Option<Self>;
}

/// A response, or an entry of a list, made of one line.
pub(crate) trait Line: AtatResp + Sized {
    /// Text with which such lines begin.
    const PREFIX: &'static str;

    fn from_line(line: &[u8]) -> Option<Self>;
}

impl<T: Line> Answer for T {
    fn from_lines(mut lines: Lines<'_>) -> Option<Self> {
        lines.find_map(T::from_line)
    }
}

/// A list keeps the first `N` lines; other lines between them are skipped, a line with the right
/// beginning and the wrong rest is an error.
impl<T: Line, const N: usize> Answer for Vec<T, N> {
    fn from_lines(lines: Lines<'_>) -> Option<Self> {
        let mut list = Self::new();
        for line in lines.filter(|line| line.starts_with(T::PREFIX.as_bytes())) {
            let entry = T::from_line(line)?;
            if list.push(entry).is_err() {
                break;
            }
        }
        Some(list)
    }
}

/// The answer of a command that only succeeds or fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NoResponse;

impl AtatResp for NoResponse {}

impl Answer for NoResponse {
    fn from_lines(_: Lines<'_>) -> Option<Self> {
        Some(Self)
    }
}

/// What `AtatCmd::parse` does for every command.
pub(crate) fn read<T: Answer>(answer: Result<&[u8], InternalError<'_>>) -> Result<T, Error> {
    T::from_lines(Lines { rest: answer? }).ok_or(Error::Parse)
}

/// The lines of an answer, without their ends; blank ones are left out, because not every
/// version sends them in the same places (ESP-AT digest §2.3).
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        while !self.rest.is_empty() {
            let mut parts = self.rest.splitn(2, |&byte| byte == b'\n');
            let line = parts.next()?;
            self.rest = parts.next().unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if !line.is_empty() {
                return Some(line);
            }
        }
        None
    }
}

/// Declares a type that is read from one line by its own `parse_line`.
macro_rules! line {
    ($type:ty, $prefix:expr) => {
        impl ::atat::AtatResp for $type {}

        impl $crate::answer::Line for $type {
            const PREFIX: &'static str = $prefix;

            fn from_line(line: &[u8]) -> Option<Self> {
                Self::parse_line(line)
            }
        }
    };
}
pub(crate) use line;
