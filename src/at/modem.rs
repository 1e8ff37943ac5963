//! Commands of the program's own in the blocking shell.

use usocket_commands::atat::AtatCmd;

use super::{CommandError, Exchange};
use crate::blocking::Modem;
use crate::calls::send_command;
use crate::clock::Clock;
use crate::modem::Dialect;
use crate::uart::Uart;

#[expect(private_bounds, reason = "module families are added inside this crate")]
impl<D: Dialect, U: Uart, C: Clock> Modem<'_, D, U, C> {
    /// Sends a command of the program's own, and returns its response.
    ///
    /// Its answer may take [`MAX_TIMEOUT_MS`](AtatCmd::MAX_TIMEOUT_MS) from when it is written; one minute
    /// comes on top for a module that has to be set up first. It is sent up to
    /// [`ATTEMPTS`](AtatCmd::ATTEMPTS) times, if it has no answer in time, the module is
    /// busy, or the answer cannot be parsed
    /// ([`REATTEMPT_ON_PARSE_ERR`](AtatCmd::REATTEMPT_ON_PARSE_ERR)). A command without result code
    /// ([`EXPECTS_RESPONSE_CODE`](AtatCmd::EXPECTS_RESPONSE_CODE)) is over when it is written.
    ///
    /// `buffer` holds the lines of the answer. A derived `write` panics if its command does not fit what it
    /// is given, which is `buffer` or 256 bytes, whichever is longer: a command with texts that may be
    /// longer than that, and that would then be refused, needs a longer one.
    ///
    /// # Errors
    /// [`CommandError::Answer`]: the module refuses it, or the answer cannot be parsed.
    /// [`CommandError::Driver`] with [`Error::InvalidInput`](crate::Error::InvalidInput): it is not one line
    /// that begins with `AT`, has more than 256 bytes with its end, or is one of the
    /// [driver's](crate::at#what-a-program-must-leave-alone); [`Error::OutOfMemory`](crate::Error::OutOfMemory):
    /// the answer does not fit; [`Error::TimedOut`](crate::Error::TimedOut);
    /// [`Error::ModuleReset`](crate::Error::ModuleReset); [`Error::Busy`](crate::Error::Busy): called from
    /// inside another wait, or the module is busy; [`Error::Interrupted`](crate::Error::Interrupted) by the
    /// program, and the state that the module is in.
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
        send_command(self, command, &exchange, buffer)
    }
}
