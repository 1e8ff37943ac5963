//! Which sockets there are.
//!
//! ```
//! use usocket_commands::simcom::state::{SocketState, State};
//!
//! let socket = SocketState::parse_line(b"+CASTATE: 2,1").unwrap();
//! assert_eq!((socket.link, socket.state), (2, State::Connected));
//! ```

use atat::heapless::Vec;

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::{link, within};

command! {
    /// `AT+CASTATE?`: asks for all sockets; those that nobody uses are not listed.
    pub struct GetSockets;
    answer Vec<SocketState, 13>, prefix "+CASTATE:", within within::SOCKET;
    |get, line| line.text("AT+CASTATE?")
}

/// A socket: part of the answer to [`GetSockets`], or a [`Urc`](super::urc::Urc) when the state
/// has changed (Quectel digest §15.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SocketState {
    /// Its id.
    pub link: u8,
    /// What it does.
    pub state: State,
}

line!(SocketState, "+CASTATE:");

/// What a socket does; see [`SocketState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum State {
    /// 0: the peer has closed it, or the network is gone; its id stays taken.
    Closed,
    /// 1: it is connected.
    Connected,
    /// 2: it listens.
    Listening,
}

impl SocketState {
    /// Reads the line `+CASTATE: <id>,<state>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CASTATE:")?;
        let link = link(fields.number()?)?;
        let state = match fields.number::<u8>()? {
            0 => State::Closed,
            1 => State::Connected,
            2 => State::Listening,
            _ => return None,
        };
        fields.at_end().then_some(Self { link, state })
    }
}
