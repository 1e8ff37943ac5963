//! What each call of a stream socket does to its slot, without waiting.

use core::net::SocketAddr;

use super::core::{Core, SocketId};
use super::slot::{Direct, Peer, Slot, State};
use crate::error::Error;

/// How long a reader waits before the module is asked again, in ms (esp-at.md §8.3: 0.5–1 s).
pub(crate) const LOOK_AGAIN: u32 = 500;

type Poll<T> = nb::Result<T, Error>;

impl Core<'_> {
    /// Starts to connect.
    ///
    /// # Errors
    /// `Already`, `AlreadyConnected`, or how an earlier attempt failed if that was not told yet.
    pub(crate) fn connect(&mut self, id: SocketId, remote: SocketAddr) -> Result<(), Error> {
        self.wake();
        let slot = self.slot(id)?;
        if let Some(result) = slot.connected.take() {
            return result;
        }
        match slot.state {
            State::Opening => return Err(Error::Already),
            State::Open => return Err(Error::AlreadyConnected),
            State::Free | State::Closing => return Err(Error::Closed),
            State::Idle => {}
        }
        if remote.port() == 0 || remote.ip().is_unspecified() {
            return Err(Error::InvalidInput);
        }
        if remote.is_ipv6() != slot.ipv6 {
            return Err(Error::AfNotSupported);
        }
        slot.remote = Some(remote);
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

    /// Moves received bytes to `out`, up to and including the first `until` if there is one.
    ///
    /// 0 for a non-empty `out`: the peer has closed and all has been read.
    pub(crate) fn receive(
        &mut self,
        id: SocketId,
        out: &mut [u8],
        until: Option<u8>,
    ) -> Poll<usize> {
        let now = self.now;
        self.slot(id)?;
        let Some((slot, storage)) = self.receiver(id.slot) else {
            return Err(nb::Error::Other(Error::Closed));
        };
        usable(slot)?;
        if out.is_empty() {
            return Ok(0);
        }
        let limit = match until {
            Some(byte) => slot.rx.find(storage, byte).unwrap_or(usize::MAX).min(out.len()),
            None => out.len(),
        };
        if !slot.rx.is_empty() {
            slot.reading = false;
            return Ok(slot.rx.read(storage, out.get_mut(..limit).unwrap_or_default()));
        }
        if let Some(error) = slot.error {
            return Err(nb::Error::Other(error));
        }
        if slot.peer == Peer::Gone {
            return Ok(0);
        }
        if !slot.reading {
            slot.reading = true;
            slot.look_at = now.wrapping_add(LOOK_AGAIN);
        }
        Err(nb::Error::WouldBlock)
    }

    /// Sends straight from the caller's memory, which the caller lends to each pump until this
    /// returns: up to `len` bytes. Returns how many the module has accepted.
    pub(crate) fn send_direct(&mut self, id: SocketId, len: usize) -> Poll<usize> {
        let slot = self.slot(id)?;
        match slot.direct {
            Direct::Done(count) => {
                slot.direct = Direct::Idle;
                return Ok(count);
            }
            Direct::Failed(error) => {
                slot.direct = Direct::Idle;
                return Err(nb::Error::Other(error));
            }
            Direct::Flying | Direct::Handed(_) => return Err(nb::Error::WouldBlock),
            Direct::Wanted(_) | Direct::Idle => {}
        }
        sendable(slot)?;
        if len == 0 {
            return Ok(0);
        }
        slot.direct = Direct::Wanted(len);
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

    /// Takes over as many bytes as there is room for, to be sent by later pumps.
    pub(crate) fn send_buffered(&mut self, id: SocketId, data: &[u8]) -> Poll<usize> {
        self.slot(id)?;
        let Some((slot, storage)) = self.sender(id.slot) else {
            return Err(nb::Error::Other(Error::Closed));
        };
        sendable(slot)?;
        match slot.tx.write(storage, data) {
            0 if !data.is_empty() => Err(nb::Error::WouldBlock),
            count => Ok(count),
        }
    }

    /// Closes the socket; its handles are stale from now on.
    pub(crate) fn close(&mut self, id: SocketId) {
        if let Ok(slot) = self.slot(id) {
            slot.release();
        }
    }
}

/// The states in which receiving makes sense.
fn usable(slot: &mut Slot) -> Poll<()> {
    match slot.state {
        State::Open => Ok(()),
        State::Opening => Err(nb::Error::WouldBlock),
        State::Idle => match slot.connected.take() {
            Some(Err(error)) => Err(nb::Error::Other(error)),
            _ => Err(nb::Error::Other(Error::NotConnected)),
        },
        State::Free | State::Closing => Err(nb::Error::Other(Error::Closed)),
    }
}

/// The states in which sending makes sense.
fn sendable(slot: &mut Slot) -> Poll<()> {
    usable(slot)?;
    if let Some(error) = slot.error {
        return Err(nb::Error::Other(error));
    }
    if slot.peer != Peer::Alive {
        return Err(nb::Error::Other(Error::BrokenPipe));
    }
    Ok(())
}
