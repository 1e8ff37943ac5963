//! What sockets and their files share: which socket it is, and how each call waits.

use core::net::SocketAddr;

use super::CLOSE_LIMIT_MS;
use crate::engine::{Core, Mode, Poll, SocketId, State, Supply, Take};
use crate::error::{Error, StreamError};
use crate::stack::{Stack, ask, keep_promise, lend, wait};

/// A socket of a module. Any number of them may stand for the same socket.
#[derive(Clone, Copy)]
pub(crate) struct Descriptor<'n> {
    pub(crate) stack: &'n dyn Stack,
    pub(crate) id: SocketId,
}

impl Descriptor<'_> {
    pub(super) fn fileno(&self) -> i32 {
        let open = ask(self.stack, &mut |core| Ok(core.slot(self.id).is_ok()));
        if open == Ok(true) { i32::from(self.id.slot) } else { -1 }
    }

    pub(super) fn mode(&self) -> Mode {
        ask(self.stack, &mut |core| Ok(core.mode(self.id))).unwrap_or(Mode::NonBlocking)
    }

    /// Asks, and waits for the answer as long as `mode` allows.
    pub(crate) fn wait<T>(
        &self,
        mode: Mode,
        mut question: impl FnMut(&mut Core<'_>, SocketId) -> Poll<T>,
    ) -> Result<T, Error> {
        wait(self.stack, mode, &Supply::default(), &mut |_| {}, |core| question(core, self.id))
    }

    /// Does something that takes no time.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut Core<'_>, SocketId) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut change = Some(change);
        let mut result = Err(Error::Busy);
        self.stack.access(&mut |core| {
            if let Some(change) = change.take() {
                result = change(core, self.id);
            }
        })?;
        result
    }

    /// The same after a look at what has come, for answers that depend on it.
    pub(crate) fn change_now<T>(
        &self,
        change: impl FnOnce(&mut Core<'_>, SocketId) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.stack.pump(&Default::default(), &mut |_| {})?;
        self.change(change)
    }

    /// Waits for what a call has asked the module for. A call that does not wait leaves it to the
    /// next rounds; what goes wrong is told by a later call then.
    pub(super) fn settle(
        &self,
        mode: Mode,
        question: impl FnMut(&mut Core<'_>, SocketId) -> Poll<()>,
    ) -> Result<(), Error> {
        match self.wait(mode, question) {
            Err(Error::WouldBlock) => Ok(()),
            result => result,
        }
    }

    pub(super) fn connect(&self, mode: Mode, addr: SocketAddr) -> Result<(), Error> {
        let fresh = self.change_now(|core, id| {
            let told = core.slot(id)?.connected.is_some();
            core.connect(id, addr)?;
            Ok(!told)
        })?;
        if !fresh {
            return Ok(()); // an earlier attempt had succeeded meanwhile
        }
        match self.wait(mode, |core, id| core.poll_connect(id)) {
            Err(Error::WouldBlock) => Err(Error::InProgress),
            result => result,
        }
    }

    pub(super) fn receive(
        &self,
        mode: Mode,
        buf: &mut [u8],
        take: Take,
    ) -> Result<(usize, SocketAddr), Error> {
        // bytes at hand cost neither a look at the UART nor at the clock
        match ask(self.stack, &mut |core| core.receive(self.id, buf, take)) {
            Err(nb::Error::WouldBlock) => self.wait(mode, |core, id| core.receive(id, buf, take)),
            Err(nb::Error::Other(error)) => Err(error),
            Ok(count) => Ok(count),
        }
    }

    pub(super) fn send(
        &self,
        mode: Mode,
        data: &[u8],
        to: Option<SocketAddr>,
    ) -> Result<usize, Error> {
        let joins = self.begin_send(mode, data.len());
        let sent = self.send_once(mode, data, to, joins)?;
        self.end_send();
        Ok(sent)
    }

    /// A send of so many bytes begins; whether it joins those before it.
    fn begin_send(&self, mode: Mode, len: usize) -> bool {
        let now = self.stack.now();
        let joins = ask(self.stack, &mut |core| Ok(core.begin_send(self.id, now, len)));
        mode != Mode::NonBlocking && joins == Ok(true)
    }

    /// A send has ended well.
    fn end_send(&self) {
        let now = self.stack.now();
        let _ = self.stack.access(&mut |core| core.end_send(self.id, now));
    }

    fn send_once(
        &self,
        mode: Mode,
        data: &[u8],
        to: Option<SocketAddr>,
        joins: bool,
    ) -> Result<usize, Error> {
        match mode {
            Mode::NonBlocking => self.wait(mode, |core, id| core.send_buffered(id, data, to)),
            _ if joins => self.join(mode, data),
            _ => self.hand_over(mode, data, to),
        }
    }

    /// Leaves a small send in the ring, to go out with what follows it while the module is busy with
    /// what went before.
    fn join(&self, mode: Mode, data: &[u8]) -> Result<usize, Error> {
        let sent = self.wait(mode, |core, id| core.join(id, data))?;
        // if the line is idle it goes out now; what becomes of it is told by a later call
        let _ = self.stack.pump(&Supply::default(), &mut |_| {});
        Ok(sent)
    }

    /// Sends from the caller's memory, and waits until the module has accepted it.
    fn hand_over(&self, mode: Mode, data: &[u8], to: Option<SocketAddr>) -> Result<usize, Error> {
        let supply = lend(self.id, data, to);
        let question = |core: &mut Core<'_>| core.send_direct(self.id, data.len(), to);
        match wait(self.stack, mode, &supply, &mut |_| {}, question) {
            Ok(count) => Ok(count),
            Err(error) => {
                let _ = keep_promise(self.stack, self.id, &supply); // the error before it counts
                let handed = ask(self.stack, &mut |core| Ok(core.abandon_send(self.id)));
                match (error, handed) {
                    (Error::TimedOut | Error::Interrupted, Ok(count)) if count > 0 => Ok(count),
                    _ => Err(error),
                }
            }
        }
    }

    pub(super) fn sendall(&self, data: &[u8]) -> Result<(), StreamError> {
        let joins = self.begin_send(self.mode(), data.len());
        let mut done = 0;
        while let Some(rest) = data.get(done..).filter(|rest| !rest.is_empty() || done == 0) {
            let sent = self.send_once(self.mode(), rest, None, joins);
            done += sent.map_err(|error| StreamError { error, done })?;
            if rest.is_empty() {
                break;
            }
        }
        self.end_send();
        Ok(())
    }

    pub(super) fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError> {
        let joins = self.begin_send(self.mode(), data.len());
        let written = self.piecewise(data.len(), |done| {
            let rest = data.get(done..).unwrap_or_default();
            self.send_once(self.mode(), rest, None, joins).map(|count| (count, false))
        })?;
        self.end_send();
        Ok(written)
    }

    pub(super) fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        let datagrams = self.carries_datagrams();
        self.piecewise(buf.len(), |done| {
            let rest = buf.get_mut(done..).unwrap_or_default();
            let (count, _) = self.receive(self.mode(), rest, Take::default())?;
            Ok((count, count == 0 || datagrams))
        })
    }

    pub(super) fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        let datagrams = self.carries_datagrams();
        let take = Take { until: Some(b'\n'), peek: false };
        self.piecewise(buf.len(), |done| {
            let rest = buf.get_mut(done..).unwrap_or_default();
            let (count, _) = self.receive(self.mode(), rest, take)?;
            let last = (done + count).checked_sub(1).and_then(|at| buf.get(at));
            Ok((count, count == 0 || datagrams || last == Some(&b'\n')))
        })
    }

    pub(super) fn read_to_end<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<Option<usize>, StreamError> {
        const PIECE: usize = 64;
        if self.carries_datagrams() {
            return self.append_datagram(data);
        }
        self.piecewise(usize::MAX, |_| {
            let mut piece = [0; PIECE];
            let room = (N - data.len()).min(PIECE);
            // without room, a look at whether there is more
            let take = Take { until: None, peek: room == 0 };
            let piece = piece.get_mut(..room.max(1)).unwrap_or_default();
            let (count, _) = self.receive(self.mode(), piece, take)?;
            let taken = data.extend_from_slice(piece.get(..count).unwrap_or_default());
            taken.map_err(|_| Error::OutOfMemory)?;
            Ok((count, count == 0))
        })
    }

    /// Appends the oldest datagram, whole.
    fn append_datagram<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<Option<usize>, StreamError> {
        self.piecewise(usize::MAX, |_| {
            let peek = Take { until: None, peek: true };
            self.receive(self.mode(), &mut [], peek)?; // there is one from here on
            let len = ask(self.stack, &mut |core| Ok(core.next_datagram(self.id)));
            let (start, len) = (data.len(), len.ok().flatten().unwrap_or(0));
            data.resize_default(start + len).map_err(|_| Error::OutOfMemory)?;
            let room = data.get_mut(start..).unwrap_or_default();
            let (count, _) = self.receive(Mode::NonBlocking, room, Take::default())?;
            Ok((count, true))
        })
    }

    /// Stream calls take one datagram each, and never glue two together
    /// (usocket-semantics.md §8).
    pub(super) fn carries_datagrams(&self) -> bool {
        ask(self.stack, &mut |core| Ok(core.carries_datagrams(self.id))) == Ok(true)
    }

    /// The loop of the stream calls: single attempts until `total` bytes are moved, or one says that
    /// it was the last (usocket-semantics.md §1.1).
    fn piecewise(
        &self,
        total: usize,
        mut attempt: impl FnMut(usize) -> Result<(usize, bool), Error>,
    ) -> Result<Option<usize>, StreamError> {
        let mut done = 0;
        while done < total {
            match attempt(done) {
                Ok((count, last)) => {
                    done += count;
                    if last {
                        break;
                    }
                }
                Err(Error::WouldBlock) if done == 0 => return Ok(None),
                Err(Error::WouldBlock) => break,
                Err(error) => return Err(StreamError { error, done }),
            }
        }
        Ok(Some(done))
    }

    pub(super) fn close(&self) -> Result<(), Error> {
        let mut mode = Mode::NonBlocking;
        self.stack.access(&mut |core| {
            mode = core.mode(self.id);
            core.close(self.id);
        })?;
        let limit = match mode {
            Mode::NonBlocking => Mode::NonBlocking,
            Mode::Timeout(limit) => Mode::Timeout(limit.min(CLOSE_LIMIT_MS)),
            Mode::Blocking => Mode::Timeout(CLOSE_LIMIT_MS),
        };
        let gone = self.id.generation.wrapping_add(1);
        let closed = self.wait(limit, |core, id| match core.slots.get(usize::from(id.slot)) {
            Some(slot) if slot.generation == gone && slot.state == State::Closing => {
                Err(nb::Error::WouldBlock)
            }
            _ => Ok(()),
        });
        match closed {
            Err(error @ Error::Uart(_)) => Err(error),
            _ => Ok(()),
        }
    }
}
