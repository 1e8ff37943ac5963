//! Every sequence of up to five things that can happen to a stream, against every stream call in every
//! mode: what was supplied is delivered or reported by an error, never lost, never twice.
//!
//! Each call is also compared with the rules of the stream calls (usocket-semantics.md §1.1, with the
//! count that an error carries, §8): a reference of one page decides what it has to return, and when.

use crate::world;
use std::time::Duration;

use crate::world::{PEER, WorldModem};
use usocket::fugit::MillisDurationU32;
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, Socket, StreamError, socket};
use usocket_simulator::{Peer, Profile, VirtualWorld};

/// What can happen to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// Two bytes come.
    Data,
    /// Two bytes come, the second a newline.
    Line,
    /// For longer than the timeout nothing comes.
    WouldBlock,
    /// The peer closes.
    Eof,
    /// The module restarts.
    Loss,
}

/// Time between two events, and what [`Event::WouldBlock`] adds, in ms: no multiple of the timeout
/// is near a time at which something comes.
const STEP: u32 = 20;
const GAP: u32 = 60;
const TIMEOUT: u32 = 70;
/// What the line may need: bytes on it, and a tick of the clock.
const LINE: u32 = 4;

/// All sequences of up to `longest` events of `going_on`, with one of `last` behind it or none.
fn sequences<E: Copy>(longest: usize, going_on: &[E], last: &[E]) -> Vec<Vec<E>> {
    let mut all = vec![Vec::new()];
    let mut grown = all.clone();
    for _ in 0..longest {
        let longer = |tails: &[E]| -> Vec<Vec<E>> {
            let pairs = grown.iter().flat_map(|head| tails.iter().map(move |tail| (head, tail)));
            pairs.map(|(head, &tail)| [&head[..], &[tail]].concat()).collect()
        };
        let ended = longer(last);
        let next = longer(going_on);
        all.extend(ended);
        all.extend(next.iter().cloned());
        grown = next;
    }
    all
}

/// When which bytes come, and how it ends.
#[derive(Debug, Default)]
struct Supply {
    data: Vec<(u32, [u8; 2])>,
    end: Option<(u32, Result<(), Error>)>,
    /// When everything has happened.
    over: u32,
}

impl Supply {
    fn new(events: &[Event]) -> Self {
        let mut supply = Self::default();
        let mut at = 0;
        for (event, letter) in events.iter().zip((b'a'..).step_by(2)) {
            at += STEP;
            match event {
                Event::Data => supply.data.push((at, [letter, letter + 1])),
                Event::Line => supply.data.push((at, [letter, b'\n'])),
                Event::WouldBlock => at += GAP,
                Event::Eof => supply.end = Some((at, Ok(()))),
                Event::Loss => supply.end = Some((at, Err(Error::ModuleReset))),
            }
        }
        supply.over = at + STEP;
        supply
    }

    fn bytes(&self) -> Vec<u8> {
        self.data.iter().flat_map(|&(_, bytes)| bytes).collect()
    }

    /// Has the peer act it out from now on.
    fn play(&self, world: &VirtualWorld, peer: &Peer) {
        for &(at, bytes) in &self.data {
            let peer = peer.clone();
            world.after(millis(at), move |_| peer.send(&bytes));
        }
        let peer = peer.clone();
        match self.end {
            Some((at, Ok(()))) => world.after(millis(at), move |_| peer.close()),
            Some((at, Err(_))) => world.after(millis(at), VirtualWorld::reset_module),
            None => {}
        }
    }
}

