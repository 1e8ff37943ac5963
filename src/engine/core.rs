//! All state that does not depend on the module family: sockets, their rings, the module's health.

use core::net::IpAddr;

use super::kind::Kind;
use super::listener::Knocking;
use super::record::Record;
use super::ring::Ring;
use super::slot::{Mode, Slot, State};
use crate::error::Error;
use crate::event::{Events, ModuleEvent};
use crate::hidden::Hidden;
use crate::memory::Memory;
use crate::modem::{Capabilities, Wanted};
use crate::network::Station;

/// A handle to a socket: the slot and which socket in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct SocketId {
    pub(crate) slot: u8,
    pub(crate) generation: u16,
}

/// How the module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Module {
    /// Not spoken to yet.
    Unknown,
    /// Being called; `fresh`: its settings are not known, set it up when it answers.
    Calling { tries: u8, fresh: bool },
    /// This step of the setup is next.
    SettingUp(u8),
    /// Its reset line is active until this time.
    Resetting { until: u32 },
    /// It restarts; `ready` is due by this time.
    Restarting { deadline: u32 },
    /// Ready for use.
    Ready,
    /// It does not answer; the next call tries again.
    Dead(Error),
}

/// The caller's own command (or name to resolve): one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    Idle,
    /// The caller lends a command and waits for its turn.
    Wanted,
    Flying,
    Done(Result<(), Error>),
    /// The caller has gone; the result will be dropped.
    Abandoned,
}

/// What the driver counts, for those who want to know how the line is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Counters {
    /// Bytes received on the line, protocol included.
    pub line_received: u32,
    /// Bytes sent on the line, protocol included.
    pub line_sent: u32,
    /// Payload bytes received into sockets.
    pub payload_received: u32,
    /// Payload bytes handed to the module.
    pub payload_sent: u32,
    /// Commands sent, repetitions included.
    pub commands: u32,
    /// Commands that had no answer in time.
    pub timeouts: u32,
    /// `busy` answers.
    pub busy: u32,
    /// Lines that the dialect does not know.
    pub unknown_lines: u32,
    /// Lines longer than the line buffer.
    pub overlong_lines: u32,
    /// Errors that the UART reported, overruns apart: framing errors, noise.
    pub line_errors: u32,
    /// Bytes lost for lack of room: times that the UART said so (errors of the kind `OutOfMemory`), or
    /// the module of its own buffers.
    pub overruns: u32,
    /// Payload bytes lost because a receive ring was full (pushing modules only).
    pub payload_lost: u32,
    /// Datagrams that were dropped because a receive ring was full, or because they did not come
    /// whole.
    pub datagrams_dropped: u32,
    /// Restarts of the module that nobody asked for.
    pub resets: u32,
    /// Restarts that the driver forced, by command or by the reset line, since the module did not go
    /// on otherwise.
    pub forced_restarts: u32,
    /// Rates of the line, or flow control, that did not work and were taken back.
    pub line_fallbacks: u32,
    /// Times that the driver has got back a network that was lost, or that a restart had made the module
    /// forget.
    pub rejoins: u32,
    /// Events that nobody took in time ([`Modem::event`](crate::Modem::event)).
    pub events_dropped: u32,
}

/// Sockets, buffers and the module's state.
#[derive(Debug)]
pub(crate) struct Core<'b> {
    pub(crate) slots: &'b mut [Slot],
    rx: Hidden<&'b mut [u8]>,
    tx: Hidden<&'b mut [u8]>,
    pub(crate) rx_size: usize,
    pub(crate) tx_size: usize,
    pub(crate) now: u32,
    pub(crate) module: Module,
    pub(crate) control: Control,
    /// What the caller's question that does not wait is about; 0: the caller waits.
    pub(crate) query: u32,
    /// Somebody has waited for the turn to ask the module something.
    pub(crate) queue: bool,
    /// The answer to a query for an address.
    pub(crate) address: Option<IpAddr>,
    /// The module's own address, as far as it has been asked for.
    pub(crate) local: Option<IpAddr>,
    /// Ask which links are open: something is odd about one.
    pub(crate) census: bool,
    /// Connections that have come and have no slot yet.
    pub(crate) knocking: Knocking,
    /// How many connections have come.
    pub(crate) arrivals: u16,
    /// The next port that the driver tries when it has to choose one.
    pub(crate) next_port: u16,
    pub(crate) station: Station,
    /// What the setup shall switch on.
    pub(crate) wanted: Wanted,
    pub(crate) capabilities: Capabilities,
    pub(crate) counters: Counters,
    /// What the program may want to know.
    pub(crate) events: Events,
    /// There is a reset line, and the program wants it held for so many ms (0: as the dialect says).
    pub(crate) reset_ms: Option<u32>,
    /// The program wants it pulled, for so many ms.
    pub(crate) pull_reset: Option<u32>,
    /// How long a reader waits before the module is asked again, in ms.
    pub(super) look_again: u32,
    /// The socket whose send uses the caller's memory and cannot be cancelled.
    pub(crate) lent: Option<SocketId>,
    /// A line of the answer to the program's command was longer than the line buffer.
    pub(crate) cut: Option<super::Built>,
    /// What has been said about TLS, for each slot.
    #[cfg(feature = "tls")]
    pub(crate) tls: &'b mut [super::tls::Settings],
    #[cfg(feature = "tls")]
    pub(crate) tls_serial: super::tls::Serial,
}

