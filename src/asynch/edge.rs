//! The network traits of `edge-nal`: what the edge-net crates (HTTP, WebSocket, MQTT, DHCP, mDNS) stand on.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use edge_nal::{
    AddrType, Close, Dns, MulticastV4, MulticastV6, Readable, TcpAccept, TcpBind, TcpConnect,
    TcpShutdown, TcpSplit, UdpBind, UdpConnect, UdpReceive, UdpSend, UdpSplit, UdpSplitMulticast,
};
use embedded_io::ErrorType;

use super::calls::{Descriptor, Handle, Socket, wait};
use super::half::{ReadHalf, WriteHalf, ready};
use super::nal::family;
use crate::constants::{
    AF_INET, AF_INET6, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IPPROTO_IP, SHUT_RDWR, SOCK_DGRAM,
    SOCK_STREAM,
};
use crate::engine::{Core, Supply, Take};
use crate::error::Error;
use crate::select::POLLIN;

/// Connections that have not been accepted yet and have a socket of the [`Memory`](crate::Memory)
/// already. Others wait in the module.
const BACKLOG: i32 = 1;

/// Streams: each connection is a [`Socket`] in blocking mode.
///
/// Of `edge-nal`, for the edge-net crates; `embedded-nal-async` has a trait of the same name.
///
/// ```no_run
/// # async fn f(wlan: &usocket::asynch::Wlan<'_>) -> Result<(), usocket::Error> {
/// use edge_nal::TcpConnect;
/// use embedded_io_async::{Read, Write};
/// use usocket::asynch::Network;
/// let stack = wlan.stack();
/// let mut connection = stack.connect(([192, 0, 2, 1], 80).into()).await?;
/// connection.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
/// # Ok(()) }
/// ```
impl<'n> TcpConnect for Handle<'n> {
    type Error = Error;
    type Socket<'a>
        = Socket<'n>
    where
        Self: 'a;

    /// Dropped, it closes the socket.
    async fn connect(&self, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        self.connected(remote).await
    }
}

/// A stream socket that listens; made by [`TcpBind`].
#[derive(Debug)]
pub struct Acceptor<'n>(Socket<'n>);

/// Servers. The address is `0.0.0.0` (or `::`), or the module's own.
///
/// One connection that nobody has accepted yet takes a socket of the [`Memory`](crate::Memory); further
/// ones wait in the module. So a server of `N` handlers needs `N + 2` sockets: one listens.
///
/// ```no_run
/// # async fn f(wlan: &usocket::asynch::Wlan<'_>) -> Result<(), usocket::Error> {
/// use edge_nal::{TcpAccept, TcpBind};
/// use embedded_io_async::Write;
/// use usocket::asynch::Network;
/// let stack = wlan.stack();
/// let acceptor = stack.bind(([0, 0, 0, 0], 80).into()).await?;
/// let (_address, mut client) = acceptor.accept().await?;
/// client.write_all(b"HTTP/1.0 204 No Content\r\n\r\n").await?;
/// # Ok(()) }
/// ```
impl<'n> TcpBind for Handle<'n> {
    type Error = Error;
    type Accept<'a>
        = Acceptor<'n>
    where
        Self: 'a;

    /// Binds, and listens. Errors are those of [`Socket::bind`] and [`Socket::listen`].
    async fn bind(&self, local: SocketAddr) -> Result<Acceptor<'n>, Error> {
        let socket = self.make_socket(family(local), SOCK_STREAM, 0)?;
        socket.bind(local).await?;
        socket.listen(BACKLOG).await?;
        Ok(Acceptor(socket))
    }
}

/// [`Socket::accept`]; any number of tasks may wait for a connection.
impl<'n> TcpAccept for Acceptor<'n> {
    type Error = Error;
    type Socket<'a>
        = Socket<'n>
    where
        Self: 'a;

    async fn accept(&self) -> Result<(SocketAddr, Socket<'n>), Error> {
        let (socket, remote) = self.0.accept().await?;
        Ok((remote, socket))
    }
}

