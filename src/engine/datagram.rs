//! What each call of a datagram socket does to its slot, without waiting.

use core::net::SocketAddr;

use super::core::{Core, SocketId};
use super::record::Record;
use super::slot::{Slot, State};
use super::stream::{Poll, Take};
use crate::error::Error;

impl Core<'_> {
    /// Sets the peer: nobody else is heard from now on.
    pub(super) fn connect_datagram(
        &mut self,
        id: SocketId,
        remote: SocketAddr,
    ) -> Result<(), Error> {
        let open_to_all = self.capabilities.udp_unconnected;
        let slot = self.slot(id)?;
        if !open_to_all && slot.remote != Some(remote) && slot.state == State::Open {
            slot.state = State::Opening; // anew, to this peer
        }
        slot.remote = Some(remote);
        slot.lent_peer = false;
        self.bind_datagram(id)
    }

    /// Moves the oldest datagram to `out`; what does not fit is dropped, unless a line was wanted.
    pub(super) fn receive_datagram(
        &mut self,
        id: SocketId,
        out: &mut [u8],
        take: Take,
    ) -> Poll<(usize, SocketAddr)> {
        let Some((slot, storage)) = self.receiver(id.slot) else {
            return Err(nb::Error::Other(Error::Closed));
        };
        if let Some(record) = Record::front(&slot.rx, storage) {
            slot.reading = false;
            let end = match take.until {
                Some(byte) => (0..record.len)
                    .find(|at| slot.rx.get(storage, record.head() + at) == Some(byte))
                    .map_or(record.len, |at| at + 1),
                None => record.len,
            };
            let wanted = end.min(out.len());
            let out = out.get_mut(..wanted).unwrap_or_default();
            let count = slot.rx.peek(storage, record.head(), out);
            match take {
                Take { peek: true, .. } => {}
                Take { until: Some(_), .. } if count < record.len => {
                    record.shorten(&mut slot.rx, storage, count);
                }
                _ => slot.rx.consume(storage.len(), record.size()),
            }
            return Ok((count, record.address));
        }
        if let Some(error) = slot.error.take() {
            return Err(nb::Error::Other(error));
        }
        self.reopen(id);
        self.watch(id);
        Err(nb::Error::WouldBlock)
    }

    /// Bytes of the oldest datagram that has come.
    pub(crate) fn next_datagram(&mut self, id: SocketId) -> Option<usize> {
        self.slot(id).ok()?;
        let (slot, storage) = self.receiver(id.slot)?;
        Record::front(&slot.rx, storage).map(|record| record.len)
    }

    /// Has the link of a bound datagram socket opened, if it has none and no error is to be told.
    pub(super) fn reopen(&mut self, id: SocketId) {
        let reopened = self.slot(id).is_ok_and(|slot| slot.error.is_none() && slot.reopen());
        if reopened {
            self.wake();
        }
    }

    /// Checks a datagram that is to be sent, and has the link opened.
    pub(super) fn address_datagram(
        &mut self,
        id: SocketId,
        len: usize,
        to: Option<SocketAddr>,
    ) -> Result<(), Error> {
        let record = self.checked(id, len, to, usize::MAX)?;
        self.turn_to(id, record.address)?;
        self.bind_datagram(id)
    }

    /// Where the link of a datagram socket can have only one peer: has it opened to this one. A socket
    /// that the program has connected keeps its peer.
    ///
    /// # Errors
    /// `NotSupported`: it is connected to another one; `WouldBlock`: something has to go out to the
    /// last one first.
    fn turn_to(&mut self, id: SocketId, to: SocketAddr) -> Result<(), Error> {
        let open_to_all = self.capabilities.udp_unconnected;
        let slot = self.slot(id)?;
        match slot.remote {
            _ if open_to_all => Ok(()),
            Some(peer) if peer == to => Ok(()),
            Some(_) if !slot.lent_peer => Err(Error::NotSupported),
            Some(_) if !slot.tx.is_empty() => Err(Error::WouldBlock),
            _ => {
                slot.remote = Some(to);
                slot.lent_peer = true;
                if slot.state == State::Open {
                    slot.state = State::Opening;
                }
                Ok(())
            }
        }
    }

    /// Where a datagram goes, if it can be sent at all; it must fit a ring of so many bytes.
    fn checked(
        &mut self,
        id: SocketId,
        len: usize,
        to: Option<SocketAddr>,
        ring: usize,
    ) -> Result<Record, Error> {
        self.wake();
        let capabilities = self.capabilities;
        let slot = self.slot(id)?;
        // what has failed for good is told; what was lost on the way in is the reader's affair
        if let Some(error) = slot.error.filter(|&error| error != Error::DataLost) {
            slot.error = None;
            return Err(error);
        }
        let to = to.or(slot.remote).ok_or(Error::DestAddrRequired)?;
        if to.port() == 0 || to.ip().is_unspecified() {
            return Err(Error::InvalidInput);
        }
        if to.is_ipv6() != slot.ipv6 {
            return Err(Error::AfNotSupported);
        }
        if capabilities.max_datagram == 0 {
            return Err(Error::NotSupported);
        }
        let record = Record { len, address: to };
        if len > capabilities.max_datagram || record.size() > ring {
            return Err(Error::MessageTooLong);
        }
        if len == 0 && !capabilities.sends_empty_datagrams {
            return Err(Error::NotSupported);
        }
        Ok(record)
    }

    /// Takes over a datagram, to be sent by later pumps.
    pub(super) fn buffer_datagram(
        &mut self,
        id: SocketId,
        data: &[u8],
        to: Option<SocketAddr>,
    ) -> Poll<usize> {
        let record = self.checked(id, data.len(), to, self.tx_size)?;
        match self.turn_to(id, record.address) {
            Err(Error::WouldBlock) => return Err(nb::Error::WouldBlock),
            turned => turned?,
        }
        self.bind_datagram(id)?;
        let Some((slot, storage)) = self.sender(id.slot) else {
            return Err(nb::Error::Other(Error::Closed));
        };
        if !record.stage(&mut slot.tx, storage) {
            return Err(nb::Error::WouldBlock);
        }
        slot.tx.stage(storage, data);
        slot.tx.commit();
        Ok(data.len())
    }

    /// Sockets that share a port (`SO_REUSEADDR`) share the one link that the module has for it: it
    /// goes to the one that needs it. Returns whether it did, or will.
    pub(super) fn take_shared_link(&mut self, index: u8) -> bool {
        let Some(&taker) = self.slots.get(usize::from(index)) else { return false };
        let mut others = self.slots.iter_mut().filter(|slot| slot.holds_port_of(&taker));
        if let Some(owner) = others.find(|slot| slot.state == State::Open && slot.tx.is_empty()) {
            let address = |slot: &Slot| (slot.options.group, slot.options.broadcast);
            if !owner.options.reuse || address(owner) != address(&taker) {
                return false; // the module says what it thinks of that
            }
            let link = owner.link.take();
            owner.state = State::Idle;
            if let Some(taker) = self.slots.get_mut(usize::from(index)) {
                taker.link = link;
                if taker.state == State::Opening {
                    taker.state = State::Open; // else it is closing, and only has something to send
                }
            }
            return true;
        }
        // one that is about to give it up
        self.slots.iter().any(|slot| slot.holds_port_of(&taker))
    }
}

impl Slot {
    /// Whether it has a link with the port of this datagram socket.
    fn holds_port_of(&self, socket: &Self) -> bool {
        self.kind.is_datagram()
            && socket.kind.is_datagram()
            && (self.local_port, self.ipv6) == (socket.local_port, socket.ipv6)
            && self.link.is_some()
    }

    /// Has the link of a bound datagram socket opened, if it has none; whether it had none.
    pub(super) fn reopen(&mut self) -> bool {
        let closed = self.kind.is_datagram() && self.state == State::Idle && self.bound;
        if closed {
            self.state = State::Opening;
        }
        closed
    }

    /// The module has closed the link of a datagram socket by itself: it gets a new one.
    ///
    /// An empty datagram makes ESP-AT do so (recordings/README.md fact 14). What it was, and what
    /// comes until the link is open again, is lost.
    pub(super) fn lose_link(&mut self, error: Error) {
        self.link = None;
        self.waiting = 0;
        self.rx.discard();
        self.error = Some(error);
        self.state = match (self.state, error) {
            (State::Closing | State::Free, _) => self.state,
            // it can only be opened when there is a network again
            (_, Error::NetworkDown) => State::Idle,
            _ => State::Opening,
        };
        self.free_if_unlinked();
    }
}
