//! Lines that the module prints unasked.
//!
//! ```
//! use usocket_commands::simcom::state::{SocketState, State};
//! use usocket_commands::simcom::urc::Urc;
//!
//! let closed = SocketState { link: 3, state: State::Closed };
//! assert_eq!(Urc::parse(b"+CASTATE: 3,0"), Some(Urc::Socket(closed)));
//! assert_eq!(Urc::parse(b"+CADATAIND: 3"), Some(Urc::Received { link: 3 }));
//! assert_eq!(Urc::parse(b"OK"), None);
//! ```

use atat::AtatUrc;

use crate::cellular::urc as core_urc;
use crate::fields::Fields;

use super::dns::Lookup;
use super::link;
use super::result::SocketError;
use super::state::SocketState;

/// A line that may come at any time (Quectel digest §15.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Urc {
    /// A line that all cellular modules have.
    Core(core_urc::Urc),
    /// `NORMAL POWER DOWN`: the module is off.
    PoweredDown,
    /// `SMS Ready`: messages can be used.
    MessagesReady,
    /// `+APP PDP: <context>,ACTIVE|DEACTIVE`: the result of an
    /// [`Activate`](super::context::Activate), or the network has dropped a context.
    ContextChanged {
        /// The context.
        context: u8,
        /// Whether it is active.
        active: bool,
    },
    /// `+CAOPEN: <id>,<error>`: the result of an [`Open`](super::open::Open).
    Opened {
        /// The socket.
        link: u8,
        /// Whether it is open, or why not.
        result: SocketError,
    },
    /// `+CADATAIND: <id>`: a socket has received data.
    Received {
        /// The socket.
        link: u8,
    },
    /// `+CASTATE: <id>,<state>`: the state of a socket has changed. What it has received may still
    /// be read. The answer to [`GetSockets`](super::state::GetSockets) has the same form.
    Socket(SocketState),
    /// `+CDNSGIP: …`: the result of a [`Resolve`](super::dns::Resolve).
    Lookup(Lookup),
}

impl Urc {
    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match line {
            b"NORMAL POWER DOWN" => return Some(Self::PoweredDown),
            b"SMS Ready" => return Some(Self::MessagesReady),
            _ => {}
        }
        if let Some(urc) = core_urc::Urc::parse(line) {
            return Some(Self::Core(urc));
        }
        if let Some(socket) = SocketState::parse_line(line) {
            return Some(Self::Socket(socket));
        }
        if let Some(lookup) = Lookup::parse_line(line) {
            return Some(Self::Lookup(lookup));
        }
        if let Some(mut fields) = Fields::named(line, "+APP PDP:") {
            let context = fields.number()?;
            let active = match fields.next_field()? {
                b"ACTIVE" => true,
                b"DEACTIVE" => false,
                _ => return None,
            };
            fields.at_end().then_some(Self::ContextChanged { context, active })
        } else if let Some(mut fields) = Fields::named(line, "+CAOPEN:") {
            let link = link(fields.number()?)?;
            let result = SocketError::new(fields.number()?);
            fields.at_end().then_some(Self::Opened { link, result })
        } else {
            let mut fields = Fields::named(line, "+CADATAIND:")?;
            let link = link(fields.number()?)?;
            fields.at_end().then_some(Self::Received { link })
        }
    }
}

impl AtatUrc for Urc {
    fn parse(line: &[u8]) -> Option<Self> {
        Self::parse(line)
    }
}
