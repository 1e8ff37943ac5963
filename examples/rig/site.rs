//! Where the module is: among simulated neighbours, or in the world.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use usocket_simulator::LoopbackWorld;

use super::{Failure, Step};

/// Longest time that a visitor waits for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// The module's surroundings.
pub(crate) struct Site(Option<Arc<LoopbackWorld>>);

impl Site {
    pub(super) fn real() -> Self {
        Self(None)
    }

    pub(super) fn simulated(world: LoopbackWorld) -> Self {
        Self(Some(Arc::new(world)))
    }

    /// Sends clients to a port of the simulated module, all at once; a real module waits for yours.
    pub(crate) fn visit(
        &self,
        port: u16,
        count: usize,
        talk: impl Fn(usize, TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Visitors {
        let Some(world) = &self.0 else { return Visitors(Vec::new()) };
        let talk = Arc::new(talk);
        let visit = |number| {
            let (world, talk) = (Arc::clone(world), Arc::clone(&talk));
            thread::spawn(move || {
                let stream = TcpStream::connect(open(&world, port)?)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                talk(number, stream)
            })
        };
        Visitors((0..count).map(visit).collect())
    }
}

/// Waits until the module serves a port, and says where this machine reaches it.
fn open(world: &LoopbackWorld, port: u16) -> io::Result<SocketAddr> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(address) = world.real_address(port) {
            return Ok(address);
        }
        thread::sleep(Duration::from_millis(10));
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "the module does not listen"))
}

/// Clients of the simulated module, each in a thread.
pub(crate) struct Visitors(Vec<JoinHandle<io::Result<()>>>);

impl Visitors {
    /// Waits until all have left, and says whether they were content.
    pub(crate) fn leave(self) -> Result<(), Failure> {
        for visitor in self.0 {
            let report = visitor.join().map_err(|_| Failure::new("a client has panicked"))?;
            report.during("serve a client to its content")?;
        }
        Ok(())
    }
}