/// Ends connections in both directions at once, since modules have no other way.
///
/// ```no_run
/// # async fn f(mut sock: usocket::asynch::Socket<'_>) -> Result<(), usocket::Error> {
/// use edge_nal::{Close, TcpShutdown};
/// // (written like this, since the socket has a `close` of its own)
/// let alone = TcpShutdown::close(&mut sock, Close::Write).await;
/// assert_eq!(alone, Err(usocket::Error::NotSupported));
/// TcpShutdown::close(&mut sock, Close::Both).await?;
/// # Ok(()) }
/// ```
impl TcpShutdown for Socket<'_> {
    /// [`Close::Both`] waits until the module has what has been sent, and has the connection closed
    /// then, without waiting for the peer; what has come stays readable.
    ///
    /// One direction alone is [`Error::NotSupported`]: nothing is pretended. [`Error::NotConnected`], and
    /// what has gone wrong with what was to be sent; the connection is closed all the same.
    async fn close(&mut self, what: Close) -> Result<(), Error> {
        match what {
            Close::Read | Close::Write => Err(Error::NotSupported),
            Close::Both => {
                let flushed = self.0.flush().await;
                self.shutdown(SHUT_RDWR)?;
                flushed
            }
        }
    }

    /// Has the connection closed without waiting for anything; one that is gone already is no error.
    ///
    /// The module tells the peer with a FIN. Where it has the option, `SO_LINGER` with 0 seconds, set
    /// before, makes that a RST.
    async fn abort(&mut self) -> Result<(), Error> {
        match self.shutdown(SHUT_RDWR) {
            Err(Error::NotConnected) => Ok(()),
            result => result,
        }
    }
}

/// Both directions at a time, for two tasks: [`Socket::split`].
impl TcpSplit for Socket<'_> {
    type Read<'a>
        = ReadHalf<'a>
    where
        Self: 'a;
    type Write<'a>
        = WriteHalf<'a>
    where
        Self: 'a;

    fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        Socket::split(self)
    }
}

/// [`Socket::readable`].
impl Readable for Socket<'_> {
    async fn readable(&mut self) -> Result<(), Error> {
        ready(&self.0, POLLIN).await
    }
}

/// [`Socket::readable`].
impl Readable for ReadHalf<'_> {
    async fn readable(&mut self) -> Result<(), Error> {
        ready(&self.0, POLLIN).await
    }
}

/// Datagram sockets that send to one peer, and hear nobody else.
///
/// A local address of `0.0.0.0:0` (or `[::]:0`) leaves port and address to the module.
impl<'n> UdpConnect for Handle<'n> {
    type Error = Error;
    type Socket<'a>
        = Socket<'n>
    where
        Self: 'a;

    async fn connect(&self, local: SocketAddr, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        let socket = self.datagrams(local, false).await?;
        socket.connect(remote).await?;
        Ok(socket)
    }
}

/// Datagram sockets that hear everybody.
///
/// ```no_run
/// # async fn f(wlan: &usocket::asynch::Wlan<'_>) -> Result<(), usocket::Error> {
/// use edge_nal::{UdpBind, UdpReceive, UdpSend};
/// use usocket::asynch::Network;
/// let mut sock = UdpBind::bind(&wlan.stack(), ([0, 0, 0, 0], 5683).into()).await?;
/// let mut datagram = [0; 512];
/// let (length, sender) = sock.receive(&mut datagram).await?;
/// UdpSend::send(&mut sock, sender, &datagram[..length.min(512)]).await?;
/// # Ok(()) }
/// ```
impl<'n> UdpBind for Handle<'n> {
    type Error = Error;
    type Socket<'a>
        = Socket<'n>
    where
        Self: 'a;

    async fn bind(&self, local: SocketAddr) -> Result<Socket<'n>, Error> {
        let socket = self.make_socket(family(local), SOCK_DGRAM, 0)?;
        socket.bind(local).await?;
        Ok(socket)
    }
}

