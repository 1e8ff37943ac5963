//! The async network traits of `embedded-nal-async`: what HTTP and MQTT clients bring their needs in.

use core::net::{IpAddr, SocketAddr};

use embedded_nal_async::{AddrType, ConnectedUdp, Dns, TcpConnect, UdpStack, UnconnectedUdp};

use super::calls::{Handle, Socket, getaddrinfo_with};
use crate::addrinfo::Hints;
use crate::constants::{AF_INET, AF_INET6, SO_REUSEADDR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET};
use crate::error::Error;

pub(super) const fn family(address: SocketAddr) -> i32 {
    if address.is_ipv4() { AF_INET } else { AF_INET6 }
}

/// What traits with other names want, too.
impl<'n> Handle<'n> {
    /// A stream that is connected.
    pub(super) async fn connected(&self, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        let socket = self.make_socket(family(remote), SOCK_STREAM, 0)?;
        socket.connect(remote).await?;
        Ok(socket)
    }

    /// The address of a name, in a family or (0) in any.
    pub(super) async fn named(&self, host: &str, family: i32) -> Result<IpAddr, Error> {
        let hints = Hints { family, ..Hints::default() };
        let [found] = getaddrinfo_with(self, host, 0, hints).await?;
        Ok(found.sockaddr.ip())
    }

    /// A datagram socket, bound if `local` is more than a family.
    pub(super) async fn datagrams(
        &self,
        local: SocketAddr,
        shared: bool,
    ) -> Result<Socket<'n>, Error> {
        let socket = self.make_socket(family(local), SOCK_DGRAM, 0)?;
        if shared {
            socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, true).await?;
        }
        if local.port() != 0 || !local.ip().is_unspecified() {
            socket.bind(local).await?;
        }
        Ok(socket)
    }
}

/// Streams: each connection is a [`Socket`] in blocking mode.
///
/// ```no_run
/// # async fn f(wlan: &usocket::asynch::Wlan<'_>) -> Result<(), usocket::Error> {
/// use embedded_io_async::{Read, Write};
/// use embedded_nal_async::TcpConnect;
/// use usocket::asynch::Network;
/// let stack = wlan.stack(); // for a client that wants `TcpConnect` and `Dns`
/// let mut connection = stack.connect(([192, 0, 2, 1], 80).into()).await?;
/// connection.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
/// # Ok(()) }
/// ```
impl<'n> TcpConnect for Handle<'n> {
    type Error = Error;
    type Connection<'a>
        = Socket<'n>
    where
        Self: 'a;

    /// Dropped, it closes the socket.
    async fn connect<'a>(&'a self, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        self.connected(remote).await
    }
}

/// Names. Addresses have none that a module could be asked for.
impl Dns for Handle<'_> {
    type Error = Error;

    async fn get_host_by_name(&self, host: &str, kind: AddrType) -> Result<IpAddr, Error> {
        let family = match kind {
            AddrType::IPv4 => AF_INET,
            AddrType::IPv6 => AF_INET6,
            AddrType::Either => 0,
        };
        self.named(host, family).await
    }

    async fn get_host_by_address(&self, _: IpAddr, _: &mut [u8]) -> Result<usize, Error> {
        Err(Error::NotSupported)
    }
}

/// A datagram socket; its own address is known as far as
/// [`getsockname`](Socket::getsockname) tells it.
#[derive(Debug)]
pub struct Datagrams<'n> {
    socket: Socket<'n>,
    local: SocketAddr,
}

impl<'n> Datagrams<'n> {
    /// With the address that the module has given it.
    async fn named(mut self) -> Result<(SocketAddr, Self), Error> {
        self.local = self.socket.getsockname().await?;
        Ok((self.local, self))
    }
}

impl ConnectedUdp for Datagrams<'_> {
    type Error = Error;

    async fn send(&mut self, data: &[u8]) -> Result<(), Error> {
        self.socket.send(data).await.map(|_| ())
    }

    async fn receive_into(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        self.socket.recv(buffer).await
    }
}

impl UnconnectedUdp for Datagrams<'_> {
    type Error = Error;

    /// The local address is that of the socket, whatever is asked for: modules have one.
    async fn send(
        &mut self,
        _local: SocketAddr,
        remote: SocketAddr,
        data: &[u8],
    ) -> Result<(), Error> {
        self.socket.sendto(data, remote).await.map(|_| ())
    }

    async fn receive_into(
        &mut self,
        buffer: &mut [u8],
    ) -> Result<(usize, SocketAddr, SocketAddr), Error> {
        let (count, sender) = self.socket.recvfrom(buffer).await?;
        Ok((count, self.local, sender))
    }
}

/// Datagrams. Ports of sockets that share one are told apart by nobody: the module has one link for it.
impl<'n> UdpStack for Handle<'n> {
    type Error = Error;
    type Connected = Datagrams<'n>;
    type UniquelyBound = Datagrams<'n>;
    type MultiplyBound = Datagrams<'n>;

    async fn connect_from(
        &self,
        local: SocketAddr,
        remote: SocketAddr,
    ) -> Result<(SocketAddr, Datagrams<'n>), Error> {
        let datagrams = Datagrams { socket: self.datagrams(local, false).await?, local };
        datagrams.socket.connect(remote).await?;
        datagrams.named().await
    }

    async fn bind_single(&self, local: SocketAddr) -> Result<(SocketAddr, Datagrams<'n>), Error> {
        let datagrams = Datagrams { socket: self.datagrams(local, false).await?, local };
        datagrams.named().await
    }

    async fn bind_multiple(&self, local: SocketAddr) -> Result<Datagrams<'n>, Error> {
        Ok(Datagrams { socket: self.datagrams(local, true).await?, local })
    }
}
