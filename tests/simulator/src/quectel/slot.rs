//! Sockets: the slots that ids stand for, and what waits in them (Quectel digest §5, §14.1).

use crate::module::{Socket, TlsClient};
use core::net::{IpAddr, SocketAddr};
use std::collections::VecDeque;

/// The kind of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Tcp,
    Udp,
    TcpListener,
    /// UDP without one peer.
    AnyUdp,
    TcpIncoming,
    /// A TLS client; no service of `AT+QIOPEN`.
    Ssl,
}

impl Service {
    /// The service that `AT+QIOPEN` names.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let all = [Self::Tcp, Self::Udp, Self::TcpListener, Self::AnyUdp];
        all.into_iter().find(|it| it.text().eq_ignore_ascii_case(text))
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::TcpListener => "TCP LISTENER",
            Self::AnyUdp => "UDP SERVICE",
            Self::TcpIncoming => "TCP INCOMING",
            Self::Ssl => "SSLClient",
        }
    }

    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::Tcp | Self::TcpIncoming | Self::Ssl)
    }

    /// Whether it has one peer.
    pub(crate) fn is_connected(self) -> bool {
        matches!(self, Self::Tcp | Self::TcpIncoming | Self::Ssl | Self::Udp)
    }
}

/// The state of a socket: the numbers of `+QISTATE` (Quectel digest §5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Opening = 1,
    Connected = 2,
    Listening = 3,
    Closing = 4,
}

/// How received data reach the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Buffer = 0,
    Push = 1,
    Transparent = 2,
}

impl Access {
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Push,
            2 => Self::Transparent,
            _ => Self::Buffer,
        }
    }
}

/// What an id stands for, from its open to its close.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) service: Service,
    pub(crate) state: State,
    pub(crate) access: Access,
    pub(crate) socket: Socket,
    /// Name that is looked up for it.
    pub(crate) name: Option<String>,
    /// The peer, as far as there is one.
    pub(crate) remote: SocketAddr,
    pub(crate) local_port: u16,
    pub(crate) context: u8,
    /// The listener that it came from, or itself.
    pub(crate) server: u8,
    /// The number of the TLS context that it was opened with.
    pub(crate) tls_context: u8,
    /// What that said.
    pub(crate) tls: Option<Box<TlsClient>>,
    /// The network knows nothing of it any more.
    pub(crate) gone: bool,
    /// It was connected at some time.
    pub(crate) was_open: bool,
    /// Unread bytes of a stream.
    pub(crate) bytes: VecDeque<u8>,
    /// Unread datagrams.
    pub(crate) datagrams: VecDeque<(SocketAddr, Vec<u8>)>,
    pub(crate) received: usize,
    pub(crate) read: usize,
    pub(crate) sent: usize,
    pub(crate) acknowledged: usize,
    /// Segments or datagrams that came since nothing was unread.
    pub(crate) arrivals: usize,
    /// Whether the next data are announced.
    pub(crate) armed: bool,
    /// Data were lost since the last read, and the host knows.
    pub(crate) overflowed: bool,
    /// The peer closed, and the host does not know yet.
    pub(crate) close_pending: bool,
}

impl Slot {
    pub(crate) fn new(service: Service, socket: Socket, id: u8, context: u8) -> Self {
        Self {
            service,
            state: State::Opening,
            access: Access::Buffer,
            socket,
            name: None,
            remote: SocketAddr::new(IpAddr::from([0, 0, 0, 0]), 0),
            local_port: 0,
            context,
            server: id,
            tls_context: 0,
            tls: None,
            gone: false,
            was_open: false,
            bytes: VecDeque::new(),
            datagrams: VecDeque::new(),
            received: 0,
            read: 0,
            sent: 0,
            acknowledged: 0,
            arrivals: 0,
            armed: true,
            overflowed: false,
            close_pending: false,
        }
    }

    pub(crate) fn is_drained(&self) -> bool {
        self.bytes.is_empty() && self.datagrams.is_empty()
    }

    /// Bytes that wait to be read.
    pub(crate) fn unread(&self) -> usize {
        self.bytes.len() + self.datagrams.iter().map(|(_, data)| data.len()).sum::<usize>()
    }

    /// Takes up to `most` bytes: of a stream, or of the first datagram; with `joins`, of as many
    /// datagrams as it takes.
    pub(crate) fn take(&mut self, most: usize, joins: bool) -> Vec<u8> {
        let mut data: Vec<u8> = self.bytes.drain(..most.min(self.bytes.len())).collect();
        while let Some((_, first)) = self.datagrams.front_mut() {
            let rest = first.split_off(first.len().min(most - data.len()));
            data.append(first);
            if rest.is_empty() {
                self.datagrams.pop_front();
            } else {
                *first = rest;
                break;
            }
            if !joins || data.len() == most {
                break;
            }
        }
        self.read += data.len();
        data
    }
}
