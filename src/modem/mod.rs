//! Module families: which command an operation needs, and what a line means.

pub(crate) mod esp_at;

use core::net::{IpAddr, SocketAddr};

use crate::engine::{Flight, Task};
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
    /// The link is open.
    Opened(u8),
    /// The link is closed.
    Closed(u8),
    /// Received bytes wait in the module: a hint, never the truth.
    Waiting { link: u8, len: u32 },
    /// Answer to a survey: how many received bytes each link holds.
    Lengths([u32; MAX_LINKS]),
    /// Answer to a census: this link is open.
    Alive(u8),
    /// The answer to a probe that says the driver's settings are gone.
    Forgotten,
    /// The module has started anew.
    Started,
    /// Something about the network.
    Network(NetworkEvent),
    /// Nothing that this dialect knows.
    Unknown,
}

/// Most links of any family.
pub(crate) const MAX_LINKS: usize = 12;

/// The head of a counted body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body {
    /// The link it belongs to; `None`: the answer to the fetch in flight.
    pub(crate) link: Option<u8>,
    pub(crate) len: u32,
}

/// What a dialect may need to know of a socket to write a command for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'s> {
    /// The peer of the socket of an [`Task::Open`].
    pub(crate) remote: Option<SocketAddr>,
    /// The name of a [`Task::Resolve`].
    pub(crate) name: &'s str,
}

/// A command as it goes out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Encoded {
    /// Its length in bytes.
    pub(crate) len: usize,
    /// How long its answer may take, in ms.
    pub(crate) timeout: u32,
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
    fn encode(&self, task: Task, subject: Subject<'_>, out: &mut [u8]) -> Result<Encoded, Error>;

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
    fn advance(&mut self, step: u8, result: Result<(), Error>, active: bool) -> Step;

    /// A survey, a census or a send was refused: if the module cannot do it, do without.
    fn refused(&mut self, task: Task, error: Error);

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
