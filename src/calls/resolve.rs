//! Names to addresses: `getaddrinfo`.

use core::net::IpAddr;

use fugit::MillisDurationU32;

use super::Network;
use super::request;
use super::shell::{Shell, calls};
use crate::addrinfo::{AddrInfo, Hints, Question};
use crate::engine::{Mode, Request};
use crate::error::Error;
use crate::stack::poll_request;

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
/// [`Error::TimedOut`] after [`RESOLVE_LIMIT_MS`](crate::RESOLVE_LIMIT_MS).
#[calls]
pub async fn getaddrinfo<N: Network + ?Sized>(
    net: &N,
    host: &str,
    port: u16,
) -> Result<[AddrInfo; 1], Error> {
    getaddrinfo_with(net, host, port, Hints::default()).await
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
#[calls]
pub async fn getaddrinfo_with<N: Network + ?Sized>(
    net: &N,
    host: &str,
    port: u16,
    hints: Hints,
) -> Result<[AddrInfo; 1], Error> {
    let question = hints.question()?;
    let stack = net.stack().0;
    let address = match (question.numeric(host)?, question.limit) {
        (Some(address), _) => address,
        (None, Mode::NonBlocking) => look(stack, host, &question)?,
        (None, limit) => {
            let asked = Request::Resolve(host, question.ipv6);
            answered(stack, request(stack, asked, limit, &mut |_| {}).await)?
        }
    };
    Ok(question.answer(address, port))
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
    let question = hints.question()?;
    let address = match question.numeric(host)? {
        Some(address) => address,
        None => look(net.stack().0, host, &question).map_err(|error| match error {
            Error::WouldBlock => nb::Error::WouldBlock,
            other => nb::Error::Other(other),
        })?,
    };
    Ok(question.answer(address, port))
}

/// Asks, or looks whether there is an answer.
fn look(stack: &dyn Shell, host: &str, question: &Question) -> Result<IpAddr, Error> {
    let asked = Request::Resolve(host, question.ipv6);
    match poll_request(stack, asked, question.number(host)) {
        Ok(()) => answered(stack, Ok(())),
        Err(nb::Error::WouldBlock) => Err(Error::WouldBlock),
        Err(nb::Error::Other(error)) => answered(stack, Err(error)),
    }
}

/// The address, once the question has ended like this.
fn answered(stack: &dyn Shell, result: Result<(), Error>) -> Result<IpAddr, Error> {
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
