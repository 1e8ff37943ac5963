//! What the engine knows of one socket.

use core::net::{Ipv4Addr, SocketAddr};

use super::kind::{Kind, Server, Tls};
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

impl Mode {
    /// What is left of it after so many ms.
    pub(crate) const fn after(self, ms: u32) -> Self {
        match self {
            Self::Timeout(limit) => Self::Timeout(limit.saturating_sub(ms)),
            Self::Blocking | Self::NonBlocking => self,
        }
    }
}

/// The life of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody has it.
    Free,
    /// Made; the module is not asked for anything.
    Idle,
    /// The module shall open a link for it and has not answered yet.
    Opening,
    /// Connected, or has been; a datagram socket that is bound; a listener that listens.
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
    /// All that ever comes is in the ring; of an idle socket: connecting has failed.
    Gone,
    /// The program has shut the connection down: what it has sent goes out, then the link is closed.
    Left,
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

/// Received bytes wait in the module, and it does not say how many.
pub(crate) const UNCOUNTED: u32 = u32::MAX;

/// How long after an answer the notice of more received bytes may come, in ms: it follows at once, and
/// takes 16 ms at 9600 baud.
const NOTICE: u32 = 20;

/// What `setsockopt` sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) reuse: bool,
    pub(crate) broadcast: bool,
    /// The multicast group that a datagram socket belongs to.
    pub(crate) group: Option<Ipv4Addr>,
    pub(crate) tcp: TcpOptions,
}

/// The options that the module has to know for a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TcpOptions {
    pub(crate) no_delay: bool,
    /// Keep-alive is wanted.
    pub(crate) keep_alive: bool,
    /// Idle seconds before keep-alive asks for the peer.
    pub(crate) keep_idle: u16,
    /// Seconds for which closing waits; `None`: not at all.
    pub(crate) linger: Option<u16>,
}

impl TcpOptions {
    /// Linux's: keep-alive, once it is wanted, after two hours.
    pub(crate) const DEFAULT: Self =
        Self { no_delay: false, keep_alive: false, keep_idle: 7200, linger: None };

    /// Seconds of silence after which keep-alive asks; 0 is never.
    pub(crate) const fn keep_alive_s(&self) -> u16 {
        if self.keep_alive { self.keep_idle } else { 0 }
    }
}

impl Options {
    const DEFAULT: Self =
        Self { reuse: false, broadcast: false, group: None, tcp: TcpOptions::DEFAULT };
}

/// How far the module is with the options of a stream whose link is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It has been told, or nothing has to be told before the link is opened.
    Yes,
    /// It has to be told.
    Due,
    /// It has refused them.
    Refused(Error),
}

/// A connection that waits to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The slot of its listener.
    pub(crate) listener: u8,
    /// Its place in the order of arrivals.
    pub(crate) arrival: u16,
    pub(crate) by: Server,
}

/// One socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    /// Which socket of those that have used this slot: a handle with another number is stale.
    pub(crate) generation: u16,
    pub(crate) state: State,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    pub(crate) ipv6: bool,
    /// The module speaks TLS over its link.
    pub(crate) tls: Option<Tls>,
    /// The peer of a stream, or the one that a datagram socket is connected to.
    pub(crate) remote: Option<SocketAddr>,
    /// The peer is the one that was sent to last, since the link of this socket can have only one.
    pub(crate) lent_peer: bool,
    /// Bound by the program, or by a call that needs it to be.
    pub(crate) bound: bool,
    /// 0: not known.
    pub(crate) local_port: u16,
    pub(crate) options: Options,
    pub(crate) applied: Applied,
    /// The module's link, as long as the module has one for this socket.
    pub(crate) link: Option<u8>,
    /// Received bytes, or datagrams.
    pub(crate) rx: Ring,
    /// Bytes, or datagrams, to send, of calls that do not wait.
    pub(crate) tx: Ring,
    pub(crate) direct: Direct,
    /// A program that does not want to wait was told that there is room: its next write does not.
    pub(crate) promised: bool,
    /// A send from its ring is in flight that cannot be cancelled: its bytes stay where they are.
    pub(crate) committed: bool,
    /// The module had no room: nothing is sent before this time.
    pub(crate) send_after: Option<u32>,
    /// Small sends in a row; one that follows until this time is another.
    pub(crate) burst: u8,
    pub(crate) burst_until: u32,
    /// How often in a row it had none.
    pub(crate) refusals: u8,
    /// The module is opening the link; it says how that ended by this time.
    pub(crate) due: Option<u32>,
    /// Received bytes that the module holds, as far as it said; or [`UNCOUNTED`].
    pub(crate) waiting: u32,
    /// The module has to be asked how many bytes it holds: it may have forgotten to say. That is done
    /// at [`look_at`](Self::look_at), if somebody waits and no notice has come.
    pub(crate) check: bool,
    /// Somebody waits for received bytes.
    pub(crate) reading: bool,
    /// When to ask again if somebody still waits.
    pub(crate) look_at: u32,
    /// What was done last for it was a fetch: sending comes first now.
    pub(crate) fetched_last: bool,
    pub(crate) peer: Peer,
    /// Why the link closed, if not by the peer: shows when all that came before has been read.
    pub(crate) cause: Option<Error>,
    /// The line was damaged since the module said last that the link is open: how it ends may not have
    /// been heard.
    pub(crate) doubtful: bool,
    /// A census did not list the link; the next one decides.
    pub(crate) missing: bool,
    /// A stream has failed, which stays until it is closed; something went wrong with datagrams,
    /// which the next call tells.
    pub(crate) error: Option<Error>,
    /// How the last attempt to connect or to listen ended, until it has been told.
    pub(crate) connected: Option<Result<(), Error>>,
    /// How many connections a listener may have waiting.
    pub(crate) backlog: u8,
    /// Not accepted yet.
    pub(crate) unaccepted: Option<Waiting>,
}

