//! A listening socket and the clients that come to it.

use usocket::Socket;
use usocket_simulator::{Peer, VirtualWorld};

use crate::stream::Stream;

/// A listening socket and the clients that came to it and have not been accepted.
pub(crate) struct Server<'n> {
    pub(crate) sock: Socket<'n>,
    pub(crate) port: u16,
    clients: Vec<Peer>,
}

impl<'n> Server<'n> {
    pub(crate) fn new(sock: Socket<'n>, port: u16) -> Self {
        Self { sock, port, clients: Vec::new() }
    }

    /// A client connects; it may speak at once.
    pub(crate) fn visit(&mut self, world: &VirtualWorld) {
        self.clients.push(world.connect_in(self.port));
    }

    /// The oldest client, as a stream with this number.
    pub(crate) fn accept(&mut self, number: u16) -> Option<Stream<'n>> {
        let (sock, address) = self.sock.accept().ok()?;
        if address.port() == 0 {
            return None; // the line that told who it is was lost
        }
        let place = self.clients.iter().position(|client| client.address() == address);
        let client = self.clients.remove(place.expect("a client that never came"));
        Some(Stream::new(sock, None, Some(client), number))
    }
}
