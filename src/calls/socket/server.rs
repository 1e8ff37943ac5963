//! The calls of sockets that others connect to, and shutting down.

use core::net::SocketAddr;

use super::shell::calls;
use super::{Descriptor, Socket};
use crate::constants::{SHUT_RD, SHUT_RDWR, SHUT_WR};
use crate::engine::SocketId;
use crate::error::Error;

#[calls]
impl Socket<'_> {
    /// Binds the socket to a port of the module; port 0 is any.
    ///
    /// The address is `0.0.0.0` (or `::`), or the module's own. A datagram socket receives from now
    /// on; a blocking one waits until the module has confirmed that.
    ///
    /// ```no_run
    /// # fn f(net: &impl usocket::Network) -> Result<(), usocket::Error> {
    /// use core::net::Ipv4Addr;
    /// use usocket::{AF_INET, SOCK_DGRAM, socket};
    /// let sock = socket(net, AF_INET, SOCK_DGRAM, 0)?;
    /// sock.bind((Ipv4Addr::UNSPECIFIED, 5683))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::AddrInUse`]: another socket is bound to the port, and not both have `SO_REUSEADDR`
    /// or the other one listens; [`Error::InvalidInput`]: it is bound already;
    /// [`Error::AddrNotAvailable`]: not an address of the module ([`Error::WouldBlock`] if a
    /// non-blocking socket would have to ask for that); what the module says.
    pub async fn bind(&self, addr: impl Into<SocketAddr>) -> Result<(), Error> {
        let (mode, addr) = (self.0.mode(), addr.into());
        self.0.change_now(|core, id| core.slot(id).map(|_| ()))?;
        if !addr.ip().is_unspecified()
            && self.0.own_address(addr.is_ipv6(), mode).await? != Some(addr.ip())
        {
            return Err(Error::AddrNotAvailable);
        }
        self.0.change(|core, id| core.bind(id, addr))?;
        self.0.settle(mode, |core, id| core.poll_bound(id)).await
    }

    /// Makes a stream socket listen: connections to its port come, and wait to be accepted.
    ///
    /// Up to `backlog` of them, at least one, get a socket of the [`Memory`](crate::Memory) each and
    /// may send before they are accepted; those that come beyond wait in the module. A socket that is
    /// not bound gets any port. On a socket that listens, `listen` sets the backlog.
    ///
    /// A blocking socket waits until the module has confirmed it; else an error shows in
    /// [`accept`](Self::accept).
    ///
    /// # Errors
    /// [`Error::AddrInUse`]: the port is listened on, or the module has no listener left (ESP-AT has
    /// one: [`Capabilities::listeners`](crate::Capabilities::listeners)); [`Error::NotSupported`] for
    /// datagram sockets; [`Error::InvalidInput`] for connections; what the module says.
    pub async fn listen(&self, backlog: i32) -> Result<(), Error> {
        let mode = self.0.mode();
        self.0.change_now(|core, id| core.listen(id, backlog))?;
        self.0.settle(mode, |core, id| core.poll_listening(id)).await
    }

    /// Takes the connection that has waited longest: a blocking socket, whatever the mode of this
    /// one, and who has connected.
    ///
    /// ```no_run
    /// # fn f(net: &impl usocket::Network) -> Result<(), usocket::Error> {
    /// use core::net::Ipv4Addr;
    /// use usocket::{AF_INET, SOCK_STREAM, socket};
    /// let listener = socket(net, AF_INET, SOCK_STREAM, 0)?;
    /// listener.bind((Ipv4Addr::UNSPECIFIED, 80))?;
    /// listener.listen(1)?;
    /// let (client, _address) = listener.accept()?;
    /// client.send(b"HTTP/1.0 204 No Content\r\n\r\n")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::WouldBlock`] (non-blocking), [`Error::TimedOut`], [`Error::InvalidInput`]: the socket
    /// does not listen, [`Error::NotSupported`]: datagrams, [`Error::ModuleReset`] and others, once:
    /// the socket listens no more, and can be made to again.
    pub async fn accept(&self) -> Result<(Self, SocketAddr), Error> {
        let accepted = self.0.wait(self.0.mode(), |core, id| core.accept(id)).await?;
        Ok(self.accepted(accepted))
    }
}

impl Socket<'_> {
    pub(super) fn accepted(&self, (id, address): (SocketId, SocketAddr)) -> (Self, SocketAddr) {
        (Self(Descriptor { stack: self.0.stack, id }), address)
    }

    /// Ends the connection in both directions: `how` is [`SHUT_RDWR`].
    ///
    /// What has been sent goes out, what has come stays readable, then `recv` says 0; sending says
    /// [`Error::BrokenPipe`].
    ///
    /// # Errors
    /// [`Error::NotSupported`] for one direction alone, which no module has: nothing is pretended;
    /// [`Error::NotConnected`].
    pub fn shutdown(&self, how: i32) -> Result<(), Error> {
        self.0.change_now(|core, id| match how {
            SHUT_RDWR => core.shut_down(id),
            SHUT_RD | SHUT_WR => core.slot(id).and(Err(Error::NotSupported)),
            _ => Err(Error::InvalidInput),
        })?;
        // on its way by now; the rounds of later calls do the rest
        self.0.stack.pump(&Default::default(), &mut |_| {}).map(|_| ())
    }
}
