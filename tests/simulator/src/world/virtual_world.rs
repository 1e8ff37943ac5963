//! A world in virtual time: one thread, scripted peers, faults on demand.

mod agenda;
mod faults;
mod mobile;
mod network;
mod peer;
mod tls;
mod uart;

pub use network::TlsHello;
pub use peer::{Host, Peer, UdpHost};
pub use uart::Uart;

use crate::esp_at::{AccessPoint, EspAt};
use crate::module::Module;
use crate::profile::Profile;
use crate::world::clockwork::Clockwork;
use crate::world::line::Statistics;
use crate::world::trace::Entry;
use agenda::Agenda;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use network::{Endpoint, Listener, Scripted, Secured};
use std::cell::RefCell;
use std::rc::Rc;

/// A simulated module in virtual time; clones are handles on the same world.
///
/// Time passes only while the host writes, reads, [pauses](Self::pause) or
/// [waits](Self::advance), and every run of the same program is the same.
///
/// ```
/// use embedded_io::{Read, Write};
/// use usocket_simulator::{Profile, VirtualWorld};
///
/// let world = VirtualWorld::new(Profile::esp32c3_4_1());
/// let mut uart = world.uart();
/// uart.write_all(b"ATE0\r\n").unwrap();
/// let mut answer = [0; 12];
/// uart.read_exact(&mut answer).unwrap();
/// assert_eq!(&answer, b"ATE0\r\n\r\nOK\r\n");
/// ```
#[derive(Debug, Clone)]
pub struct VirtualWorld {
    inner: Rc<RefCell<Clockwork<Scripted>>>,
    /// What is to happen later; apart, so that an action finds the world unborrowed.
    agenda: Rc<RefCell<Agenda>>,
}

impl VirtualWorld {
    /// A module that is already up, with echo on, at 115200 baud; a Wi-Fi module is not joined, a
    /// cellular one is registered, and has no active context unless it needs no command for that.
    pub fn new(profile: Profile) -> Self {
        let network = Scripted::new(profile.segment);
        Self {
            inner: Rc::new(RefCell::new(Clockwork::new(profile, network))),
            agenda: Rc::default(),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Clockwork<Scripted>) -> T) -> T {
        act(&mut self.inner.borrow_mut())
    }

    /// Changes the module itself, for what has no method here.
    ///
    /// The closure must not use the handles of the world.
    pub fn with_module<T>(&self, change: impl FnOnce(&mut Module) -> T) -> T {
        self.with(|inner| {
            let result = change(&mut inner.module);
            inner.settle();
            result
        })
    }

    /// Changes the Wi-Fi firmware, for what has no method here; `None` if the module has none.
    ///
    /// The closure must not use the handles of the world.
    pub fn with_esp_at<T>(&self, change: impl FnOnce(&mut EspAt) -> T) -> Option<T> {
        self.with(|inner| {
            let result = inner.module.esp_at().map(change);
            inner.settle();
            result
        })
    }

    // --- set-up -------------------------------------------------------------------------------

    /// Speed of the line, on both sides.
    #[must_use]
    pub fn baud(self, baud: u32) -> Self {
        self.with(|inner| inner.set_baud(baud));
        self
    }

