//! The lines of an answer, gathered for the command that parses them.

use usocket_commands::atat::{AtatCmd, ConnectionError, Error as AtatError, InternalError};
use usocket_commands::cellular::result::NoCall;

use super::CommandError;
use crate::error::Error;
use crate::hidden::Hidden;

/// The lines of an answer, with CR LF in between, and the line by which the module refuses a command.
#[derive(Debug)]
pub(crate) struct Answer<'b> {
    buffer: Hidden<&'b mut [u8]>,
    len: usize,
    overflow: bool,
    refusal: Option<Refusal>,
}

/// How the module has refused the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Plain,
    Equipment(u16),
    Network(u16),
    /// There is no call.
    Call(ConnectionError),
}

impl<'b> Answer<'b> {
    pub(crate) const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer: Hidden(buffer), len: 0, overflow: false, refusal: None }
    }

    /// Takes a line of the answer.
    pub(crate) fn take(&mut self, line: &[u8]) {
        self.refusal = refusal(line).or(self.refusal);
        let end: &[u8] = if self.len > 0 { b"\r\n" } else { b"" };
        let mut room = self.buffer.iter_mut().skip(self.len);
        for &byte in end.iter().chain(line) {
            match room.next() {
                Some(place) => *place = byte,
                None => return self.overflow = true,
            }
            self.len = self.len.wrapping_add(1);
        }
    }

    /// What the command makes of it, when the driver says how the command has ended; `cut`: a line was
    /// longer than the driver's line buffer.
    ///
    /// # Errors
    /// The driver's, or the command's own.
    pub(crate) fn response<C: AtatCmd>(
        &self,
        command: &C,
        result: Result<(), Error>,
        cut: bool,
    ) -> Result<C::Response, CommandError> {
        let lines = match (result, self.refusal) {
            (Ok(()), _) if cut || self.overflow => return Err(Error::OutOfMemory.into()),
            (Ok(()), _) => Ok(self.buffer.get(..self.len).unwrap_or_default()),
            (Err(_), Some(Refusal::Equipment(code))) => Err(InternalError::CmeError(code.into())),
            (Err(_), Some(Refusal::Network(code))) => Err(InternalError::CmsError(code.into())),
            (Err(_), Some(Refusal::Call(error))) => Err(InternalError::ConnectionError(error)),
            (Err(_), Some(Refusal::Plain)) => Err(InternalError::Error),
            (Err(error), None) => return Err(error.into()),
        };
        command.parse(lines).map_err(CommandError::Answer)
    }
}

/// Whether an attempt that ended so is to be repeated, as far as the command says how often.
pub(crate) fn is_to_be_repeated<C: AtatCmd>(error: &CommandError) -> bool {
    match error {
        CommandError::Driver(Error::TimedOut | Error::Busy) => true,
        CommandError::Answer(AtatError::Parse) => C::REATTEMPT_ON_PARSE_ERR,
        _ => false,
    }
}

/// The line by which a module refuses a command.
fn refusal(line: &[u8]) -> Option<Refusal> {
    let code = |prefix: &[u8]| {
        let rest = line.strip_prefix(prefix)?;
        let code = core::str::from_utf8(rest.trim_ascii()).ok().and_then(|text| text.parse().ok());
        Some(code.unwrap_or(u16::MAX)) // in words, which the driver has switched off
    };
    match line {
        b"ERROR" | b"FAIL" | b"SEND FAIL" => Some(Refusal::Plain),
        _ => code(b"+CME ERROR:")
            .map(Refusal::Equipment)
            .or_else(|| code(b"+CMS ERROR:").map(Refusal::Network))
            .or_else(|| NoCall::parse(line).map(|call| Refusal::Call(no_call(call)))),
    }
}

/// What `atat` calls it.
const fn no_call(call: NoCall) -> ConnectionError {
    match call {
        NoCall::NoCarrier => ConnectionError::NoCarrier,
        NoCall::NoDialtone => ConnectionError::NoDialtone,
        NoCall::Busy => ConnectionError::Busy,
        NoCall::NoAnswer => ConnectionError::NoAnswer,
        _ => ConnectionError::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_too_many_are_an_error_not_a_panic() {
        let mut buffer = [0; 8];
        let mut answer = Answer::new(&mut buffer);
        answer.take(b"+A: 1");
        assert!(!answer.overflow);
        answer.take(b"+B");
        assert!(answer.overflow);
        assert_eq!(&answer.buffer[..8], b"+A: 1\r\n+");
        answer.take(b"OK");
        let mut none = Answer::new(&mut []);
        none.take(b"x");
        assert!(none.overflow);
    }

    #[test]
    fn refusals_are_read_whatever_stands_behind_the_colon() {
        for (line, expected) in [
            (&b"ERROR"[..], Some(Refusal::Plain)),
            (b"+CME ERROR: 10", Some(Refusal::Equipment(10))),
            (b"+CME ERROR:3", Some(Refusal::Equipment(3))),
            (b"+CMS ERROR: 321", Some(Refusal::Network(321))),
            (b"NO CARRIER", Some(Refusal::Call(ConnectionError::NoCarrier))),
            (b"BUSY", Some(Refusal::Call(ConnectionError::Busy))),
            (b"+CMS ERROR: unknown", Some(Refusal::Network(u16::MAX))),
            (b"+CSQ: 1", None),
            (b"\xff", None),
        ] {
            assert_eq!(refusal(line), expected);
        }
    }
}
