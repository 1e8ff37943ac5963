//! A world in virtual time: one thread, scripted peers, faults on demand.

mod network;
mod peer;
mod uart;

pub use peer::{Host, Peer, UdpHost};
pub use uart::Uart;

use crate::module::{AccessPoint, Module};
use crate::profile::Profile;
use crate::world::clockwork::Clockwork;
use crate::world::fault::Fault;
use crate::world::line::Statistics;
use crate::world::trace::Entry;
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use network::{Endpoint, Listener, Scripted};
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
}

impl VirtualWorld {
    /// A module that is already up, with echo on, not joined, at 115200 baud.
    pub fn new(profile: Profile) -> Self {
        let network = Scripted::new(profile.segment);
        Self { inner: Rc::new(RefCell::new(Clockwork::new(profile, network))) }
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

    /// Starts without power applied long enough: `ready` comes after the boot time.
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
        self.with(|inner| inner.module.air_mut().access_points.push(access_point));
        self
    }

    /// Starts associated, with an address, with the first access point, which is stored in flash;
    /// a default one is added if there is none.
    #[must_use]
    pub fn joined(self, joined: bool) -> Self {
        self.with(|inner| {
            if joined {
                let points = &mut inner.module.air_mut().access_points;
                if points.is_empty() {
                    points.push(AccessPoint::default());
                }
                inner.network.module_address = points[0].address;
                inner.module.start_joined();
            }
        });
        self
    }

    /// Gives a name to an address, which becomes known: it refuses connects instead of ignoring
    /// them.
    #[must_use]
    pub fn dns(self, name: &str, address: Ipv4Addr) -> Self {
        self.with(|inner| {
            inner.network.names.insert(name.to_owned(), address);
            inner.network.known.insert(address);
        });
        self
    }

    // --- hosts --------------------------------------------------------------------------------

    /// A host that listens for TCP connections.
    pub fn listen(&self, address: Ipv4Addr, port: u16) -> Host {
        self.add_listener(address, port, false)
    }

    /// A host that listens for TLS connections; the bytes within are what the peer sees.
    pub fn listen_tls(&self, address: Ipv4Addr, port: u16) -> Host {
        self.add_listener(address, port, true)
    }

    fn add_listener(&self, ip: Ipv4Addr, port: u16, tls: bool) -> Host {
        let address = SocketAddrV4::new(ip, port);
        self.with(|inner| {
            inner.network.known.insert(ip);
            let listener = Listener { tls, listening: true, ..Listener::default() };
            inner.network.listeners.insert(address, listener);
        });
        Host { world: self.clone(), address }
    }

    /// A host that exists and refuses every connect.
    pub fn host(&self, address: Ipv4Addr) {
        self.with(|inner| inner.network.known.insert(address));
    }

    /// A UDP endpoint.
    pub fn udp_host(&self, ip: Ipv4Addr, port: u16) -> UdpHost {
        let address = SocketAddrV4::new(ip, port);
        self.with(|inner| {
            inner.network.known.insert(ip);
            inner.network.endpoints.insert(address, Endpoint::default());
        });
        UdpHost { world: self.clone(), address }
    }

    /// A client connects to the module's server, from `192.168.3.200` and a port of its own.
    pub fn connect_in(&self, port: u16) -> Peer {
        let number = self.with(|inner| inner.network.peers.len() as u16);
        self.connect_in_from(
            SocketAddrV4::new(Ipv4Addr::new(192, 168, 3, 200), 50_000 + number),
            port,
        )
    }

