//! What `getaddrinfo` is asked for, and what it answers.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use fugit::MillisDurationU32;

use crate::constants::{
    AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM,
};
use crate::engine::{HAVE_IPV6, Mode};
use crate::error::Error;

/// Longest time that [`getaddrinfo`](crate::getaddrinfo) waits, in ms. The command's own limit is shorter
/// (esp-at.md §16: several seconds for each server tried); this includes the time that another
/// command, or the start of the module, takes before it.
pub const RESOLVE_LIMIT_MS: u32 = 60_000;

/// The numbers of `getaddrinfo` for what cannot be (Linux's).
const EAI_ADDRFAMILY: i16 = -9;

/// One result of [`getaddrinfo`](crate::getaddrinfo): the five things that `socket` and `connect` want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddrInfo {
    /// [`AF_INET`] or [`AF_INET6`].
    pub family: i32,
    /// [`SOCK_STREAM`] or [`SOCK_DGRAM`].
    pub kind: i32,
    /// [`IPPROTO_TCP`] or [`IPPROTO_UDP`].
    pub proto: i32,
    /// Always empty.
    pub canonname: &'static str,
    /// Where to connect to.
    pub sockaddr: SocketAddr,
}

/// What [`getaddrinfo_with`](crate::getaddrinfo_with) shall look for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// [`AF_INET`], [`AF_INET6`], or 0 for either.
    pub family: i32,
    /// [`SOCK_STREAM`], [`SOCK_DGRAM`], or 0, which is [`SOCK_STREAM`] unless `proto` says otherwise.
    pub kind: i32,
    /// The protocol that goes with `kind`, or 0.
    pub proto: i32,
    /// How long to wait, at most [`RESOLVE_LIMIT_MS`], which is also what `None` is. 0: not at all;
    /// ask again, for the same name, until there is another answer than [`Error::WouldBlock`].
    pub timeout: Option<MillisDurationU32>,
}

/// A question that has been understood.
pub(crate) struct Question {
    /// The family that is asked for, if only one is: whether it is IPv6.
    pub(crate) ipv6: Option<bool>,
    pub(crate) limit: Mode,
    kind: i32,
    proto: i32,
}

impl Hints {
    /// What is asked for.
    ///
    /// # Errors
    /// `AfNotSupported`, `ProtoNotSupported`, `InvalidInput`: there is no such socket.
    pub(crate) fn question(&self) -> Result<Question, Error> {
        let ipv6 = match self.family {
            0 if HAVE_IPV6 => None,
            0 | AF_INET => Some(false),
            AF_INET6 if HAVE_IPV6 => Some(true),
            _ => return Err(Error::AfNotSupported),
        };
        let (kind, proto) = match (self.kind, self.proto) {
            (0 | SOCK_STREAM, 0 | IPPROTO_TCP) => (SOCK_STREAM, IPPROTO_TCP),
            (0 | SOCK_DGRAM, IPPROTO_UDP) | (SOCK_DGRAM, 0) => (SOCK_DGRAM, IPPROTO_UDP),
            (0 | SOCK_STREAM | SOCK_DGRAM | SOCK_RAW, _) => return Err(Error::ProtoNotSupported),
            _ => return Err(Error::InvalidInput),
        };
        let limit = match self.timeout.map(|limit| limit.as_ticks()) {
            Some(0) => Mode::NonBlocking,
            Some(limit) => Mode::Timeout(limit.min(RESOLVE_LIMIT_MS)),
            None => Mode::Timeout(RESOLVE_LIMIT_MS),
        };
        Ok(Question { ipv6, limit, kind, proto })
    }
}

impl Question {
    /// The address that a text is, if it is one: no module has to be asked.
    ///
    /// # Errors
    /// `Dns`: it is one of another family.
    pub(crate) fn numeric(&self, host: &str) -> Result<Option<IpAddr>, Error> {
        match (host, usocket_commands::numeric_address(host)) {
            ("", _) if self.ipv6 == Some(true) => Ok(Some(Ipv6Addr::UNSPECIFIED.into())),
            ("", _) => Ok(Some(Ipv4Addr::UNSPECIFIED.into())),
            (_, Some(address)) if self.ipv6.is_some_and(|ipv6| ipv6 != address.is_ipv6()) => {
                Err(Error::Dns(EAI_ADDRFAMILY))
            }
            (_, address) => Ok(address),
        }
    }

    /// The answer.
    pub(crate) const fn answer(&self, address: IpAddr, port: u16) -> [AddrInfo; 1] {
        [AddrInfo {
            family: if address.is_ipv4() { AF_INET } else { AF_INET6 },
            kind: self.kind,
            proto: self.proto,
            canonname: "",
            sockaddr: SocketAddr::new(address, port),
        }]
    }

    /// A number that another question will not have (FNV-1a); not 0.
    pub(crate) fn number(&self, host: &str) -> u32 {
        let family = self.ipv6.map_or(0, |v6| 1 + u8::from(v6));
        let bytes = host.bytes().chain([family]);
        let hash = bytes.fold(0x811c_9dc5, |hash: u32, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        hash | 1
    }
}
