//! Calls that never wait, whatever the mode of the socket, for RTIC and other schedulers.

use core::net::SocketAddr;

use super::Socket;
use crate::engine::Take;
use crate::error::Error;

/// Would-block as `nb` has it.
fn nb<T>(result: Result<T, Error>) -> nb::Result<T, Error> {
    result.map_err(|error| match error {
        Error::WouldBlock | Error::InProgress | Error::Already => nb::Error::WouldBlock,
        other => nb::Error::Other(other),
    })
}

impl Socket<'_> {
    /// [`connect`](Self::connect) without waiting: would block until the attempt has ended.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn try_connect(&self, addr: impl Into<SocketAddr>) -> nb::Result<(), Error> {
        let addr = addr.into();
        if self.0.is_datagram()? {
            self.0.change_now(|core, id| core.connect(id, addr))?;
            return match self.0.attempt(|core, id| core.poll_opened(id)) {
                Err(Error::WouldBlock) => Ok(()), // what goes wrong is told by a later call
                result => nb(result),
            };
        }
        nb(self.0.try_connect(addr))
    }

    /// [`accept`](Self::accept) without waiting.
    ///
    /// # Errors
    /// As [`accept`](Self::accept).
    pub fn try_accept(&self) -> nb::Result<(Self, SocketAddr), Error> {
        nb(self.0.attempt(|core, id| core.accept(id)).map(|accepted| self.accepted(accepted)))
    }

    /// [`recv`](Self::recv) without waiting.
    ///
    /// ```no_run
    /// # fn f(sock: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
    /// let mut buf = [0; 64];
    /// match sock.try_recv(&mut buf) {
    ///     Ok(0) => {} // the peer has closed
    ///     Ok(count) => {}
    ///     Err(nb::Error::WouldBlock) => {} // nothing has come yet
    ///     Err(nb::Error::Other(error)) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn try_recv(&self, buf: &mut [u8]) -> nb::Result<usize, Error> {
        self.try_recvfrom(buf).map(|(count, _)| count)
    }

    /// [`recvfrom`](Self::recvfrom) without waiting.
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub fn try_recvfrom(&self, buf: &mut [u8]) -> nb::Result<(usize, SocketAddr), Error> {
        nb(self.0.try_receive(buf, Take::default()))
    }

    /// [`send`](Self::send) without waiting: takes what fits the send ring.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn try_send(&self, data: &[u8]) -> nb::Result<usize, Error> {
        nb(self.0.try_send(data, None))
    }

    /// [`sendto`](Self::sendto) without waiting.
    ///
    /// # Errors
    /// As [`sendto`](Self::sendto).
    pub fn try_sendto(&self, data: &[u8], addr: impl Into<SocketAddr>) -> nb::Result<usize, Error> {
        nb(self.0.try_send(data, Some(addr.into())))
    }
}
