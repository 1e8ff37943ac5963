//! What the engine knows of one socket.

use core::net::SocketAddr;

use super::ring::Ring;
use crate::error::Error;

/// How long calls of a socket wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Until there is a result.
    Blocking,
    /// This many milliseconds for each piece that is moved.
    Timeout(u32),
    /// Not at all.
    NonBlocking,
}

/// The life of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody has it.
    Free,
    /// Made, not connected.
    Idle,
    /// `connect` was called; the module has not answered yet.
    Opening,
    /// Connected, or has been.
    Open,
    /// The program has closed it; the module still has to.
    Closing,
}

/// The peer's side of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// More may come.
    Alive,
    /// The link is closed; what the module still holds is being fetched.
    Draining,
    /// All that ever comes is in the ring.
    Gone,
}

/// A send straight from the caller's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direct {
    /// None.
    Idle,
    /// The caller wants to send this many bytes.
    Wanted(usize),
    /// The command for it is in flight.
    Flying,
    /// All of its bytes are in the module's hands; the module's result is still to come.
    Handed(usize),
    /// The module has accepted this many bytes.
    Done(usize),
    /// It failed, with nothing sent.
    Failed(Error),
}

/// One socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// Which socket of those that have used this slot: a handle with another number is stale.
    pub(crate) generation: u16,
    pub(crate) state: State,
    pub(crate) mode: Mode,
    pub(crate) ipv6: bool,
    pub(crate) remote: Option<SocketAddr>,
    /// The module's link, as long as the module has one for this socket.
    pub(crate) link: Option<u8>,
    /// Received bytes.
    pub(crate) rx: Ring,
    /// Bytes to send, of calls that do not wait.
    pub(crate) tx: Ring,
    pub(crate) direct: Direct,
    /// Received bytes that the module holds, as far as it said.
    pub(crate) waiting: u32,
    /// The module has to be asked how many bytes it holds: it may have forgotten to say.
    pub(crate) check: bool,
    /// Somebody waits for received bytes.
    pub(crate) reading: bool,
    /// When to ask again if somebody still waits.
    pub(crate) look_at: u32,
    pub(crate) peer: Peer,
    /// Why the link closed, if not by the peer: shows when all that came before has been read.
    pub(crate) cause: Option<Error>,
    /// A census did not list the link; the next one decides.
    pub(crate) missing: bool,
    /// The socket has failed; stays until it is closed.
    pub(crate) error: Option<Error>,
    /// How the last `connect` ended, until it has been told.
    pub(crate) connected: Option<Result<(), Error>>,
}

impl Slot {
    pub(crate) const FREE: Self = Self {
        generation: 0,
        state: State::Free,
        mode: Mode::Blocking,
        ipv6: false,
        remote: None,
        link: None,
        rx: Ring::EMPTY,
        tx: Ring::EMPTY,
        direct: Direct::Idle,
        waiting: 0,
        check: false,
        reading: false,
        look_at: 0,
        peer: Peer::Alive,
        cause: None,
        missing: false,
        error: None,
        connected: None,
    };

    /// Starts the life of a new socket in this slot.
    pub(crate) const fn claim(&mut self, ipv6: bool) {
        let generation = self.generation;
        *self = Self::FREE;
        self.generation = generation;
        self.state = State::Idle;
        self.ipv6 = ipv6;
    }

    /// The handle becomes stale; the slot is free as soon as the module has closed the link.
    pub(crate) const fn release(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.state = State::Closing;
        self.rx.clear();
        self.waiting = 0;
        self.reading = false;
        self.free_if_unlinked();
    }

    /// Frees a slot whose handle is gone and whose link is closed.
    pub(crate) const fn free_if_unlinked(&mut self) {
        if matches!(self.state, State::Closing) && self.link.is_none() {
            self.state = State::Free;
            self.tx.clear();
        }
    }

    /// The module has no link for this socket any more.
    pub(crate) const fn unlink(&mut self) {
        self.link = None;
        self.waiting = 0;
        self.free_if_unlinked();
    }

    /// The stream cannot go on: bytes that have come stay readable, then the error shows.
    pub(crate) const fn fail(&mut self, error: Error) {
        match self.state {
            State::Opening => {
                self.state = State::Idle;
                self.connected = Some(Err(error));
            }
            State::Open => {
                if self.error.is_none() {
                    self.error = Some(error);
                }
            }
            State::Free | State::Idle | State::Closing => {}
        }
        self.fail_send(error);
        self.rx.discard(); // what does not count yet never will
        self.tx.clear();
        self.waiting = 0;
        self.check = false;
    }

    /// A send that is under way has failed.
    pub(crate) const fn fail_send(&mut self, error: Error) {
        if matches!(self.direct, Direct::Wanted(_) | Direct::Flying | Direct::Handed(_)) {
            self.direct = Direct::Failed(error);
        }
    }

    /// Everything that the module had of this stream has been fetched: it has ended.
    pub(crate) const fn drained(&mut self) {
        self.peer = Peer::Gone;
        if let Some(cause) = self.cause {
            self.fail(cause);
        }
        self.unlink();
    }

    /// More bytes may come over the link.
    pub(crate) const fn alive(&self) -> bool {
        matches!(self.state, State::Open)
            && matches!(self.peer, Peer::Alive)
            && self.error.is_none()
    }
}
