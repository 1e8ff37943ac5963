//! The two directions of a socket, for two tasks, and waiting for either.

use super::calls::{Descriptor, Socket, wait};
use crate::engine::{Core, Mode, Supply};
use crate::error::Error;
use crate::select::{POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT};

/// What is received on a socket; made by [`Socket::split`].
///
/// Reads by its trait, [`embedded_io_async::Read`].
#[derive(Clone, Copy)]
pub struct ReadHalf<'s>(pub(super) Descriptor<'s>);

/// What is sent on a socket; made by [`Socket::split`].
///
/// Writes by its trait, [`embedded_io_async::Write`].
#[derive(Clone, Copy)]
pub struct WriteHalf<'s>(pub(super) Descriptor<'s>);

impl core::fmt::Debug for ReadHalf<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ReadHalf").finish_non_exhaustive()
    }
}

impl core::fmt::Debug for WriteHalf<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("WriteHalf").finish_non_exhaustive()
    }
}

impl Socket<'_> {
    /// The two directions, for two tasks. (All calls of a socket take `&self`: two tasks can as well share
    /// the socket itself.)
    ///
    /// ```no_run
    /// # async fn f(sock: &usocket::asynch::Socket<'_>) -> Result<(), usocket::Error> {
    /// use embedded_io_async::{Read, Write};
    /// let (mut rx, mut tx) = sock.split();
    /// let mut answer = [0; 64];
    /// let ask = async { tx.write_all(b"LIST\r\n").await };
    /// let (asked, answered) = embassy_futures::join::join(ask, rx.read(&mut answer)).await;
    /// # asked.and(answered.map(|_| ())) }
    /// ```
    #[must_use]
    pub const fn split(&self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        (ReadHalf(self.0), WriteHalf(self.0))
    }

    /// Waits until there is something to receive or to accept, the end of a stream, or an error; takes
    /// nothing. The socket's timeout does not count.
    ///
    /// # Errors
    /// [`Error::Closed`]; [`Error::Uart`].
    pub async fn readable(&self) -> Result<(), Error> {
        ready(&self.0, POLLIN).await
    }

    /// Waits until there is room to send, or sending would fail at once. The socket's timeout does not
    /// count.
    ///
    /// # Errors
    /// [`Error::Closed`]; [`Error::Uart`].
    pub async fn writable(&self) -> Result<(), Error> {
        ready(&self.0, POLLOUT).await
    }
}

pub(super) async fn ready(descriptor: &Descriptor<'_>, event: u8) -> Result<(), Error> {
    let id = descriptor.id;
    let question = |core: &mut Core<'_>| match core.readiness(id, event) {
        POLLNVAL => Err(nb::Error::Other(Error::Closed)),
        events if events & (event | POLLERR | POLLHUP) != 0 => Ok(()),
        _ => Err(nb::Error::WouldBlock),
    };
    wait(descriptor.stack, Mode::Blocking, &Supply::default(), &mut |_| {}, question).await
}
