//! TLS sockets: the `AT+QSSL…` commands (Quectel digest §6).
//!
//! Their client ids are a space of their own. Here they stand behind the ids of the other sockets:
//! what all sockets have in common finds them there, and [`Quectel::shown`] has the name and the
//! number that the host knows.

mod configuration;
mod open;
mod socket;

pub(crate) use configuration::Context;

use super::Quectel;
use crate::cellular::{Command, Refusal};

/// Number of TLS contexts.
pub(crate) const CONTEXTS: u8 = 6;

impl Quectel {
    /// Whether an id is that of a TLS client.
    pub(crate) fn is_tls(&self, id: u8) -> bool {
        id >= self.variant.ids
    }

    /// The start of the lines about a socket, and its number in them.
    pub(crate) fn shown(&self, id: u8) -> (&'static str, u8) {
        if self.is_tls(id) { ("+QSSL", id - self.variant.ids) } else { ("+QI", id) }
    }

    /// The id behind the client id at `index` of a command.
    fn tls_id(&self, command: &Command, index: usize) -> Result<u8, Refusal> {
        let client = command.arguments.need(index, 0..=i64::from(self.variant.ids) - 1)?;
        Ok(client as u8 + self.variant.ids)
    }

    /// Whether there is no room for one more socket: all share one pool of connections.
    pub(crate) fn is_full(&self) -> bool {
        self.iter().count() >= usize::from(self.variant.ids)
    }
}
