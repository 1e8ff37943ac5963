//! Every way a call can fail, and the one table that turns it into an errno.

use core::fmt;

/// Why a socket or network call failed.
///
/// [`errno`](Self::errno) gives the number that a port of BSD or MicroPython code expects; the
/// variants tell apart what errno merges (a wrong Wi-Fi password, a module that is silent).
///
/// ```
/// use usocket::Error;
/// assert_eq!(Error::ConnectionRefused.errno(), 111);
/// assert_eq!(Error::Dns(-2).errno(), -2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The call would have to wait and the socket is non-blocking (EAGAIN).
    WouldBlock,
    /// The time given by the socket's timeout or the command's own limit is over (ETIMEDOUT).
    TimedOut,
    /// The socket has been closed, or never was (EBADF).
    Closed,
    /// An argument is out of its range, or the socket is in the wrong state for the call (EINVAL).
    InvalidInput,
    /// The socket has no connection (ENOTCONN).
    NotConnected,
    /// The socket is connected already (EISCONN).
    AlreadyConnected,
    /// The connection is being made; ask again later (EINPROGRESS).
    InProgress,
    /// A connection attempt is still under way (EALREADY).
    Already,
    /// The peer refused the connection (ECONNREFUSED).
    ConnectionRefused,
    /// The peer reset the connection (ECONNRESET).
    ConnectionReset,
    /// The connection was given up on this side (ECONNABORTED).
    ConnectionAborted,
    /// Sending on a connection that the peer has closed (EPIPE).
    BrokenPipe,
    /// The address is in use (EADDRINUSE).
    AddrInUse,
    /// The address is not one of this module's (EADDRNOTAVAIL).
    AddrNotAvailable,
    /// The peer did not answer: no route, or nobody there (EHOSTUNREACH).
    HostUnreachable,
    /// There is no network: no association or no address (ENETUNREACH).
    NetworkUnreachable,
    /// The network interface is switched off (ENETDOWN).
    NetworkDown,
    /// The receive buffer cannot hold what was asked for (ENOMEM).
    OutOfMemory,
    /// The module or the driver has no buffer left (ENOBUFS).
    NoBuffers,
    /// All sockets of the [`Memory`](crate::Memory), or all links of the module, are taken (ENFILE).
    TooManySockets,
    /// A datagram is too long for the module (EMSGSIZE).
    MessageTooLong,
    /// A datagram socket has no peer to send to (EDESTADDRREQ).
    DestAddrRequired,
    /// The module cannot do this (EOPNOTSUPP).
    NotSupported,
    /// The socket option is not known (ENOPROTOOPT).
    NoProtocolOption,
    /// The address family is not known, or not on this firmware (EAFNOSUPPORT).
    AfNotSupported,
    /// Socket type and protocol do not go together (EPROTONOSUPPORT).
    ProtoNotSupported,
    /// The program's idle hook has ended the wait (EINTR).
    Interrupted,
    /// The object is not registered with this [`Poll`](crate::select::Poll) (ENOENT).
    NotFound,
    /// A second blocking call was made from inside the wait of a first one (EBUSY).
    Busy,
    /// The name could not be resolved; the number is getaddrinfo's, -2 unless the module says more.
    Dns(i16),
    /// Received bytes are missing and cannot be had again: an overrun, or a broken line (EIO).
    DataLost,
    /// The module took part of what was sent, unknown how much; the connection is closed (EIO).
    SendFailed,
    /// The TLS handshake failed. Where the module has one word for everything that can go wrong with a
    /// connection with TLS (ESP-AT before 5.0), also the connection itself: refused, no memory (EPROTO).
    #[cfg(feature = "tls")]
    TlsHandshake,
    /// The certificate of the other side is no good: expired, for another name, or of an authority that
    /// the module does not know; where the module says so (ESP-AT from 5.0 on), else
    /// [`TlsHandshake`](Self::TlsHandshake) (EACCES).
    #[cfg(feature = "tls")]
    TlsCertificate,
    /// The access point refused the password (EACCES).
    WrongPassword,
    /// No access point with this name is in reach (ENOENT).
    AccessPointNotFound,
    /// Joining the access point failed for another reason (ECONNABORTED).
    JoinFailed,
    /// There is no SIM (ENODEV).
    SimMissing,
    /// The SIM wants a PIN, and none is known (EACCES).
    SimPinRequired,
    /// The SIM wants its PUK, after too many wrong PINs (EACCES).
    SimPukRequired,
    /// The SIM does not work, or not in this module (EIO).
    SimFailure,
    /// The SIM is not ready yet (EBUSY).
    SimBusy,
    /// The SIM has refused this PIN; it is not tried again (EACCES).
    WrongPin,
    /// The network does not take this SIM or this module in (EPERM).
    RegistrationDenied,
    /// There is no network in reach that could take the module in (ENETUNREACH).
    NoCoverage,
    /// The network gives no context: a wrong access point name, user or password, most likely
    /// (ECONNABORTED).
    AttachFailed,
    /// The pin of the power key or of the reset line could not be set (EIO).
    PinFailed,
    /// The module answered a command with an error and no reason (EIO).
    CommandFailed,
    /// The module restarted on its own: everything it held is gone (ECONNABORTED).
    ModuleReset,
    /// The module has switched itself off (ECONNABORTED).
    PoweredDown,
    /// Not one byte came from the module: power, wiring or port (ENXIO).
    ModuleSilent,
    /// Bytes came but no answer among them: most likely another baud rate (EPROTO).
    ModuleGarbled,
    /// The UART itself failed, as its driver reports it (EIO).
    Uart(embedded_io::ErrorKind),
}

