//! The calls that connect and move data.

use core::net::SocketAddr;

use super::Socket;
use super::shell::calls;
use crate::constants::{MSG_DONTWAIT, MSG_PEEK};
use crate::engine::{Mode, Take};
use crate::error::{Error, StreamError};

#[calls]
impl Socket<'_> {
    /// Connects to `addr`.
    ///
    /// A non-blocking stream socket returns [`Error::InProgress`]; asked again it says
    /// [`Error::Already`], then how it ended, then [`Error::AlreadyConnected`]. A timeout ends only
    /// the wait: the attempt goes on. After a failure the same socket can connect again.
    ///
    /// A datagram socket sends to `addr` from now on, and hears nobody else. It can be connected
    /// again to somebody else.
    ///
    /// An ESP-AT module does nothing else while it connects: if nobody answers at `addr`, all other sockets
    /// wait for up to 20 s (esp-at.md §16).
    ///
    /// # Errors
    /// [`Error::ConnectionRefused`], [`Error::HostUnreachable`], [`Error::NetworkUnreachable`],
    /// [`Error::TimedOut`], [`Error::NotSupported`] for a stream socket that is bound to a port (the
    /// module chooses it), and what the module's state says. (usocket-semantics.md §1.2)
    pub async fn connect(&self, addr: impl Into<SocketAddr>) -> Result<(), Error> {
        let (mode, addr) = (self.0.mode(), addr.into());
        if self.0.is_datagram()? {
            self.0.change_now(|core, id| core.connect(id, addr))?;
            return self.0.settle(mode, |core, id| core.poll_opened(id)).await;
        }
        self.0.connect(mode, addr).await
    }

    /// Receives up to `buf.len()` bytes and returns how many; 0 means that the peer has closed and
    /// all has been read.
    ///
    /// A datagram socket receives one datagram. What does not fit into `buf` is dropped; 0 is an
    /// empty datagram.
    ///
    /// # Errors
    /// [`Error::WouldBlock`] (non-blocking), [`Error::TimedOut`], [`Error::NotConnected`],
    /// [`Error::Closed`], and the failure of the connection once everything before it has been read.
    /// Of a datagram socket, once, what has gone wrong since the last call: [`Error::DataLost`] if
    /// datagrams may be missing.
    pub async fn recv(&self, buf: &mut [u8]) -> Result<usize, Error> {
        self.recvfrom(buf).await.map(|(count, _)| count)
    }

    /// [`recv`](Self::recv) with flags: [`MSG_PEEK`], [`MSG_DONTWAIT`], or both.
    ///
    /// # Errors
    /// As [`recv`](Self::recv); [`Error::NotSupported`] for other flags.
    pub async fn recv_flags(&self, buf: &mut [u8], flags: i32) -> Result<usize, Error> {
        self.recvfrom_flags(buf, flags).await.map(|(count, _)| count)
    }

    /// [`recv`](Self::recv) that also tells who has sent it.
    ///
    /// ```no_run
    /// # fn f(sock: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
    /// let mut datagram = [0; 512];
    /// let (len, sender) = sock.recvfrom(&mut datagram)?;
    /// sock.sendto(&datagram[..len], sender)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`recv`](Self::recv).
    pub async fn recvfrom(&self, buf: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        self.0.receive(self.0.mode(), buf, Take::default()).await
    }

    /// [`recvfrom`](Self::recvfrom) with flags: [`MSG_PEEK`], [`MSG_DONTWAIT`], or both.
    ///
    /// # Errors
    /// As [`recv_flags`](Self::recv_flags).
    pub async fn recvfrom_flags(
        &self,
        buf: &mut [u8],
        flags: i32,
    ) -> Result<(usize, SocketAddr), Error> {
        if flags & !(MSG_PEEK | MSG_DONTWAIT) != 0 {
            return Err(Error::NotSupported);
        }
        let waits = flags & MSG_DONTWAIT == 0;
        let mode = if waits { self.0.mode() } else { Mode::NonBlocking };
        self.0.receive(mode, buf, Take { until: None, peek: flags & MSG_PEEK != 0 }).await
    }

    /// One attempt to send: returns how many of the bytes were taken, at least one.
    ///
    /// Of a blocking socket, or one with a timeout, the bytes go straight from `data` to the module,
    /// and the count is what the module has accepted; one call sends as much as the module takes at
    /// once. A non-blocking socket copies what fits into its send ring and returns.
    ///
    /// Of many small sends in a row (each half a send ring at most, and within 10 ms of the one before),
    /// the first three are handed over like that. Those that follow join each other in the send ring, as
    /// Nagle's algorithm has it, and return at once: they go out in the rounds of later calls of this or
    /// any other socket, or of [`Modem::poll`](crate::Modem::poll), and what goes wrong with them is told
    /// by a later call. A program that makes no calls after such a burst, or wants to know of each send how
    /// it ended, sets `TCP_NODELAY`; [`File::flush`](crate::File::flush) waits for them.
    ///
    /// If the timeout ends when the module already has the bytes, they count as sent: they will be,
    /// or the connection fails.
    ///
    /// A connected datagram socket sends `data` as one datagram.
    ///
    /// # Errors
    /// [`Error::WouldBlock`] (non-blocking, send ring full), [`Error::TimedOut`] (nothing was sent),
    /// [`Error::BrokenPipe`], [`Error::SendFailed`], [`Error::NotConnected`], [`Error::Closed`]. Of a
    /// datagram socket [`Error::DestAddrRequired`], and those of [`sendto`](Self::sendto).
    pub async fn send(&self, data: &[u8]) -> Result<usize, Error> {
        self.0.send(self.0.mode(), data, None).await
    }

    /// Sends `data` as one datagram to `addr`; a connection sends it to its peer.
    ///
    /// A socket that is not bound is bound to any port first.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`]: more than
    /// [`Capabilities::max_datagram`](crate::Capabilities::max_datagram), or than fits the send ring
    /// of a non-blocking socket; [`Error::NotSupported`]: an empty datagram, which ESP-AT modules
    /// cannot send; [`Error::InvalidInput`]: port 0; [`Error::SendFailed`]; as [`send`](Self::send).
    pub async fn sendto(&self, data: &[u8], addr: impl Into<SocketAddr>) -> Result<usize, Error> {
        self.0.send(self.0.mode(), data, Some(addr.into())).await
    }

    /// Sends all of `data`.
    ///
    /// # Errors
    /// As [`send`](Self::send); the error tells how many bytes were sent before it.
    pub async fn sendall(&self, data: &[u8]) -> Result<(), StreamError> {
        self.0.sendall(data).await
    }

    /// Sends all of `data`, or as much as a non-blocking socket takes: `None` if that is nothing.
    ///
    /// # Errors
    /// As [`send`](Self::send), would-block excepted; the error tells how many bytes were sent
    /// before it. Writing nothing is never an error.
    pub async fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError> {
        self.0.write(data).await
    }

    /// Fills `buf`, or reads until the peer closes, or what a non-blocking socket has: `None` if
    /// that is nothing, `Some(0)` at the end. Of datagrams, reads one.
    ///
    /// # Errors
    /// As [`recv`](Self::recv), would-block excepted. The bytes read before the error are in `buf`;
    /// the error tells how many.
    pub async fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        self.0.read(buf).await
    }

    /// [`read`](Self::read) into the first `nbytes` bytes of `buf`, or all of it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn readinto(
        &self,
        buf: &mut [u8],
        nbytes: Option<usize>,
    ) -> Result<Option<usize>, StreamError> {
        let count = nbytes.unwrap_or(usize::MAX).min(buf.len());
        self.read(buf.get_mut(..count).unwrap_or_default()).await
    }

    /// Appends all that comes until the peer closes to `data`: Python's `read()`. Returns how many
    /// bytes that were, or `None` if a non-blocking socket has none.
    ///
    /// # Errors
    /// As [`read`](Self::read); [`Error::OutOfMemory`] when `data` is full: the rest stays readable.
    pub async fn read_to_end<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<Option<usize>, StreamError> {
        self.0.read_to_end(data).await
    }

    /// Reads a line into `buf`, its `\n` included; a line that is longer than `buf` comes in pieces.
    ///
    /// Ends without `\n` at the end of the stream, when `buf` is full, and when a non-blocking socket
    /// has no more (`None` if it has nothing). Bytes behind the line stay in the receive ring, so a
    /// line costs no more commands than its share of the data. A datagram is read line by line.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        self.0.readline(buf).await
    }
}
