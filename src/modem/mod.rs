//! Module families: which command an operation needs, and what a line means.

pub(crate) mod esp_at;

use core::net::{IpAddr, SocketAddr};
use core::ops::Range;

use crate::engine::{Flight, Kind, Options, Slot, Task};
use crate::error::Error;
use crate::network::NetworkEvent;

pub use esp_at::EspAt;

/// What the module can do; read once, when it is set up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Links that can be open at the same time.
    pub links: u8,
    /// Most bytes that one send command takes.
    pub max_send: usize,
    /// The module holds received data until they are asked for. If not, it pushes them, and they
    /// can be lost when a receive buffer is full (the socket then fails with
    /// [`Error::DataLost`]).
    pub holds_data: bool,
    /// A reset by the peer can be told from an orderly close.
    pub reports_reset: bool,
    /// IPv6 addresses can be used.
    pub ipv6: bool,
    /// Sockets that can listen at the same time; 0: the module has no server.
    pub listeners: u8,
    /// Options of TCP can be set: `TCP_NODELAY`, `SO_KEEPALIVE`, `SO_LINGER`.
    pub tcp_options: bool,
    /// One direction of a connection can be shut down.
    pub half_close: bool,
    /// Longest datagram in bytes.
    pub max_datagram: usize,
    /// A datagram socket can send to anybody, and tells who sent what it has received.
    pub udp_unconnected: bool,
    /// Datagrams come as they were sent. If not, several that come at the same time may come as one,
    /// with one sender's address; it can depend on which sockets are open. The receive ring should
    /// then hold as much as the module does (six datagrams), since what does not fit is dropped.
    pub keeps_datagrams: bool,
    /// Empty datagrams can be sent and received.
    pub empty_datagrams: bool,
}

/// What a line means for the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The command in flight has succeeded.
    Done,
    /// The command in flight has failed.
    Failed(Error),
    /// An information line of the caller's command in flight.
    Info,
    /// The name in question has this address.
    Address(IpAddr),
    /// The module did not take the command now.
    Busy,
    /// The module has all of the payload.
    Received,
    /// The send has been cancelled; nothing of it was sent.
    Cancelled,
    /// Nothing to do: echo, a detail that the dialect keeps, an answer on its way.
    Noted,
    /// A link is open.
    Opened(Opened),
    /// The link is closed.
    Closed(u8),
    /// Received bytes wait in the module: a hint, never the truth.
    Waiting { link: u8, len: u32 },
    /// Answer to a survey: how many received bytes each link holds.
    Lengths([u32; MAX_LINKS]),
    /// Answer to a census: this link is open.
    Alive(Opened),
    /// The answer to a probe that says the driver's settings are gone.
    Forgotten,
    /// The module has started anew.
    Started,
    /// Something about the network.
    Network(NetworkEvent),
    /// Nothing that this dialect knows.
    Unknown,
}

/// A link that is open, as far as the module says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) link: u8,
    /// The peer.
    pub(crate) remote: Option<SocketAddr>,
    /// The module's port; 0: it does not say.
    pub(crate) local_port: u16,
    /// Whether the module's server has accepted it.
    pub(crate) accepted: Option<bool>,
}

/// Most links of any family.
pub(crate) const MAX_LINKS: usize = 12;

/// The head of a counted body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body {
    /// The link it belongs to; `None`: the answer to the fetch in flight.
    pub(crate) link: Option<u8>,
    pub(crate) len: u32,
    /// Who sent it, if the head says so.
    pub(crate) from: Option<SocketAddr>,
}

/// What a dialect may need to know of a socket to write a command for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'s> {
    pub(crate) kind: Kind,
    pub(crate) ipv6: bool,
    /// The peer of the socket, or of the datagram that is to be sent.
    pub(crate) remote: Option<SocketAddr>,
    /// The port that it is bound to.
    pub(crate) local_port: u16,
    pub(crate) options: Options,
    /// How many sockets there is memory for.
    pub(crate) sockets: u8,
    /// Streams are open, or about to be.
    pub(crate) streams: bool,
    /// There is no such socket: the link is kept ready for one.
    pub(crate) idle: bool,
    /// The name of a [`Task::Resolve`].
    pub(crate) name: &'s str,
    /// Its address is wanted over IPv6, over IPv4, or over either.
    pub(crate) family: Option<bool>,
}