    /// A client connects to the module's server from a given address.
    pub fn connect_in_from(&self, client: SocketAddrV4, port: u16) -> Peer {
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

    /// Most bytes that one read returns.
    pub fn set_read_max(&self, bytes: usize) {
        self.with(|inner| inner.read_max = bytes.max(1));
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

    // --- time ---------------------------------------------------------------------------------

    /// Time since the start.
    pub fn now(&self) -> Duration {
        self.with(|inner| inner.now)
    }

    /// Milliseconds since the start, as a driver's clock wants them.
    pub fn now_ms(&self) -> u32 {
        self.now().as_millis() as u32
    }

    /// Lets time pass until something happens, at most a millisecond.
    pub fn pause(&self) {
        self.with(Clockwork::pause);
    }

    /// Lets time pass.
    pub fn advance(&self, time: Duration) {
        self.with(|inner| inner.run_until(inner.now + time));
    }

    /// When something happens next, if ever.
    pub fn next_activity(&self) -> Option<Duration> {
        self.with(|inner| inner.next_activity())
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

    // --- faults (ESP-AT digest §20.2) ---------------------------------------------------------

    /// The module writes this now, as one unit.
    pub fn inject(&self, bytes: &[u8]) {
        self.with(|inner| inner.speak(bytes));
    }

    /// This goes out just before the next write that contains `pattern`.
    pub fn inject_before(&self, pattern: &[u8], bytes: &[u8]) {
        self.arm(pattern, Fault::Before(bytes.to_vec()));
    }

    /// This goes out just after the next write that contains `pattern`.
    pub fn inject_after(&self, pattern: &[u8], bytes: &[u8]) {
        self.arm(pattern, Fault::After(bytes.to_vec()));
    }

    /// This goes out inside the next write that contains `pattern`, `offset` bytes after its
    /// start: what no sound firmware does.
    pub fn inject_within(&self, pattern: &[u8], offset: usize, bytes: &[u8]) {
        self.arm(pattern, Fault::Within(offset, bytes.to_vec()));
    }

    /// This falls between the `OK` and the `>` of the next send prompt, as before 2.3 (ESP-AT
    /// digest §17 Q1).
    pub fn inject_before_prompt(&self, bytes: &[u8]) {
        let parts = self.with(|inner| inner.module.profile().prompt.len());
        if parts == 1 {
            self.arm(b"\r\nOK\r\n\r\n>", Fault::Within(6, bytes.to_vec()));
        } else {
            self.arm(b"> ", Fault::Before(bytes.to_vec()));
        }
    }

    /// The next write that contains `pattern` is lost.
    pub fn drop_next(&self, pattern: &[u8]) {
        self.arm(pattern, Fault::Drop);
    }

    /// The next write that contains `pattern` becomes `bytes`.
    pub fn replace_next(&self, pattern: &[u8], bytes: &[u8]) {
        self.arm(pattern, Fault::Replace(bytes.to_vec()));
    }

    /// The next write that contains `pattern` comes late; until then the module is busy.
    pub fn delay_next(&self, pattern: &[u8], delay: Duration) {
        self.arm(pattern, Fault::Delay(delay));
    }

    /// The module resets `offset` bytes after the start of `pattern` in its next write that
    /// contains it.
    pub fn reset_within(&self, pattern: &[u8], offset: usize) {
        self.arm(pattern, Fault::Reset(offset));
    }

    fn arm(&self, pattern: &[u8], fault: Fault) {
        self.with(|inner| inner.faults.arm(pattern, fault));
    }

    /// The next command that starts with `prefix` is answered `busy p...`; if `executes`, it is
    /// run all the same (ESP-AT digest §14.8).
    pub fn busy_next(&self, prefix: &str, executes: bool) {
        self.with(|inner| inner.module.reject_next(prefix.as_bytes(), executes));
    }

    /// The next send ends in `SEND FAIL`, and nothing of it reaches the peer.
    pub fn send_fail_next(&self) {
        self.send_fail_next_after(0);
    }

    /// The next send ends in `SEND FAIL` after its first `delivered` bytes have reached the peer.
    pub fn send_fail_next_after(&self, delivered: usize) {
        self.with(|inner| inner.module.fail_next_send(delivered));
    }

    /// While mute, the module does not hear the host at all.
    pub fn mute(&self, mute: bool) {
        self.with(|inner| inner.mute = mute);
    }

    /// Pulls the reset pin: output stops at once, links vanish, `ready` follows.
    pub fn reset_module(&self) {
        self.reset_module_with_noise(b"");
    }

    /// As [`reset_module`](Self::reset_module), with boot noise before `ready`.
    pub fn reset_module_with_noise(&self, noise: &[u8]) {
        self.with(|inner| inner.reset_module(noise));
    }

    /// The access points go off the air, and the module loses its association.
    pub fn disconnect_wifi(&self) {
        self.set_responsive(false);
        self.with(|inner| {
            let now = inner.now;
            inner.module.lose_wifi(now);
            inner.settle();
        });
    }

    /// The access points are on the air again; the module joins by itself.
    pub fn reconnect_wifi(&self) {
        self.set_responsive(true);
        self.with(|inner| {
            let now = inner.now;
            inner.module.retry_join(now);
            inner.settle();
        });
    }

    fn set_responsive(&self, responsive: bool) {
        self.with(|inner| {
            for point in &mut inner.module.air_mut().access_points {
                point.responsive = responsive;
            }
        });
    }
}
