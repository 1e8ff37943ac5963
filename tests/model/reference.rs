//! The reference: what each call may return in each state (usocket-semantics.md §1.2–§1.4).

use std::collections::VecDeque;
use std::net::SocketAddr;

use crate::op::{Kind, Op, PORTS, Target, Wait};

pub(crate) const EBADF: i32 = 9;
pub(crate) const EAGAIN: i32 = 11;
pub(crate) const EINVAL: i32 = 22;
pub(crate) const EPIPE: i32 = 32;
pub(crate) const EDESTADDRREQ: i32 = 89;
pub(crate) const EOPNOTSUPP: i32 = 95;
pub(crate) const EADDRINUSE: i32 = 98;
pub(crate) const EISCONN: i32 = 106;
pub(crate) const ENOTCONN: i32 = 107;
pub(crate) const ETIMEDOUT: i32 = 110;
pub(crate) const ECONNREFUSED: i32 = 111;
pub(crate) const EHOSTUNREACH: i32 = 113;
pub(crate) const EALREADY: i32 = 114;
pub(crate) const EINPROGRESS: i32 = 115;

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Got {
    Done,
    Count(usize),
    Bytes(Vec<u8>),
    From(Vec<u8>, SocketAddr),
    Nothing,
    Mask(u8),
    Address(SocketAddr),
    Error(i32),
    /// An error of a stream call and the bytes (or the count) that it carries.
    Carries(i32, Vec<u8>, usize),
}

/// What it may give.
#[derive(Debug, Clone)]
pub(crate) enum Want {
    Anything,
    Only(Got),
    OneOf(Vec<Got>),
    /// Some of these bytes, from their start.
    Some(Vec<u8>),
    SomeFrom(Vec<u8>, SocketAddr),
    /// So many at most, one at least.
    UpTo(usize),
    AnyAddress,
}

impl Want {
    fn error(errno: i32) -> Self {
        Self::Only(Got::Error(errno))
    }

    fn errors(errnos: &[i32]) -> Self {
        Self::OneOf(errnos.iter().map(|&errno| Got::Error(errno)).collect())
    }

    pub(crate) fn allows(&self, got: &Got) -> bool {
        // an error before anything was moved is the same for both layers
        let plain = match got {
            Got::Carries(errno, data, 0) if data.is_empty() => &Got::Error(*errno),
            other => other,
        };
        match (self, plain) {
            (Self::Anything, _) | (Self::AnyAddress, Got::Address(_)) => true,
            (Self::Only(only), got) => only == got,
            (Self::OneOf(all), got) => all.contains(got),
            (Self::Some(bytes), Got::Bytes(got)) => !got.is_empty() && bytes.starts_with(got),
            (Self::SomeFrom(bytes, from), Got::From(got, address)) => {
                !got.is_empty() && bytes.starts_with(got) && from == address
            }
            (Self::UpTo(most), Got::Count(count)) => *count > 0 && count <= most,
            _ => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Neither connected nor listening; a connect may have failed before.
    Idle {
        failed: bool,
    },
    Listening,
    /// On its way to nobody.
    Connecting,
    /// A connect has failed, which has not been told.
    Failed(i32),
    /// `fresh`: that the connect succeeded has not been told.
    Connected {
        fresh: bool,
    },
    Closed,
}

/// What the reference knows of one socket.
#[derive(Debug, Clone)]
pub(crate) struct Sock {
    pub(crate) kind: Kind,
    pub(crate) wait: Wait,
    pub(crate) state: State,
    /// Its own port, if it has one; 0: one that it was given.
    pub(crate) port: Option<u16>,
    /// The other side.
    pub(crate) peer: Option<SocketAddr>,
    /// Bytes that have come and were not read.
    pub(crate) unread: VecDeque<u8>,
    /// The peer has closed.
    pub(crate) ended: bool,
    /// Datagrams that have come and were not read.
    pub(crate) queue: VecDeque<(Vec<u8>, SocketAddr)>,
    /// Clients that were not accepted.
    pub(crate) clients: VecDeque<SocketAddr>,
}

impl Sock {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            wait: Wait::Blocking,
            state: State::Idle { failed: false },
            port: None,
            peer: None,
            unread: VecDeque::new(),
            ended: false,
            queue: VecDeque::new(),
            clients: VecDeque::new(),
        }
    }

    fn data(&self, most: usize) -> Vec<u8> {
        self.unread.iter().copied().take(most).collect()
    }

