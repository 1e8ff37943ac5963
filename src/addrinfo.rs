//! Names to addresses.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::constants::{AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM};
use crate::engine::{Mode, Request};
use crate::error::Error;
use crate::network::Network;
use crate::stack::request;

/// Longest time that [`getaddrinfo`] waits, in ms. The command's own limit is shorter
/// (esp-at.md §16: several seconds for each server tried); this includes the time that another
/// command, or the start of the module, takes before it.
pub const RESOLVE_LIMIT_MS: u32 = 60_000;

/// One result of [`getaddrinfo`]: the five things that `socket` and `connect` want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddrInfo {
    /// [`AF_INET`] or [`AF_INET6`].
    pub family: i32,
    /// [`SOCK_STREAM`].
    pub kind: i32,
    /// [`IPPROTO_TCP`].
    pub proto: i32,
    /// Always empty.
    pub canonname: &'static str,
    /// Where to connect to.
    pub sockaddr: SocketAddr,
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
    let address = if host.is_empty() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    } else if let Ok(address) = host.parse() {
        address
    } else {
        resolve(net, host)?
    };
    Ok([AddrInfo {
        family: if address.is_ipv4() { AF_INET } else { AF_INET6 },
        kind: SOCK_STREAM,
        proto: IPPROTO_TCP,
        canonname: "",
        sockaddr: SocketAddr::new(address, port),
    }])
}

fn resolve<N: Network + ?Sized>(net: &N, host: &str) -> Result<IpAddr, Error> {
    let stack = net.stack().0;
    let limit = Mode::Timeout(RESOLVE_LIMIT_MS);
    let result = request(stack, Request::Resolve(host), limit, &mut |_| {});
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
