//! A listening socket and the clients that come to it.

use std::rc::Rc;

use usocket::{Error, Socket};
use usocket_simulator::{Peer, VirtualWorld};

use crate::damage::Damage;
use crate::stream::Stream;
use crate::weather::Weather;

/// Clients that wait at most.
const QUEUE: usize = 4;

/// A listening socket and the clients that came to it and have not been accepted.
pub(crate) struct Server<'n> {
    pub(crate) sock: Socket<'n>,
    port: u16,
    clients: Vec<Peer>,
    born: Damage,
    /// Calls that said that it listens no more.
    pub(crate) over: u8,
}

impl<'n> Server<'n> {
    pub(crate) fn new(sock: Socket<'n>, port: u16, born: Damage) -> Self {
        Self { sock, port, clients: Vec::new(), born, over: 0 }
    }

    /// A client connects.
    pub(crate) fn visit(&mut self, world: &VirtualWorld) {
        if self.clients.len() < QUEUE {
            self.clients.push(world.connect_in(self.port));
        }
    }

    /// The oldest client, as a stream with this number.
    pub(crate) fn accept(
        &mut self,
        number: u16,
        nasty: bool,
        weather: &Rc<Weather>,
    ) -> Result<Option<Stream<'n>>, Error> {
        let (sock, address) = self.sock.accept()?;
        if address.port() == 0 {
            return Ok(None); // the line that told who it is was lost
        }
        let place = self.clients.iter().position(|client| client.address() == address);
        let Some(place) = place else {
            let known = weather.damage().since(&self.born);
            assert!(!known.tells_ends(), "a client that never came: {address}");
            return Ok(None); // its address was damaged
        };
        let client = self.clients.remove(place);
        // what it sends may have been damaged since it came
        Ok(Some(Stream::new(sock, None, Some(client), number, nasty, weather, self.born)))
    }
}