    /// What a call says that would have to wait, and nothing comes.
    fn waits(&self) -> Want {
        match self.wait {
            Wait::Blocking => Want::Anything,
            Wait::Timeout => Want::error(ETIMEDOUT),
            Wait::NonBlocking => Want::error(EAGAIN),
        }
    }

    /// The same of a stream call that has moved these bytes before.
    fn stream_waits(&self, moved: Vec<u8>) -> Want {
        match (self.wait, moved.is_empty()) {
            (Wait::Blocking, _) => Want::Anything,
            (Wait::NonBlocking, true) => Want::Only(Got::Nothing),
            (Wait::NonBlocking, false) => Want::Only(Got::Bytes(moved)),
            (Wait::Timeout, true) => Want::error(ETIMEDOUT),
            (Wait::Timeout, false) => {
                let count = moved.len();
                Want::Only(Got::Carries(ETIMEDOUT, moved, count))
            }
        }
    }

    /// What every receiving call says in a state in which nothing can be received; `None`: it can.
    fn cannot_receive(&self) -> Option<Want> {
        match (self.state, self.kind) {
            (State::Closed, _) => Some(Want::error(EBADF)),
            (_, Kind::Udp) | (State::Connected { .. }, _) => None,
            (State::Idle { .. } | State::Listening, _) => Some(Want::error(ENOTCONN)),
            (State::Failed(errno), _) => Some(Want::error(errno)),
            (State::Connecting, _) => Some(self.waits()),
        }
    }

    fn receives(&self, size: usize, from: bool) -> Want {
        if let Some(want) = self.cannot_receive() {
            return want;
        }
        let peer = self.peer;
        let whole = |data: Vec<u8>| match (from, peer) {
            (true, Some(peer)) => Want::Only(Got::From(data, peer)),
            _ => Want::Only(Got::Bytes(data)),
        };
        if self.kind == Kind::Udp {
            return match self.queue.front() {
                None => self.waits(),
                Some((data, sender)) => {
                    let data = data[..size.min(data.len())].to_vec();
                    Want::Only(if from { Got::From(data, *sender) } else { Got::Bytes(data) })
                }
            };
        }
        if size == 0 || (self.unread.is_empty() && self.ended) {
            return whole(Vec::new());
        }
        match (self.data(size), from, peer) {
            (data, ..) if data.is_empty() => self.waits(),
            (data, true, Some(peer)) => Want::SomeFrom(data, peer),
            (data, ..) => Want::Some(data),
        }
    }

    /// `read`, or `readline` if `line`.
    fn reads(&self, size: usize, line: bool) -> Want {
        if size == 0 {
            return Want::Only(Got::Bytes(Vec::new()));
        }
        match self.cannot_receive() {
            Some(_) if self.state == State::Connecting => return self.stream_waits(Vec::new()),
            Some(want) => return want,
            None => {}
        }
        let until_line = |data: &[u8]| {
            let end = data.iter().position(|&byte| byte == b'\n').filter(|_| line);
            end.map(|at| data[..=at].to_vec())
        };
        if self.kind == Kind::Udp {
            let Some((data, _)) = self.queue.front() else {
                return self.stream_waits(Vec::new());
            };
            let data = &data[..size.min(data.len())];
            return Want::Only(Got::Bytes(until_line(data).unwrap_or_else(|| data.to_vec())));
        }
        let data = self.data(size);
        if let Some(line) = until_line(&data) {
            return Want::Only(Got::Bytes(line));
        }
        if data.len() == size || self.ended {
            return Want::Only(Got::Bytes(data));
        }
        self.stream_waits(data)
    }

    /// What every sending call says if it cannot send.
    fn cannot_send(&self, stream: bool, addressed: bool) -> Option<Want> {
        match (self.state, self.kind) {
            (State::Closed, _) => Some(Want::error(EBADF)),
            (_, Kind::Udp) if addressed || self.peer.is_some() => None,
            (_, Kind::Udp) => Some(Want::error(EDESTADDRREQ)),
            (State::Idle { .. } | State::Listening, _) => Some(Want::errors(&[ENOTCONN, EPIPE])),
            (State::Failed(errno), _) => Some(Want::error(errno)),
            (State::Connecting, _) if stream => Some(self.stream_waits(Vec::new())),
            (State::Connecting, _) => Some(self.waits()),
            (State::Connected { .. }, _) if self.ended => Some(Want::error(EPIPE)),
            (State::Connected { .. }, _) => None,
        }
    }

