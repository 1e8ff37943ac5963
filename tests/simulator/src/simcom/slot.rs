//! Sockets: the slots that ids stand for, and what waits in them.

use crate::module::Socket;
use std::collections::VecDeque;

/// What a socket does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Opening,
    Connected,
    /// By the peer, or with its context; the id stays in use.
    Closed,
}

/// What an id stands for, from its open to its close.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) state: State,
    pub(crate) socket: Socket,
    /// The network knows nothing of it any more.
    pub(crate) gone: bool,
    /// Number of its context in the core.
    pub(crate) context: u8,
    /// Name that is looked up for it.
    pub(crate) name: Option<String>,
    pub(crate) port: u16,
    /// Unread bytes.
    pub(crate) bytes: VecDeque<u8>,
    /// Bytes that the peer has not acknowledged.
    pub(crate) unacknowledged: usize,
    /// Whether the next data are announced.
    pub(crate) armed: bool,
}

impl Slot {
    pub(crate) fn new(socket: Socket, context: u8, port: u16) -> Self {
        Self {
            state: State::Opening,
            socket,
            gone: false,
            context,
            name: None,
            port,
            bytes: VecDeque::new(),
            unacknowledged: 0,
            armed: true,
        }
    }
}
