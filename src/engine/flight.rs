//! The command in flight: what was asked, how far it has come, and until when it may take.

use super::kind::{Kind, Tls};
use super::serial::Change;
use super::tick::reached;
use crate::error::Error;

/// One thing that the engine wants done; the dialect knows the command for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Find the module's voice: a query whose answer can be told from any late answer.
    Probe(Probe),
    /// One step of bringing the module into the state that the driver needs.
    Setup(u8),
    /// Restart the module by command.
    Restart,
    /// Change the rate or the flow control of the line.
    Adjust(Change),
    /// Leave a send whose payload never came: the escape sequence.
    Escape,
    /// Something that has to be set before a link is opened for this socket, or now that it is open;
    /// the dialect knows what its number means.
    Prepare { slot: u8, link: u8, step: u8 },
    /// Open the link of this socket: connect it, bind it, or listen.
    Open { slot: u8, link: u8, kind: Kind },
    /// Send `len` bytes on the link of this socket, from its ring if `buffered`, else from the
    /// memory that the caller lends.
    Send { slot: u8, link: u8, len: usize, buffered: bool },
    /// Fetch up to `max` received bytes for this socket.
    Fetch { slot: u8, link: u8, max: usize },
    /// Ask for the number of received bytes that each link holds.
    Survey,
    /// Ask which links are open.
    Census,
    /// The same of those with TLS, where they have a list of their own.
    CensusTls(Tls),
    /// Close the link of this socket.
    Close { slot: u8, link: u8 },
    /// Close a link that no socket has.
    Discard { link: u8 },
    /// One step on the way to a context of the network, or away from it.
    Attach(u8),
    /// Ask why the last command failed.
    Explain,
    /// Resolve the name that the caller lends.
    Resolve,
    /// Ask for the module's own address.
    Local { ipv6: bool },
    /// The command that the caller lends.
    Control,
}

impl Task {
    /// The slot that it is for.
    pub(super) const fn slot(self) -> Option<u8> {
        match self {
            Self::Prepare { slot, .. }
            | Self::Open { slot, .. }
            | Self::Send { slot, .. }
            | Self::Fetch { slot, .. }
            | Self::Close { slot, .. } => Some(slot),
            _ => None,
        }
    }
}

/// Which question a probe asks. Two different ones, so that the late answer to one cannot be taken
/// for the answer to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probe {
    /// Is anybody there?
    Voice,
    /// Are the driver's settings still in force, or did the module restart unnoticed?
    Settings,
}

/// How far the command in flight has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Its bytes are being written.
    Command,
    /// It has been written; the answer, or the prompt, is to come.
    Answer,
    /// The prompt has come; this many bytes of payload are still to be written.
    Payload(usize),
    /// All payload has been written; the result is to come.
    Result,
    /// Silence before the escape that cancels a send; it ends with the engine's hold.
    Quiet,
    /// The escape is being written; this many of its bytes are still to go.
    Escape(usize),
    /// The escape has been written; the module's word that the send is cancelled is to come.
    Cancelled,
}

/// The command in flight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flight {
    pub(crate) task: Task,
    /// Which of the sockets that have used its slot it is for.
    pub(crate) generation: u16,
    pub(crate) phase: Phase,
    /// When it was first written.
    pub(crate) started: u32,
    /// When it is given up.
    pub(crate) deadline: u32,
    /// How long its answer may take, in ms.
    pub(crate) allowed: u32,
    /// A line of its answer has come (or the URC that says it took effect).
    pub(crate) informed: bool,
    /// The module said that it was busy: write the command once more at this time.
    pub(crate) retry_at: Option<u32>,
    /// It was written more than once, so it may be answered more than once.
    pub(crate) repeated: bool,
    /// The link has been taken by a connection that came; or the payload that the module asked for
    /// by another command.
    pub(crate) taken: bool,
    /// The payload was written although no prompt had come.
    pub(crate) unprompted: bool,
    /// Links seen open by a census; links with a notice younger than what a fetch or survey saw.
    pub(crate) links: LinkSet,
    /// The result has come, and the answer to the command itself has not; or the reason of a failure
    /// has.
    pub(crate) outcome: Option<Result<(), Error>>,
}

impl Flight {
    pub(crate) const fn new(task: Task, now: u32, allowed: u32) -> Self {
        Self {
            task,
            generation: 0,
            phase: if matches!(task, Task::Escape) { Phase::Quiet } else { Phase::Command },
            started: now,
            deadline: now.wrapping_add(allowed),
            allowed,
            informed: false,
            retry_at: None,
            repeated: false,
            taken: false,
            unprompted: false,
            links: 0,
            outcome: None,
        }
    }

    /// Gives the answer its full time again, from now.
    pub(crate) const fn extend(&mut self, now: u32) {
        self.deadline = now.wrapping_add(self.allowed);
    }

    /// Whether `>` at the start of a line is the prompt of this command.
    pub(crate) const fn expects_prompt(&self) -> bool {
        matches!(self.task, Task::Send { .. }) && matches!(self.phase, Phase::Answer)
    }

    /// Whether it is to close this link.
    pub(crate) fn closes(&self, wanted: u8) -> bool {
        matches!(self.task, Task::Close { link, .. } | Task::Discard { link } if link == wanted)
    }

    /// Whether it is to open this link.
    pub(crate) fn opens(&self, wanted: u8) -> bool {
        matches!(self.task, Task::Open { link, .. } if link == wanted)
    }

    /// Bytes of payload that the module may wait for.
    pub(crate) const fn owes(self) -> usize {
        match (self.task, self.phase) {
            (Task::Send { .. }, Phase::Payload(left)) => left,
            (Task::Send { len, .. }, Phase::Answer) => len,
            _ => 0,
        }
    }

    /// The whole payload, of which the module may have lost a part.
    pub(crate) const fn owes_at_most(self) -> usize {
        match self.task {
            Task::Send { len, .. } => len,
            _ => 0,
        }
    }

    pub(crate) const fn overdue(&self, now: u32) -> bool {
        reached(now, self.deadline)
    }

    pub(crate) fn mark(&mut self, link: u8) {
        self.links |= bit(link);
    }

    pub(crate) fn marked(&self, link: u8) -> bool {
        self.links & bit(link) != 0
    }
}

/// A set of links: a bit for each. Where links with TLS have numbers of their own, there are more.
#[cfg(not(feature = "tls"))]
pub(crate) type LinkSet = u16;
#[cfg(feature = "tls")]
pub(crate) type LinkSet = u32;

/// The bit of a link in a set of links.
pub(super) fn bit(link: u8) -> LinkSet {
    LinkSet::from(true).checked_shl(u32::from(link)).unwrap_or(0)
}