    fn connects(&self, target: Target) -> Want {
        let done = Got::Done;
        let outcome = |result: Got| match self.wait {
            Wait::NonBlocking => Want::error(EINPROGRESS),
            _ => Want::Only(result),
        };
        match (self.state, self.kind) {
            (State::Closed, _) => Want::error(EBADF),
            (_, Kind::Udp) => Want::Only(done),
            (State::Listening, _) => Want::errors(&[EISCONN, EINVAL, EOPNOTSUPP]),
            (State::Connecting, _) => Want::error(EALREADY),
            (State::Failed(errno), _) => Want::error(errno),
            (State::Connected { fresh: true }, _) => Want::OneOf(vec![done, Got::Error(EISCONN)]),
            (State::Connected { fresh: false }, _) => Want::error(EISCONN),
            // the module chooses the source ports of connections
            (State::Idle { .. }, _) if self.port.is_some() => Want::error(EOPNOTSUPP),
            (State::Idle { .. }, _) => match (target, self.wait) {
                (Target::Host, _) => outcome(done),
                (Target::Other | Target::Shut, _) => outcome(Got::Error(ECONNREFUSED)),
                (Target::Nobody, Wait::Timeout) => Want::error(ETIMEDOUT),
                (Target::Nobody, _) => outcome(Got::Error(EHOSTUNREACH)),
            },
        }
    }

    /// The mask of a poll for reading and writing.
    fn polled(&self) -> Want {
        let mask = |masks: &[u8]| Want::OneOf(masks.iter().map(|&mask| Got::Mask(mask)).collect());
        match (self.state, self.kind) {
            (State::Closed, _) => mask(&[32]),
            (_, Kind::Udp) => mask(&[if self.queue.is_empty() { 4 } else { 5 }]),
            (State::Idle { failed: false }, _) => mask(&[20]),
            (State::Idle { failed: true }, _) => mask(&[20, 21]),
            (State::Listening, _) => mask(&[u8::from(!self.clients.is_empty())]),
            (State::Connecting, _) => mask(&[0]),
            (State::Failed(_), _) => mask(&[29]),
            (State::Connected { .. }, _) if self.unread.is_empty() && !self.ended => mask(&[4]),
            (State::Connected { .. }, _) => mask(&[5]),
        }
    }

    /// What the call may give; `taken`: whether another socket of this kind has the port, `listening`:
    /// whether another socket listens.
    pub(crate) fn want(&self, op: Op, taken: bool, listening: bool) -> Want {
        let closed = self.state == State::Closed;
        let udp = self.kind == Kind::Udp;
        match op {
            Op::Close(_) => Want::Only(Got::Done),
            _ if closed && matches!(op, Op::Mode(..) | Op::Bind(..) | Op::Listen(..)) => {
                Want::error(EBADF)
            }
            Op::Mode(..) => Want::Only(Got::Done),
            Op::Bind(..) if self.port.is_some() => Want::error(EINVAL),
            Op::Bind(..) if !matches!(self.state, State::Idle { .. }) => Want::error(EINVAL),
            Op::Bind(..) if taken => Want::error(EADDRINUSE),
            Op::Bind(..) => Want::Only(Got::Done),
            Op::Listen(..) | Op::Accept(_) if udp && !closed => Want::error(EOPNOTSUPP),
            Op::Listen(..) => match self.state {
                State::Idle { .. } if listening => Want::error(EADDRINUSE),
                State::Idle { .. } | State::Listening => Want::Only(Got::Done),
                _ => Want::error(EINVAL),
            },
            Op::Accept(_) => match (self.state, self.clients.front()) {
                (State::Closed, _) => Want::error(EBADF),
                (State::Listening, Some(&client)) => Want::Only(Got::Address(client)),
                (State::Listening, None) => self.waits(),
                _ => Want::error(EINVAL),
            },
            Op::Connect(_, target) => self.connects(target),
            Op::Recv(_, size) | Op::Peek(_, size) => self.receives(size, false),
            Op::RecvFrom(_, size) => self.receives(size, true),
            Op::Read(_, size) => self.reads(size, false),
            Op::ReadLine(_, size) => self.reads(size, true),
            Op::Write(_, 0) => Want::Only(Got::Count(0)),
            Op::Send(_, size)
            | Op::Write(_, size)
            | Op::SendAll(_, size)
            | Op::SendTo(_, _, size) => {
                let stream = matches!(op, Op::Write(..));
                match self.cannot_send(stream, matches!(op, Op::SendTo(..))) {
                    Some(want) => want,
                    // the module cannot send empty datagrams
                    None if udp && size == 0 => Want::error(EOPNOTSUPP),
                    None if matches!(op, Op::SendAll(..)) => Want::Only(Got::Done),
                    None if udp || stream || size == 0 => Want::Only(Got::Count(size)),
                    None => Want::UpTo(size),
                }
            }
            Op::Poll(_) => self.polled(),
            Op::SockName(_) if closed => Want::error(EBADF),
            Op::SockName(_) => Want::AnyAddress,
            Op::PeerName(_) => match (self.state, self.peer) {
                (State::Closed, _) => Want::error(EBADF),
                (_, Some(peer)) if self.ended => {
                    Want::OneOf(vec![Got::Address(peer), Got::Error(ENOTCONN)])
                }
                (_, Some(peer)) => Want::Only(Got::Address(peer)),
                (_, None) => Want::error(ENOTCONN),
            },
            Op::PendingError(_) => match self.state {
                State::Closed => Want::error(EBADF),
                State::Failed(errno) => Want::Only(Got::Count(errno as usize)),
                _ => Want::Only(Got::Count(0)),
            },
            Op::Open(..)
            | Op::Drop(_)
            | Op::PeerSends(..)
            | Op::PeerCloses(_)
            | Op::Visit(_)
            | Op::Datagram(..) => Want::Anything,
        }
    }

