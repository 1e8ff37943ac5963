//! Datagrams for `embedded-nal`.

use core::net::SocketAddr;

use embedded_nal::{UdpClientStack, UdpFullStack};

use super::{CONFIRM, any, close, demand_ring, turn_to};
use crate::calls::{Handle, Socket};
use crate::constants::{AF_INET, SOCK_DGRAM};
use crate::error::Error;

/// A datagram socket that remembers whom it has sent to.
///
/// `send` of `embedded-nal` goes to the peer of `connect`, or to the last one of `send_to`, whichever
/// was later. A [`Socket`] knows of the first alone.
#[derive(Debug)]
pub struct UdpSocket<'n> {
    socket: Socket<'n>,
    last: Option<SocketAddr>,
}

impl<'n> AsRef<Socket<'n>> for UdpSocket<'n> {
    fn as_ref(&self) -> &Socket<'n> {
        &self.socket
    }
}

impl<'n> UdpClientStack for Handle<'n> {
    type UdpSocket = UdpSocket<'n>;
    type Error = Error;

    /// # Errors
    /// [`Error::TooManySockets`], [`Error::ProtoNotSupported`] without the feature `udp`.
    fn socket(&mut self) -> Result<UdpSocket<'n>, Error> {
        Ok(UdpSocket { socket: self.make_socket(AF_INET, SOCK_DGRAM, 0)?, last: None })
    }

    /// Waits until the module has opened the socket's link.
    ///
    /// # Errors
    /// As [`Socket::connect`] of a datagram socket; [`Error::TimedOut`] after
    /// [`CONFIRM_LIMIT_MS`](super::CONFIRM_LIMIT_MS).
    fn connect(&mut self, socket: &mut UdpSocket<'n>, remote: SocketAddr) -> Result<(), Error> {
        let descriptor = &socket.socket.0;
        descriptor.change_now(|core, id| {
            turn_to(core.slot(id)?, remote);
            core.connect(id, remote)
        })?;
        socket.last = None;
        descriptor.wait(CONFIRM, |core, id| core.poll_opened(id))
    }

    /// # Errors
    /// As [`Socket::try_sendto`]; [`Error::DestAddrRequired`] if nobody was sent to or connected to;
    /// [`Error::NoBuffers`] without a send ring.
    fn send(&mut self, socket: &mut UdpSocket<'n>, buffer: &[u8]) -> nb::Result<(), Error> {
        demand_ring(&socket.socket)?;
        match socket.last {
            Some(last) => socket.socket.try_sendto(buffer, last)?,
            None => socket.socket.try_send(buffer)?,
        };
        Ok(())
    }

    /// What does not fit into `buffer` is dropped; 0 is an empty datagram.
    ///
    /// # Errors
    /// As [`Socket::try_recvfrom`].
    fn receive(
        &mut self,
        socket: &mut UdpSocket<'n>,
        buffer: &mut [u8],
    ) -> nb::Result<(usize, SocketAddr), Error> {
        socket.socket.try_recvfrom(buffer)
    }

    fn close(&mut self, socket: UdpSocket<'n>) -> Result<(), Error> {
        close(&socket.socket)
    }
}

impl<'n> UdpFullStack for Handle<'n> {
    /// Waits until the module has opened the socket's link.
    ///
    /// # Errors
    /// As [`Socket::bind`]; [`Error::TimedOut`] after [`CONFIRM_LIMIT_MS`](super::CONFIRM_LIMIT_MS).
    fn bind(&mut self, socket: &mut UdpSocket<'n>, local_port: u16) -> Result<(), Error> {
        let descriptor = &socket.socket.0;
        descriptor.change_now(|core, id| {
            let address = any(core.slot(id)?, local_port);
            core.bind(id, address)
        })?;
        descriptor.wait(CONFIRM, |core, id| core.poll_bound(id))
    }

    /// # Errors
    /// As [`Socket::try_sendto`]; [`Error::NoBuffers`] without a send ring.
    fn send_to(
        &mut self,
        socket: &mut UdpSocket<'n>,
        remote: SocketAddr,
        buffer: &[u8],
    ) -> nb::Result<(), Error> {
        demand_ring(&socket.socket)?;
        socket.socket.0.change(|core, id| {
            turn_to(core.slot(id)?, remote);
            Ok(())
        })?;
        socket.socket.try_sendto(buffer, remote)?;
        socket.last = Some(remote);
        Ok(())
    }
}