impl Error {
    /// The errno of Linux and MicroPython; negative for [`Error::Dns`], as getaddrinfo has it.
    ///
    /// Numbers: usocket-semantics.md §8.
    #[must_use]
    pub const fn errno(self) -> i32 {
        self.entry().0
    }

    /// The one table: errno and text of each error.
    const fn entry(self) -> (i32, &'static str) {
        match self {
            Self::WouldBlock => (11, "operation would block"),
            Self::TimedOut => (110, "timed out"),
            Self::Closed => (9, "socket is closed"),
            Self::InvalidInput => (22, "invalid argument"),
            Self::NotConnected => (107, "socket is not connected"),
            Self::AlreadyConnected => (106, "socket is connected already"),
            Self::InProgress => (115, "connecting is in progress"),
            Self::Already => (114, "connecting is still in progress"),
            Self::ConnectionRefused => (111, "connection refused"),
            Self::ConnectionReset => (104, "connection reset by peer"),
            Self::ConnectionAborted => (103, "connection aborted"),
            Self::BrokenPipe => (32, "peer has closed the connection"),
            Self::AddrInUse => (98, "address in use"),
            Self::AddrNotAvailable => (99, "address not available"),
            Self::HostUnreachable => (113, "host is unreachable"),
            Self::NetworkUnreachable => (101, "network is unreachable"),
            Self::NetworkDown => (100, "network is down"),
            Self::OutOfMemory => (12, "buffer is too small"),
            Self::NoBuffers => (105, "no buffer space left"),
            Self::TooManySockets => (23, "too many sockets"),
            Self::MessageTooLong => (90, "message too long"),
            Self::DestAddrRequired => (89, "destination address required"),
            Self::NotSupported => (95, "not supported by the module"),
            Self::NoProtocolOption => (92, "unknown socket option"),
            Self::AfNotSupported => (97, "address family not supported"),
            Self::ProtoNotSupported => (93, "protocol not supported"),
            Self::Interrupted => (4, "interrupted by the program"),
            Self::NotFound => (2, "not registered"),
            Self::Busy => (16, "another call is waiting"),
            Self::Dns(code) => (code as i32, "host name could not be resolved"),
            Self::DataLost => (5, "received data was lost"),
            Self::SendFailed => (5, "module failed to send all data"),
            #[cfg(feature = "tls")]
            Self::TlsHandshake => (71, "TLS handshake failed"),
            #[cfg(feature = "tls")]
            Self::TlsCertificate => (13, "certificate is not accepted"),
            Self::WrongPassword => (13, "wrong Wi-Fi password"),
            Self::AccessPointNotFound => (2, "access point not found"),
            Self::JoinFailed => (103, "joining the access point failed"),
            Self::SimMissing => (19, "no SIM"),
            Self::SimPinRequired => (13, "SIM wants a PIN"),
            Self::SimPukRequired => (13, "SIM wants its PUK"),
            Self::SimFailure => (5, "SIM does not work"),
            Self::SimBusy => (16, "SIM is not ready yet"),
            Self::WrongPin => (13, "wrong PIN"),
            Self::RegistrationDenied => (1, "network denies registration"),
            Self::NoCoverage => (101, "no network in reach"),
            Self::AttachFailed => (103, "network gives no context (wrong APN?)"),
            Self::PinFailed => (5, "pin could not be set"),
            Self::CommandFailed => (5, "module refused the command"),
            Self::ModuleReset => (103, "module restarted"),
            Self::PoweredDown => (103, "module has powered down"),
            Self::ModuleSilent => (6, "module does not answer"),
            Self::ModuleGarbled => (71, "module answers unreadably (wrong baud rate?)"),
            Self::Uart(_) => (5, "serial line failed"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().1)
    }
}

impl core::error::Error for Error {}

impl embedded_io::Error for Error {
    /// The kind that goes with the errno, as far as there is one. `embedded_io` has none for
    /// [`Error::WouldBlock`], since its calls wait: a socket that does not is told apart by the error
    /// itself.
    fn kind(&self) -> embedded_io::ErrorKind {
        use embedded_io::ErrorKind;
        match self {
            Self::TimedOut => ErrorKind::TimedOut,
            Self::InvalidInput | Self::Closed | Self::MessageTooLong => ErrorKind::InvalidInput,
            Self::NotConnected | Self::DestAddrRequired => ErrorKind::NotConnected,
            Self::ConnectionRefused => ErrorKind::ConnectionRefused,
            Self::ConnectionReset => ErrorKind::ConnectionReset,
            Self::ConnectionAborted
            | Self::ModuleReset
            | Self::PoweredDown
            | Self::JoinFailed
            | Self::AttachFailed => ErrorKind::ConnectionAborted,
            Self::BrokenPipe => ErrorKind::BrokenPipe,
            Self::AddrInUse => ErrorKind::AddrInUse,
            Self::AddrNotAvailable => ErrorKind::AddrNotAvailable,
            Self::OutOfMemory | Self::NoBuffers | Self::TooManySockets => ErrorKind::OutOfMemory,
            Self::NotSupported
            | Self::NoProtocolOption
            | Self::AfNotSupported
            | Self::ProtoNotSupported => ErrorKind::Unsupported,
            Self::WrongPassword
            | Self::SimPinRequired
            | Self::SimPukRequired
            | Self::WrongPin
            | Self::RegistrationDenied => ErrorKind::PermissionDenied,
            #[cfg(feature = "tls")]
            Self::TlsCertificate => ErrorKind::PermissionDenied,
            #[cfg(feature = "tls")]
            Self::TlsHandshake => ErrorKind::ConnectionAborted,
            Self::AccessPointNotFound | Self::NotFound | Self::SimMissing | Self::Dns(_) => {
                ErrorKind::NotFound
            }
            Self::Interrupted => ErrorKind::Interrupted,
            Self::DataLost | Self::ModuleGarbled => ErrorKind::InvalidData,
            Self::Uart(kind) => *kind,
            Self::WouldBlock
            | Self::AlreadyConnected
            | Self::InProgress
            | Self::Already
            | Self::HostUnreachable
            | Self::NetworkUnreachable
            | Self::NetworkDown
            | Self::NoCoverage
            | Self::Busy
            | Self::SimBusy
            | Self::SendFailed
            | Self::SimFailure
            | Self::PinFailed
            | Self::CommandFailed
            | Self::ModuleSilent => ErrorKind::Other,
        }
    }
}

impl From<usocket_commands::ArgumentError> for Error {
    fn from(_: usocket_commands::ArgumentError) -> Self {
        Self::InvalidInput
    }
}

/// An error of a call that moves several pieces (`read`, `readline`, `write`, `sendall`), with the
/// number of bytes that were moved before it: they are in the caller's buffer, or on their way.
///
/// MicroPython loses this count; here a timeout in the middle loses nothing
/// (usocket-semantics.md §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct StreamError {
    /// What went wrong.
    pub error: Error,
    /// Bytes moved before it went wrong.
    pub done: usize,
}

impl StreamError {
    /// The errno of [`StreamError::error`].
    #[must_use]
    pub const fn errno(self) -> i32 {
        self.error.errno()
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {} bytes", self.error, self.done)
    }
}

impl core::error::Error for StreamError {}

impl From<Error> for StreamError {
    /// Nothing was moved before it.
    fn from(error: Error) -> Self {
        Self { error, done: 0 }
    }
}

impl From<StreamError> for Error {
    fn from(stream: StreamError) -> Self {
        stream.error
    }
}
