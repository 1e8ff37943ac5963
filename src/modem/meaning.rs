//! What a line means for the engine.

use core::net::{IpAddr, SocketAddr};

use crate::error::Error;
use crate::network::NetworkEvent;

/// What a line means for the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The command in flight has succeeded.
    Done,
    /// The command in flight has failed.
    Failed(Error),
    /// An information line of the caller's command in flight.
    Info,
    /// A line that nobody knows while a command of the program's own waits for its answer.
    Loose,
    /// A line that comes unasked, and that the driver has no use for.
    Unasked,
    /// The name in question has this address.
    Address(IpAddr),
    /// The same, and there is no other result.
    AddressAlone(IpAddr),
    /// There is a context, and there is no other result of the command in flight.
    Attached,
    /// The module did not take the command now.
    Busy,
    /// The module has all of the payload.
    Received,
    /// The send has been cancelled; nothing of it was sent.
    Cancelled,
    /// The module has taken the command; the result comes by itself.
    Deferred,
    /// The result of opening this link, which comes by itself.
    Concluded { link: u8, result: Result<(), Error> },
    /// The look-up whose result comes by itself has ended.
    Resolved(Result<(), Error>),
    /// Why the last command failed.
    Reason(Error),
    /// The module had no room for the payload and took nothing of it.
    Full,
    /// The line is the head of a counted body.
    Body(Body),
    /// The answer to the fetch in flight: nothing waits.
    Nothing,
    /// Nothing to do with a line that is known: an echo, a detail that the dialect keeps, an answer on its way.
    Noted,
    /// A link is open.
    Opened(Opened),
    /// The link is closed.
    Closed(u8),
    /// Received bytes wait in the module: a hint, never the truth.
    Waiting { link: u8, len: u32 },
    /// The module has lost bytes that came over this link.
    Overrun(u8),
    /// Answer to a survey: how many received bytes each link holds.
    Lengths([u32; MAX_LINKS]),
    /// Answer to a census: this link is open.
    Alive(Opened),
    /// Answer to a census: the peer has closed this link, and the module holds it until it is closed.
    Ended(u8),
    /// The answer to a probe that says the driver's settings are gone.
    Forgotten,
    /// The module has started anew.
    Started,
    /// The module has switched itself off.
    Stopped,
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
    /// The link of the listener that it came to, if the module says which.
    pub(crate) listener: Option<u8>,
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
