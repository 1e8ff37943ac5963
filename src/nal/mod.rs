//! `embedded-nal` on the stack handle: TCP, UDP and names for clients that poll.
//!
//! [`Network::stack`](crate::Network::stack) gives a [`Handle`](crate::network::Handle), which is `Copy` and has
//! [`TcpClientStack`](embedded_nal::TcpClientStack), [`TcpFullStack`](embedded_nal::TcpFullStack),
//! [`UdpClientStack`](embedded_nal::UdpClientStack), [`UdpFullStack`](embedded_nal::UdpFullStack) and
//! [`Dns`](embedded_nal::Dns) of `embedded-nal` 0.9. So `wlan.stack()` is what a client that is written
//! for these traits wants:
//!
//! ```no_run
//! use core::net::SocketAddr;
//! use embedded_nal::{AddrType, Dns, TcpClientStack, nb};
//!
//! /// Any stack will do.
//! fn ask<S: TcpClientStack>(stack: &mut S, server: SocketAddr) -> Result<[u8; 4], S::Error> {
//!     let mut sock = stack.socket()?;
//!     nb::block!(stack.connect(&mut sock, server))?;
//!     nb::block!(stack.send(&mut sock, b"time?"))?;
//!     let mut answer = [0; 4];
//!     nb::block!(stack.receive(&mut sock, &mut answer))?;
//!     stack.close(sock)?;
//!     Ok(answer)
//! }
//!
//! # fn f(wlan: &usocket::network::Wlan<'_>) -> Result<(), usocket::Error> {
//! use usocket::Network;
//! let mut stack = wlan.stack();
//! let ip = nb::block!(stack.get_host_by_name("www.getman.com", AddrType::IPv4))?;
//! let time = ask(&mut stack, SocketAddr::new(ip, 37))?;
//! # Ok(()) }
//! ```
//!
//! Several clients can have a copy of the handle each, and be polled in turn. Sockets are
//! [`Socket`]s, and [`UdpSocket`]s, which are those with a memory; what `settimeout` says of one does not
//! count here.
//!
//! * **What is `nb` never waits**: `connect`, `send`, `receive`, `accept`, `send_to` and the look-up of
//!   names. Each call is one round of the module, so polling is what makes it go on. `connect` is asked again
//!   until it says how the attempt has ended; of a connection that stands it says so each time.
//! * **What is not `nb` has to know its answer**: `listen`, and `bind` and `connect` of a datagram socket wait
//!   until the module has confirmed them, for [`CONFIRM_LIMIT_MS`] at most. `close` does not: the module
//!   sends what it was given and closes in the rounds of later calls.
//! * **The end of a stream** is an error, [`Error::BrokenPipe`], whose kind is
//!   [`PipeClosed`](embedded_nal::TcpErrorKind::PipeClosed); `receive` never says `Ok(0)`, unless its
//!   buffer is empty. Other failures are no end: their kind is `Other`.
//! * Sending needs a send ring (`TX` of [`Memory`](crate::Memory)), and of a datagram one that holds all of
//!   it, and 9 bytes more, or 21 of IPv6; else there is [`Error::NoBuffers`] or [`Error::MessageTooLong`].
//! * A socket becomes one for IPv6 when it is connected to such an address, or sends to it. Bound
//!   sockets are for IPv4. Accepted connections wait in the module but for one, so that others find
//!   sockets of the [`Memory`](crate::Memory) left.
//! * Names of addresses (`get_host_by_address`) are nothing that a module looks up:
//!   [`Error::NotSupported`].

mod dns;
mod tcp;
mod udp;

pub use udp::UdpSocket;

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use embedded_nal::{TcpError, TcpErrorKind};

use crate::calls::Socket;
use crate::engine::{HAVE_IPV6, Mode, Slot, State};
use crate::error::Error;

/// Longest time that a call which is not `nb` waits for the module, in ms: the command that it needs, a
/// command before it, or the start of the module.
pub const CONFIRM_LIMIT_MS: u32 = 30_000;

const CONFIRM: Mode = Mode::Timeout(CONFIRM_LIMIT_MS);

impl TcpError for Error {
    /// Closed by the peer, or by the program; a connection that has failed has not ended like that.
    fn kind(&self) -> TcpErrorKind {
        match self {
            Self::BrokenPipe | Self::Closed => TcpErrorKind::PipeClosed,
            _ => TcpErrorKind::Other,
        }
    }
}

/// Closes a socket without waiting.
fn close(socket: &Socket<'_>) -> Result<(), Error> {
    let _ = socket.setblocking(false); // one that is closed already is no error
    socket.close()
}

/// A socket that has no address yet takes the family of its first one.
const fn turn_to(slot: &mut Slot, remote: SocketAddr) {
    if HAVE_IPV6 && matches!(slot.state, State::Idle) && !slot.bound {
        slot.ipv6 = remote.is_ipv6();
    }
}

/// The address that stands for all of the module's.
fn any(slot: &Slot, port: u16) -> SocketAddr {
    if slot.ipv6 {
        SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port)
    } else {
        SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port)
    }
}

/// Without a send ring there is no sending without waiting.
fn demand_ring(socket: &Socket<'_>) -> Result<(), Error> {
    let size = socket.0.change(|core, _| Ok(core.tx_size))?;
    if size == 0 { Err(Error::NoBuffers) } else { Ok(()) }
}