fn millis(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

/// A call under test; the number is the size of its buffer.
#[derive(Debug, Clone, Copy)]
enum Call {
    Recv(usize),
    Read(usize),
    ReadInto(usize),
    ReadLine(usize),
    ReadToEnd,
}

/// Enough for all that is ever supplied.
const ALL: usize = 16;

type Outcome = Result<Option<usize>, StreamError>;

impl Call {
    fn size(self) -> usize {
        match self {
            Self::Recv(n) | Self::Read(n) | Self::ReadInto(n) | Self::ReadLine(n) => n,
            Self::ReadToEnd => ALL,
        }
    }

    /// Makes the call; the bytes it moved are in front of `buf`.
    fn make(self, sock: &Socket<'_>, buf: &mut [u8]) -> Outcome {
        match self {
            Self::Recv(_) => match sock.recv(buf) {
                Ok(count) => Ok(Some(count)),
                Err(Error::WouldBlock) => Ok(None),
                Err(error) => Err(StreamError { error, done: 0 }),
            },
            Self::Read(_) => sock.read(buf),
            Self::ReadInto(n) => sock.readinto(buf, Some(n + 7)),
            Self::ReadLine(_) => sock.readline(buf),
            Self::ReadToEnd => {
                let mut data = heapless::Vec::<u8, ALL>::new();
                let outcome = sock.read_to_end(&mut data);
                buf[..data.len()].copy_from_slice(&data);
                outcome
            }
        }
    }
}

/// The rules: what a call that starts at `now` returns when `taken` bytes were taken before, and when.
fn expected(
    call: Call,
    supply: &Supply,
    taken: usize,
    mut now: u32,
    patience: Option<u32>,
) -> (Outcome, u32) {
    let whole: Vec<(u32, u8)> =
        supply.data.iter().flat_map(|&(at, bytes)| bytes.map(|byte| (at, byte))).collect();
    let mut done = 0;
    loop {
        // one attempt: whatever has come by now, but no more than fits, or than the line
        let ready = whole[taken + done..].iter().take_while(|&&(at, _)| at <= now);
        let mut count = ready.take(call.size() - done).count();
        let mut last = matches!(call, Call::Recv(_));
        if let Call::ReadLine(_) = call {
            let piece = &whole[taken + done..][..count];
            if let Some(at) = piece.iter().position(|&(_, byte)| byte == b'\n') {
                (count, last) = (at + 1, true);
            }
        }
        done += count;
        if count > 0 {
            if last || done == call.size() {
                return (Ok(Some(done)), now);
            }
            continue;
        }
        let next = whole.get(taken + done).map(|&(at, _)| at);
        match (next, supply.end) {
            (None, Some((at, Ok(())))) if at <= now => return (Ok(Some(done)), now),
            (None, Some((at, Err(error)))) if at <= now => {
                return (Err(StreamError { error, done }), now);
            }
            _ => {}
        }
        let next = next.or(supply.end.map(|(at, _)| at));
        match (next, patience) {
            (_, Some(0)) => return (Ok((done > 0).then_some(done)), now),
            (Some(at), None) => now = at,
            (Some(at), Some(limit)) if at <= now + limit => now = at,
            (_, Some(limit)) => {
                return (Err(StreamError { error: Error::TimedOut, done }), now + limit);
            }
            (None, None) => unreachable!("a blocking call without an end"),
        }
    }
}

fn on_a_connection(program: impl FnOnce(&VirtualWorld, &WorldModem<'_>, &Socket<'_>, &Peer)) {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    world.with_module(|module| module.timing_mut().boot = Duration::ZERO);
    let host = world.listen(PEER, 7);
    let mut memory = Memory::<1, 64, 64>::new();
    let modem = world::modem(&world, &mut memory);
    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, 7)).unwrap();
    world.after(Duration::from_secs(60), |_| panic!("a call waits for ever"));
    let peer = host.accept().unwrap();
    program(&world, &modem, &sock, &peer);
}

/// Calls again and again until the sequence is over; checks each call, and the sum.
fn receive(events: &[Event], call: Call, patience: Option<u32>) {
    let supply = Supply::new(events);
    on_a_connection(|world, modem, sock, peer| {
        sock.settimeout(patience.map(MillisDurationU32::from_millis)).unwrap();
        let start = world.now();
        let clock = || (world.now() - start).as_millis() as u32;
        supply.play(world, peer);
        let mut got = Vec::new();
        let mut calls = Vec::new();
        loop {
            if patience == Some(0) {
                // between two events, when the last one has been dealt with
                let pause = (clock() / STEP + 1) * STEP + STEP / 2;
                while clock() < pause {
                    modem.poll().unwrap();
                    world.pause();
                }
            }
            let begin = clock();
            let mut buf = [0; ALL];
            let outcome = call.make(sock, &mut buf[..call.size()]);
            let end = clock();
            calls.push((begin, outcome, end));
            let (wanted, at) = expected(call, &supply, got.len(), begin, patience);
            let context = || format!("{call:?}, timeout {patience:?}, {events:?}: {calls:?}");
            assert_eq!(outcome, wanted, "at {at} ms: {}", context());
            assert!(at <= end + 1 && end <= at + LINE, "not at {at} ms: {}", context());
            let moved = outcome.map_or_else(|error| error.done, |count| count.unwrap_or(0));
            got.extend_from_slice(&buf[..moved]);
            let ended = match outcome {
                Ok(Some(0)) => true,
                Ok(_) => false,
                Err(StreamError { error, .. }) => error != Error::TimedOut,
            };
            if ended || (clock() > supply.over && got.len() == supply.bytes().len()) {
                break;
            }
        }
        assert_eq!(got, supply.bytes(), "{call:?}, timeout {patience:?}, {events:?}: {calls:?}");
    });
}

