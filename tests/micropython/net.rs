//! What the programs ask of a network: calls of `usocket` that `std::net` can be made to answer too.

use std::fmt;
use std::net::SocketAddr;
use std::panic::Location;
use std::time::Duration;

/// An error as its number, the one thing that both networks have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Errno(pub(crate) i32);

pub(crate) const EAGAIN: Errno = Errno(11);
pub(crate) const EBADF: Errno = Errno(9);
pub(crate) const EINVAL: Errno = Errno(22);
pub(crate) const EADDRINUSE: Errno = Errno(98);
pub(crate) const ECONNRESET: Errno = Errno(104);
pub(crate) const ENOTCONN: Errno = Errno(107);
pub(crate) const ETIMEDOUT: Errno = Errno(110);

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "errno {}", self.0)
    }
}

pub(crate) type Result<T> = std::result::Result<T, Errno>;

/// An error that ended a program, and where.
pub(crate) struct Failed {
    errno: Errno,
    place: &'static Location<'static>,
}

impl From<Errno> for Failed {
    #[track_caller]
    fn from(errno: Errno) -> Self {
        Self { errno, place: Location::caller() }
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.errno, self.place)
    }
}

/// How a program ends.
pub(crate) type Outcome = std::result::Result<(), Failed>;

/// A network to make sockets on.
pub(crate) trait Net {
    type Socket<'n>: Socket
    where
        Self: 'n;

    fn socket(&self, kind: i32) -> Result<Self::Socket<'_>>;

    /// A port that nobody has bound on this network; 0 where the system chooses.
    fn free_port(&self) -> u16;

    /// Where the other instance reaches this socket, which is bound (and listens, if it is a stream).
    fn reach(&self, sock: &Self::Socket<'_>) -> SocketAddr;

    /// Whether a reset by the peer can be told from an orderly end.
    fn reports_reset(&self) -> bool;

    /// Waits until one of these sockets is as wanted (`POLLIN`, `POLLOUT`) and says how each is.
    fn poll<'n>(&'n self, wanted: &[(&Self::Socket<'n>, u8)], timeout: Option<Duration>)
    -> Vec<u8>;
}

/// A socket with the calls of `usocket`; buffers are made for each call, as Python does.
pub(crate) trait Socket: Sized {
    /// Binds a port of every address of this network.
    fn bind(&self, port: u16) -> Result<()>;
    fn listen(&self, backlog: i32) -> Result<()>;
    fn accept(&self) -> Result<(Self, SocketAddr)>;
    fn connect(&self, addr: SocketAddr) -> Result<()>;
    fn settimeout(&self, timeout: Option<Duration>) -> Result<()>;
    fn send(&self, data: &[u8]) -> Result<usize>;
    fn sendto(&self, data: &[u8], addr: SocketAddr) -> Result<usize>;
    fn recvfrom(&self, count: usize, flags: i32) -> Result<(Vec<u8>, SocketAddr)>;
    fn recv_flags(&self, count: usize, flags: i32) -> Result<Vec<u8>>;
    /// Stream call: all of it, or what there is (`None`: nothing) without blocking.
    fn read(&self, count: usize) -> Result<Option<Vec<u8>>>;
    fn getpeername(&self) -> Result<SocketAddr>;
    fn close(&self) -> Result<()>;
    /// Waits until the peer has sent something, and ends the connection without reading it, in a way
    /// that the peer sees as a reset.
    fn reset(self) -> Result<()>;

    fn setblocking(&self, blocking: bool) -> Result<()> {
        self.settimeout(if blocking { None } else { Some(Duration::ZERO) })
    }

    fn recv(&self, count: usize) -> Result<Vec<u8>> {
        self.recv_flags(count, 0)
    }

    fn sendall(&self, data: &[u8]) -> Result<()> {
        let mut done = 0;
        while done < data.len() {
            done += self.send(&data[done..])?;
        }
        Ok(())
    }

    /// Exactly so many bytes of a stream, by one call after another.
    fn recv_exactly(&self, count: usize) -> Result<Vec<u8>> {
        let mut data = Vec::new();
        while data.len() < count {
            let piece = self.recv(count - data.len())?;
            assert!(!piece.is_empty(), "the stream ended after {} of {count} bytes", data.len());
            data.extend(piece);
        }
        Ok(data)
    }
}
