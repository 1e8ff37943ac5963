//! The engine: one deterministic state machine between sockets and a module's AT line.
//!
//! It holds no UART, no clock, no lock and no memory of its own. Bytes and the time go in; bytes to
//! send come out; the socket table shows what has happened. The shells around it differ only in how
//! they wait.
//!
//! **The one rule: after every [`Engine::receive`] that returned `None`, call [`Engine::tick`], then
//! write what [`Engine::output`] gives until it gives nothing.**
//!
//! ```text
//! loop {
//!     while let Some(event) = engine.receive(now, &mut bytes) { … }   // until bytes are used up
//!     engine.tick(now, &supply);                                      // deadlines, next command
//!     while let Some(out) = engine.output(&supply) {                  // to the UART
//!         let n = uart.write(out);
//!         engine.wrote(now, n);
//!     }
//! }
//! ```

mod apart;
mod attach;
mod census;
mod core;
mod datagram;
mod deadline;
mod deferred;
mod flight;
mod framing;
mod inbound;
mod journal;
mod kind;
mod ladder;
mod links;
mod listener;
mod options;
mod outcome;
mod own;
mod readiness;
mod record;
mod recovery;
mod restart;
mod ring;
mod schedule;
mod sent;
mod serial;
mod shown;
mod slot;
mod stream;
mod subject;
mod tick;
mod tls;
mod turns;

#[cfg(test)]
mod replay;

pub use self::core::Counters;
pub(crate) use self::core::{Control, Core, Module, SocketId};
pub(crate) use flight::{Flight, Phase, Probe, Task};
pub(crate) use kind::{HAVE_IPV6, Kind, Tls};
#[cfg(feature = "at-commands")]
pub use own::Part;
pub(crate) use own::{Built, Heard, Own};
pub(crate) use serial::Change;
#[cfg(feature = "embedded-nal-v0.9")]
pub(crate) use slot::Peer;
pub(crate) use slot::{Mode, Options, Slot, State, TcpOptions, UNCOUNTED};
pub(crate) use stream::{Poll, Take};
#[cfg(feature = "async")]
pub(crate) use tick::reached;
#[cfg(feature = "tls")]
pub(crate) use tls::Settings;
pub(crate) use tls::{BAD_CERTIFICATE, HANDSHAKE_FAILED, Secure, Serial, Text};

use ::core::net::SocketAddr;

use crate::error::Error;
use crate::hidden::Hidden;
use crate::modem::Dialect;
use crate::wire::Lexer;

/// Longest command in bytes, its end included (esp-at.md §2.1).
pub(crate) const COMMAND: usize = 256;

/// What the caller lends to the engine for one round.
#[derive(Clone, Copy, Default)]
pub(crate) struct Supply<'s> {
    /// What a socket sends from the caller's memory.
    pub(crate) payload: Option<Payload<'s>>,
    /// The command, or the name, that the caller wants an answer for.
    pub(crate) request: Option<Request<'s>>,
}

/// What a socket sends from the caller's memory.
#[derive(Clone, Copy)]
pub(crate) struct Payload<'s> {
    pub(crate) id: SocketId,
    pub(crate) data: &'s [u8],
    /// Where a datagram goes; `None`: to the peer of the socket.
    pub(crate) to: Option<SocketAddr>,
}

/// What the caller wants an answer for.
#[derive(Clone, Copy)]
pub(crate) enum Request<'s> {
    /// A command of the caller's own.
    Command {
        /// Writes it and returns its length.
        write: &'s dyn Fn(&mut [u8]) -> usize,
        /// How long its answer may take, in ms.
        timeout: u32,
        /// How the information lines of its answer begin.
        prefix: &'static str,
    },
    /// A command of the program's own.
    #[cfg_attr(not(feature = "at-commands"), expect(dead_code, reason = "nobody can make one"))]
    Own(Own<'s>),
    /// The address of this name: over IPv6, over IPv4, or over either.
    Resolve(&'s str, Option<bool>),
    /// The module's own address.
    Local { ipv6: bool },
    /// Which links are open, and between whom.
    Census,
    /// A context of the network; or, if false, none.
    Attach(bool),
}

/// Something that the shell has to hand on at once, because the engine does not keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// An information line for the caller's command.
    Info,
    /// A line that is the program's, perhaps.
    Heard(Built, Heard),
}

