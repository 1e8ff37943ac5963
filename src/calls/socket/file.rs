//! A socket as a file: `makefile`.

use core::fmt;

use super::shell::calls;
use super::{Descriptor, Socket};
use crate::error::{Error, StreamError};
use crate::hidden::Hidden;

/// A stream over a socket; what [`Socket::makefile`] makes.
///
/// It is the same socket: position and timeout are shared, and closing the file closes the socket.
/// Dropping it closes nothing. It has no buffer of its own; what small writes have left in the send ring
/// goes out by itself, in the calls that follow, or at once by [`flush`](Self::flush).
///
/// ```no_run
/// # fn f(sock: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
/// let file = sock.makefile("rwb")?;
/// file.write(b"LIST\r\n")?;
/// for line in file.lines::<128>() {
///     if &line?[..] == b".\r\n" {
///         break;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy)]
pub struct File<'n> {
    pub(crate) descriptor: Descriptor<'n>,
    readable: bool,
    writable: bool,
}

impl<'n> Socket<'n> {
    /// The socket as a file: `"rb"` to be read, `"wb"` to be written, `"rwb"` for both.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for another mode: there is no text; [`Error::Closed`].
    pub fn makefile(&self, mode: &str) -> Result<File<'n>, Error> {
        let (readable, writable) = match mode {
            "rb" => (true, false),
            "wb" => (false, true),
            "rwb" => (true, true),
            _ => return Err(Error::InvalidInput),
        };
        self.0.change(|core, id| core.slot(id).map(|_| ()))?;
        Ok(File { descriptor: self.0, readable, writable })
    }
}

#[calls]
impl File<'_> {
    /// The number of the socket ([`Socket::fileno`]).
    #[must_use]
    pub fn fileno(&self) -> i32 {
        self.descriptor.fileno()
    }

    /// [`Socket::read`].
    ///
    /// # Errors
    /// As [`Socket::read`]; [`Error::Closed`] (EBADF) if the file is only to be written.
    pub async fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        self.reader()?.read(buf).await
    }

    /// [`Socket::readinto`].
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

    /// [`Socket::read_to_end`].
    ///
    /// # Errors
    /// As [`Socket::read_to_end`]; [`Error::Closed`] if the file is only to be written.
    pub async fn read_to_end<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<Option<usize>, StreamError> {
        self.reader()?.read_to_end(data).await
    }

    /// [`Socket::readline`].
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        self.reader()?.readline(buf).await
    }

    /// [`Socket::write`].
    ///
    /// # Errors
    /// As [`Socket::write`]; [`Error::Closed`] if the file is only to be read.
    pub async fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError> {
        self.writer()?.write(data).await
    }

    /// Waits until the module has all that was written. That of a non-blocking socket goes out in the
    /// rounds of later calls.
    ///
    /// # Errors
    /// Why it did not get it; [`Error::TimedOut`]; [`Error::Closed`].
    pub async fn flush(&self) -> Result<(), Error> {
        self.descriptor.flush().await
    }

    /// Closes the socket: every later call of the socket and its files answers [`Error::Closed`].
    ///
    /// # Errors
    /// As [`Socket::close`].
    pub async fn close(&self) -> Result<(), Error> {
        self.descriptor.close().await
    }
}

impl<'n> File<'n> {
    /// The socket, if the file is to be read.
    pub(crate) fn reader(&self) -> Result<&Descriptor<'n>, Error> {
        if self.readable { Ok(&self.descriptor) } else { Err(Error::Closed) }
    }

    /// The socket, if the file is to be written.
    pub(crate) fn writer(&self) -> Result<&Descriptor<'n>, Error> {
        if self.writable { Ok(&self.descriptor) } else { Err(Error::Closed) }
    }

    /// The lines that come, each with its `\n`, until the peer closes; the last one may have none.
    /// One of more than `N` bytes comes in pieces.
    ///
    /// An error (or [`Error::WouldBlock`] of a non-blocking socket) does not end the iterator, and
    /// loses nothing: what has come of a line stays in it, and `done` is how much that is.
    pub fn lines<const N: usize>(&self) -> Lines<'_, N> {
        let whole = self.descriptor.carries_datagrams();
        Lines { file: self, line: Hidden(heapless::Vec::new()), whole }
    }
}

/// The lines of a [`File`].
#[derive(Debug)]
pub struct Lines<'f, const N: usize> {
    file: &'f File<'f>,
    /// What has come of the present line.
    line: Hidden<heapless::Vec<u8, N>>,
    /// The end of a datagram is the end of a line.
    whole: bool,
}

#[calls]
impl<const N: usize> Lines<'_, N> {
    /// The next line; `None`: the peer has closed.
    ///
    /// # Errors
    /// As [`File::readline`]; the line goes on with the next call.
    pub async fn next_line(&mut self) -> Option<Result<heapless::Vec<u8, N>, StreamError>> {
        loop {
            let mut piece = [0; N];
            let room = piece.get_mut(self.line.len()..).unwrap_or_default();
            let (count, error) = match self.file.readline(room).await {
                Ok(Some(count)) => (count, None),
                Ok(None) => (0, Some(Error::WouldBlock)),
                Err(StreamError { error, done }) => (done, Some(error)),
            };
            let come = room.get(..count).unwrap_or_default();
            let ended = count == 0 && error.is_none();
            // it fits: there was no more room than that
            let _ = self.line.extend_from_slice(come);
            if let Some(error) = error {
                return Some(Err(StreamError { error, done: self.line.len() }));
            }
            if ended && self.line.is_empty() {
                return None;
            }
            let full = self.line.is_full() || self.line.last() == Some(&b'\n');
            if ended || full || self.whole {
                return Some(Ok(core::mem::take(&mut *self.line)));
            }
        }
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("fileno", &self.fileno())
            .field("readable", &self.readable)
            .field("writable", &self.writable)
            .finish()
    }
}