    /// Time from the end of a command to its answer; 0 as built.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        self.with(|inner| inner.module.timing_mut().latency = latency);
        self
    }

    /// Time that a packet takes between module and peer, one way; 0 as built.
    #[must_use]
    pub fn network_latency(self, latency: Duration) -> Self {
        self.with(|inner| inner.network.delays.latency = latency);
        self
    }

    /// Starts with a boot: `ready`, or `RDY` and what follows it, comes after the boot time.
    #[must_use]
    pub fn boot(self) -> Self {
        self.with(|inner| {
            let now = inner.now;
            inner.module.power_up(now);
            inner.settle();
        });
        self
    }

    /// Adds an access point to the air.
    #[must_use]
    pub fn access_point(self, access_point: AccessPoint) -> Self {
        self.with_esp_at(|firmware| firmware.air_mut().access_points.push(access_point));
        self
    }

    /// Starts connected, with an address, as if only the host had restarted.
    ///
    /// A Wi-Fi module is associated with the first access point, which is stored in flash; a
    /// default one is added if there is none. A cellular module has an active context 1.
    #[must_use]
    pub fn joined(self, joined: bool) -> Self {
        self.with(|inner| {
            if joined {
                inner.module.start_connected();
            }
        });
        self
    }

    /// Starts with IPv6, and with such an address if [joined](Self::joined).
    ///
    /// A Wi-Fi module has `AT+CIPV6=1` in flash; the network of a cellular one gives IPv6
    /// addresses to contexts of type 2 and 3.
    #[must_use]
    pub fn ipv6(self, on: bool) -> Self {
        if on {
            self.with(|inner| inner.module.start_with_ipv6());
        }
        self
    }

    /// Gives a name to an address, which becomes known: it refuses connects instead of ignoring
    /// them. A name can have one address of either family this way.
    #[must_use]
    pub fn dns(self, name: &str, address: impl Into<IpAddr>) -> Self {
        let address = address.into();
        self.with(|inner| inner.network.name(name, address, true));
        self
    }

    /// Gives a name one more address, behind those that it has.
    #[must_use]
    pub fn dns_more(self, name: &str, address: impl Into<IpAddr>) -> Self {
        let address = address.into();
        self.with(|inner| inner.network.name(name, address, false));
        self
    }

    // --- hosts --------------------------------------------------------------------------------

    /// A host that listens for TCP connections.
    pub fn listen(&self, address: impl Into<IpAddr>, port: u16) -> Host {
        self.add_listener(address.into(), port, None)
    }

    /// A host that listens for TLS connections; the bytes within are what the peer sees.
    ///
    /// Its certificate is one that only a module takes that takes any, until
    /// [`Host::certificate`].
    pub fn listen_tls(&self, address: impl Into<IpAddr>, port: u16) -> Host {
        self.add_listener(address.into(), port, Some(Secured::default()))
    }

    fn add_listener(&self, ip: IpAddr, port: u16, tls: Option<Secured>) -> Host {
        let address = SocketAddr::new(ip, port);
        self.with(|inner| {
            inner.network.known.insert(ip);
            let listener = Listener { tls, listening: true, ..Listener::default() };
            inner.network.listeners.insert(address, listener);
        });
        Host { world: self.clone(), address }
    }

    /// A host that exists and refuses every connect.
    pub fn host(&self, address: impl Into<IpAddr>) {
        let address = address.into();
        self.with(|inner| inner.network.known.insert(address));
    }

    /// A UDP endpoint.
    pub fn udp_host(&self, ip: impl Into<IpAddr>, port: u16) -> UdpHost {
        let address = SocketAddr::new(ip.into(), port);
        self.with(|inner| {
            inner.network.known.insert(address.ip());
            inner.network.endpoints.insert(address, Endpoint::default());
        });
        UdpHost { world: self.clone(), address }
    }

    /// A client connects to the module's server, from `192.168.3.200`, or from `2001:db8:3::200`
    /// if the server is an IPv6 one, and a port of its own.
    ///
    /// The client [is established](Peer::is_established) once the module has accepted it, and
    /// [closed](Peer::is_closed) without that if it is turned down or if nobody listens.
    pub fn connect_in(&self, port: u16) -> Peer {
        let client = self.with(|inner| inner.network.next_client());
        self.connect_in_from(client, port)
    }

    /// A client connects to the module's server from a given address.
    pub fn connect_in_from(&self, client: impl Into<SocketAddr>, port: u16) -> Peer {
        let client = client.into();
        let index = self.with(|inner| {
            let index = inner.network.connect_in(inner.now, client, port);
            inner.settle();
            index
        });
        Peer { world: self.clone(), index }
    }

    // --- the host's side of the line ----------------------------------------------------------

    /// The host's end of the UART.
    pub fn uart(&self) -> Uart {
        Uart { world: self.clone() }
    }

    /// Changes the speed of the host's UART.
    pub fn set_host_baud(&self, baud: u32) {
        self.with(|inner| inner.host_baud = baud);
    }

    /// Nothing is connected to the module's CTS: once it is told to heed it, it falls silent for good,
    /// until it is reset.
    pub fn leave_cts_open(&self) {
        self.with(|inner| inner.cts_open = true);
    }

    /// Most bytes that one read returns.
    pub fn set_read_max(&self, bytes: usize) {
        self.with(|inner| inner.read_max = bytes.max(1));
    }

    /// Most bytes that each of the next reads returns, over and over; none: as many as there is room
    /// for, or [`set_read_max`](Self::set_read_max).
    pub fn set_read_sizes(&self, sizes: &[usize]) {
        let sizes = sizes.iter().map(|size| (*size).max(1)).collect();
        self.with(|inner| inner.read_sizes = sizes);
    }

    /// Gives the host a receive buffer of this depth: when it is full, bytes are lost, or the
    /// module waits if `AT+UART_CUR` made it heed its CTS.
    pub fn set_host_fifo(&self, depth: usize) {
        self.with(|inner| inner.fifo = Some(depth.max(1)));
    }

    /// How long a blocking read waits.
    pub fn read_limit(&self) -> Duration {
        self.with(|inner| inner.read_limit)
    }

    /// Changes how long a blocking read waits; 120 s as built.
    pub fn set_read_limit(&self, limit: Duration) {
        self.with(|inner| inner.read_limit = limit);
    }

    // --- observation --------------------------------------------------------------------------

    /// Everything said on the line so far.
    pub fn dialogue(&self) -> Vec<Entry> {
        self.with(|inner| inner.trace.entries().to_vec())
    }

    /// The dialogue as text, one line per write.
    pub fn transcript(&self) -> String {
        self.with(|inner| inner.trace.entries().iter().map(|entry| format!("{entry}\n")).collect())
    }

    /// The commands that the module executed, without those that it rejected as busy.
    pub fn commands(&self) -> Vec<String> {
        self.with(|inner| inner.commands.clone())
    }

    /// What the line has carried: host to module, and module to host.
    pub fn statistics(&self) -> (Statistics, Statistics) {
        self.with(|inner| (inner.up.statistics, inner.down.statistics))
    }

    /// Whether every armed fault has happened.
    pub fn faults_spent(&self) -> bool {
        self.with(|inner| inner.faults.armed() == 0)
    }
}
