//! What sockets and their files share: which socket it is, and how each call waits.

use core::net::SocketAddr;

use super::super::wait;
use super::shell::{Shell, calls, changed, hand_over};
use crate::constants::CLOSE_LIMIT_MS;
use crate::engine::{Core, Mode, Poll, SocketId, State, Supply, Take};
use crate::error::{Error, StreamError};
use crate::stack::{ask, attempt};

/// A socket of a module. Any number of them may stand for the same socket.
#[derive(Clone, Copy)]
pub(crate) struct Descriptor<'n> {
    pub(crate) stack: &'n dyn Shell,
    pub(crate) id: SocketId,
}

impl Descriptor<'_> {
    pub(super) fn fileno(&self) -> i32 {
        let open = ask(self.stack, &mut |core| Ok(core.slot(self.id).is_ok()));
        if open == Ok(true) { i32::from(self.id.slot) } else { -1 }
    }

    pub(crate) fn mode(&self) -> Mode {
        ask(self.stack, &mut |core| Ok(core.mode(self.id))).unwrap_or(Mode::NonBlocking)
    }

    /// Asks, and leaves it at that.
    pub(super) fn attempt<T>(
        &self,
        mut question: impl FnMut(&mut Core<'_>, SocketId) -> Poll<T>,
    ) -> Result<T, Error> {
        attempt(self.stack, |core| question(core, self.id))
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
        changed(self.stack);
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

    /// Begins to connect; `false`: an earlier attempt had succeeded meanwhile.
    fn begin_connect(&self, addr: SocketAddr) -> Result<bool, Error> {
        self.change_now(|core, id| {
            let told = core.slot(id)?.connected.is_some();
            core.connect(id, addr)?;
            Ok(!told)
        })
    }

    pub(super) fn try_connect(&self, addr: SocketAddr) -> Result<(), Error> {
        match self.begin_connect(addr)? {
            true => self.attempt(|core, id| core.poll_connect(id)),
            false => Ok(()),
        }
    }

    pub(super) fn try_receive(
        &self,
        buf: &mut [u8],
        take: Take,
    ) -> Result<(usize, SocketAddr), Error> {
        // bytes at hand cost neither a look at the UART nor at the clock
        match ask(self.stack, &mut |core| core.receive(self.id, buf, take)) {
            Err(nb::Error::WouldBlock) => self.attempt(|core, id| core.receive(id, buf, take)),
            Err(nb::Error::Other(error)) => Err(error),
            Ok(count) => Ok(count),
        }
    }

    pub(super) fn try_send(&self, data: &[u8], to: Option<SocketAddr>) -> Result<usize, Error> {
        self.begin_send(Mode::NonBlocking, data.len());
        let sent = self.attempt(|core, id| core.send_buffered(id, data, to))?;
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

    /// Stream calls take one datagram each, and never glue two together
    /// (usocket-semantics.md §8).
    pub(super) fn carries_datagrams(&self) -> bool {
        ask(self.stack, &mut |core| Ok(core.carries_datagrams(self.id))) == Ok(true)
    }
}

#[calls]
impl Descriptor<'_> {
    /// Asks, and waits for the answer as long as `mode` allows.
    pub(crate) async fn wait<T>(
        &self,
        mode: Mode,
        mut question: impl FnMut(&mut Core<'_>, SocketId) -> Poll<T>,
    ) -> Result<T, Error> {
        let asked = |core: &mut Core<'_>| question(core, self.id);
        wait(self.stack, mode, &Supply::default(), &mut |_| {}, asked).await
    }

    /// Waits for what a call has asked the module for. A call that does not wait leaves it to the
    /// next rounds; what goes wrong is told by a later call then.
    pub(super) async fn settle(
        &self,
        mode: Mode,
        question: impl FnMut(&mut Core<'_>, SocketId) -> Poll<()>,
    ) -> Result<(), Error> {
        match self.wait(mode, question).await {
            Err(Error::WouldBlock) => Ok(()),
            result => result,
        }
    }

    pub(super) async fn connect(&self, mode: Mode, addr: SocketAddr) -> Result<(), Error> {
        if !self.begin_connect(addr)? {
            return Ok(());
        }
        match self.wait(mode, |core, id| core.poll_connect(id)).await {
            Err(Error::WouldBlock) => Err(Error::InProgress),
            result => result,
        }
    }

    pub(crate) async fn receive(
        &self,
        mode: Mode,
        buf: &mut [u8],
        take: Take,
    ) -> Result<(usize, SocketAddr), Error> {
        // bytes at hand cost neither a look at the UART nor at the clock
        match ask(self.stack, &mut |core| core.receive(self.id, buf, take)) {
            Err(nb::Error::WouldBlock) => {
                self.wait(mode, |core, id| core.receive(id, buf, take)).await
            }
            Err(nb::Error::Other(error)) => Err(error),
            Ok(count) => Ok(count),
        }
    }

    pub(crate) async fn send(
        &self,
        mode: Mode,
        data: &[u8],
        to: Option<SocketAddr>,
    ) -> Result<usize, Error> {
        let joins = self.begin_send(mode, data.len());
        let sent = self.send_once(mode, data, to, joins).await?;
        self.end_send();
        Ok(sent)
    }

    async fn send_once(
        &self,
        mode: Mode,
        data: &[u8],
        to: Option<SocketAddr>,
        joins: bool,
    ) -> Result<usize, Error> {
        match mode {
            Mode::NonBlocking => self.attempt(|core, id| core.send_buffered(id, data, to)),
            _ if joins => self.join(mode, data).await,
            _ => hand_over(self.stack, self.id, mode, data, to).await,
        }
    }

    /// Leaves a small send in the ring, to go out with what follows it while the module is busy with
    /// what went before.
    async fn join(&self, mode: Mode, data: &[u8]) -> Result<usize, Error> {
        let sent = self.wait(mode, |core, id| core.join(id, data)).await?;
        // if the line is idle it goes out now; what becomes of it is told by a later call
        let _ = self.stack.pump(&Supply::default(), &mut |_| {});
        Ok(sent)
    }

    pub(super) async fn sendall(&self, data: &[u8]) -> Result<(), StreamError> {
        let joins = self.begin_send(self.mode(), data.len());
        let mut done = 0;
        while let Some(rest) = data.get(done..).filter(|rest| !rest.is_empty() || done == 0) {
            let sent = self.send_once(self.mode(), rest, None, joins).await;
            done += sent.map_err(|error| StreamError { error, done })?;
            if rest.is_empty() {
                break;
            }
        }
        self.end_send();
        Ok(())
    }

    pub(super) async fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError> {
        let joins = self.begin_send(self.mode(), data.len());
        let mut moved = Moved::default();
        while moved.is_less_than(data.len()) {
            let rest = data.get(moved.done..).unwrap_or_default();
            let sent = self.send_once(self.mode(), rest, None, joins).await;
            moved.add(sent.map(|count| (count, false)))?;
        }
        self.end_send();
        Ok(moved.total())
    }

    pub(super) async fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        let datagrams = self.carries_datagrams();
        let mut moved = Moved::default();
        while moved.is_less_than(buf.len()) {
            let rest = buf.get_mut(moved.done..).unwrap_or_default();
            let received = self.receive(self.mode(), rest, Take::default()).await;
            moved.add(received.map(|(count, _)| (count, count == 0 || datagrams)))?;
        }
        Ok(moved.total())
    }

    pub(super) async fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
        let datagrams = self.carries_datagrams();
        let take = Take { until: Some(b'\n'), peek: false };
        let mut moved = Moved::default();
        while moved.is_less_than(buf.len()) {
            let rest = buf.get_mut(moved.done..).unwrap_or_default();
            let received = self.receive(self.mode(), rest, take).await;
            let ends = |count: usize| {
                let last = count.checked_sub(1).and_then(|at| rest.get(at));
                last.is_none_or(|last| *last == b'\n') || datagrams
            };
            moved.add(received.map(|(count, _)| (count, ends(count))))?;
        }
        Ok(moved.total())
    }

    pub(super) async fn read_to_end<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<Option<usize>, StreamError> {
        const PIECE: usize = 64;
        let mut moved = Moved::default();
        if self.carries_datagrams() {
            moved.add(self.append_datagram(data).await.map(|count| (count, true)))?;
            return Ok(moved.total());
        }
        while moved.is_less_than(usize::MAX) {
            let mut piece = [0; PIECE];
            let room = (N - data.len()).min(PIECE);
            // without room, a look at whether there is more
            let take = Take { until: None, peek: room == 0 };
            let piece = piece.get_mut(..room.max(1)).unwrap_or_default();
            let received = self.receive(self.mode(), piece, take).await;
            moved.add(received.and_then(|(count, _)| {
                let taken = data.extend_from_slice(piece.get(..count).unwrap_or_default());
                taken.map_err(|_| Error::OutOfMemory)?;
                Ok((count, count == 0))
            }))?;
        }
        Ok(moved.total())
    }

    /// Appends the oldest datagram, whole.
    async fn append_datagram<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<usize, Error> {
        let peek = Take { until: None, peek: true };
        self.receive(self.mode(), &mut [], peek).await?; // there is one from here on
        let len = ask(self.stack, &mut |core| Ok(core.next_datagram(self.id)));
        let (start, len) = (data.len(), len.ok().flatten().unwrap_or(0));
        data.resize_default(start + len).map_err(|_| Error::OutOfMemory)?;
        let room = data.get_mut(start..).unwrap_or_default();
        self.try_receive(room, Take::default()).map(|(count, _)| count)
    }

    /// Waits until the module has all that the send ring was given.
    pub(crate) async fn flush(&self) -> Result<(), Error> {
        self.settle(self.mode(), |core, id| core.poll_flushed(id)).await
    }

    pub(super) async fn close(&self) -> Result<(), Error> {
        let mut mode = Mode::NonBlocking;
        self.stack.access(&mut |core| {
            mode = core.mode(self.id);
            core.close(self.id);
        })?;
        changed(self.stack);
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
        match closed.await {
            Err(error @ Error::Uart(_)) => Err(error),
            _ => Ok(()),
        }
    }
}

/// How far a stream call has come: single attempts until all is moved, or one says that it was the last
/// (usocket-semantics.md §1.1).
#[derive(Default)]
struct Moved {
    done: usize,
    ended: bool,
    /// There was nothing, and nobody waits for it.
    nothing: bool,
}

impl Moved {
    const fn is_less_than(&self, total: usize) -> bool {
        !self.ended && self.done < total
    }

    /// One attempt has moved so many bytes, and may have been the last.
    fn add(&mut self, attempt: Result<(usize, bool), Error>) -> Result<(), StreamError> {
        match attempt {
            Ok((count, last)) => {
                self.done += count;
                self.ended = last;
                Ok(())
            }
            Err(Error::WouldBlock) => {
                self.ended = true;
                self.nothing = self.done == 0;
                Ok(())
            }
            Err(error) => Err(StreamError { error, done: self.done }),
        }
    }

    /// Bytes moved; `None`: nothing, and nobody waits.
    fn total(&self) -> Option<usize> {
        (!self.nothing).then_some(self.done)
    }
}
