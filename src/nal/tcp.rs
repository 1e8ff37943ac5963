//! Connections and servers for `embedded-nal`.

use core::net::SocketAddr;

use embedded_nal::{TcpClientStack, TcpFullStack};

use super::{CONFIRM, any, close, demand_ring, turn_to};
use crate::calls::{Handle, Socket};
use crate::constants::{AF_INET, SOCK_STREAM};
use crate::engine::{Kind, Peer, Slot, State};
use crate::error::Error;

/// Connections that get a socket before they are accepted; others wait in the module.
const BACKLOG: i32 = 1;

impl<'n> TcpClientStack for Handle<'n> {
    type TcpSocket = Socket<'n>;
    type Error = Error;

    fn socket(&mut self) -> Result<Socket<'n>, Error> {
        self.make_socket(AF_INET, SOCK_STREAM, 0) // of IPv6 as soon as it is turned there
    }

    /// Would block until the attempt has ended. A connection to `remote` that stands is `Ok`, however
    /// often it is asked for; an attempt that has failed is made again by the next call.
    ///
    /// # Errors
    /// As [`Socket::connect`]; [`Error::Already`] and [`Error::AlreadyConnected`] if it is another address
    /// that the socket connects to; [`Error::BrokenPipe`] if the peer has closed.
    fn connect(&mut self, socket: &mut Socket<'n>, remote: SocketAddr) -> nb::Result<(), Error> {
        if socket.0.change_now(|core, id| aim(core.slot(id)?, remote))? {
            return Ok(());
        }
        socket.try_connect(remote)
    }

    /// # Errors
    /// As [`Socket::try_send`]; [`Error::NoBuffers`] without a send ring.
    fn send(&mut self, socket: &mut Socket<'n>, buffer: &[u8]) -> nb::Result<usize, Error> {
        demand_ring(socket)?;
        socket.try_send(buffer)
    }

    /// # Errors
    /// As [`Socket::try_recv`]; [`Error::BrokenPipe`] at the end of the stream.
    fn receive(&mut self, socket: &mut Socket<'n>, buffer: &mut [u8]) -> nb::Result<usize, Error> {
        match socket.try_recv(buffer)? {
            0 if !buffer.is_empty() => Err(nb::Error::Other(Error::BrokenPipe)),
            count => Ok(count),
        }
    }

    fn close(&mut self, socket: Socket<'n>) -> Result<(), Error> {
        close(&socket)
    }
}

impl<'n> TcpFullStack for Handle<'n> {
    /// # Errors
    /// As [`Socket::bind`].
    fn bind(&mut self, socket: &mut Socket<'n>, local_port: u16) -> Result<(), Error> {
        socket.0.change_now(|core, id| {
            let address = any(core.slot(id)?, local_port);
            core.bind(id, address)
        })
    }

    /// # Errors
    /// As [`Socket::listen`]; [`Error::InvalidInput`] if the socket is not bound; [`Error::TimedOut`] if the
    /// module has said nothing for [`CONFIRM_LIMIT_MS`](super::CONFIRM_LIMIT_MS).
    fn listen(&mut self, socket: &mut Socket<'n>) -> Result<(), Error> {
        socket.0.change_now(|core, id| {
            // nobody would know the port that were chosen
            if !core.slot(id)?.bound {
                return Err(Error::InvalidInput);
            }
            core.listen(id, BACKLOG)
        })?;
        socket.0.wait(CONFIRM, |core, id| core.poll_listening(id))
    }

    /// # Errors
    /// As [`Socket::accept`].
    fn accept(&mut self, socket: &mut Socket<'n>) -> nb::Result<(Socket<'n>, SocketAddr), Error> {
        socket.try_accept()
    }
}

/// Whether the socket is connected to `remote`, with nothing to tell of it that was not told. Else it is
/// made ready to be asked to connect.
fn aim(slot: &mut Slot, remote: SocketAddr) -> Result<bool, Error> {
    if slot.kind != Kind::Stream {
        return Ok(false);
    }
    let here = slot.remote == Some(remote);
    match slot.state {
        State::Opening if !here => Err(Error::Already),
        State::Open if !here => Err(Error::AlreadyConnected),
        State::Open => {
            slot.connected = None; // told now
            match (slot.error, slot.peer) {
                (Some(error), _) => Err(error),
                (None, Peer::Gone | Peer::Left) if slot.rx.is_empty() => Err(Error::BrokenPipe),
                _ => Ok(true),
            }
        }
        State::Idle => {
            if !here {
                slot.connected = None; // how an attempt elsewhere has ended is no answer
            }
            turn_to(slot, remote);
            Ok(false)
        }
        State::Opening | State::Closing | State::Free => Ok(false),
    }
}
