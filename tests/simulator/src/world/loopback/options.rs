//! What a [`LoopbackWorld`](super::LoopbackWorld) looks like.

use super::network::Mapping;
use crate::cellular::Sim;
use crate::esp_at::AccessPoint;
use crate::world::trace::{Entry, Listener};
use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::HashMap;

/// What a [`LoopbackWorld`](super::LoopbackWorld) looks like.
pub struct LoopbackOptions {
    pub(super) baud: u32,
    pub(super) latency: Duration,
    pub(super) joined: bool,
    pub(super) ipv6: bool,
    pub(super) boots: bool,
    pub(super) access_points: Vec<AccessPoint>,
    pub(super) sim: Sim,
    pub(super) apns: Vec<[String; 3]>,
    pub(super) registers_after: Duration,
    pub(super) mappings: Vec<Mapping>,
    pub(super) time_set: bool,
    pub(super) files: Vec<(String, Vec<u8>)>,
    pub(super) unreachable: Duration,
    pub(super) lookup: Duration,
    pub(super) forwards: HashMap<u16, u16>,
    pub(super) read_limit: Duration,
    pub(super) listener: Option<Listener>,
}

impl Default for LoopbackOptions {
    fn default() -> Self {
        Self {
            baud: 115_200,
            latency: Duration::ZERO,
            joined: false,
            ipv6: false,
            boots: false,
            access_points: Vec::new(),
            sim: Sim::default(),
            apns: Vec::new(),
            registers_after: Duration::ZERO,
            mappings: Vec::new(),
            time_set: false,
            files: Vec::new(),
            unreachable: Duration::from_secs(18),
            lookup: Duration::from_secs(5),
            forwards: HashMap::new(),
            read_limit: Duration::from_secs(60),
            listener: None,
        }
    }
}

impl fmt::Debug for LoopbackOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackOptions").field("baud", &self.baud).finish_non_exhaustive()
    }
}

impl LoopbackOptions {
    /// A module that is up, at 115200 baud.
    ///
    /// A Wi-Fi module is not joined, with one access point called `simulated` (password
    /// `password`) in reach unless others are added; a cellular one has a card without a PIN, is
    /// registered, and has no active context unless it needs no command for that.
    pub fn new() -> Self {
        Self::default()
    }

    /// Speed of the line.
    #[must_use]
    pub fn baud(mut self, baud: u32) -> Self {
        self.baud = baud;
        self
    }

    /// Time from the end of a command to its answer.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Starts associated with the first access point, or with an active context.
    #[must_use]
    pub fn joined(mut self, joined: bool) -> Self {
        self.joined = joined;
        self
    }

    /// Starts with IPv6, as [`VirtualWorld::ipv6`](crate::VirtualWorld::ipv6) does.
    #[must_use]
    pub fn ipv6(mut self, on: bool) -> Self {
        self.ipv6 = on;
        self
    }

    /// Starts with a boot, which takes as long as that of the profile.
    #[must_use]
    pub fn boot(mut self) -> Self {
        self.boots = true;
        self
    }

    /// Adds an access point.
    #[must_use]
    pub fn access_point(mut self, access_point: AccessPoint) -> Self {
        self.access_points.push(access_point);
        self
    }

    /// The card of a cellular module.
    #[must_use]
    pub fn sim(mut self, sim: Sim) -> Self {
        self.sim = sim;
        self
    }

    /// An access point name that the mobile network lets in; without any, all are.
    #[must_use]
    pub fn apn(mut self, name: &str, user: &str, password: &str) -> Self {
        self.apns.push([name, user, password].map(str::to_owned));
        self
    }

    /// How long it takes a cellular module to register.
    #[must_use]
    pub fn registers_after(mut self, time: Duration) -> Self {
        self.registers_after = time;
        self
    }

    /// Maps a host of the simulated network to a real address; a simulated port 0 stands for every
    /// port, and a real port 0 for the same port.
    #[must_use]
    pub fn host(mut self, name: &str, simulated: impl Into<SocketAddr>, real: SocketAddr) -> Self {
        let simulated = simulated.into();
        self.mappings.push(Mapping { name: name.to_owned(), simulated, real });
        self
    }

    /// Puts a file into the module, for certificates and keys in PEM; see
    /// [`Module::file`](crate::module::Module::file) for the names.
    #[must_use]
    pub fn file(mut self, name: &str, contents: impl AsRef<[u8]>) -> Self {
        self.files.push((name.to_owned(), contents.as_ref().to_vec()));
        self
    }

    /// Starts with the clock set, as [`VirtualWorld::time_set`](crate::VirtualWorld::time_set) does.
    #[must_use]
    pub fn time_set(mut self, set: bool) -> Self {
        self.time_set = set;
        self
    }

    /// The roots, in PEM, that a module trusts which is told to look at certificates:
    /// `client_ca.0` of an ESP-AT firmware, and the file `cacert.pem`.
    #[must_use]
    pub fn ca(self, pem: impl AsRef<[u8]>) -> Self {
        self.file("client_ca.0", &pem).file("cacert.pem", &pem)
    }

    /// The certificate and the key, in PEM, that the module can show to servers: `client_cert.0` and
    /// `client_key.0` of an ESP-AT firmware, and the files `clientcert.pem` and `clientkey.pem`.
    #[must_use]
    pub fn client_identity(self, certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.file("client_cert.0", &certificate)
            .file("client_key.0", &key)
            .file("clientcert.pem", &certificate)
            .file("clientkey.pem", &key)
    }

    /// The certificate and the key, in PEM, of the module's SSL server: `server_cert.0` and
    /// `server_key.0` of an ESP-AT firmware. The roots of its clients are the file `server_ca.0`.
    #[must_use]
    pub fn server_identity(self, certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.file("server_cert.0", certificate).file("server_key.0", key)
    }

    /// Time until a connect to an address that does not exist fails; 18 s as built.
    #[must_use]
    pub fn unreachable_after(mut self, time: Duration) -> Self {
        self.unreachable = time;
        self
    }

    /// Time until the lookup of an unknown name fails; 5 s as built.
    #[must_use]
    pub fn lookup_fails_after(mut self, time: Duration) -> Self {
        self.lookup = time;
        self
    }

    /// Makes a port of the module reachable at another port of the loopback interface; 0 is any.
    #[must_use]
    pub fn forward(mut self, simulated: u16, real: u16) -> Self {
        self.forwards.insert(simulated, real);
        self
    }

    /// How long a blocking read waits; 60 s as built.
    #[must_use]
    pub fn read_limit(mut self, limit: Duration) -> Self {
        self.read_limit = limit;
        self
    }

    /// Gives every write on the line to `listener`.
    #[must_use]
    pub fn trace(mut self, listener: impl FnMut(&Entry) + Send + 'static) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }
}
