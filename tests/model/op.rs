//! What a program can do, and what can happen to it.

use std::net::{Ipv4Addr, SocketAddr};

use proptest::prelude::*;

/// Where a host listens, for TCP and UDP; another host; a port that refuses; an address without answer.
pub(crate) const HOST: (Ipv4Addr, u16) = (Ipv4Addr::new(93, 184, 216, 34), 7);
pub(crate) const OTHER: (Ipv4Addr, u16) = (Ipv4Addr::new(93, 184, 216, 35), 7);
pub(crate) const SHUT: (Ipv4Addr, u16) = (Ipv4Addr::new(93, 184, 216, 34), 81);
pub(crate) const NOBODY: (Ipv4Addr, u16) = (Ipv4Addr::new(10, 9, 9, 9), 80);
/// Ports of the module: [`Op::Bind`] takes these, by number; 0 is port 0.
pub(crate) const PORTS: [u16; 3] = [0, 5000, 5001];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tcp,
    Udp,
}

/// How long calls wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wait {
    Blocking,
    /// 200 ms.
    Timeout,
    NonBlocking,
}

/// Where to connect or to send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Host,
    Other,
    Shut,
    Nobody,
}

impl Target {
    /// Its address; a datagram socket has the two hosts only.
    pub(crate) fn address(self, kind: Kind) -> SocketAddr {
        match (self, kind) {
            (Self::Host, _) => HOST,
            (Self::Other, _) | (_, Kind::Udp) => OTHER,
            (Self::Shut, _) => SHUT,
            (Self::Nobody, _) => NOBODY,
        }
        .into()
    }
}

/// A call of a program, or something that happens. The first number says which of the sockets that
/// were made so far (modulo their number), other numbers are sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Open(Kind, Wait),
    Close(usize),
    Drop(usize),
    Mode(usize, Wait),
    Bind(usize, usize),
    Listen(usize, i32),
    Accept(usize),
    Connect(usize, Target),
    Recv(usize, usize),
    RecvFrom(usize, usize),
    Peek(usize, usize),
    Read(usize, usize),
    ReadLine(usize, usize),
    Send(usize, usize),
    SendAll(usize, usize),
    Write(usize, usize),
    SendTo(usize, Target, usize),
    Poll(usize),
    SockName(usize),
    PeerName(usize),
    PendingError(usize),
    /// The peer of a connected socket sends.
    PeerSends(usize, usize),
    /// The peer of a connected socket closes.
    PeerCloses(usize),
    /// A client connects to a listener.
    Visit(usize),
    /// A host sends a datagram to a bound socket.
    Datagram(usize, Target, usize),
}

impl Op {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open(..) => "socket",
            Self::Close(_) => "close",
            Self::Drop(_) => "drop",
            Self::Mode(..) => "settimeout",
            Self::Bind(..) => "bind",
            Self::Listen(..) => "listen",
            Self::Accept(_) => "accept",
            Self::Connect(..) => "connect",
            Self::Recv(..) => "recv",
            Self::RecvFrom(..) => "recvfrom",
            Self::Peek(..) => "peek",
            Self::Read(..) => "read",
            Self::ReadLine(..) => "readline",
            Self::Send(..) => "send",
            Self::SendAll(..) => "sendall",
            Self::Write(..) => "write",
            Self::SendTo(..) => "sendto",
            Self::Poll(_) => "poll",
            Self::SockName(_) => "getsockname",
            Self::PeerName(_) => "getpeername",
            Self::PendingError(_) => "SO_ERROR",
            Self::PeerSends(..) => "the peer sends",
            Self::PeerCloses(_) => "the peer closes",
            Self::Visit(_) => "a client comes",
            Self::Datagram(..) => "a datagram comes",
        }
    }

    /// The socket it is about.
    pub(crate) fn socket(self) -> Option<usize> {
        match self {
            Self::Open(..) => None,
            Self::Close(who)
            | Self::Drop(who)
            | Self::Mode(who, _)
            | Self::Bind(who, _)
            | Self::Listen(who, _)
            | Self::Accept(who)
            | Self::Connect(who, _)
            | Self::Recv(who, _)
            | Self::RecvFrom(who, _)
            | Self::Peek(who, _)
            | Self::Read(who, _)
            | Self::ReadLine(who, _)
            | Self::Send(who, _)
            | Self::SendAll(who, _)
            | Self::Write(who, _)
            | Self::SendTo(who, ..)
            | Self::Poll(who)
            | Self::SockName(who)
            | Self::PeerName(who)
            | Self::PendingError(who)
            | Self::PeerSends(who, _)
            | Self::PeerCloses(who)
            | Self::Visit(who)
            | Self::Datagram(who, ..) => Some(who),
        }
    }
}

/// Any one thing; what leads somewhere comes more often.
pub(crate) fn any() -> impl Strategy<Value = Op> {
    let who = 0..4_usize;
    let size = prop_oneof![Just(0_usize), 1..8_usize, 8..200_usize];
    let kind = prop_oneof![Just(Kind::Tcp), Just(Kind::Udp)];
    let wait = prop_oneof![Just(Wait::Blocking), Just(Wait::Timeout), Just(Wait::NonBlocking)];
    let target = prop_oneof![
        8 => Just(Target::Host),
        2 => Just(Target::Other),
        2 => Just(Target::Shut),
        1 => Just(Target::Nobody),
    ];
    let sized = (who.clone(), size.clone());
    prop_oneof![
        6 => (kind, wait.clone()).prop_map(|(kind, wait)| Op::Open(kind, wait)),
        2 => who.clone().prop_map(Op::Close),
        1 => who.clone().prop_map(Op::Drop),
        3 => (who.clone(), wait).prop_map(|(who, wait)| Op::Mode(who, wait)),
        4 => (who.clone(), 0..PORTS.len()).prop_map(|(who, port)| Op::Bind(who, port)),
        4 => (who.clone(), -1..4_i32).prop_map(|(who, backlog)| Op::Listen(who, backlog)),
        4 => who.clone().prop_map(Op::Accept),
        8 => (who.clone(), target.clone()).prop_map(|(who, target)| Op::Connect(who, target)),
        4 => sized.clone().prop_map(|(who, size)| Op::Recv(who, size)),
        2 => sized.clone().prop_map(|(who, size)| Op::RecvFrom(who, size)),
        2 => sized.clone().prop_map(|(who, size)| Op::Peek(who, size)),
        3 => sized.clone().prop_map(|(who, size)| Op::Read(who, size)),
        3 => sized.clone().prop_map(|(who, size)| Op::ReadLine(who, size)),
        3 => sized.clone().prop_map(|(who, size)| Op::Send(who, size)),
        2 => sized.clone().prop_map(|(who, size)| Op::SendAll(who, size)),
        2 => sized.clone().prop_map(|(who, size)| Op::Write(who, size)),
        3 => (who.clone(), target.clone(), size.clone())
            .prop_map(|(who, target, size)| Op::SendTo(who, target, size)),
        4 => who.clone().prop_map(Op::Poll),
        1 => who.clone().prop_map(Op::SockName),
        1 => who.clone().prop_map(Op::PeerName),
        1 => who.clone().prop_map(Op::PendingError),
        6 => sized.prop_map(|(who, size)| Op::PeerSends(who, size)),
        2 => who.clone().prop_map(Op::PeerCloses),
        5 => who.clone().prop_map(Op::Visit),
        5 => (who, target, size).prop_map(|(who, target, size)| Op::Datagram(who, target, size)),
    ]
}