impl Slot {
    pub(crate) const FREE: Self = Self {
        generation: 0,
        state: State::Free,
        kind: Kind::Stream,
        mode: Mode::Blocking,
        ipv6: false,
        tls: None,
        remote: None,
        lent_peer: false,
        bound: false,
        local_port: 0,
        options: Options::DEFAULT,
        applied: Applied::Yes,
        link: None,
        rx: Ring::EMPTY,
        tx: Ring::EMPTY,
        direct: Direct::Idle,
        promised: false,
        committed: false,
        send_after: None,
        burst: 0,
        burst_until: 0,
        refusals: 0,
        due: None,
        waiting: 0,
        check: false,
        reading: false,
        look_at: 0,
        fetched_last: false,
        peer: Peer::Alive,
        cause: None,
        doubtful: false,
        missing: false,
        error: None,
        connected: None,
        backlog: 0,
        unaccepted: None,
    };

    /// Starts the life of a new socket in this slot.
    pub(crate) const fn claim(&mut self, kind: Kind, ipv6: bool) {
        let generation = self.generation;
        *self = Self::FREE;
        self.generation = generation;
        self.state = State::Idle;
        self.kind = kind;
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
        if matches!(self.state, State::Closing) && self.link.is_none() && !self.owes() {
            self.state = State::Free;
            self.tx.clear();
        }
    }

    /// Datagrams that were taken over from a program still have to be sent.
    pub(crate) const fn owes(&self) -> bool {
        self.kind.is_datagram() && !self.tx.is_empty()
    }

    /// The module has no link for this socket any more.
    pub(crate) const fn unlink(&mut self) {
        self.link = None;
        self.due = None;
        self.waiting = 0;
        if matches!(self.peer, Peer::Left) {
            self.peer = Peer::Gone;
        }
        self.free_if_unlinked();
    }

    /// The socket cannot go on: what has come stays readable, then the error shows.
    pub(crate) const fn fail(&mut self, error: Error) {
        match (self.kind, self.state) {
            (_, State::Free | State::Idle | State::Closing) => {}
            (Kind::Stream, State::Open) => {
                if self.error.is_none() {
                    self.error = Some(error);
                }
            }
            // it can be used again: the next call that needs a link gets a new one
            (Kind::Datagram(_), _) => {
                self.state = State::Idle;
                self.error = Some(error);
            }
            (Kind::Stream | Kind::Listener(_), _) => {
                self.kind = Kind::Stream;
                self.state = State::Idle;
                self.peer = Peer::Gone;
                self.connected = Some(Err(error));
            }
        }
        self.fail_send(error);
        self.rx.discard(); // what does not count yet never will
        if !self.committed {
            self.tx.clear();
        }
        self.waiting = 0;
        self.check = false;
        self.free_if_unlinked();
    }

    /// Bytes of what the module has sent are missing. A stream cannot go on; of datagrams, the one
    /// that is not whole is dropped.
    pub(crate) const fn hole(&mut self) {
        match self.kind {
            Kind::Datagram(_) => {
                self.rx.discard();
            }
            Kind::Stream | Kind::Listener(_) => self.fail(Error::DataLost),
        }
    }

    /// A send that is under way has failed.
    pub(crate) const fn fail_send(&mut self, error: Error) {
        if matches!(self.direct, Direct::Wanted(_) | Direct::Flying | Direct::Handed(_)) {
            self.direct = Direct::Failed(error);
        }
    }

    /// Everything that the module had of this stream has been fetched: it has ended. The link is
    /// closed, or has to be if it `lingers`.
    pub(crate) const fn drained(&mut self, lingers: bool) {
        self.peer = Peer::Gone;
        if let Some(cause) = self.cause {
            self.fail(cause);
        }
        self.waiting = 0;
        if !lingers {
            self.unlink();
        }
    }

    /// The module has given the link to a connection that came: it was closed before that.
    pub(crate) fn lose_to_another(&mut self) {
        match (self.kind, self.peer) {
            (Kind::Datagram(_), _) => self.lose_link(Error::DataLost),
            // nobody heard how it ended
            (_, Peer::Alive) => self.fail(Error::ConnectionAborted),
            (_, Peer::Draining) if self.waiting > 0 => self.hole(), // announced, and gone
            _ => return self.drained(false),
        }
        self.unlink();
    }

    /// More bytes may come over the link.
    pub(crate) const fn alive(&self) -> bool {
        matches!(self.state, State::Open)
            && matches!(self.peer, Peer::Alive)
            && !self.kind.is_listener()
            && self.error.is_none()
    }

    /// Somebody waits for what may come, and there is nothing that has.
    pub(crate) const fn watched(&self) -> bool {
        let listens = self.kind.is_listener() && matches!(self.state, State::Open);
        let nothing = self.waiting == 0 && self.rx.is_empty();
        self.reading && nothing && (self.alive() || listens)
    }

    /// More may have come than the module has told of: it is asked, unless its notice comes soon.
    pub(crate) const fn check_soon(&mut self, now: u32) {
        self.check = true;
        self.look_at = now.wrapping_add(NOTICE);
    }

    /// Whether a program has it, and not the module alone.
    pub(crate) const fn live(&self) -> bool {
        !matches!(self.state, State::Free | State::Closing)
    }
}