impl Default for Subject<'_> {
    fn default() -> Self {
        Self {
            kind: Kind::Stream,
            ipv6: false,
            remote: None,
            local_port: 0,
            options: Slot::FREE.options,
            sockets: 0,
            streams: false,
            idle: false,
            name: "",
            family: None,
        }
    }
}

/// A command as it goes out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoded {
    /// Its length in bytes.
    pub(crate) len: usize,
    /// How long its answer may take, in ms.
    pub(crate) timeout: u32,
}

/// What the program has switched on, and the setup has to after every restart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The network interface.
    pub(crate) station: bool,
    pub(crate) ipv6: bool,
}

/// What happens after a step of the setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// This step comes next.
    Next(u8),
    /// The module is ready for use.
    Ready,
    /// The module has to be restarted and set up from the start.
    Restart,
}

/// A module family as the engine sees it.
///
/// A dialect knows commands and lines. It knows no rings, no waiting and no UART.
pub(crate) trait Dialect {
    /// A payload must not end with this: the module would take it for its escape sequence.
    const ESCAPE: &'static [u8];

    /// How long the result of a send may take once its payload is written, in ms.
    const SEND_RESULT_MS: u32;

    /// Silence after a failed send, in ms, for families that may add a second, contrary result.
    const AFTER_SEND_FAIL: Option<u32>;

    /// Most bytes to fetch with one command.
    const MAX_FETCH: usize;

    /// Writes the command for `task` into `out`.
    ///
    /// # Errors
    /// The module has no such command, or an argument does not fit.
    fn encode(
        &mut self,
        task: Task,
        subject: Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error>;

    /// What a line means, and what it says about the command in flight.
    ///
    /// `sent` is that command as written, to know its echo; `prefix` is how the information lines
    /// of the caller's own command begin.
    fn read(&mut self, line: &[u8], context: Context<'_>) -> Meaning;

    /// Whether `head`, the line so far, is the head of a counted body.
    fn body(&self, head: &[u8]) -> Option<Body>;

    /// The module starts with its settings at their defaults.
    fn forget(&mut self);

    /// What follows when a step of the setup has succeeded or failed.
    fn advance(&mut self, step: u8, result: Result<(), Error>, wanted: Wanted) -> Step;

    /// A survey, a census or a send was refused: if the module cannot do it, do without. Whether
    /// there is another command for it.
    fn refused(&mut self, task: Task, error: Error) -> bool;

    /// The links that a socket of this kind can have. A module whose listeners have none of their own
    /// gives them numbers that no other link has.
    fn links(&self, kind: Kind) -> Range<u8>;

    /// Whether the module holds what comes over this link until it is asked for.
    fn holds(&self, link: u8) -> bool;

    /// What has to be set before this link is opened for the socket, or now that it is open: the
    /// number of a [`Task::Prepare`].
    fn needs(&self, link: u8, subject: &Subject<'_>) -> Option<u8>;

    /// A step whose command had no answer, so that nobody knows what the module does now, and nothing
    /// else may be asked of it before that is known.
    fn unsettled(&self) -> Option<u8>;

    /// It has been set, or could not be.
    ///
    /// # Errors
    /// The socket cannot do without it.
    fn prepared(&mut self, step: u8, link: u8, result: Result<(), Error>) -> Result<(), Error>;

    /// What the module can do.
    fn capabilities(&self) -> Capabilities;
}

/// What surrounds a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'c> {
    pub(crate) now: u32,
    pub(crate) flight: Option<&'c Flight>,
    pub(crate) sent: &'c [u8],
    pub(crate) prefix: &'static str,
}
