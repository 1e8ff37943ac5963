//! Options of sockets: `setsockopt` and what can be read.

use core::net::Ipv4Addr;

use super::Socket;
use crate::constants::{
    IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPPROTO_IP, IPPROTO_TCP, SO_ACCEPTCONN, SO_BROADCAST,
    SO_ERROR, SO_KEEPALIVE, SO_LINGER, SO_RCVBUF, SO_REUSEADDR, SO_SNDBUF, SO_TYPE, SOCK_DGRAM,
    SOCK_STREAM, SOL_SOCKET, TCP_KEEPIDLE, TCP_NODELAY,
};
use crate::engine::{Kind, Options};
use crate::error::Error;

/// The value of an option: a number, or the bytes of the C structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum OptionValue<'v> {
    /// A number; switches are 0 and 1.
    Int(i32),
    /// `struct linger` (two `int`s), `struct ip_mreq` (two addresses), or an `int`; in the byte order
    /// that programs for these controllers have, least significant byte first, addresses apart.
    Bytes(&'v [u8]),
}

impl From<i32> for OptionValue<'_> {
    fn from(value: i32) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for OptionValue<'_> {
    fn from(on: bool) -> Self {
        Self::Int(i32::from(on))
    }
}

impl<'v> From<&'v [u8]> for OptionValue<'v> {
    fn from(bytes: &'v [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'v, const N: usize> From<&'v [u8; N]> for OptionValue<'v> {
    fn from(bytes: &'v [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

/// The address of a multicast group.
impl From<Ipv4Addr> for OptionValue<'_> {
    fn from(group: Ipv4Addr) -> Self {
        Self::Int(i32::from_le_bytes(group.octets()))
    }
}

impl OptionValue<'_> {
    fn int(self) -> Result<i32, Error> {
        match self {
            Self::Int(value) => Ok(value),
            Self::Bytes(bytes) => {
                bytes.try_into().map(i32::from_le_bytes).map_err(|_| Error::InvalidInput)
            }
        }
    }

    fn flag(self) -> Result<bool, Error> {
        self.int().map(|value| value != 0)
    }

    /// Seconds, or `struct linger`: whether, and how many seconds.
    fn linger(self) -> Result<Option<u16>, Error> {
        let seconds = match self {
            Self::Bytes(&[a, b, c, d, e, f, g, h]) => match i32::from_le_bytes([a, b, c, d]) {
                0 => -1,
                _ => i32::from_le_bytes([e, f, g, h]),
            },
            value => value.int()?,
        };
        match seconds {
            -1 => Ok(None),
            seconds => u16::try_from(seconds).map(Some).map_err(|_| Error::InvalidInput),
        }
    }

    /// An address, or `struct ip_mreq`: group and interface.
    fn group(self) -> Result<Ipv4Addr, Error> {
        let group = match self {
            Self::Int(value) => Ipv4Addr::from(value.to_le_bytes()),
            Self::Bytes(&[a, b, c, d] | &[a, b, c, d, _, _, _, _]) => Ipv4Addr::new(a, b, c, d),
            Self::Bytes(_) => return Err(Error::InvalidInput),
        };
        if group.is_multicast() { Ok(group) } else { Err(Error::InvalidInput) }
    }
}

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
    pub fn setsockopt<'v>(
        &self,
        level: i32,
        option: i32,
        value: impl Into<OptionValue<'v>>,
    ) -> Result<(), Error> {
        let (mode, value) = (self.0.mode(), value.into());
        let (kind, mut options) = self.0.change_now(|core, id| core.options(id))?;
        set(kind, &mut options, level, option, value)?;
        self.0.change(|core, id| core.set_options(id, options))?;
        self.0.settle(mode, |core, id| core.poll_options(id))
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

/// Puts a value into the options it belongs to.
fn set(
    kind: Kind,
    options: &mut Options,
    level: i32,
    option: i32,
    value: OptionValue<'_>,
) -> Result<(), Error> {
    let stream = !kind.is_datagram();
    match (level, option) {
        (SOL_SOCKET, SO_REUSEADDR) => options.reuse = value.flag()?,
        (SOL_SOCKET, SO_BROADCAST) => options.broadcast = value.flag()?,
        (SOL_SOCKET, SO_KEEPALIVE) => options.tcp.keep_alive = value.flag()?,
        (SOL_SOCKET, SO_LINGER) => options.tcp.linger = value.linger()?,
        (IPPROTO_TCP, TCP_NODELAY) if stream => options.tcp.no_delay = value.flag()?,
        (IPPROTO_TCP, TCP_KEEPIDLE) if stream => {
            options.tcp.keep_idle = match u16::try_from(value.int()?) {
                Ok(seconds @ 1..=7200) => seconds,
                _ => return Err(Error::InvalidInput),
            };
        }
        (IPPROTO_IP, IP_ADD_MEMBERSHIP) if !stream => {
            let group = value.group()?;
            // the module knows a group by the one address of a link (esp-at.md §12)
            if options.group.is_some_and(|joined| joined != group) {
                return Err(Error::AddrInUse);
            }
            options.group = Some(group);
        }
        (IPPROTO_IP, IP_DROP_MEMBERSHIP) if !stream => {
            if options.group != Some(value.group()?) {
                return Err(Error::AddrNotAvailable);
            }
            options.group = None;
        }
        _ => return Err(Error::NoProtocolOption),
    }
    Ok(())
}