    /// What the call does to the socket, given what it gave.
    pub(crate) fn apply(&mut self, op: Op, got: &Got) {
        // an error of a connect is told once, by whichever call comes first
        let told = matches!((self.state, got), (State::Failed(told), Got::Error(errno) | Got::Carries(errno, ..)) if told == *errno);
        if told || matches!((self.state, op), (State::Failed(_), Op::PendingError(_))) {
            self.state = State::Idle { failed: true };
            return;
        }
        match (op, got) {
            (Op::Close(_), _) => self.state = State::Closed,
            (Op::Mode(_, wait), Got::Done) => self.wait = wait,
            (Op::Bind(_, port), Got::Done) => self.port = Some(PORTS[port]),
            (Op::Listen(..), Got::Done) => {
                self.state = State::Listening;
                self.port.get_or_insert(0);
            }
            (Op::Accept(_), Got::Address(_)) => drop(self.clients.pop_front()),
            (Op::Connect(_, target), _) => self.connected(target, got),
            (Op::Peek(..), _) => {}
            (
                Op::Recv(..) | Op::RecvFrom(..) | Op::Read(..),
                Got::Bytes(data) | Got::From(data, _),
            ) => {
                self.take(op, data.len());
            }
            (Op::ReadLine(..), Got::Bytes(data)) => self.take_line(data.len()),
            (_, Got::Carries(_, data, _)) => drop(self.unread.drain(..data.len())),
            (Op::SendTo(..), Got::Count(_)) if self.kind == Kind::Udp => {
                self.port.get_or_insert(0);
            }
            _ => {}
        }
    }

    fn connected(&mut self, target: Target, got: &Got) {
        let address = target.address(self.kind);
        if self.kind == Kind::Udp && *got == Got::Done {
            self.peer = Some(address);
            self.port.get_or_insert(0);
            return;
        }
        match (self.state, got) {
            (State::Connected { .. }, Got::Done) => self.state = State::Connected { fresh: false },
            (State::Idle { .. }, Got::Done) => {
                self.peer = Some(address);
                self.state = State::Connected { fresh: false };
            }
            // what has been started ends before the next call, unless nobody is there
            (State::Idle { .. }, Got::Error(EINPROGRESS | ETIMEDOUT)) => match target {
                Target::Nobody => self.state = State::Connecting,
                Target::Host => {
                    self.peer = Some(address);
                    self.state = State::Connected { fresh: true };
                }
                Target::Shut | Target::Other => self.state = State::Failed(ECONNREFUSED),
            },
            (State::Idle { .. }, Got::Error(ECONNREFUSED | EHOSTUNREACH)) => {
                self.state = State::Idle { failed: true };
            }
            _ => {}
        }
    }

    fn take(&mut self, op: Op, count: usize) {
        if self.kind == Kind::Tcp {
            self.unread.drain(..count);
        } else if !matches!(op, Op::Read(_, 0)) {
            // what did not fit is gone
            self.queue.pop_front();
        }
    }

    fn take_line(&mut self, count: usize) {
        if self.kind == Kind::Tcp {
            self.unread.drain(..count);
        } else if let Some((data, _)) = self.queue.front_mut() {
            data.drain(..count);
            if data.is_empty() {
                self.queue.pop_front();
            }
        }
    }
}
