//! What the calls that connect and move data do to a slot, without waiting; datagrams apart.

use core::net::SocketAddr;

use super::core::{Core, SocketId};
use super::kind::Kind;
use super::listener::UNSPECIFIED;
use super::slot::{Direct, Peer, Slot, State};
use super::tick::reached;
use crate::error::Error;

/// How soon a small send follows another one if they are in a row, in ms.
const BURST_GAP: u32 = 10;
/// So many small sends in a row are handed over one by one; those that follow join each other. A request
/// that is sent in two or three parts is with the module when the last call returns.
const BURST: u8 = 3;

/// An answer, or the word that there is none yet.
pub(crate) type Poll<T> = nb::Result<T, Error>;

/// How much to take of what has come.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Take {
    /// Up to and including this byte.
    pub(crate) until: Option<u8>,
    /// Leave it where it is.
    pub(crate) peek: bool,
}

impl Core<'_> {
    /// Starts to connect.
    ///
    /// # Errors
    /// `Already`, `AlreadyConnected`, or how an earlier attempt failed if that was not told yet.
    pub(crate) fn connect(&mut self, id: SocketId, remote: SocketAddr) -> Result<(), Error> {
        self.wake();
        self.check_side(id, false)?;
        let slot = self.slot(id)?;
        let malformed = remote.port() == 0 || remote.ip().is_unspecified();
        let foreign = remote.is_ipv6() != slot.ipv6;
        if slot.kind.is_datagram() {
            return match (malformed, foreign) {
                (true, _) => Err(Error::InvalidInput),
                (_, true) => Err(Error::AfNotSupported),
                _ => self.connect_datagram(id, remote),
            };
        }
        if slot.kind.is_listener() {
            return Err(Error::AlreadyConnected);
        }
        if let Some(result) = slot.connected.take() {
            return result;
        }
        match slot.state {
            State::Opening => return Err(Error::Already),
            State::Open => return Err(Error::AlreadyConnected),
            State::Free | State::Closing => return Err(Error::Closed),
            State::Idle if malformed => return Err(Error::InvalidInput),
            State::Idle if foreign => return Err(Error::AfNotSupported),
            State::Idle => {}
        }
        if slot.bound && slot.local_port != 0 {
            return Err(Error::NotSupported); // modules choose the port of a connection
        }
        slot.remote = Some(remote);
        slot.local_port = 0;
        slot.rx.clear();
        slot.tx.clear();
        slot.peer = Peer::Alive;
        slot.cause = None;
        slot.missing = false;
        slot.error = None;
        slot.direct = Direct::Idle;
        slot.state = State::Opening;
        Ok(())
    }

    /// Whether a connection attempt has ended.
    pub(crate) fn poll_connect(&mut self, id: SocketId) -> Poll<()> {
        let slot = self.slot(id)?;
        match slot.connected.take() {
            Some(result) => result.map_err(nb::Error::Other),
            None if slot.state == State::Opening => Err(nb::Error::WouldBlock),
            None if slot.state == State::Open => Ok(()),
            None => Err(nb::Error::Other(Error::NotConnected)),
        }
    }

    /// Moves received bytes, or the oldest datagram, to `out`, and tells whose they are.
    ///
    /// 0 bytes of a stream, for a non-empty `out`: the peer has closed and all has been read.
    pub(crate) fn receive(
        &mut self,
        id: SocketId,
        out: &mut [u8],
        take: Take,
    ) -> Poll<(usize, SocketAddr)> {
        if self.slot(id)?.kind.is_datagram() {
            return self.receive_datagram(id, out, take);
        }
        let Some((slot, storage)) = self.receiver(id.slot) else {
            return Err(nb::Error::Other(Error::Closed));
        };
        usable(slot)?;
        let from = slot.remote.unwrap_or(UNSPECIFIED);
        if out.is_empty() {
            return Ok((0, from));
        }
        if !slot.rx.is_empty() {
            slot.reading = false;
            let limit = match take.until {
                Some(byte) => slot.rx.find(storage, byte).unwrap_or(usize::MAX).min(out.len()),
                None => out.len(),
            };
            let out = out.get_mut(..limit).unwrap_or_default();
            let count =
                if take.peek { slot.rx.peek(storage, 0, out) } else { slot.rx.read(storage, out) };
            return Ok((count, from));
        }
        if let Some(error) = slot.error {
            return Err(nb::Error::Other(error));
        }
        if matches!(slot.peer, Peer::Gone | Peer::Left) {
            return Ok((0, from));
        }
        self.watch(id);
        Err(nb::Error::WouldBlock)
    }

    /// A send of so many bytes begins. Returns whether, if it is a blocking one, it joins the small ones
    /// before it, as Nagle's algorithm has it: it is small, follows several others at once, and the
    /// program has not said `TCP_NODELAY`.
    pub(crate) fn begin_send(&mut self, id: SocketId, now: u32, len: usize) -> bool {
        let small = len <= self.tx_size / 2;
        self.slot(id).is_ok_and(|slot| {
            let wanted = slot.kind == Kind::Stream && !slot.options.tcp.no_delay;
            let before = if reached(now, slot.burst_until) { 0 } else { slot.burst };
            slot.burst = if small { before.saturating_add(1) } else { 0 };
            wanted && slot.burst > BURST
        })
    }

    /// A send has ended; the next small one is another in a row if it comes soon.
    pub(crate) fn end_send(&mut self, id: SocketId, now: u32) {
        if let Ok(slot) = self.slot(id) {
            slot.burst_until = now.wrapping_add(BURST_GAP);
        }
    }

    /// Takes over all of `data`, to be sent together with what is there and what follows.
    pub(crate) fn join(&mut self, id: SocketId, data: &[u8]) -> Poll<usize> {
        let room = self.tx_size - self.slot(id)?.tx.len().min(self.tx_size);
        match self.slot(id)?.error {
            None if room < data.len() => Err(nb::Error::WouldBlock),
            _ => self.send_buffered(id, data, None),
        }
    }

    /// Sends straight from the caller's memory, which the caller lends to each pump until this
    /// returns: up to `len` bytes, a datagram whole. Returns how many the module has accepted.
    pub(crate) fn send_direct(
        &mut self,
        id: SocketId,
        len: usize,
        to: Option<SocketAddr>,
    ) -> Poll<usize> {
        let slot = self.slot(id)?;
        match slot.direct {
            Direct::Done(count) => {
                slot.direct = Direct::Idle;
                return Ok(count);
            }
            Direct::Failed(error) => {
                slot.direct = Direct::Idle;
                if slot.kind.is_datagram() && slot.error == Some(error) {
                    slot.error = None; // told
                }
                return Err(nb::Error::Other(error));
            }
            Direct::Flying | Direct::Handed(_) => return Err(nb::Error::WouldBlock),
            Direct::Wanted(_) | Direct::Idle => {}
        }
        if slot.kind.is_datagram() {
            self.address_datagram(id, len, to)?;
        } else {
            sendable(slot)?;
            if len == 0 {
                return Ok(0);
            }
        }
        self.slot(id)?.direct = Direct::Wanted(len);
        Err(nb::Error::WouldBlock)
    }

    /// The caller takes its memory back. Returns how many bytes the module has by now: these will
    /// be sent, or the socket fails.
    pub(crate) fn abandon_send(&mut self, id: SocketId) -> usize {
        let Ok(slot) = self.slot(id) else { return 0 };
        match core::mem::replace(&mut slot.direct, Direct::Idle) {
            Direct::Handed(count) | Direct::Done(count) => count,
            // while it flies, the engine sees from `Idle` that the memory is gone
            Direct::Idle | Direct::Wanted(_) | Direct::Flying | Direct::Failed(_) => 0,
        }
    }

    /// Whether the module has all that the send ring was given.
    pub(crate) fn poll_flushed(&mut self, id: SocketId) -> Poll<()> {
        let slot = self.slot(id)?;
        match slot.error {
            Some(error) if slot.kind == Kind::Stream => Err(nb::Error::Other(error)),
            // a datagram may wait for the link of its socket
            _ if matches!(slot.state, State::Opening | State::Open) && !slot.tx.is_empty() => {
                Err(nb::Error::WouldBlock)
            }
            _ => Ok(()),
        }
    }

    /// Takes over as many bytes as there is room for, or a datagram, to be sent by later pumps.
    pub(crate) fn send_buffered(
        &mut self,
        id: SocketId,
        data: &[u8],
        to: Option<SocketAddr>,
    ) -> Poll<usize> {
        if self.slot(id)?.kind.is_datagram() {
            return self.buffer_datagram(id, data, to);
        }
        let Some((slot, storage)) = self.sender(id.slot) else {
            return Err(nb::Error::Other(Error::Closed));
        };
        sendable(slot)?;
        match slot.tx.write(storage, data) {
            0 if !data.is_empty() => Err(nb::Error::WouldBlock),
            count => Ok(count),
        }
    }

    /// Ends a connection in both directions: what has been sent goes out, what has come stays
    /// readable.
    ///
    /// # Errors
    /// `NotConnected`.
    pub(crate) fn shut_down(&mut self, id: SocketId) -> Result<(), Error> {
        let slot = self.slot(id)?;
        match (slot.kind, slot.state, slot.peer) {
            (Kind::Stream, State::Open, Peer::Alive) => {
                // of a link that has failed nothing can go out any more
                slot.peer = if slot.link.is_some() { Peer::Left } else { Peer::Gone };
                slot.waiting = 0;
                Ok(())
            }
            (Kind::Stream, State::Open, Peer::Draining) => {
                slot.peer = Peer::Left;
                slot.waiting = 0;
                Ok(())
            }
            (Kind::Stream, State::Open, Peer::Gone | Peer::Left) => Ok(()),
            _ => Err(Error::NotConnected),
        }
    }

    /// Whether the socket carries datagrams.
    pub(crate) fn carries_datagrams(&mut self, id: SocketId) -> bool {
        self.slot(id).is_ok_and(|slot| slot.kind.is_datagram())
    }

    /// Closes the socket; its handles are stale from now on.
    pub(crate) fn close(&mut self, id: SocketId) {
        if let Ok(slot) = self.slot(id) {
            slot.release();
            self.release_unaccepted();
        }
    }
}

