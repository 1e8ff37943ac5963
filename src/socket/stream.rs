//! The calls of stream sockets, and how they wait.

use core::net::SocketAddr;

use super::Socket;
use crate::engine::Mode;
use crate::error::{Error, StreamError};
use crate::stack::{ask, lend};

impl Socket<'_> {
    /// Connects to `addr`.
    ///
    /// A non-blocking socket returns [`Error::InProgress`]; asked again it says
    /// [`Error::Already`], then how it ended, then [`Error::AlreadyConnected`]. A timeout ends only
    /// the wait: the attempt goes on. After a failure the same socket can connect again.
    ///
    /// # Errors
    /// [`Error::ConnectionRefused`], [`Error::HostUnreachable`], [`Error::NetworkUnreachable`],
    /// [`Error::TimedOut`], and what the module's state says. (usocket-semantics.md §1.2)
    pub fn connect(&self, addr: impl Into<SocketAddr>) -> Result<(), Error> {
        let addr = addr.into();
        let mode = self.mode();
        // what has come may say how an earlier attempt ended
        self.stack.pump(&Default::default(), &mut |_| {})?;
        let mut started = Err(Error::Busy);
        let mut fresh = false;
        self.stack.access(&mut |core| {
            let told = core.slot(self.id).map(|slot| slot.connected.is_some());
            started = core.connect(self.id, addr);
            fresh = told == Ok(false);
        })?;
        started?;
        if !fresh {
            return Ok(()); // an earlier attempt had succeeded meanwhile
        }
        self.wait(mode, |core| core.poll_connect(self.id)).map_err(|error| match error {
            Error::WouldBlock => Error::InProgress,
            other => other,
        })
    }

    /// Receives up to `buf.len()` bytes and returns how many; 0 means that the peer has closed and
    /// all has been read.
    ///
    /// # Errors
    /// [`Error::WouldBlock`] (non-blocking), [`Error::TimedOut`], [`Error::NotConnected`],
    /// [`Error::Closed`], and the failure of the connection once everything before it has been read.
    pub fn recv(&self, buf: &mut [u8]) -> Result<usize, Error> {
        self.receive(buf, None)
    }

    /// One attempt to send: returns how many of the bytes were taken, at least one.
    ///
    /// Of a blocking socket, or one with a timeout, the bytes go straight from `data` to the module,
    /// and the count is what the module has accepted; one call sends as much as the module takes at
    /// once. A non-blocking socket copies what fits into its send ring and returns.
    ///
    /// If the timeout ends when the module already has the bytes, they count as sent: they will be,
    /// or the connection fails.
    ///
    /// # Errors
    /// [`Error::WouldBlock`] (non-blocking, send ring full), [`Error::TimedOut`] (nothing was sent),
    /// [`Error::BrokenPipe`], [`Error::SendFailed`], [`Error::NotConnected`], [`Error::Closed`].
    pub fn send(&self, data: &[u8]) -> Result<usize, Error> {
        let mode = self.mode();
        if mode == Mode::NonBlocking {
            return self.wait(mode, |core| core.send_buffered(self.id, data));
        }
        let supply = lend(self.id, data);
        let question = |core: &mut crate::engine::Core<'_>| core.send_direct(self.id, data.len());
        match crate::stack::wait(self.stack, mode, &supply, &mut |_| {}, question) {
            Ok(count) => Ok(count),
            Err(error) => {
                let handed = ask(self.stack, &mut |core| Ok(core.abandon_send(self.id)));
                match (error, handed) {
                    (Error::TimedOut, Ok(count)) if count > 0 => Ok(count),
                    _ => Err(error),
                }
            }
        }
    }

    /// Sends all of `data`.
    ///
    /// # Errors
    /// As [`send`](Self::send); the error tells how many bytes were sent before it.
    pub fn sendall(&self, data: &[u8]) -> Result<(), StreamError> {
        let mut done = 0;
        while let Some(rest) = data.get(done..).filter(|rest| !rest.is_empty()) {
            done += self.send(rest).map_err(|error| StreamError { error, done })?;
        }
        if data.is_empty() {
            self.send(data).map_err(|error| StreamError { error, done })?;
        }
        Ok(())
    }

    /// Sends all of `data`, or as much as a non-blocking socket takes: `None` if that is nothing.
    ///
    /// # Errors
    /// As [`send`](Self::send), would-block excepted; the error tells how many bytes were sent
    /// before it. Writing nothing is never an error.
    pub fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError> {
        self.piecewise(data.len(), |done| {
            self.send(data.get(done..).unwrap_or_default()).map(|count| (count, false))
        })
    }

    /// Fills `buf`, or reads until the peer closes, or what a non-blocking socket has: `None` if
    /// that is nothing, `Some(0)` at the end.
    ///
    /// # Errors
    /// As [`recv`](Self::recv), would-block excepted. The bytes read before the error are in `buf`;
    /// the error tells how many.
    pub fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        self.piecewise(buf.len(), |done| {
            let count = self.receive(buf.get_mut(done..).unwrap_or_default(), None)?;
            Ok((count, count == 0))
        })
    }

    /// [`read`](Self::read) into the first `nbytes` bytes of `buf`, or all of it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn readinto(
        &self,
        buf: &mut [u8],
        nbytes: Option<usize>,
    ) -> Result<Option<usize>, StreamError> {
        let count = nbytes.unwrap_or(usize::MAX).min(buf.len());
        self.read(buf.get_mut(..count).unwrap_or_default())
    }

    /// Reads a line into `buf`, its `\n` included; a line that is longer than `buf` comes in pieces.
    ///
    /// Ends without `\n` at the end of the stream, when `buf` is full, and when a non-blocking socket
    /// has no more (`None` if it has nothing). Bytes behind the line stay in the receive ring, so a
    /// line costs no more commands than its share of the data.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        self.piecewise(buf.len(), |done| {
            let count = self.receive(buf.get_mut(done..).unwrap_or_default(), Some(b'\n'))?;
            let last = (done + count).checked_sub(1).and_then(|at| buf.get(at));
            Ok((count, count == 0 || last == Some(&b'\n')))
        })
    }

    fn receive(&self, buf: &mut [u8], until: Option<u8>) -> Result<usize, Error> {
        // bytes at hand cost neither a look at the UART nor at the clock
        match ask(self.stack, &mut |core| core.receive(self.id, buf, until)) {
            Err(nb::Error::WouldBlock) => {
                self.wait(self.mode(), |core| core.receive(self.id, buf, until))
            }
            Err(nb::Error::Other(error)) => Err(error),
            Ok(count) => Ok(count),
        }
    }

    /// The loop of the stream calls: single attempts until `total` bytes are moved, or one says that
    /// it was the last (usocket-semantics.md §1.1).
    fn piecewise(
        &self,
        total: usize,
        mut attempt: impl FnMut(usize) -> Result<(usize, bool), Error>,
    ) -> Result<Option<usize>, StreamError> {
        let mut done = 0;
        while done < total {
            match attempt(done) {
                Ok((count, last)) => {
                    done += count;
                    if last {
                        break;
                    }
                }
                Err(Error::WouldBlock) if done == 0 => return Ok(None),
                Err(Error::WouldBlock) => break,
                Err(error) => return Err(StreamError { error, done }),
            }
        }
        Ok(Some(done))
    }
}