/// The engine of one module.
#[derive(Debug)]
pub(crate) struct Engine<'b, D> {
    pub(crate) core: Core<'b>,
    pub(crate) dialect: D,
    lexer: Lexer,
    flight: Option<Flight>,
    command: Hidden<[u8; COMMAND]>,
    command_len: usize,
    /// Bytes of the command that have been written.
    written: usize,
    /// How the information lines of the caller's command begin.
    prefix: &'static str,
    /// The socket that the present body belongs to.
    sink: Option<SocketId>,
    /// Bytes of the body that answered the fetch in flight.
    fetched: usize,
    /// The socket of the last fetch: a body that comes late is its.
    last_fetch: Option<SocketId>,
    /// Nothing is written before this time.
    hold: Option<u32>,
    /// Nothing is listened to before the line is silent, or before this time.
    deaf_until: Option<u32>,
    /// The socket whose turn is next.
    turn: u8,
    /// The link used last, and the one with TLS if these have numbers of their own; links are used in
    /// turn, so that a late word about the last owner of a link cannot be taken for one about the next
    /// (esp-at.md §6.2).
    last_links: [u8; schedule::SPACES],
    /// The present body is the answer to the fetch in flight.
    answering: bool,
    /// The present body, or the last one, has come late: it counts when something whole follows it.
    late: bool,
    /// When the last byte of a body came.
    body_at: u32,
    /// Links that are open and belong to no socket.
    orphans: flight::LinkSet,
    /// Links that could not be opened when that was tried last.
    refused: flight::LinkSet,
    /// The prompt of a send that was given up may still come.
    prompt_due: bool,
    /// Surveys since the last census.
    surveys: u8,
    /// Setups that failed in a row.
    failed_setups: u8,
    /// When the module was called for the first time since it was understood.
    calling_since: u32,
    /// What the ladder has done that it does once only.
    force: ladder::Force,
    /// Rate and flow control of the line.
    pub(crate) serial: serial::Serial,
    /// Since the module was first called: bytes came; lines that make sense came.
    heard: bool,
    understood: bool,
    /// The module has answered a call; ask whether the driver's settings are in force.
    ask_settings: bool,
    /// The setup cannot go on without a restart.
    restart_wanted: bool,
    /// The setup follows the end of a command without its answer, which may still come: see in the end
    /// whether it took effect.
    verify: bool,
    /// The module may be waiting for payload: the escape comes before the first call.
    maybe_in_data: bool,
    /// Bytes of payload that a module without escape sequence may be waiting for.
    owed: usize,
    /// A look-up is under way, whose result comes by itself, by this time.
    resolving: Option<u32>,
    /// The command that has failed, while the module is asked why.
    unexplained: Option<Task>,
    /// One opening at a time: the module has refused a second one.
    one_opening: bool,
    /// The next step on the way to a context of the network, or away from it.
    attaching: Option<u8>,
    /// It is the way to a context.
    attach_on: bool,
    /// A caller waits for the end of that way.
    attach_asked: bool,
    /// When a context that was lost is asked for again, and how often that failed.
    attach_after: Option<u32>,
    attach_failures: u8,
    /// Restarts in a row for the sake of a context.
    attach_restarts: u8,
    /// Openings in a row that nobody answered; that were refused without a reason.
    silent_opens: u8,
    unreasoned: u8,
    /// How bodies end.
    framing: framing::Framing,
    /// The program's own command, if that is what is in flight.
    own: own::Place,
    /// What tasks need.
    turns: turns::Turns,
    /// What the module may wait for need not have a length: it is given up by ESC.
    unmeasured: bool,
    /// What is known of the links with TLS, where they have a list of their own.
    apart: apart::Apart,
}

/// How long a call whose time is up waits for the result of a send that cannot be cancelled, in ms; as
/// a rule it comes within 300 (quectel.md §14.5).
const RESULT_GRACE: u32 = 2_000;

/// What a module without escape sequence gets instead of a payload that will not come: it ignores
/// empty lines if it does not wait for payload (quectel.md §14.2).
const FILL: [u8; 64] = [b'\r'; 64];

