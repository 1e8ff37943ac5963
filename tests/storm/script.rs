//! A program as data: what is done, one step after the other, in which surroundings.

use std::fmt::Write as _;

use crate::fault::Fault;

/// How long the calls of a step wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Now,
    Until(u32),
    /// For ever, if there is something to wait for.
    Block,
}

/// By which call bytes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Recv,
    Peek,
    Try,
    Read,
    Line,
    File,
}

/// By which call bytes are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    Send,
    Try,
    Write,
    All,
    File,
}

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A stream that connects.
    Client,
    /// A listening socket.
    Server,
    /// A stream that one of the servers has accepted.
    Accepted,
    /// A datagram socket.
    Datagrams,
}

/// One step. Each has all its parameters, so that it stays what it is when others go.
///
/// A step on a place where no socket is makes one first; one that fits neither does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Open {
        place: u8,
        mode: Mode,
    },
    Recv {
        place: u8,
        mode: Mode,
        size: u16,
        how: Reading,
    },
    Send {
        place: u8,
        mode: Mode,
        size: u16,
        how: Writing,
    },
    PeerSends {
        place: u8,
        size: u16,
    },
    PeerCloses {
        place: u8,
    },
    PeerResets {
        place: u8,
    },
    PeerStalls {
        place: u8,
    },
    PeerResumes {
        place: u8,
    },
    Shut {
        place: u8,
    },
    Close {
        place: u8,
        mode: Mode,
    },
    Leave {
        place: u8,
    },
    Resolve,
    Poll {
        ms: u32,
    },
    /// The program does something else and polls the driver.
    Idle {
        ms: u32,
    },
    /// The program does something else.
    Away {
        ms: u32,
    },
    Weather(Fault),
}

/// What surrounds a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sky {
    pub(crate) baud: u32,
    /// The rate that the driver raises the line to; 0: none.
    pub(crate) raise: u32,
    /// Of the module's answers, in ms.
    pub(crate) latency: u8,
    /// One way to the peer, in ms.
    pub(crate) distance: u8,
    /// Most bytes of the reads from the UART, by turns.
    pub(crate) reads: [u8; 4],
    /// Numbers of the habits that a cellular module has.
    pub(crate) habits: [u8; 4],
    /// The peers' bytes contain what looks like words of a module.
    pub(crate) nasty: bool,
}

/// A program and its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Script<'s> {
    pub(crate) profile: &'s str,
    pub(crate) ring: u16,
    pub(crate) sky: Sky,
    pub(crate) roles: [Role; PLACES],
    pub(crate) steps: &'s [Step],
}

/// Places for sockets, and slots of the driver.
pub(crate) const PLACES: usize = 5;

impl Script<'_> {
    /// As source text, to be kept in `found.rs`.
    pub(crate) fn source(&self) -> String {
        let Self { profile, ring, sky, roles, steps } = self;
        let mut text = format!("Script {{\n    profile: {profile:?},\n    ring: {ring},\n");
        let _ = writeln!(text, "    sky: {sky:?},\n    roles: {roles:?},\n    steps: &[");
        for step in *steps {
            let _ = writeln!(text, "        {step:?},");
        }
        text + "    ],\n}"
    }
}
