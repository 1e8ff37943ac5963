//! Options of sockets: `setsockopt` and what can be read.

use super::Socket;
use super::shell::calls;
use crate::constants::{
    IPPROTO_TCP, SO_ACCEPTCONN, SO_BROADCAST, SO_ERROR, SO_KEEPALIVE, SO_LINGER, SO_RCVBUF,
    SO_REUSEADDR, SO_SNDBUF, SO_TYPE, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, TCP_KEEPIDLE,
    TCP_NODELAY,
};
use crate::error::Error;
use crate::option_value::{OptionValue, set};

#[calls]
impl Socket<'_> {
    /// Sets an option.
    ///
    /// | level | option | value |
    /// |---|---|---|
    /// | `SOL_SOCKET` | `SO_REUSEADDR` | switch: for `bind`, see there |
    /// | `SOL_SOCKET` | `SO_BROADCAST` | switch: a datagram socket sends and receives broadcasts |
    /// | `SOL_SOCKET` | `SO_KEEPALIVE` | switch: after two hours of silence, or `TCP_KEEPIDLE` |
    /// | `SOL_SOCKET` | `SO_LINGER` | seconds, -1 is off; or `struct linger` |
    /// | `IPPROTO_TCP` | `TCP_NODELAY` | switch: small sends are not joined, by the driver ([`send`](Self::send)) and, where it has the option, by the module |
    /// | `IPPROTO_TCP` | `TCP_KEEPIDLE` | seconds, 1 to 7200 |
    /// | `IPPROTO_IP` | `IP_ADD_MEMBERSHIP`, `IP_DROP_MEMBERSHIP` | a group, or `struct ip_mreq`; one group for each datagram socket |
    ///
    /// What the module has to know it is told with the next connection, or at once if there is one;
    /// a blocking call waits for that.
    ///
    /// ```no_run
    /// # fn f(sock: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
    /// use usocket::{IPPROTO_TCP, SO_REUSEADDR, SOL_SOCKET, TCP_NODELAY};
    /// sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)?;
    /// sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::NoProtocolOption`]: an unknown option, one that can only be read, one of another kind
    /// of socket, or one that the module does not have; [`Error::InvalidInput`]: a value out of its
    /// range; [`Error::AddrInUse`]: a second group; [`Error::AddrNotAvailable`]: leaving a group that
    /// it does not belong to; [`Error::Closed`].
    pub async fn setsockopt<'v>(
        &self,
        level: i32,
        option: i32,
        value: impl Into<OptionValue<'v>>,
    ) -> Result<(), Error> {
        let (mode, value) = (self.0.mode(), value.into());
        let (kind, mut options) = self.0.change_now(|core, id| core.options(id))?;
        set(kind, &mut options, level, option, value)?;
        self.0.change(|core, id| core.set_options(id, options))?;
        self.0.settle(mode, |core, id| core.poll_options(id)).await
    }

    /// Reads an option: those of [`setsockopt`](Self::setsockopt), groups apart, and of `SOL_SOCKET`
    /// also `SO_ERROR` (which takes the pending error away), `SO_TYPE`, `SO_ACCEPTCONN`, `SO_RCVBUF`
    /// and `SO_SNDBUF`.
    ///
    /// ```no_run
    /// # fn f(sock: &usocket::Socket<'_>) -> Result<(), usocket::Error> {
    /// use usocket::{SO_ERROR, SOL_SOCKET};
    /// let errno = sock.getsockopt(SOL_SOCKET, SO_ERROR)?; // how a non-blocking connect has ended
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::NoProtocolOption`], [`Error::Closed`].
    pub fn getsockopt(&self, level: i32, option: i32) -> Result<i32, Error> {
        self.0.change_now(|core, id| {
            let (kind, options) = core.options(id)?;
            let bytes = |size: usize| i32::try_from(size).unwrap_or(i32::MAX);
            Ok(match (level, option) {
                (SOL_SOCKET, SO_ERROR) => core.pending_error(id)?.map_or(0, Error::errno),
                (SOL_SOCKET, SO_TYPE) if kind.is_datagram() => SOCK_DGRAM,
                (SOL_SOCKET, SO_TYPE) => SOCK_STREAM,
                (SOL_SOCKET, SO_ACCEPTCONN) => i32::from(kind.is_listener()),
                (SOL_SOCKET, SO_RCVBUF) => bytes(core.rx_size),
                (SOL_SOCKET, SO_SNDBUF) => bytes(core.tx_size),
                (SOL_SOCKET, SO_REUSEADDR) => i32::from(options.reuse),
                (SOL_SOCKET, SO_BROADCAST) => i32::from(options.broadcast),
                (SOL_SOCKET, SO_KEEPALIVE) => i32::from(options.tcp.keep_alive),
                (SOL_SOCKET, SO_LINGER) => options.tcp.linger.map_or(-1, i32::from),
                (IPPROTO_TCP, TCP_NODELAY) => i32::from(options.tcp.no_delay),
                (IPPROTO_TCP, TCP_KEEPIDLE) => i32::from(options.tcp.keep_idle),
                _ => return Err(Error::NoProtocolOption),
            })
        })
    }
}
