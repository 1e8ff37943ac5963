//! What a module can do, and how a module family behaves, where families differ.

/// What the module can do; read once, when it is set up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Capabilities {
    /// Links that can be open at the same time.
    pub links: u8,
    /// Most bytes that one send command takes.
    pub max_send: usize,
    /// The module holds received data until they are asked for. If not, it pushes them, and they
    /// can be lost when a receive buffer is full (the socket then fails with
    /// [`Error::DataLost`](crate::Error::DataLost)).
    pub holds_data: bool,
    /// A reset by the peer can be told from an orderly close.
    pub reports_reset: bool,
    /// IPv6 addresses can be used.
    pub ipv6: bool,
    /// Sockets that are bound can have IPv6 addresses, too: datagrams and listeners.
    pub ipv6_bound: bool,
    /// Sockets that can listen at the same time; 0: the module has no server.
    pub listeners: u8,
    /// Options of TCP can be set: `TCP_NODELAY`, `SO_KEEPALIVE`.
    pub tcp_options: bool,
    /// How a connection is closed can be set: `SO_LINGER`.
    pub linger: bool,
    /// One direction of a connection can be shut down.
    pub half_close: bool,
    /// Longest datagram in bytes; 0: there are no datagram sockets.
    pub max_datagram: usize,
    /// A datagram socket can send to anybody, and tells who sent what it has received.
    pub udp_unconnected: bool,
    /// Datagrams come as they were sent. If not, several that come at the same time may come as one,
    /// with one sender's address; it can depend on which sockets are open. The receive ring should
    /// then hold as much as the module does (six datagrams), since what does not fit is dropped.
    pub keeps_datagrams: bool,
    /// Empty datagrams can be sent.
    pub sends_empty_datagrams: bool,
    /// Empty datagrams can be received.
    pub receives_empty_datagrams: bool,
    /// Streams can have TLS: [`ssl`](crate::ssl).
    #[cfg(feature = "tls")]
    pub tls: bool,
}

/// How the links of a module family behave, where families differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    /// A payload must not end with this: the module would take it for its escape sequence. Empty:
    /// the family has none, and a send that has been written cannot be cancelled.
    pub(crate) escape: &'static [u8],
    /// How a command line ends.
    pub(crate) terminator: &'static str,
    /// How long the result of a send may take once its payload is written, in ms.
    pub(crate) send_result_ms: u32,
    /// Silence after a failed send, in ms, for families that may add a second, contrary result.
    pub(crate) after_send_fail: Option<u32>,
    /// How long a restart may take, in ms.
    pub(crate) restart_ms: u32,
    /// How long a reader waits before the module is asked again, in ms.
    pub(crate) look_again_ms: u32,
    /// Openings and look-ups are only taken with their `OK`: the result comes by itself.
    pub(crate) defers: bool,
    /// How long the result of opening a link may take that comes by itself, in ms.
    pub(crate) open_ms: u32,
    /// How long the result of a look-up may take that comes by itself, in ms.
    pub(crate) resolve_ms: u32,
    /// A failure to connect that takes longer than this, in ms, is that of a host that does not answer,
    /// where the module has one word for both.
    pub(crate) refused_within_ms: u32,
    /// The reason of a failure can be had by a [`Task::Explain`](crate::engine::Task::Explain).
    pub(crate) explains: bool,
    /// The network is a context that a program asks for and gives up.
    pub(crate) contexts: bool,
    /// Pauses between attempts to get a lost network back, in ms; the last one repeats.
    pub(crate) attach_pauses: &'static [u32],
    /// Openings in a row that nobody answers, after which the context is given up and asked for anew, if
    /// nothing else runs over it.
    pub(crate) opens_before_renewal: Option<u8>,
    /// Notices say how many bytes wait. If not, they come once, and the next one only when nothing
    /// waits any more: then the module is read until it has nothing left.
    pub(crate) counts: bool,
    /// A link that was closed by the peer, or could not be opened, stays taken until it is closed.
    pub(crate) lingers: bool,
    /// Every line has a line end of its own in front.
    pub(crate) leads: bool,
    /// Accepted connections get the lowest free link; if not, the highest.
    pub(crate) accepts_lowest: bool,
    /// Links with TLS have numbers, and a list, of their own.
    pub(crate) tls_apart: bool,
    /// Beginnings, behind `AT`, of commands that would take away what the driver stands on: those of a
    /// program are refused.
    pub(crate) reserved: &'static [&'static str],
}
