//! A connection and both its ends: what either has sent is what the other gets.

use std::rc::Rc;

use usocket::fugit::MillisDurationU32;
use usocket::{Error, MSG_PEEK, Socket, StreamError};
use usocket_simulator::{Host, Peer, VirtualWorld};

use crate::bytes::{beginning, bytes, differing};
use crate::damage::Damage;
use crate::script::{Reading, Writing};
use crate::weather::Weather;

/// How the peer has ended its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Open,
    /// In good order, behind everything that it has sent.
    Closed,
    /// Broken off: what was on its way is lost, and a module may not tell this from a close.
    Reset,
}

/// A connection and both its ends.
pub(crate) struct Stream<'n> {
    pub(crate) sock: Socket<'n>,
    /// Where it has connected to; of an accepted connection the peer is known at once.
    host: Option<Host>,
    pub(crate) peer: Option<Peer>,
    /// Its own number, from which its bytes are made.
    number: u16,
    nasty: bool,
    /// What was damaged before it.
    weather: Rc<Weather>,
    born: Damage,
    /// Bytes that `send` confirmed, and bytes of the send that failed last.
    sent: usize,
    at_most: usize,
    peer_got: usize,
    pub(crate) peer_sent: usize,
    pub(crate) got: usize,
    /// Bytes that came changed, here and there.
    differing_in: usize,
    differing_out: usize,
    pub(crate) end: End,
    /// The program has shut it down.
    shut: bool,
    /// The peer does not read.
    pub(crate) stalled: bool,
    /// Calls that said that it has ended.
    pub(crate) over: u8,
}

impl<'n> Stream<'n> {
    pub(crate) fn new(
        sock: Socket<'n>,
        host: Option<Host>,
        peer: Option<Peer>,
        number: u16,
        nasty: bool,
        weather: &Rc<Weather>,
        born: Damage,
    ) -> Self {
        Self {
            sock,
            host,
            peer,
            number,
            nasty,
            weather: weather.clone(),
            born,
            sent: 0,
            at_most: 0,
            peer_got: 0,
            peer_sent: 0,
            got: 0,
            differing_in: 0,
            differing_out: 0,
            end: End::Open,
            shut: false,
            stalled: false,
            over: 0,
        }
    }

    /// What has been damaged in its time.
    fn damage(&self) -> Damage {
        self.weather.damage().since(&self.born)
    }

    /// What the peer has received so far must be what was sent.
    pub(crate) fn check(&mut self) {
        self.peer = self.peer.take().or_else(|| self.host.as_ref()?.accept());
        let Some(peer) = &self.peer else { return };
        let received = peer.received();
        let wanted = bytes(self.number, self.peer_got, received.len(), false);
        self.peer_got += received.len();
        let Some(most) = self.damage().differing_out() else { return };
        self.differing_out += differing(&received, &wanted);
        assert!(self.differing_out <= most, "the peer got {:?}", beginning(&received));
        assert!(self.peer_got <= self.at_most, "{} of {} sent", self.peer_got, self.at_most);
    }

    /// Bytes have been handed to the program.
    fn came(&mut self, data: &[u8], peeked: bool) {
        let wanted = bytes(!self.number, self.got, data.len(), self.nasty);
        let differ = differing(data, &wanted);
        if !peeked {
            self.got += data.len();
            self.differing_in += differ;
        }
        let Some(most) = self.damage().differing_in() else { return };
        let differ = if peeked { differ } else { self.differing_in };
        assert!(
            differ <= most,
            "received {:?} in place of {:?}",
            beginning(data),
            beginning(&wanted)
        );
        let end = self.got + if peeked { data.len() } else { 0 };
        assert!(end <= self.peer_sent, "received more than was sent");
    }

    /// The stream has ended, as a call said.
    fn ended(&mut self) {
        self.over += 1;
        if self.shut || !self.damage().tells_ends() {
            return;
        }
        assert_ne!(self.end, End::Open, "an end that the peer did not make");
        if self.end == End::Closed {
            assert_eq!(self.got, self.peer_sent, "an end before all was read");
        }
    }

    /// Takes up to so many bytes; everything but an error is as it has to be.
    pub(crate) fn take(&mut self, size: usize, how: Reading, waits: bool) -> Result<usize, Error> {
        let mut buf = vec![0; size];
        let whole = |result: Result<Option<usize>, StreamError>| match result {
            Ok(Some(count)) => (count, Ok(count)),
            Ok(None) => (0, Err(Error::WouldBlock)),
            Err(StreamError { error, done }) => (done, Err(error)),
        };
        let single = |result: Result<usize, Error>| (result.unwrap_or(0), result);
        let (count, result) = match how {
            Reading::Recv => single(self.sock.recv(&mut buf)),
            Reading::Peek => single(self.sock.recv_flags(&mut buf, MSG_PEEK)),
            Reading::Try => single(self.sock.try_recv(&mut buf).map_err(unblocked)),
            Reading::Read => whole(self.sock.read(&mut buf)),
            Reading::Line => whole(self.sock.readline(&mut buf)),
            Reading::File => {
                let file = self.sock.makefile("rb")?;
                whole(file.readinto(&mut buf, None))
            }
        };
        self.came(&buf[..count], how == Reading::Peek);
        let fills = matches!(how, Reading::Read | Reading::File);
        match result {
            // one that waits stops before its buffer is full only at the end
            Ok(count) if count == 0 || (fills && waits && count < size) => self.ended(),
            _ => {}
        }
        result
    }

