//! Sending a command of the program's own, and waiting for its response.

use usocket_commands::atat::AtatCmd;

use super::answer::is_to_be_repeated;
use super::{Answer, CommandError, Exchange};
use crate::blocking::Modem;
use crate::clock::Clock;
use crate::engine::{Built, COMMAND, Mode, Own, Request};
use crate::error::Error;
use crate::modem::Dialect;
use crate::stack::{Stack, request};
use crate::uart::Uart;

/// Time that a call waits beyond the command's own limit, in ms: for a module that has to be called and set
/// up first, or for other commands in flight.
const BEFORE_COMMAND: u32 = 60_000;

/// A command as its `write` has made it, without its line end.
#[derive(Debug)]
pub(crate) struct Written {
    bytes: [u8; COMMAND],
    len: usize,
}

impl Written {
    /// Has the command written, into `buffer` if that is longer than a command line can be: a derived
    /// `write` panics where its command does not fit.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: it is no single command line, or too long for one.
    pub(crate) fn new<C: AtatCmd>(command: &C, buffer: &mut [u8]) -> Result<Self, Error> {
        let mut written = Self { bytes: [0; COMMAND], len: 0 };
        if buffer.len() > COMMAND {
            let len = command.write(buffer);
            let line = buffer.get(..len).ok_or(Error::InvalidInput)?;
            for (place, &byte) in written.bytes.iter_mut().zip(line) {
                *place = byte;
            }
            written.len = len;
        } else {
            written.len = command.write(&mut written.bytes);
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
            built: Built::PROOF.ok_or(Error::NotSupported)?,
            command: self.bytes.get(..self.len).unwrap_or_default(),
            payload: exchange.payload,
            timeout: C::MAX_TIMEOUT_MS,
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

/// Sends a command and waits, once.
fn attempt<C: AtatCmd>(
    stack: &dyn Stack,
    command: &C,
    exchange: &Exchange<'_>,
    buffer: &mut [u8],
) -> Result<C::Response, CommandError> {
    let written = Written::new(command, buffer)?;
    let wanted = written.request::<C>(exchange)?;
    let mut answer = Answer::new(buffer);
    let limit = Mode::Timeout(Written::limit::<C>());
    let result = request(stack, wanted, limit, &mut |line| answer.take(line));
    let mut cut = false;
    stack.access(&mut |core| cut = core.cut.take().is_some())?;
    answer.response(command, result, cut)
}

#[expect(private_bounds, reason = "module families are added inside this crate")]
impl<D: Dialect, U: Uart, C: Clock> Modem<'_, D, U, C> {
    /// Sends a command of the program's own, and returns its response.
    ///
    /// Its answer may take [`MAX_TIMEOUT_MS`](AtatCmd::MAX_TIMEOUT_MS) from when it is written; one minute
    /// comes on top for a module that has to be set up first. It is sent up to
    /// [`ATTEMPTS`](AtatCmd::ATTEMPTS) times, if it has no answer in time, or one that cannot be parsed
    /// ([`REATTEMPT_ON_PARSE_ERR`](AtatCmd::REATTEMPT_ON_PARSE_ERR)). A command without result code
    /// ([`EXPECTS_RESPONSE_CODE`](AtatCmd::EXPECTS_RESPONSE_CODE)) is over when it is written.
    ///
    /// `buffer` holds the lines of the answer. A derived `write` panics if its command does not fit what it
    /// is given, which is `buffer` or 256 bytes, whichever is longer: a command with texts that may be
    /// longer than that, and that would then be refused, needs a longer one.
    ///
    /// # Errors
    /// [`CommandError::Answer`]: the module refuses it, or the answer cannot be parsed.
    /// [`CommandError::Driver`] with [`Error::InvalidInput`]: it is not one line that begins with `AT`, or
    /// has more than 256 bytes; [`Error::OutOfMemory`]: the answer does not fit;
    /// [`Error::TimedOut`]; [`Error::ModuleReset`]; [`Error::Busy`]: called from inside another wait;
    /// [`Error::Interrupted`] by the program, and the state that the module is in.
    pub fn send_command<A: AtatCmd>(
        &self,
        command: &A,
        buffer: &mut [u8],
    ) -> Result<A::Response, CommandError> {
        self.send_command_with(command, Exchange::new(), buffer)
    }

    /// The same with something to say of it: see [`Exchange`].
    ///
    /// # Errors
    /// As [`send_command`](Self::send_command).
    pub fn send_command_with<A: AtatCmd>(
        &self,
        command: &A,
        exchange: Exchange<'_>,
        buffer: &mut [u8],
    ) -> Result<A::Response, CommandError> {
        let mut left = A::ATTEMPTS;
        loop {
            left = left.saturating_sub(1);
            match attempt(self, command, &exchange, buffer) {
                Err(error) if left > 0 && is_to_be_repeated::<A>(&error) => {}
                result => return result,
            }
        }
    }
}