impl Slot {
    /// How the last attempt to connect or to listen failed, if that has not been told yet.
    pub(super) const fn told_once(&mut self) -> Option<Error> {
        match self.connected {
            Some(Err(error)) => {
                self.connected = None;
                Some(error)
            }
            _ => None,
        }
    }
}

/// The states in which receiving makes sense.
fn usable(slot: &mut Slot) -> Poll<()> {
    match (slot.kind, slot.state) {
        (Kind::Listener(_), _) => Err(nb::Error::Other(Error::NotConnected)),
        (_, State::Open) => Ok(()),
        (_, State::Opening) => Err(nb::Error::WouldBlock),
        (_, State::Idle) => Err(nb::Error::Other(slot.told_once().unwrap_or(Error::NotConnected))),
        (_, State::Free | State::Closing) => Err(nb::Error::Other(Error::Closed)),
    }
}

/// The states in which sending makes sense.
fn sendable(slot: &mut Slot) -> Poll<()> {
    let refused = slot.state == State::Idle && slot.peer == Peer::Gone;
    match usable(slot) {
        // connecting has failed, and that has been told (usocket-oracle.tsv e14)
        Err(nb::Error::Other(Error::NotConnected)) if refused => {
            return Err(nb::Error::Other(Error::BrokenPipe));
        }
        other => other?,
    }
    if let Some(error) = slot.error {
        return Err(nb::Error::Other(error));
    }
    if slot.peer != Peer::Alive {
        return Err(nb::Error::Other(Error::BrokenPipe));
    }
    Ok(())
}