impl<'b, D: Dialect> Engine<'b, D> {
    pub(crate) fn new(core: Core<'b>, dialect: D) -> Self {
        Self {
            core,
            dialect,
            lexer: Lexer::new(),
            flight: None,
            command: Hidden([0; COMMAND]),
            command_len: 0,
            written: 0,
            prefix: "",
            sink: None,
            fetched: 0,
            last_fetch: None,
            hold: None,
            deaf_until: None,
            turn: 0,
            last_links: [schedule::NOBODY; schedule::SPACES],
            answering: false,
            late: false,
            body_at: 0,
            orphans: 0,
            refused: 0,
            prompt_due: false,
            surveys: 0,
            failed_setups: 0,
            calling_since: 0,
            force: ladder::Force::default(),
            serial: serial::Serial::new(),
            heard: false,
            understood: false,
            ask_settings: false,
            restart_wanted: false,
            verify: false,
            maybe_in_data: false,
            owed: 0,
            resolving: None,
            unexplained: None,
            one_opening: false,
            attaching: None,
            attach_on: false,
            attach_asked: false,
            attach_after: None,
            attach_failures: 0,
            attach_restarts: 0,
            silent_opens: 0,
            unreasoned: 0,
            framing: framing::Framing::default(),
            own: own::Place::EMPTY,
            turns: turns::Turns::NONE,
            unmeasured: false,
            apart: apart::Apart::default(),
        }
    }

    /// What has been counted.
    pub(crate) const fn counters(&self) -> Counters {
        let (events_dropped, line_fallbacks) =
            (self.core.events.dropped(), self.serial.fallbacks());
        Counters { events_dropped, line_fallbacks, ..self.core.counters }
    }

    /// The line that was handed on last.
    #[cfg(feature = "async")]
    pub(crate) fn line(&self) -> &[u8] {
        self.lexer.line()
    }

    /// The bytes to write next, if there are any.
    #[must_use]
    pub(crate) fn output<'o>(&'o self, supply: &Supply<'o>) -> Option<&'o [u8]> {
        if self.hold.is_some() {
            return None;
        }
        let flight = self.flight.as_ref()?;
        let bytes = match flight.phase {
            Phase::Command => self.command.get(self.written..self.command_len)?,
            Phase::Payload(left) => match flight.task {
                Task::Send { slot, len, buffered: true, .. } if self.owned(slot, *flight) => {
                    let run = self.core.outgoing(slot, self.head_of(slot) + len.checked_sub(left)?);
                    run.get(..left.min(run.len()))?
                }
                Task::Send { len, buffered: false, .. } => match supply.payload {
                    Some(payload) if self.flies_for(payload.id) => {
                        payload.data.get(len.checked_sub(left)?..)?.get(..left)?
                    }
                    _ => return None,
                },
                Task::Control => self.own_payload(left)?,
                _ => return None,
            },
            Phase::Escape(left) if D::HABITS.escape.is_empty() => {
                self.fill().get(..left.min(FILL.len()))?
            }
            Phase::Escape(left) => {
                D::HABITS.escape.get(D::HABITS.escape.len().checked_sub(left)?..)?
            }
            Phase::Answer | Phase::Result | Phase::Quiet | Phase::Cancelled => return None,
        };
        if bytes.is_empty() { None } else { Some(bytes) }
    }

    /// Whether the slot still is that of the socket which the command in flight is for; the program
    /// may have closed it since.
    fn owned(&self, slot: u8, flight: Flight) -> bool {
        self.core.slots.get(usize::from(slot)).is_some_and(|slot| {
            let released = flight.generation.wrapping_add(1);
            slot.generation == flight.generation
                || (slot.generation == released && slot.state == State::Closing)
        })
    }

    /// Whether the send in flight is that of this socket, and the socket still wants it; if it cannot
    /// be cancelled, it gets what it was promised.
    fn flies_for(&self, id: SocketId) -> bool {
        let Some(flight) = self.flight.filter(|flight| flight.task.slot() == Some(id.slot)) else {
            return false;
        };
        if D::HABITS.escape.is_empty() {
            return flight.generation == id.generation;
        }
        self.core.slots.get(usize::from(id.slot)).is_some_and(|slot| {
            slot.generation == id.generation && slot.direct == slot::Direct::Flying
        })
    }

    /// Bytes in front of what goes out next from a send ring: the head of a datagram.
    fn head_of(&self, slot: u8) -> usize {
        let record = self.core.outgoing_record(slot);
        record.map_or(0, |record| record.head())
    }

