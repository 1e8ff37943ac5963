//! What the module asks of the network, and what the network reports back.

use super::tls::{Distrust, TlsClient, TlsServer};
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

/// A connection of the module, unique for the life of a world: link ids are reused, these are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Socket(pub u32);

/// The kind of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// A TCP stream.
    Tcp,
    /// A TLS session over TCP.
    Ssl,
    /// UDP datagrams.
    Udp,
}

impl Transport {
    /// The name that status queries show for an IPv4 link.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Ssl => "SSL",
            Self::Udp => "UDP",
        }
    }

    /// Whether the link carries a stream of bytes.
    pub fn is_stream(self) -> bool {
        self != Self::Udp
    }
}

/// Which addresses of a name are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The IPv4 address, or else the IPv6 address.
    PreferV4,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl Family {
    /// The family of the links that reach `remote`.
    pub fn of(remote: SocketAddr) -> Self {
        if remote.is_ipv6() { Self::V6 } else { Self::V4 }
    }

    /// The addresses to give out of those that a name has, the best one first.
    pub fn choose(self, addresses: &[IpAddr]) -> Vec<IpAddr> {
        let all = |wanted: fn(&IpAddr) -> bool| addresses.iter().copied().filter(wanted);
        match self {
            Self::PreferV4 => all(IpAddr::is_ipv4).chain(all(IpAddr::is_ipv6)).collect(),
            Self::V4 => all(IpAddr::is_ipv4).collect(),
            Self::V6 => all(IpAddr::is_ipv6).collect(),
        }
    }
}

/// Something that the module wants from the network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// Look up a name; answered by [`Event::Resolved`].
    Resolve {
        /// Host name.
        name: String,
        /// Which of its addresses.
        family: Family,
    },
    /// Open a connection or bind a UDP socket; answered by [`Event::Connected`] or [`Event::Failed`].
    Connect {
        /// The new connection.
        socket: Socket,
        /// Its kind.
        transport: Transport,
        /// Where to.
        remote: SocketAddr,
        /// Local port, 0 for any.
        local_port: u16,
        /// The settings of a TLS session.
        tls: Option<Box<TlsClient>>,
    },
    /// Send bytes, or one datagram; a stream answers with [`Event::Sent`] once all are accepted.
    Send {
        /// The connection.
        socket: Socket,
        /// Destination of a datagram.
        to: Option<SocketAddr>,
        /// The bytes.
        data: Vec<u8>,
    },
    /// Close in good order (FIN), pending bytes first.
    Close {
        /// The connection.
        socket: Socket,
    },
    /// Break the connection off (RST).
    Reset {
        /// The connection.
        socket: Socket,
    },
    /// Forget the connection without telling the peer, as a hardware reset does.
    Abandon {
        /// The connection.
        socket: Socket,
    },
    /// Take an incoming connection; at a TLS server this is answered as a connect is.
    Accept {
        /// Token of the [`Event::Incoming`].
        token: u32,
        /// The connection it becomes.
        socket: Socket,
    },
    /// Turn an incoming connection away.
    Decline {
        /// Token of the [`Event::Incoming`].
        token: u32,
    },
    /// Start to listen for TCP connections.
    Listen {
        /// Port.
        port: u16,
        /// Whether clients come by IPv6, or by IPv4.
        ipv6: bool,
        /// The settings of a TLS server.
        tls: Option<Box<TlsServer>>,
    },
    /// Stop to listen on a port.
    StopListening {
        /// Port.
        port: u16,
    },
    /// Send an echo request; answered by [`Event::Pong`].
    Ping {
        /// Target.
        address: IpAddr,
    },
}

/// Why a connection could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The peer answered with RST.
    Refused,
    /// Nobody answered.
    Unreachable,
    /// The far end does not speak TLS, or not so that both agree.
    Handshake,
    /// The certificate of the server was not accepted.
    Certificate(Distrust),
    /// The far end left the TLS handshake unanswered.
    Silent,
}

/// Something that the network tells the module.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Outcome of [`Request::Resolve`].
    Resolved {
        /// The name asked for.
        name: String,
        /// Its addresses of the family asked for, the best one first.
        addresses: Vec<IpAddr>,
    },
    /// The connection is open.
    Connected {
        /// The connection.
        socket: Socket,
        /// Port on the module's side.
        local_port: u16,
    },
    /// The connection could not be opened.
    Failed {
        /// The connection.
        socket: Socket,
        /// Why.
        failure: Failure,
    },
    /// One [`Request::Send`] of a stream was accepted completely.
    Sent {
        /// The connection.
        socket: Socket,
    },
    /// The peer has acknowledged bytes of a stream.
    Acknowledged {
        /// The connection.
        socket: Socket,
        /// How many.
        bytes: usize,
    },
    /// Bytes of a stream; at most [`window`](super::Module::window) of them.
    Data {
        /// The connection.
        socket: Socket,
        /// The bytes.
        data: Vec<u8>,
    },
    /// A record of a TLS session that holds nothing for the host, such as the notice of its end.
    Control {
        /// The connection.
        socket: Socket,
    },
    /// One datagram.
    Datagram {
        /// The UDP socket.
        socket: Socket,
        /// Sender.
        from: SocketAddr,
        /// Payload, possibly empty.
        data: Vec<u8>,
    },
    /// The peer closed its side.
    Fin {
        /// The connection.
        socket: Socket,
    },
    /// The peer reset the connection.
    Reset {
        /// The connection.
        socket: Socket,
    },
    /// A client wants to connect to the module's server.
    Incoming {
        /// Token for the answer.
        token: u32,
        /// The client.
        remote: SocketAddr,
        /// Port of the server.
        local_port: u16,
    },
    /// A client that was neither accepted nor turned away has given up.
    Withdrawn {
        /// Token of its [`Event::Incoming`].
        token: u32,
    },
    /// Outcome of [`Request::Ping`].
    Pong {
        /// Target.
        address: IpAddr,
        /// Round trip, if there was an answer.
        time: Option<Duration>,
    },
}