const CALLS: [Call; 7] = [
    Call::Recv(3),
    Call::Read(1),
    Call::Read(3),
    Call::ReadInto(5),
    Call::ReadLine(1),
    Call::ReadLine(4),
    Call::ReadToEnd,
];

fn receive_all(patience: Option<u32>, longest: usize) {
    let going_on = [Event::Data, Event::Line, Event::WouldBlock];
    let all = sequences(longest, &going_on, &[Event::Eof, Event::Loss]);
    println!("{} sequences, {} calls", all.len(), CALLS.len());
    for events in &all {
        let ends = matches!(events.last(), Some(Event::Eof | Event::Loss));
        if patience.is_none() && !ends {
            continue; // would wait for ever
        }
        for call in CALLS {
            receive(events, call, patience);
        }
    }
}

#[test]
fn with_a_timeout_nothing_is_lost_and_nothing_comes_twice() {
    receive_all(Some(TIMEOUT), 5);
}

#[test]
fn without_waiting_nothing_is_lost_and_nothing_comes_twice() {
    receive_all(Some(0), 5);
}

#[test]
fn blocking_nothing_is_lost_and_nothing_comes_twice() {
    receive_all(None, 5);
}

/// What can happen to the other direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sink {
    /// The peer reads.
    Reads,
    /// The peer does not read: what the module has no room for cannot be sent.
    Stalls,
    Closes,
    Restarts,
}

/// The byte at a place of what is sent.
fn sent_byte(at: usize) -> u8 {
    (at ^ (at >> 8) ^ (at >> 16)) as u8
}

/// After each event one call; a program that goes on behind what was confirmed loses nothing.
fn transmit(events: &[Sink], call: usize, patience: Option<u32>) {
    const PIECE: usize = 4000;
    on_a_connection(|world, modem, sock, peer| {
        sock.settimeout(patience.map(MillisDurationU32::from_millis)).unwrap();
        let mut confirmed = 0;
        let mut failed = false;
        let mut received = Vec::new();
        let mut log = Vec::new();
        let settle = |received: &mut Vec<u8>| {
            for _ in 0..150 {
                modem.poll().unwrap();
                world.advance(Duration::from_micros(500));
            }
            received.extend(peer.received());
        };
        for event in events {
            match event {
                Sink::Reads => peer.resume(),
                Sink::Stalls => peer.stall(),
                Sink::Closes => peer.close(),
                Sink::Restarts => world.reset_module(),
            }
            if patience == Some(0) || matches!(event, Sink::Closes | Sink::Restarts) {
                settle(&mut received);
            }
            let data: Vec<_> = (confirmed..confirmed + PIECE).map(sent_byte).collect();
            let outcome = match call {
                0 => sock.send(&data).map(Some).map_err(|error| StreamError { error, done: 0 }),
                1 => sock.write(&data),
                _ => sock.sendall(&data).map(|()| Some(PIECE)),
            };
            log.push(outcome);
            confirmed += match outcome {
                Ok(count) => count.unwrap_or(0),
                Err(StreamError { error: Error::WouldBlock | Error::TimedOut, done }) => done,
                Err(StreamError { error, done }) => {
                    let ended = matches!(event, Sink::Closes | Sink::Restarts);
                    assert!(ended, "{error} for no reason: {events:?} {log:?}");
                    failed = true;
                    done
                }
            };
        }
        peer.resume();
        settle(&mut received);
        settle(&mut received);
        let wanted: Vec<_> = (0..received.len()).map(sent_byte).collect();
        let context = format!("call {call}, timeout {patience:?}, {events:?}: {log:?}");
        assert!(received == wanted, "the peer got something else: {context}");
        let restarted = events.contains(&Sink::Restarts);
        let ends = restarted || events.contains(&Sink::Closes);
        assert_eq!(failed, ends, "an end without an error: {context}");
        if !ends {
            assert_eq!(received.len(), confirmed, "{context}");
        }
        assert!(received.len() <= confirmed, "more than was confirmed: {context}");
    });
}

#[test]
fn what_is_confirmed_is_sent_once() {
    let going_on = [Sink::Reads, Sink::Stalls];
    for events in sequences(5, &going_on, &[Sink::Closes, Sink::Restarts]) {
        for call in 0..3 {
            for patience in [Some(0), Some(TIMEOUT)] {
                transmit(&events, call, patience);
            }
        }
    }
}
