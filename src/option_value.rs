//! The values of socket options, and what they are put into.

use core::net::Ipv4Addr;

use crate::constants::{
    IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPPROTO_IP, IPPROTO_TCP, SO_BROADCAST, SO_KEEPALIVE,
    SO_LINGER, SO_REUSEADDR, SOL_SOCKET, TCP_KEEPIDLE, TCP_NODELAY,
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

/// Puts a value into the options it belongs to.
pub(crate) fn set(
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