impl<'b> Core<'b> {
    /// With the memory of a program.
    pub(crate) fn of<const SOCKETS: usize, const RX: usize, const TX: usize>(
        memory: &'b mut Memory<SOCKETS, RX, TX>,
        capabilities: Capabilities,
        look_again: u32,
    ) -> Self {
        let core = Self::new(
            memory.slots.write([Slot::FREE; SOCKETS]),
            memory.rx.as_flattened_mut(),
            memory.tx.as_flattened_mut(),
            capabilities,
            look_again,
        );
        #[cfg(feature = "tls")]
        let core = core.with_tls(memory.tls.write([const { super::Settings::NONE }; SOCKETS]));
        core
    }

    /// A reader waits so many ms before the module is asked again: at least 100, at most an hour.
    pub(crate) fn look_again_every(&mut self, ms: u32) {
        self.look_again = ms.clamp(100, 3_600_000);
    }

    /// Divides `rx` and `tx` evenly among the slots, which are free.
    pub(crate) fn new(
        slots: &'b mut [Slot],
        rx: &'b mut [u8],
        tx: &'b mut [u8],
        capabilities: Capabilities,
        look_again: u32,
    ) -> Self {
        let count = slots.len().max(1);
        let (rx_size, tx_size) = (rx.len() / count, tx.len() / count);
        Self {
            slots,
            rx: Hidden(rx),
            tx: Hidden(tx),
            rx_size,
            tx_size,
            now: 0,
            module: Module::Unknown,
            control: Control::Idle,
            query: 0,
            queue: false,
            address: None,
            local: None,
            census: false,
            knocking: Knocking::EMPTY,
            arrivals: 0,
            next_port: 0,
            station: Station::Unknown,
            wanted: Wanted::default(),
            capabilities,
            counters: Counters::default(),
            events: Events::default(),
            reset_ms: None,
            pull_reset: None,
            look_again,
            lent: None,
            cut: None,
            #[cfg(feature = "tls")]
            tls: &mut [],
            #[cfg(feature = "tls")]
            tls_serial: 0,
        }
    }

    /// The slot of a handle.
    ///
    /// # Errors
    /// [`Error::Closed`]: the handle is stale.
    pub(crate) fn slot(&mut self, id: SocketId) -> Result<&mut Slot, Error> {
        match self.slots.get_mut(usize::from(id.slot)) {
            Some(slot) if slot.generation == id.generation && slot.state != State::Free => Ok(slot),
            _ => Err(Error::Closed),
        }
    }

    /// A slot with its receive ring's storage.
    pub(crate) fn receiver(&mut self, slot: u8) -> Option<(&mut Slot, &mut [u8])> {
        let index = usize::from(slot);
        let storage = self.rx.get_mut(index * self.rx_size..(index + 1) * self.rx_size)?;
        Some((self.slots.get_mut(index)?, storage))
    }

    /// A slot with its send ring's storage.
    pub(crate) fn sender(&mut self, slot: u8) -> Option<(&mut Slot, &mut [u8])> {
        let index = usize::from(slot);
        let storage = self.tx.get_mut(index * self.tx_size..(index + 1) * self.tx_size)?;
        Some((self.slots.get_mut(index)?, storage))
    }

    /// A send ring and its storage, for looking at them.
    fn sending(&self, slot: u8) -> Option<(&Ring, &[u8])> {
        let index = usize::from(slot);
        let storage = self.tx.get(index * self.tx_size..(index + 1) * self.tx_size)?;
        Some((&self.slots.get(index)?.tx, storage))
    }

    /// The bytes of a send ring that go out when `at` of them are written, in one piece.
    pub(crate) fn outgoing(&self, slot: u8, at: usize) -> &[u8] {
        self.sending(slot).map_or(&[], |(ring, storage)| ring.run(storage, at))
    }

    /// A byte of a send ring.
    pub(crate) fn outgoing_byte(&self, slot: u8, at: usize) -> Option<u8> {
        self.sending(slot).and_then(|(ring, storage)| ring.get(storage, at))
    }

    /// The head of the datagram that goes out next from a send ring; a stream has none.
    pub(crate) fn outgoing_record(&self, slot: u8) -> Option<Record> {
        self.slots.get(usize::from(slot)).filter(|slot| slot.kind.is_datagram())?;
        self.sending(slot).and_then(|(ring, storage)| Record::front(ring, storage))
    }

    /// The slot that has this link.
    pub(crate) fn linked(&self, link: u8) -> Option<u8> {
        let index = self.slots.iter().position(|slot| slot.link == Some(link))?;
        u8::try_from(index).ok()
    }