    /// Gives so many bytes, or as many as are taken.
    pub(crate) fn give(&mut self, size: usize, how: Writing) -> Result<usize, Error> {
        let data = bytes(self.number, self.sent, size, false);
        self.at_most = self.at_most.max(self.sent + data.len());
        let whole = |result: Result<Option<usize>, StreamError>| match result {
            Ok(count) => (count.unwrap_or(0), Ok(count.unwrap_or(0))),
            Err(StreamError { error, done }) => (done, Err(error)),
        };
        let single = |result: Result<usize, Error>| (result.unwrap_or(0), result);
        let (count, result) = match how {
            Writing::Send => single(self.sock.send(&data)),
            Writing::Try => single(self.sock.try_send(&data).map_err(unblocked)),
            Writing::Write => whole(self.sock.write(&data)),
            Writing::All => whole(self.sock.sendall(&data).map(|()| Some(data.len()))),
            Writing::File => {
                let file = self.sock.makefile("wb")?;
                whole(file.write(&data))
            }
        };
        self.sent += count;
        result
    }

    pub(crate) fn shut_down(&mut self) -> Result<(), Error> {
        let result = self.sock.shutdown(usocket::SHUT_RDWR);
        self.shut |= result.is_ok();
        result
    }

    /// The peer sends.
    pub(crate) fn peer_sends(&mut self, size: usize) {
        let Some(peer) = self.peer.as_ref().filter(|_| self.end == End::Open) else { return };
        peer.send(&bytes(!self.number, self.peer_sent, size, self.nasty));
        self.peer_sent += size;
    }

    /// The peer ends its side.
    pub(crate) fn peer_ends(&mut self, end: End) {
        let Some(peer) = self.peer.as_ref().filter(|_| self.end == End::Open) else { return };
        match end {
            End::Open => return,
            End::Closed => peer.close(),
            End::Reset => peer.reset(),
        }
        self.end = end;
    }

    /// The peer stops reading, or reads again.
    pub(crate) fn stall(&mut self, stalls: bool) {
        let Some(peer) = self.peer.as_ref().filter(|_| self.stalled != stalls) else { return };
        if stalls {
            peer.stall();
        } else {
            peer.resume();
        }
        self.stalled = stalls;
    }

    /// Whether a blocking call that takes so many bytes has something to wait for.
    pub(crate) fn has_more(&self, size: usize) -> bool {
        // on QI-GSM an end whose line was damaged is never heard of
        if !self.damage().tells_ends() {
            return false;
        }
        self.got + size <= self.peer_sent || self.end != End::Open
    }

    /// When the faults have stopped: either everything that was sent has arrived on both sides, or
    /// the socket says that it has failed.
    pub(crate) fn complete(&mut self, world: &VirtualWorld) -> Result<(), Error> {
        // the result of an open that is lost is waited for two minutes and a half
        const LIMIT: u32 = 160_000;
        self.sock.settimeout(Some(MillisDurationU32::from_millis(LIMIT))).unwrap();
        while self.got < self.peer_sent || self.end != End::Open {
            let start = world.now_ms();
            match self.take(3000, Reading::Recv, true) {
                Ok(0) => break,
                Ok(_) => {}
                // nothing more comes of what a peer sends that breaks off
                Err(Error::TimedOut) if self.end == End::Reset => return Ok(()),
                Err(Error::TimedOut) if world.now_ms() - start >= LIMIT => {
                    assert!(
                        !self.damage().tells_ends(),
                        "{} of {} received, and no error",
                        self.got,
                        self.peer_sent
                    );
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        self.sock.setblocking(false).unwrap();
        let result = self.take(1, Reading::Recv, false);
        self.check();
        let lives = matches!(result, Ok(0) | Err(Error::WouldBlock));
        let known = self.damage().differing_out().is_some() && self.damage().tells_ends();
        if self.end == End::Open && lives && known && !self.shut {
            assert_eq!(self.peer_got, self.sent, "confirmed and not arrived, and no error");
        }
        if lives { Ok(()) } else { result.map(|_| ()) }
    }
}

impl Drop for Stream<'_> {
    /// A module may wait for a peer that does not read even when its link is closed.
    fn drop(&mut self) {
        self.stall(false);
    }
}

fn unblocked(error: nb::Error<Error>) -> Error {
    match error {
        nb::Error::WouldBlock => Error::WouldBlock,
        nb::Error::Other(error) => error,
    }
}
