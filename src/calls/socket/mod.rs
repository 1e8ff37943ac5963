//! Sockets.

mod byte_stream;
mod data;
mod descriptor;
mod file;
mod names;
mod nonblocking;
mod options;
mod server;

pub use file::{File, Lines};

use core::fmt;

use fugit::MillisDurationU32;

use super::{Handle, Network, shell};
use crate::constants::{
    AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM,
};
use crate::engine::{HAVE_IPV6, Kind, Mode};
use crate::error::Error;
pub(crate) use descriptor::Descriptor;
use shell::{calls, changed};

/// A socket on the network `'n`.
///
/// Several can be open at the same time and be used in any order: every call takes `&self`. The type
/// names neither UART nor clock nor buffer sizes, so functions take `&Socket<'_>`. Dropping a socket
/// closes it without waiting.
///
/// ```no_run
/// use usocket::{AF_INET, Error, Network, SOCK_STREAM, getaddrinfo, socket};
/// fn fetch(net: &impl Network, page: &mut [u8]) -> Result<usize, Error> {
///     let sock = socket(net, AF_INET, SOCK_STREAM, 0)?;
///     let addr = getaddrinfo(net, "www.getman.com", 80)?[0].sockaddr;
///     sock.connect(addr)?;
///     sock.send(b"GET /News HTTP/1.1\r\nHost: www.getman.com\r\n\r\n")?;
///     let n = sock.recv(page)?;
///     sock.close()?;
///     Ok(n)
/// }
/// ```
///
/// # As an `embedded_io` stream
///
/// [`Socket`], `&Socket` and [`File`] have [`embedded_io::Read`], [`Write`](embedded_io::Write),
/// [`ReadReady`](embedded_io::ReadReady) and [`WriteReady`](embedded_io::WriteReady) (version 0.7), so a
/// socket can be handed to a client of TLS, HTTP or MQTT:
///
/// ```no_run
/// use embedded_io::{Read, Write};
/// fn ask<S: Read + Write>(mut server: S, answer: &mut [u8; 4]) -> Result<(), S::Error> {
///     server.write_all(b"time?")?;
///     server.flush()?;
///     let _whole = server.read_exact(answer);
///     Ok(())
/// }
/// # fn f(sock: usocket::Socket<'_>) -> Result<(), usocket::Error> {
/// ask(&sock, &mut [0; 4])?; // and `sock` is still there
/// ask(sock, &mut [0; 4])?;
/// # Ok(()) }
/// ```
///
/// The calls of this type that have the same names are those of MicroPython, with other results. On a
/// [`Socket`] or `&Socket` a method call is one of those; in generic code, through a `&mut`, or written
/// as `embedded_io::Read::read(&mut &sock, buf)` it is one of the trait. What the traits' calls do:
///
/// * `read` returns what is there, like [`recv`](Self::recv), and waits for the first byte as long as the
///   socket's timeout allows. `Ok(0)` is the end of the stream and nothing else. Of a non-blocking socket,
///   [`Error::WouldBlock`] says that there is nothing; `embedded_io` has no kind of error for that, so
///   its `kind()` is `Other`. `read_exact` and `write_all` give up there, and the bytes that they have
///   moved are not counted: they are for sockets that wait.
/// * `write` is [`send`](Self::send): what it has taken goes to the module without `flush`, which waits
///   until the module has it all ([`Error::WouldBlock`] if a non-blocking socket still has some).
/// * `read_ready` and `write_ready` look at what the UART has brought, and do not wait. They also say `true`
///   if the answer would be the end or an error. A `write` that follows a `write_ready` that said
///   `true` leaves its bytes in the send ring, whatever the socket's timeout is; without a ring (`TX` of
///   [`Memory`](crate::Memory) is 0) that is never so.
/// * Of a datagram socket, `read` takes one datagram (an empty one, which is no end, is skipped; what does
///   not fit into the buffer is dropped), and `write` and `write_all` send one to the peer that it is
///   connected to.
pub struct Socket<'n>(pub(crate) Descriptor<'n>);

/// Makes a socket: `af` is [`AF_INET`] or [`AF_INET6`], `kind` [`SOCK_STREAM`] or [`SOCK_DGRAM`];
/// `proto` is 0 or the protocol that goes with it.
///
/// The module is not told of it yet. A socket that was dropped takes its place until the module has
/// closed its connection, which each call drives on by one step; [`Socket::close`] waits for it.
/// See [`Socket`] for an example.
///
/// # Errors
/// [`Error::AfNotSupported`] and [`Error::InvalidInput`] for unknown families and types,
/// [`Error::ProtoNotSupported`] if type and protocol do not go together (or for `SOCK_RAW`, which no
/// module has), and [`Error::TooManySockets`]. (usocket-semantics.md §1.2)
pub fn socket<N: Network + ?Sized>(
    net: &N,
    af: i32,
    kind: i32,
    proto: i32,
) -> Result<Socket<'_>, Error> {
    net.stack().make_socket(af, kind, proto)
}

