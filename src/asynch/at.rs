//! Commands and URCs of the program's own in the async shell.

use usocket_commands::atat::AtatCmd;

use super::calls::send_command;
use super::modem::Modem;
use crate::at::{CommandError, Exchange, UrcQueue};
use crate::clock::Clock;
use crate::modem::Dialect;

#[expect(private_bounds, reason = "module families are added inside this crate")]
impl<D: Dialect, C: Clock, const TASKS: usize> Modem<'_, D, C, TASKS> {
    /// Sends a command of the program's own, and returns its response: as
    /// [`send_command`](crate::Modem::send_command) of the blocking shell.
    ///
    /// Dropped while the command is in flight, it leaves that to end by itself; a payload that was promised
    /// is written all the same.
    ///
    /// # Errors
    /// As there, but for [`Error::Busy`](crate::Error::Busy) and
    /// [`Error::Interrupted`](crate::Error::Interrupted): other tasks have their turn before.
    pub async fn send_command<A: AtatCmd>(
        &self,
        command: &A,
        buffer: &mut [u8],
    ) -> Result<A::Response, CommandError> {
        self.send_command_with(command, Exchange::new(), buffer).await
    }

    /// The same with something to say of it: see [`Exchange`].
    ///
    /// # Errors
    /// As [`send_command`](Self::send_command).
    pub async fn send_command_with<A: AtatCmd>(
        &self,
        command: &A,
        exchange: Exchange<'_>,
        buffer: &mut [u8],
    ) -> Result<A::Response, CommandError> {
        send_command(self, command, &exchange, buffer).await
    }

    /// Waits for the next URC of a queue that [`with_urcs`](Self::with_urcs) has been given. Dropped, it has
    /// taken none.
    pub async fn next_urc<T, const N: usize, const LONG: usize>(
        &self,
        queue: &UrcQueue<T, N, LONG>,
    ) -> T {
        self.taken(|| queue.take()).await
    }
}
