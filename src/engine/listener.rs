//! What each call of a socket that is bound or listens does to its slot, without waiting; and the
//! connections that come.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::core::{Core, SocketId};
use super::flight::{LinkSet, bit};
use super::kind::Kind;
use super::slot::{Applied, Peer, State, Waiting};
use super::stream::Poll;
use crate::error::Error;
use crate::modem::MAX_LINKS;

/// The first of the ports from which the driver chooses, up to the last of all (RFC 6335).
const EPHEMERAL: u16 = 49_152;

/// How many connections can have come that have no slot yet: without servers, none.
const KNOCKING: usize = if Kind::LISTENER.is_some() { MAX_LINKS } else { 0 };

/// No listener has this link.
const NOWHERE: u8 = u8::MAX;

/// The address of nobody in particular.
pub(crate) const UNSPECIFIED: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

impl Core<'_> {
    /// Binds a socket to a port, 0 for any; that the address is one of the module's has been checked.
    ///
    /// # Errors
    /// `InvalidInput`: it is bound, or in use; `AddrInUse`; `AfNotSupported`.
    pub(crate) fn bind(&mut self, id: SocketId, address: SocketAddr) -> Result<(), Error> {
        self.wake();
        let slot = *self.slot(id)?;
        if slot.bound || slot.state != State::Idle {
            return Err(Error::InvalidInput);
        }
        if address.is_ipv6() != slot.ipv6 {
            return Err(Error::AfNotSupported);
        }
        let port = match (address.port(), slot.kind) {
            // of a stream socket the port is chosen when it listens: it may as well connect
            (0, Kind::Stream | Kind::Listener(_)) => 0,
            (0, Kind::Datagram(_)) => self.free_port(true),
            (port, _) if self.taken(id, port) => return Err(Error::AddrInUse),
            (port, _) => port,
        };
        let slot = self.slot(id)?;
        slot.bound = true;
        slot.local_port = port;
        if slot.kind.is_datagram() {
            slot.state = State::Opening;
        }
        Ok(())
    }

    /// Whether the module has opened the link of a datagram socket.
    pub(crate) fn poll_opened(&mut self, id: SocketId) -> Poll<()> {
        let slot = self.slot(id)?;
        match (slot.kind, slot.state) {
            (Kind::Datagram(_), State::Opening) => Err(nb::Error::WouldBlock),
            (Kind::Datagram(_), State::Idle) => match slot.error.take() {
                Some(error) => Err(nb::Error::Other(error)),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The same after `bind`: a socket whose link cannot be opened is not bound.
    pub(crate) fn poll_bound(&mut self, id: SocketId) -> Poll<()> {
        let opened = self.poll_opened(id);
        if let Err(nb::Error::Other(_)) = opened {
            let slot = self.slot(id)?;
            slot.bound = false;
            slot.local_port = 0;
        }
        opened
    }

    /// Starts to listen; of a socket that listens already, sets the backlog.
    ///
    /// # Errors
    /// `NotSupported`: datagrams; `InvalidInput`: a connection; `AddrInUse`: the port is listened on,
    /// or the module has no other listener.
    pub(crate) fn listen(&mut self, id: SocketId, backlog: i32) -> Result<(), Error> {
        self.wake();
        // no queue is longer than the module has links
        let backlog = u8::try_from(backlog.clamp(1, MAX_LINKS as i32)).unwrap_or(1);
        let slot = *self.slot(id)?;
        match (slot.kind, slot.state) {
            (Kind::Datagram(_), _) => return Err(Error::NotSupported),
            (Kind::Listener(_), _) => {
                self.slot(id)?.backlog = backlog;
                return Ok(());
            }
            (Kind::Stream, State::Idle) => self.check_side(id, true)?,
            (Kind::Stream, _) => return Err(Error::InvalidInput),
        }
        let listener = Kind::LISTENER.filter(|_| self.capabilities.listeners > 0);
        let listener = listener.ok_or(Error::NotSupported)?;
        let port = match slot.local_port {
            0 => self.free_port(false),
            port => port,
        };
        let listens = |other: &&super::Slot| other.live() && other.kind.is_listener();
        let listeners = self.slots.iter().filter(listens);
        let most = usize::from(self.capabilities.listeners);
        if listeners.clone().count() >= most || listeners.clone().any(|it| it.local_port == port) {
            return Err(Error::AddrInUse);
        }
        let slot = self.slot(id)?;
        slot.kind = listener;
        slot.bound = true;
        slot.local_port = port;
        slot.backlog = backlog;
        slot.peer = Peer::Alive;
        slot.connected = None;
        slot.state = State::Opening;
        Ok(())
    }

    /// Whether the module listens.
    pub(crate) fn poll_listening(&mut self, id: SocketId) -> Poll<()> {
        let slot = self.slot(id)?;
        match (slot.kind, slot.state) {
            (Kind::Listener(_), State::Open) => Ok(()),
            (Kind::Listener(_), _) => Err(nb::Error::WouldBlock),
            _ => Err(nb::Error::Other(slot.told_once().unwrap_or(Error::InvalidInput))),
        }
    }

    /// Takes the connection that has waited longest.
    pub(crate) fn accept(&mut self, id: SocketId) -> Poll<(SocketId, SocketAddr)> {
        let slot = self.slot(id)?;
        match slot.kind {
            Kind::Datagram(_) => return Err(nb::Error::Other(Error::NotSupported)),
            Kind::Stream => {
                let error = slot.told_once().unwrap_or(Error::InvalidInput);
                return Err(nb::Error::Other(error));
            }
            Kind::Listener(_) => {}
        }
        let Some(index) = self.longest_waiting(id.slot) else {
            self.watch(id);
            return Err(nb::Error::WouldBlock);
        };
        let Some(slot) = self.slots.get_mut(usize::from(index)) else {
            return Err(nb::Error::WouldBlock);
        };
        let Some(remote) = slot.remote else {
            return Err(nb::Error::WouldBlock); // the census that is due will say who it is
        };
        slot.unaccepted = None;
        let accepted = (SocketId { slot: index, generation: slot.generation }, remote);
        self.slot(id)?.reading = false;
        Ok(accepted)
    }

    /// Somebody waits for something to come: the module is asked now and then, in case a line is lost.
    pub(super) fn watch(&mut self, id: SocketId) {
        let look_at = self.now.wrapping_add(self.look_again);
        match self.slot(id) {
            Ok(slot) if !slot.reading => {
                slot.reading = true;
                if !slot.check {
                    slot.look_at = look_at;
                }
            }
            _ => {}
        }
    }

    fn longest_waiting(&self, listener: u8) -> Option<u8> {
        let arrivals = self.arrivals;
        let waiting = (0..).zip(self.slots.iter()).filter_map(|(index, slot)| {
            let waiting = slot.unaccepted.filter(|waiting| waiting.listener == listener)?;
            Some((index, arrivals.wrapping_sub(waiting.arrival)))
        });
        waiting.max_by_key(|&(_, age)| age).map(|(index, _)| index)
    }

    /// Whether a connection waits to be accepted.
    pub(crate) fn has_waiting(&self, listener: u8) -> bool {
        self.longest_waiting(listener).is_some_and(|index| {
            self.slots.get(usize::from(index)).is_some_and(|slot| slot.remote.is_some())
        })
    }

    /// A connection has come over this link to a listener (the one with that link, or the only one
    /// there is): it gets a slot if its listener has room for it. `false`: there is no listener.
    pub(crate) fn arrived(
        &mut self,
        link: u8,
        remote: Option<SocketAddr>,
        listener: Option<u8>,
    ) -> bool {
        let Some(index) = self.listener(listener) else { return false };
        if self.knocking.at(listener) || !self.admit(index, link, remote) {
            self.knocking.push(link, listener);
        }
        true
    }

    /// Gives slots to connections that have come, as far as there is room. Returns the links of those
    /// that nobody listens for any more.
    pub(crate) fn admit_knocking(&mut self) -> LinkSet {
        let (mut nobodys, mut full) = (0, 0);
        let all = self.knocking;
        for (&link, &listener) in all.links().iter().zip(&all.listeners) {
            let Some(index) = self.listener(listener) else {
                nobodys |= bit(link);
                self.knocking.remove(link);
                continue;
            };
            if full & bit(index) != 0 || !self.admit(index, link, None) {
                full |= bit(index); // those that came after it wait, too
                continue;
            }
            let noticed = all.noticed & bit(link) != 0;
            self.knocking.remove(link);
            if let (true, Some(slot)) = (noticed, self.linked_mut(link)) {
                slot.waiting = 1; // how much there is, nobody remembers
            }
        }
        nobodys
    }

    /// Whether the module listens for a socket.
    pub(super) fn listens(&self) -> bool {
        let listens = |slot: &super::Slot| slot.kind.is_listener() && slot.state == State::Open;
        self.slots.iter().any(listens)
    }

    /// The slot of the socket that listens: the one with that link, or the only one there is.
    fn listener(&self, link: Option<u8>) -> Option<u8> {
        let listens = |slot: &super::Slot| {
            slot.kind.is_listener()
                && matches!(slot.state, State::Opening | State::Open)
                && (link.is_none() || slot.link == link)
        };
        u8::try_from(self.slots.iter().position(listens)?).ok()
    }

    fn admit(&mut self, listener: u8, link: u8, remote: Option<SocketAddr>) -> bool {
        let Some(parent) = self.slots.get(usize::from(listener)).copied() else { return false };
        let Kind::Listener(by) = parent.kind else { return false };
        let waits = |slot: &&super::Slot| {
            slot.unaccepted.is_some_and(|waiting| waiting.listener == listener)
        };
        if self.slots.iter().filter(waits).count() >= usize::from(parent.backlog) {
            return false;
        }
        let Ok(id) = self.claim(Kind::Stream, parent.ipv6) else { return false };
        self.arrivals = self.arrivals.wrapping_add(1);
        let (arrival, now) = (self.arrivals, self.now);
        let Ok(slot) = self.slot(id) else { return false };
        slot.state = State::Open;
        slot.link = Some(link);
        slot.remote = remote;
        slot.local_port = parent.local_port;
        slot.tls = parent.tls;
        slot.unaccepted = Some(Waiting { listener, arrival, by });
        // the link may have the options of the connection that used it before
        slot.applied = Applied::Due;
        // its first notice may be lost (esp-at.md Q4)
        slot.check_soon(now);
        self.census |= remote.is_none();
        true
    }

    /// Closes connections that nobody will accept any more.
    pub(crate) fn release_unaccepted(&mut self) {
        for index in 0..self.slots.len() {
            let Some(slot) = self.slots.get(index) else { return };
            let Some(waiting) = slot.unaccepted else { continue };
            let parent = self.slots.get(usize::from(waiting.listener));
            let listens = parent.is_some_and(|slot| slot.live() && slot.kind.is_listener());
            if let (false, Some(slot)) = (listens, self.slots.get_mut(index)) {
                slot.unaccepted = None;
                slot.release();
            }
        }
        // the next listener must not get what came to this one
        let mut knocking = self.knocking;
        for at in knocking.listeners.iter_mut().take(usize::from(knocking.len)) {
            if self.listener(*at).is_none() {
                *at = Some(NOWHERE);
            }
        }
        self.knocking = knocking;
    }

    /// Who sends and is sent to, of a socket that is connected.
    pub(crate) fn peer_name(&mut self, id: SocketId) -> Result<SocketAddr, Error> {
        let slot = self.slot(id)?;
        match (slot.kind, slot.state, slot.remote) {
            (Kind::Stream, State::Open, Some(remote)) => Ok(remote),
            (Kind::Datagram(_), _, Some(remote)) if !slot.lent_peer => Ok(remote),
            _ => Err(Error::NotConnected),
        }
    }

    /// The port of a bound socket; a port is chosen if the program left that to the driver.
    pub(crate) fn local_port(&mut self, id: SocketId) -> Result<u16, Error> {
        let slot = *self.slot(id)?;
        if slot.bound && slot.local_port == 0 && slot.state == State::Idle {
            let port = self.free_port(slot.kind.is_datagram());
            self.slot(id)?.local_port = port;
            return Ok(port);
        }
        Ok(slot.local_port)
    }

    /// Binds a datagram socket that is not to any port, and has its link opened.
    pub(super) fn bind_datagram(&mut self, id: SocketId) -> Result<(), Error> {
        let slot = *self.slot(id)?;
        if !slot.bound {
            let port = self.free_port(true);
            let slot = self.slot(id)?;
            slot.bound = true;
            slot.local_port = port;
        }
        self.slot(id)?.reopen();
        Ok(())
    }

    /// Whether another socket of the same protocol holds the port against this one.
    fn taken(&mut self, id: SocketId, port: u16) -> bool {
        let Ok(&mut own) = self.slot(id) else { return false };
        self.slots.iter().enumerate().any(|(index, other)| {
            index != usize::from(id.slot)
                && other.live()
                && other.bound
                && other.local_port == port
                && other.kind.is_datagram() == own.kind.is_datagram()
                && !(other.options.reuse && own.options.reuse && !other.kind.is_listener())
        })
    }

    /// A port that no socket of the same protocol is bound to.
    fn free_port(&mut self, datagrams: bool) -> u16 {
        loop {
            let port = EPHEMERAL + self.next_port % (u16::MAX - EPHEMERAL);
            self.next_port = self.next_port.wrapping_add(1);
            let taken = self.slots.iter().any(|other| {
                other.local_port == port && other.live() && other.kind.is_datagram() == datagrams
            });
            if !taken {
                return port; // there are many more ports than slots
            }
        }
    }
}

/// Links whose connections have no slot yet, in the order in which they came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Knocking {
    links: [u8; KNOCKING],
    /// The link of the listener that each has come to, if the module said so.
    listeners: [Option<u8>; KNOCKING],
    len: u8,
    /// A bit for each of which the module has said that data wait.
    noticed: LinkSet,
}

impl Knocking {
    pub(crate) const EMPTY: Self =
        Self { links: [0; KNOCKING], listeners: [None; KNOCKING], len: 0, noticed: 0 };

    /// Whether a connection waits that has come to this listener.
    fn at(&self, listener: Option<u8>) -> bool {
        self.listeners.iter().take(usize::from(self.len)).any(|&other| other == listener)
    }

    pub(crate) fn links(&self) -> &[u8] {
        self.links.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Data wait. `false`: the connection is not one of these.
    pub(crate) fn notice(&mut self, link: u8) -> bool {
        let known = self.links().contains(&link);
        if known {
            self.noticed |= bit(link);
        }
        known
    }

    fn push(&mut self, link: u8, listener: Option<u8>) {
        self.remove(link);
        let end = usize::from(self.len);
        if let (Some(place), Some(at)) = (self.links.get_mut(end), self.listeners.get_mut(end)) {
            *place = link;
            *at = listener;
            self.len += 1;
        }
    }

    /// The connection of this link does not wait any more.
    /// Whether it did.
    pub(crate) fn remove(&mut self, link: u8) -> bool {
        let before = self.len;
        self.noticed &= !bit(link);
        let mut kept = 0;
        for index in 0..usize::from(self.len) {
            let (Some(&other), Some(&listener)) =
                (self.links.get(index), self.listeners.get(index))
            else {
                break;
            };
            if let (true, Some(place), Some(at)) =
                (other != link, self.links.get_mut(kept), self.listeners.get_mut(kept))
            {
                *place = other;
                *at = listener;
                kept += 1;
            }
        }
        self.len = kept as u8;
        self.len != before
    }
}
