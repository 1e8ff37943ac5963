//! A module family as the engine sees it: which command a task needs, what a line means.

use core::net::SocketAddr;
use core::ops::Range;

use super::{Body, Capabilities, Habits, Meaning};
use crate::engine::{Flight, Kind, Options, Secure, Slot, Task, Tls};
use crate::error::Error;

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
    /// The link that is to be opened shall have TLS, with these settings.
    pub(crate) tls: Option<Secure<'s>>,
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
            tls: None,
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

/// What happens after a step of the setup, or of attaching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// This step comes next.
    Next(u8),
    /// The module is ready for use.
    Ready,
    /// The module has to be restarted and set up from the start.
    Restart,
    /// The module is not ready for this step: it comes once more, a little later.
    Again(u8),
    /// It cannot be done.
    Failed(Error),
}

/// A module family as the engine sees it.
///
/// A dialect knows commands and lines. It knows no rings, no waiting and no UART.
pub(crate) trait Dialect {
    /// How its links behave.
    const HABITS: Habits;

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

    /// Whether `head`, the line so far, is the head of a counted body that begins in the same line.
    /// A head that is a line of its own is told by [`read`](Self::read).
    fn body(&self, head: &[u8]) -> Option<Body>;

    /// The next line is a text that the last one has announced: neither a prompt nor the head of a
    /// body, however it begins.
    fn quotes(&self) -> bool {
        false
    }

    /// The module starts with its settings at their defaults.
    fn forget(&mut self);

    /// What follows when a step of the setup has succeeded or failed.
    fn advance(&mut self, step: u8, result: Result<(), Error>, wanted: Wanted) -> Step;

    /// The first step to a context of the network, or (not `on`) of giving it up; `None`: the family
    /// knows none.
    fn attach(&mut self, on: bool) -> Option<u8> {
        let _ = on;
        None
    }

    /// What follows when a step of attaching has succeeded or failed.
    fn attached(&mut self, step: u8, result: Result<(), Error>) -> Step {
        let _ = (step, result);
        Step::Ready
    }

    /// The context is lost, and can be had again.
    fn adrift(&self) -> bool {
        false
    }

    /// Whether a failure to get a lost context back is one that a restart of the module may mend: the
    /// network has taken it in, and yet there is no context.
    fn stuck(&self, error: Error) -> bool {
        let _ = error;
        false
    }

    /// The module says that it has no context, though it should have one: its word that the context was
    /// lost was lost itself. `false`: the family has none.
    fn lose_context(&mut self) -> bool {
        false
    }

    /// Whether the network has taken the module in since this was asked last: a lost context can be had
    /// again.
    fn reachable(&mut self) -> bool {
        false
    }

    /// Most bytes to fetch with one command.
    fn max_fetch(&self) -> usize;

    /// Whether one command asks how much waits in all links; if not, each link is just read.
    fn surveys(&self) -> bool {
        true
    }

    /// Whether the reason of a failure is to be had by [`Task::Explain`].
    fn explains(&self, task: Task) -> bool {
        let _ = task;
        false
    }

    /// A survey, a census or a send was refused: if the module cannot do it, do without. Whether
    /// there is another command for it.
    fn refused(&mut self, task: Task, error: Error) -> bool {
        let _ = (task, error);
        false
    }

    /// The links that a socket of this kind can have. A module whose listeners have none of their own
    /// gives them numbers that no other link has, and so does one whose links with TLS have a space of
    /// their own.
    fn links(&self, kind: Kind, tls: Option<Tls>) -> Range<u8>;

    /// Whether a link can be given these settings: that what another owner has left there can be taken
    /// back.
    fn suits(&self, link: u8, tls: Secure<'_>) -> bool {
        let _ = (link, tls);
        true
    }

    /// How many of the bytes that a notice counts there need not be.
    fn overstates(&self, link: u8) -> u32 {
        let _ = link;
        0
    }

    /// Whether the module holds what comes over this link until it is asked for.
    fn holds(&self, link: u8) -> bool {
        let _ = link;
        true
    }

    /// What has to be set before this link is opened for the socket, or now that it is open: the
    /// number of a [`Task::Prepare`].
    fn needs(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        let _ = (link, subject);
        None
    }

    /// What has to be set while a listener is open: the number of a [`Task::Prepare`].
    fn tends(&self) -> Option<u8> {
        None
    }

    /// A step whose command had no answer, so that nobody knows what the module does now, and nothing
    /// else may be asked of it before that is known.
    fn unsettled(&self) -> Option<u8> {
        None
    }

    /// It has been set, or could not be.
    ///
    /// # Errors
    /// The socket cannot do without it.
    fn prepared(&mut self, step: u8, link: u8, result: Result<(), Error>) -> Result<(), Error> {
        let _ = (step, link);
        result
    }

    /// How long its reset line has to be active, in ms.
    fn reset_pulse(&self) -> u32 {
        100
    }

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