    /// The socket whose caller must not take its memory back: its send is written and cannot be
    /// cancelled. Soon the module says whether it had room for the payload; if not, it goes once more.
    fn lent(&self) -> Option<SocketId> {
        let flight = self.flight.filter(|_| D::HABITS.escape.is_empty())?;
        let Task::Send { slot, buffered: false, .. } = flight.task else { return None };
        let written = flight.deadline.wrapping_sub(D::HABITS.send_result_ms);
        let lent = match flight.phase {
            Phase::Command | Phase::Answer | Phase::Payload(_) => true,
            // the prompt may come yet, and then all of it goes once more
            Phase::Result if flight.unprompted => true,
            Phase::Result => !tick::reached(self.core.now, written.wrapping_add(RESULT_GRACE)),
            Phase::Quiet | Phase::Escape(_) | Phase::Cancelled => false,
        };
        lent.then_some(SocketId { slot, generation: flight.generation })
    }

    /// `count` bytes of the output have been written.
    pub(crate) fn wrote(&mut self, now: u32, count: usize) {
        self.core.now = now;
        let counters = &mut self.core.counters;
        counters.line_sent = counters.line_sent.wrapping_add(count as u32);
        let Some(flight) = &mut self.flight else { return };
        match flight.phase {
            Phase::Command => {
                self.written += count;
                if self.written >= self.command_len {
                    flight.phase = Phase::Answer;
                    flight.extend(now);
                    if self.own_flying().is_some_and(|own| !own.is_answered()) {
                        self.end_unanswered(now);
                    }
                }
            }
            Phase::Payload(left) => {
                counters.payload_sent = counters.payload_sent.wrapping_add(count as u32);
                let left = left.saturating_sub(count);
                flight.phase = Phase::Payload(left);
                flight.extend(now);
                if left == 0 {
                    self.payload_written(now);
                }
            }
            Phase::Escape(left) => {
                let left = left.saturating_sub(count);
                flight.phase = if left == 0 { Phase::Cancelled } else { Phase::Escape(left) };
                flight.deadline = now.wrapping_add(recovery::ESCAPE_WAIT);
                self.owed = self.owed.min(left);
            }
            Phase::Answer | Phase::Result | Phase::Quiet | Phase::Cancelled => {}
        }
        self.core.lent = self.lent();
    }

    /// Deadlines, and the next command if none is in flight.
    pub(crate) fn tick(&mut self, now: u32, supply: &Supply<'_>) {
        self.core.now = now;
        if let Some(pulse) = self.core.pull_reset.take() {
            self.reset(now, pulse);
        }
        if self.hold.is_some_and(|until| tick::reached(now, until)) {
            self.hold = None;
        }
        self.deadlines(now, supply);
        if self.flight.is_none() && self.hold.is_none() {
            self.start_next(now, supply);
        }
        self.core.lent = self.lent();
    }

    /// Writes the command of a task and puts it in flight.
    fn launch(&mut self, now: u32, task: Task, supply: &Supply<'_>) {
        self.own.set(None);
        self.turns.release();
        let encoded = match (task, supply.request) {
            (Task::Control, Some(Request::Own(own))) => self.encode_own(&own),
            (Task::Control, Some(Request::Command { write, timeout, prefix })) => {
                self.prefix = prefix;
                match write(&mut *self.command) {
                    0 => Err(Error::InvalidInput),
                    len => Ok(crate::modem::Encoded { len, timeout }),
                }
            }
            (Task::Escape, _) => {
                Ok(crate::modem::Encoded { len: 0, timeout: recovery::ESCAPE_WAIT })
            }
            _ => {
                self.prefix = "";
                let subject = self.core.subject(task, supply);
                self.dialect.encode(task, subject, &mut *self.command)
            }
        };
        let (len, timeout) = match encoded {
            Ok(encoded) => (encoded.len.min(COMMAND), encoded.timeout),
            Err(error) => {
                self.take_off(Flight::new(task, now, 0));
                return self.finish(now, Err(error));
            }
        };
        self.command_len = len;
        self.written = 0;
        self.fetched = 0;
        self.core.counters.commands = self.core.counters.commands.wrapping_add(1);
        self.take_off(Flight::new(task, now, timeout));
        self.log_command();
        if matches!(task, Task::Escape) {
            self.hold = Some(now.wrapping_add(recovery::ESCAPE_GUARD));
        }
    }

    fn take_off(&mut self, flight: Flight) {
        let slot = flight.task.slot().and_then(|slot| self.core.slots.get(usize::from(slot)));
        let generation = slot.map_or(0, |slot| slot.generation);
        self.flight = Some(Flight { generation, ..flight });
    }
}
