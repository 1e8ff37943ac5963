//! A command of the program's own as it goes to the engine: written, and checked.

use usocket_commands::atat::AtatCmd;

use super::Exchange;
use crate::engine::{Built, COMMAND, Own, Request};
use crate::error::Error;
use crate::hidden::Hidden;

/// Longest time that an answer may take, in ms: no deadline of the engine lies more than an hour ahead.
const LONGEST: u32 = 3_600_000;

/// Time that a call waits beyond the command's own limit, in ms: for a module that has to be called and set
/// up first, or for other commands in flight.
const BEFORE_COMMAND: u32 = 60_000;

/// A command as its `write` has made it, without its line end.
#[derive(Debug)]
pub(crate) struct Written {
    bytes: Hidden<[u8; COMMAND]>,
    len: usize,
}

impl Written {
    /// Has the command written, into `buffer` if that is longer than a command line can be: a derived
    /// `write` panics where its command does not fit.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: it is no single command line, or too long for one.
    pub(crate) fn new<C: AtatCmd>(command: &C, buffer: &mut [u8]) -> Result<Self, Error> {
        let mut written = Self { bytes: Hidden([0; COMMAND]), len: 0 };
        if buffer.len() > COMMAND {
            let len = command.write(buffer);
            let line = buffer.get(..len).ok_or(Error::InvalidInput)?;
            for (place, &byte) in written.bytes.iter_mut().zip(line) {
                *place = byte;
            }
            written.len = len;
        } else {
            written.len = command.write(&mut *written.bytes);
        }
        let line = written.bytes.get(..written.len).ok_or(Error::InvalidInput)?;
        written.len = line.trim_ascii_end().len();
        let line = line.get(..written.len).unwrap_or_default();
        let is_command = line.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"AT"));
        // another line would have an answer of its own
        if !is_command || line.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            return Err(Error::InvalidInput);
        }
        Ok(written)
    }

    /// What the engine is asked for; `C` is the command.
    ///
    /// # Errors
    /// [`Error::NotSupported`]: not built in.
    pub(crate) fn request<'s, C: AtatCmd>(
        &'s self,
        exchange: &Exchange<'s>,
    ) -> Result<Request<'s>, Error> {
        Ok(Request::Own(Own {
            _built: Built::PROOF.ok_or(Error::NotSupported)?,
            command: self.bytes.get(..self.len).unwrap_or_default(),
            payload: exchange.payload,
            timeout: C::MAX_TIMEOUT_MS.min(LONGEST),
            only: exchange.only,
            until: exchange.until,
            answered: C::EXPECTS_RESPONSE_CODE,
            shown: exchange.shown,
        }))
    }

    /// How long a caller waits for the response to the command `C`, in ms.
    pub(crate) const fn limit<C: AtatCmd>() -> u32 {
        C::MAX_TIMEOUT_MS.saturating_add(BEFORE_COMMAND)
    }
}