impl Descriptor<'_> {
    /// A datagram, and how long it was before the end of `buffer` cut it.
    async fn receive_whole(&self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        let id = self.id;
        let question = |core: &mut Core<'_>| {
            let length = core.next_datagram(id);
            let (count, sender) = core.receive(id, buffer, Take::default())?;
            Ok((length.unwrap_or(count), sender))
        };
        wait(self.stack, self.mode(), &Supply::default(), &mut |_| {}, question).await
    }

    /// A datagram to `remote`, or to whom the socket is connected.
    async fn send_whole(&self, remote: SocketAddr, data: &[u8]) -> Result<(), Error> {
        let mut connected = false;
        self.stack.access(&mut |core| connected = core.peer_name(self.id).is_ok())?;
        let to = if connected { None } else { Some(remote) };
        self.send(self.mode(), data, to).await.map(|_| ())
    }
}

impl UdpReceive for Socket<'_> {
    /// The count is that of the datagram, even if `buffer` was too short for it.
    async fn receive(&mut self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        self.0.receive_whole(buffer).await
    }
}

impl UdpReceive for ReadHalf<'_> {
    async fn receive(&mut self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Error> {
        self.0.receive_whole(buffer).await
    }
}

impl UdpSend for Socket<'_> {
    /// Of a connected socket, `remote` is ignored.
    async fn send(&mut self, remote: SocketAddr, data: &[u8]) -> Result<(), Error> {
        self.0.send_whole(remote, data).await
    }
}

impl UdpSend for WriteHalf<'_> {
    async fn send(&mut self, remote: SocketAddr, data: &[u8]) -> Result<(), Error> {
        self.0.send_whole(remote, data).await
    }
}

impl UdpSplit for Socket<'_> {
    type Receive<'a>
        = ReadHalf<'a>
    where
        Self: 'a;
    type Send<'a>
        = WriteHalf<'a>
    where
        Self: 'a;

    fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        Socket::split(self)
    }
}

/// The groups of a datagram socket, as a part that [`UdpSplitMulticast`] splits off.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'s>(&'s Socket<'s>);

impl UdpSplitMulticast for Socket<'_> {
    type MulticastV4<'a>
        = Groups<'a>
    where
        Self: 'a;
    type MulticastV6<'a>
        = Groups<'a>
    where
        Self: 'a;

    fn split_multicast(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>, Groups<'_>, Groups<'_>) {
        let (receiver, sender) = Socket::split(self);
        (receiver, sender, Groups(self), Groups(self))
    }
}

impl ErrorType for Groups<'_> {
    type Error = Error;
}

/// Multicast groups of a socket found like this.
macro_rules! groups {
    ($name:ty, $at:ident => $socket:expr) => {
        /// [`Socket::setsockopt`] with `IP_ADD_MEMBERSHIP` and `IP_DROP_MEMBERSHIP`: one group at a time.
        ///
        /// A module has one interface, whichever is asked for.
        impl MulticastV4 for $name {
            async fn join_v4(&mut self, group: Ipv4Addr, _: Ipv4Addr) -> Result<(), Error> {
                let $at = self;
                $socket.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, group).await
            }

            async fn leave_v4(&mut self, group: Ipv4Addr, _: Ipv4Addr) -> Result<(), Error> {
                let $at = self;
                $socket.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, group).await
            }
        }

        /// [`Error::NotSupported`]: no module has groups of IPv6.
        impl MulticastV6 for $name {
            async fn join_v6(&mut self, _: Ipv6Addr, _: u32) -> Result<(), Error> {
                Err(Error::NotSupported)
            }

            async fn leave_v6(&mut self, _: Ipv6Addr, _: u32) -> Result<(), Error> {
                Err(Error::NotSupported)
            }
        }
    };
}

groups!(Socket<'_>, socket => socket);
groups!(Groups<'_>, groups => groups.0);

/// Names. Addresses have none that a module could be asked for ([`Error::NotSupported`]).
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
