//! Names to addresses.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use fugit::MillisDurationU32;

use crate::constants::{
    AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM,
};
use crate::engine::{HAVE_IPV6, Mode, Request};
use crate::error::Error;
use crate::network::Network;
use crate::stack::{Stack, poll_request, request};

/// Longest time that [`getaddrinfo`] waits, in ms. The command's own limit is shorter
/// (esp-at.md §16: several seconds for each server tried); this includes the time that another
/// command, or the start of the module, takes before it.
pub const RESOLVE_LIMIT_MS: u32 = 60_000;

/// The numbers of `getaddrinfo` for what cannot be (Linux's).
const EAI_ADDRFAMILY: i16 = -9;

/// One result of [`getaddrinfo`]: the five things that `socket` and `connect` want.
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

/// What [`getaddrinfo_with`] shall look for.
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

/// The addresses of `host`: one, with `port`, for a stream socket.
///
/// A numeric address is never asked of the module; `""` is `0.0.0.0`.
///
/// ```no_run
/// # fn f(net: &impl usocket::Network) -> Result<(), usocket::Error> {
/// let addr = usocket::getaddrinfo(net, "www.getman.com", 80)?[0].sockaddr;
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`Error::Dns`]: the name has no address; [`Error::NetworkDown`]: there is no network to ask;
/// [`Error::InvalidInput`]: no name (longer than 64 bytes, or control characters);
/// [`Error::TimedOut`] after [`RESOLVE_LIMIT_MS`].
pub fn getaddrinfo<N: Network + ?Sized>(
    net: &N,
    host: &str,
    port: u16,
) -> Result<[AddrInfo; 1], Error> {
    getaddrinfo_with(net, host, port, Hints::default())
}

/// [`getaddrinfo`] for a family, a type of socket, and with a time limit.
///
/// ```no_run
/// # fn f(net: &impl usocket::Network) -> Result<(), usocket::Error> {
/// use usocket::fugit::ExtU32;
/// use usocket::{AF_INET, Hints, SOCK_DGRAM, getaddrinfo_with};
/// let hints = Hints {
///     family: AF_INET,
///     kind: SOCK_DGRAM,
///     timeout: Some(5.secs()),
///     ..Hints::default()
/// };
/// let addr = getaddrinfo_with(net, "pool.ntp.org", 123, hints)?[0].sockaddr;
/// # Ok(()) }
/// ```
///
/// # Errors
/// As [`getaddrinfo`]; [`Error::WouldBlock`] with a timeout of 0; [`Error::Dns`] with -9: a numeric
/// address of another family; [`Error::AfNotSupported`], [`Error::InvalidInput`] and
/// [`Error::ProtoNotSupported`] as [`socket`](crate::socket()).
pub fn getaddrinfo_with<N: Network + ?Sized>(
    net: &N,
    host: &str,
    port: u16,
    hints: Hints,
) -> Result<[AddrInfo; 1], Error> {
    let family = match hints.family {
        0 if HAVE_IPV6 => None,
        0 => Some(false),
        AF_INET => Some(false),
        AF_INET6 if HAVE_IPV6 => Some(true),
        _ => return Err(Error::AfNotSupported),
    };
    let (kind, proto) = match (hints.kind, hints.proto) {
        (0 | SOCK_STREAM, 0 | IPPROTO_TCP) => (SOCK_STREAM, IPPROTO_TCP),
        (0 | SOCK_DGRAM, IPPROTO_UDP) | (SOCK_DGRAM, 0) => (SOCK_DGRAM, IPPROTO_UDP),
        (0 | SOCK_STREAM | SOCK_DGRAM | SOCK_RAW, _) => return Err(Error::ProtoNotSupported),
        _ => return Err(Error::InvalidInput),
    };
    let address = match (host, usocket_commands::numeric_address(host)) {
        ("", _) if family == Some(true) => Ipv6Addr::UNSPECIFIED.into(),
        ("", _) => Ipv4Addr::UNSPECIFIED.into(),
        (_, Some(address)) if family.is_some_and(|v6| v6 != address.is_ipv6()) => {
            return Err(Error::Dns(EAI_ADDRFAMILY));
        }
        (_, Some(address)) => address,
        _ => {
            let limit = match hints.timeout.map(|limit| limit.as_ticks()) {
                Some(0) => Mode::NonBlocking,
                Some(limit) => Mode::Timeout(limit.min(RESOLVE_LIMIT_MS)),
                None => Mode::Timeout(RESOLVE_LIMIT_MS),
            };
            resolve(net.stack().0, host, family, limit)?
        }
    };
    Ok([AddrInfo {
        family: if address.is_ipv4() { AF_INET } else { AF_INET6 },
        kind,
        proto,
        canonname: "",
        sockaddr: SocketAddr::new(address, port),
    }])
}

/// [`getaddrinfo`] without waiting: to be called again, with the same name, until it would not block.
///
/// One name at a time is asked for: whoever calls with another name, or makes a call that waits for
/// the module's answer, gives up this one.
///
/// # Errors
/// As [`getaddrinfo`].
pub fn try_getaddrinfo<N: Network + ?Sized>(
    net: &N,
    host: &str,
    port: u16,
) -> nb::Result<[AddrInfo; 1], Error> {
    let hints = Hints { timeout: Some(MillisDurationU32::from_ticks(0)), ..Hints::default() };
    getaddrinfo_with(net, host, port, hints).map_err(|error| match error {
        Error::WouldBlock => nb::Error::WouldBlock,
        other => nb::Error::Other(other),
    })
}

fn resolve(
    stack: &dyn Stack,
    host: &str,
    family: Option<bool>,
    limit: Mode,
) -> Result<IpAddr, Error> {
    let question = Request::Resolve(host, family);
    let result = if limit == Mode::NonBlocking {
        match poll_request(stack, question, query(host, family)) {
            Ok(()) => Ok(()),
            Err(nb::Error::WouldBlock) => return Err(Error::WouldBlock),
            Err(nb::Error::Other(error)) => Err(error),
        }
    } else {
        request(stack, question, limit, &mut |_| {})
    };
    let mut address = None;
    let mut down = false;
    stack.access(&mut |core| {
        address = core.address.take();
        down = core.station.is_down();
    })?;
    match (result, address) {
        (Ok(()), Some(address)) if !address.is_unspecified() => Ok(address),
        (Ok(()) | Err(Error::Dns(_)), _) if down => Err(Error::NetworkDown),
        (Ok(()), _) => Err(Error::Dns(-2)),
        (Err(error), _) => Err(error),
    }
}

/// A number that another question will not have (FNV-1a); not 0.
fn query(host: &str, family: Option<bool>) -> u32 {
    let family = family.map_or(0, |v6| 1 + u8::from(v6));
    let bytes = host.bytes().chain([family]);
    let hash = bytes
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash | 1
}