    /// The socket that has this link.
    pub(crate) fn linked_mut(&mut self, link: u8) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.link == Some(link))
    }

    /// Makes a socket.
    ///
    /// # Errors
    /// [`Error::TooManySockets`]: all slots are taken.
    pub(crate) fn claim(&mut self, kind: Kind, ipv6: bool) -> Result<SocketId, Error> {
        for (index, slot) in (0u8..).zip(self.slots.iter_mut()) {
            if slot.state == State::Free {
                slot.claim(kind, ipv6);
                return Ok(SocketId { slot: index, generation: slot.generation });
            }
        }
        Err(Error::TooManySockets)
    }

    /// How calls of this socket wait; a stale handle does not wait.
    pub(crate) fn mode(&mut self, id: SocketId) -> Mode {
        self.slot(id).map_or(Mode::NonBlocking, |slot| slot.mode)
    }

    /// A line has come that nobody knows.
    pub(super) const fn count_unknown(&mut self) {
        self.counters.unknown_lines = self.counters.unknown_lines.wrapping_add(1);
    }

    /// A module that was given up is called again.
    pub(crate) const fn wake(&mut self) {
        if matches!(self.module, Module::Dead(_)) {
            self.module = Module::Unknown;
        }
    }

    /// Every link is gone, and all that the module held; with `queued`, nothing that has been asked
    /// for will happen either.
    pub(crate) fn fail_links(&mut self, error: Error, queued: bool) {
        for slot in self.slots.iter_mut() {
            let asks = slot.state == State::Opening || slot.state == State::Closing;
            if slot.link.is_some() || (queued && asks) {
                // also one that was being drained: nobody knows whether there was more
                if slot.peer != super::slot::Peer::Gone || slot.state != State::Open {
                    slot.fail(slot.cause.unwrap_or(error));
                }
                if slot.kind == Kind::Stream {
                    slot.peer = super::slot::Peer::Gone;
                }
                slot.unlink();
            }
        }
        self.knocking = Knocking::EMPTY;
        self.release_unaccepted();
    }

    /// The network is there, or not, as far as is known.
    pub(crate) fn set_station(&mut self, station: Station) {
        let before = core::mem::replace(&mut self.station, station);
        if station == before {
            return;
        }
        match station {
            Station::Associated => self.events.tell(ModuleEvent::Linked),
            Station::Up => self.events.tell(ModuleEvent::Addressed),
            Station::Down if before != Station::Unknown => {
                self.events.tell(ModuleEvent::NetworkLost);
            }
            Station::Down | Station::Unknown => {}
        }
    }

    /// The module is given up, or gone.
    pub(crate) fn die(&mut self, error: Error) {
        if self.module != Module::Dead(error) {
            self.events.tell(ModuleEvent::Lost(error));
        }
        self.module = Module::Dead(error);
    }

    /// The network is gone, and every link with it.
    pub(crate) fn network_gone(&mut self) {
        self.fail_links(Error::NetworkDown, false);
        self.set_station(Station::Down);
        self.local = None;
    }

    /// The module has been switched off.
    pub(crate) fn powered_down(&mut self) {
        self.fail_links(Error::PoweredDown, true);
        self.set_station(Station::Down);
        self.die(Error::PoweredDown);
    }

    /// The module is restarting, and says so by this time.
    pub(crate) fn expect_restart(&mut self, deadline: u32) {
        self.fail_links(Error::ModuleReset, true);
        self.set_station(Station::Down);
        self.module = Module::Restarting { deadline };
    }

    /// Takes the result of the caller's command, if there is one.
    pub(crate) const fn take_result(&mut self) -> Option<Result<(), Error>> {
        match self.control {
            Control::Done(result) => {
                self.control = Control::Idle;
                Some(result)
            }
            _ => None,
        }
    }

    /// A question that does not wait, and that nobody asks any more, makes place for another.
    pub(crate) const fn forget_query(&mut self) {
        if self.query == 0 {
            return;
        }
        match self.control {
            Control::Done(_) | Control::Wanted => {
                self.control = Control::Idle;
                self.query = 0;
            }
            Control::Flying => {
                self.control = Control::Abandoned;
                self.query = 0;
            }
            Control::Idle | Control::Abandoned => self.query = 0,
        }
    }

    /// The caller no longer waits for its command.
    pub(crate) const fn abandon_control(&mut self) {
        self.control = match self.control {
            Control::Flying | Control::Abandoned => Control::Abandoned,
            Control::Idle | Control::Wanted | Control::Done(_) => Control::Idle,
        };
    }

    /// The caller's command has ended.
    pub(crate) const fn end_control(&mut self, result: Result<(), Error>) {
        self.control = match self.control {
            Control::Flying | Control::Wanted => Control::Done(result),
            Control::Abandoned | Control::Idle => Control::Idle,
            Control::Done(earlier) => Control::Done(earlier),
        };
    }

    /// An empty ring, as the number of its free bytes.
    pub(crate) const fn room(&self, ring: &Ring) -> usize {
        ring.free(self.rx_size)
    }
}
