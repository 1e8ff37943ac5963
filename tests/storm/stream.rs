//! A connection and both its ends: what either has sent is what the other gets.

use fastrand::Rng;
use usocket::fugit::MillisDurationU32;
use usocket::{Error, Socket};
use usocket_simulator::{Host, Peer, VirtualWorld};

/// The byte at a place of a stream: every place shows, and so does a mix-up of two streams. No piece
/// of it begins like a command.
fn byte(stream: u16, at: usize) -> u8 {
    b'b' + ((at as u32).wrapping_mul(2_654_435_761).wrapping_add(u32::from(stream) * 977) >> 9)
        as u8
        % 25
}

pub(crate) fn bytes(stream: u16, from: usize, len: usize) -> Vec<u8> {
    (from..from + len).map(|at| byte(stream, at)).collect()
}

/// The first of these bytes, to be printed.
fn beginning(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(100)]).into_owned()
}

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
    pub(crate) host: Option<Host>,
    pub(crate) peer: Option<Peer>,
    /// Its own number, from which its bytes are made.
    pub(crate) number: u16,
    /// Bytes that `send` confirmed, and bytes of the send that failed last.
    sent: usize,
    at_most: usize,
    peer_got: usize,
    pub(crate) peer_sent: usize,
    pub(crate) got: usize,
    pub(crate) end: End,
    /// The peer does not read.
    pub(crate) stalled: bool,
}

impl<'n> Stream<'n> {
    pub(crate) fn new(
        sock: Socket<'n>,
        host: Option<Host>,
        peer: Option<Peer>,
        number: u16,
    ) -> Self {
        let [sent, at_most, peer_got, peer_sent, got] = [0; 5];
        let (end, stalled) = (End::Open, false);
        Self { sock, host, peer, number, sent, at_most, peer_got, peer_sent, got, end, stalled }
    }

    /// What the peer has received so far must be what was sent.
    pub(crate) fn check_peer(&mut self) {
        self.peer = self.peer.take().or_else(|| self.host.as_ref()?.accept());
        let Some(peer) = &self.peer else { return };
        let received = peer.received();
        let wanted = bytes(self.number, self.peer_got, received.len());
        assert!(received == wanted, "the peer got {:?}", beginning(&received));
        self.peer_got += received.len();
        assert!(self.peer_got <= self.at_most, "{} of {} sent", self.peer_got, self.at_most);
    }

    /// Takes some of what has come.
    pub(crate) fn receive(&mut self, rng: &mut Rng) {
        let size = rng.usize(1..3000);
        let _ = self.take(size);
    }

    /// Takes up to so many bytes; everything but an error is as it has to be.
    pub(crate) fn take(&mut self, size: usize) -> Result<usize, Error> {
        let mut buf = vec![0; size];
        let count = self.sock.recv(&mut buf)?;
        if count == 0 {
            assert_ne!(self.end, End::Open, "an end that the peer did not make");
            if self.end == End::Closed {
                assert_eq!(self.got, self.peer_sent, "an end before all was read");
            }
        }
        let wanted = bytes(!self.number, self.got, count);
        assert!(buf[..count] == wanted, "received {:?}", beginning(&buf[..count]));
        self.got += count;
        assert!(self.got <= self.peer_sent, "received more than was sent");
        Ok(count)
    }

    pub(crate) fn send(&mut self, rng: &mut Rng) {
        let data = bytes(self.number, self.sent, rng.usize(1..3000));
        self.at_most = self.at_most.max(self.sent + data.len());
        if let Ok(count) = self.sock.send(&data) {
            self.sent += count;
        }
    }

    /// The peer sends, or closes.
    pub(crate) fn peer_acts(&mut self, rng: &mut Rng) {
        let Some(peer) = self.peer.as_ref().filter(|_| self.end == End::Open) else { return };
        if rng.u8(..4) == 0 {
            peer.close();
            self.end = End::Closed;
        } else {
            let data = bytes(!self.number, self.peer_sent, rng.usize(1..6000));
            peer.send(&data);
            self.peer_sent += data.len();
        }
    }

    /// The peer does what peers seldom do: it breaks off, stops reading, or reads again.
    pub(crate) fn peer_misbehaves(&mut self, rng: &mut Rng) {
        let Some(peer) = &self.peer else { return };
        if self.stalled {
            peer.resume();
            self.stalled = false;
        } else if rng.bool() {
            peer.stall();
            self.stalled = true;
        } else if self.end == End::Open {
            peer.reset();
            self.end = End::Reset;
        }
    }

    /// Whether a blocking `recv` has something to wait for.
    pub(crate) fn has_more(&self) -> bool {
        self.got < self.peer_sent || self.end != End::Open
    }

    /// When the faults have stopped: either everything that was sent has arrived on both sides, or
    /// the socket says that it has failed.
    pub(crate) fn complete(&mut self, world: &VirtualWorld) {
        // the result of an open that is lost is waited for two minutes and a half
        const LIMIT: u32 = 160_000;
        self.sock.settimeout(Some(MillisDurationU32::from_millis(LIMIT))).unwrap();
        while self.has_more() {
            let start = world.now_ms();
            match self.take(3000) {
                Ok(0) => break,
                Ok(_) => {}
                // nothing more comes of what a peer sends that breaks off
                Err(Error::TimedOut) if self.end == End::Reset => return,
                Err(Error::TimedOut) if world.now_ms() - start >= LIMIT => {
                    panic!("{} of {} received, and no error", self.got, self.peer_sent)
                }
                Err(_) => return,
            }
        }
        self.sock.setblocking(false).unwrap();
        let fails = !matches!(self.take(1), Ok(0) | Err(Error::WouldBlock));
        self.check_peer();
        if self.end == End::Open && !fails {
            assert_eq!(self.peer_got, self.sent, "confirmed and not arrived, and no error");
        }
    }
}