impl<'n> Handle<'n> {
    /// A socket, as [`socket`] makes it, that lives as long as the module does and not only as long as this
    /// handle: to be kept in a struct, or handed to another task.
    ///
    /// ```no_run
    /// # fn f<'n>(wlan: usocket::network::Wlan<'n>) -> Result<usocket::Socket<'n>, usocket::Error> {
    /// use usocket::{AF_INET, SOCK_STREAM};
    /// wlan.handle().make_socket(AF_INET, SOCK_STREAM, 0) // `wlan` itself ends here
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`socket`].
    pub fn make_socket(self, af: i32, kind: i32, proto: i32) -> Result<Socket<'n>, Error> {
        let ipv6 = match af {
            AF_INET => false,
            AF_INET6 if HAVE_IPV6 => true,
            _ => return Err(Error::AfNotSupported),
        };
        let kind = match (kind, proto) {
            (SOCK_STREAM, 0 | IPPROTO_TCP) => Kind::Stream,
            (SOCK_DGRAM, 0 | IPPROTO_UDP) => Kind::DATAGRAM.ok_or(Error::ProtoNotSupported)?,
            (SOCK_STREAM | SOCK_DGRAM | SOCK_RAW, _) => return Err(Error::ProtoNotSupported),
            _ => return Err(Error::InvalidInput),
        };
        // sockets that were dropped may have been closed by now; a line that fails shows when it is needed
        let _ = self.0.pump(&Default::default(), &mut |_| {});
        let mut made = Err(Error::Busy);
        self.0.access(&mut |core| made = core.claim(kind, ipv6))?;
        Ok(Socket(Descriptor { stack: self.0, id: made? }))
    }
}

impl Socket<'_> {
    /// The number of the socket among those of its [`Memory`](crate::Memory); -1 once it is closed.
    #[must_use]
    pub fn fileno(&self) -> i32 {
        self.0.fileno()
    }

    /// How long each call may wait: `None` for ever, 0 not at all, else this long for each piece that
    /// it moves (for `read` and `write` that is not the whole).
    ///
    /// The time that the bytes of a `send` need on the line comes on top: once the module has asked
    /// for them they are written to the end, up to 8192 bytes or 0.7 s at 115200 baud.
    ///
    /// ```no_run
    /// # fn f(sock: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
    /// use usocket::fugit::ExtU32;
    /// sock.settimeout(Some(1500.millis()))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn settimeout(&self, timeout: Option<MillisDurationU32>) -> Result<(), Error> {
        let mode = match timeout.map(|limit| limit.as_ticks()) {
            None => Mode::Blocking,
            Some(0) => Mode::NonBlocking,
            Some(limit) => Mode::Timeout(limit),
        };
        self.0.change(|core, id| core.slot(id).map(|slot| slot.mode = mode))
    }

    /// The same in seconds, as MicroPython has it. A time between 0 and 1 ms counts as 1 ms.
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: negative, not a number, or more than 49 days; [`Error::Closed`].
    pub fn settimeout_secs(&self, seconds: f32) -> Result<(), Error> {
        // 2^32 ms, rounded down to what an f32 can hold
        const LONGEST: f32 = 4_294_967.0;
        if !(0.0..=LONGEST).contains(&seconds) {
            return Err(Error::InvalidInput);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        let whole = (seconds * 1000.0) as u32;
        let limit = if whole == 0 && seconds > 0.0 { 1 } else { whole };
        self.settimeout(Some(MillisDurationU32::from_ticks(limit)))
    }

    /// `true` is `settimeout(None)`, `false` is a timeout of 0.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn setblocking(&self, blocking: bool) -> Result<(), Error> {
        self.settimeout(if blocking { None } else { Some(MillisDurationU32::from_ticks(0)) })
    }
}

#[calls]
impl Socket<'_> {
    /// Closes the socket; every later call answers [`Error::Closed`]. Closing twice is no error.
    ///
    /// Data that `send` of a non-blocking socket has taken is sent before the module closes the
    /// connection; unread data is dropped. A blocking socket waits for the module, for its timeout or
    /// [`CLOSE_LIMIT_MS`](crate::CLOSE_LIMIT_MS) at most; the module goes on closing by itself after that.
    ///
    /// # Errors
    /// [`Error::Uart`].
    pub async fn close(&self) -> Result<(), Error> {
        self.0.close().await
    }
}

impl Drop for Socket<'_> {
    fn drop(&mut self) {
        // an error means that the module is busy with this very call chain: the slot stays taken
        // until its link is closed by the module
        let _ = self.0.stack.access(&mut |core| core.close(self.0.id));
        changed(self.0.stack);
    }
}

impl fmt::Debug for Socket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("fileno", &self.fileno()).finish_non_exhaustive()
    }
}

#[cfg(feature = "tls")]
impl crate::ssl::sealed::Sealed for Socket<'_> {
    #[expect(private_interfaces, reason = "cannot be called outside the crate")]
    fn parts(&self) -> (&dyn crate::stack::Stack, crate::engine::SocketId) {
        (self.0.stack, self.0.id)
    }
}

#[cfg(feature = "tls")]
impl crate::ssl::Wrappable for Socket<'_> {}
