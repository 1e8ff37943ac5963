//! A world in real time: the module's network is real sockets on the loopback interface.

mod network;

use crate::cellular::Sim;
use crate::esp_at::AccessPoint;
use crate::profile::Profile;
use crate::world::UartError;
use crate::world::clockwork::Clockwork;
use crate::world::line::Statistics;
use crate::world::trace::{Entry, Listener, Trace};
use core::fmt;
use core::net::SocketAddr;
use core::time::Duration;
use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};
use network::{Mapping, Ports, Protocol, Sockets};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// How often sockets are looked at.
const POLL: Duration = Duration::from_micros(200);
/// How long the world sleeps when nothing is going on.
const REST: Duration = Duration::from_millis(5);
/// Bytes that the host may hand over before they have left, as a UART FIFO allows.
const FIFO: u64 = 128;

/// What a [`LoopbackWorld`] looks like.
pub struct LoopbackOptions {
    baud: u32,
    latency: Duration,
    joined: bool,
    ipv6: bool,
    boots: bool,
    access_points: Vec<AccessPoint>,
    sim: Sim,
    apns: Vec<[String; 3]>,
    registers_after: Duration,
    mappings: Vec<Mapping>,
    accept_tls: bool,
    unreachable: Duration,
    lookup: Duration,
    forwards: HashMap<u16, u16>,
    read_limit: Duration,
    listener: Option<Listener>,
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
            accept_tls: false,
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

    /// Whether `AT+CIPSTART` of type `SSL` opens a plain TCP connection instead of failing.
    #[must_use]
    pub fn accept_tls(mut self, accept: bool) -> Self {
        self.accept_tls = accept;
        self
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

#[derive(Debug)]
struct State {
    clockwork: Clockwork<Sockets>,
    stopped: bool,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// The host wrote, or the world is to stop.
    wake: Condvar,
    /// Bytes have arrived at the host.
    arrived: Condvar,
    start: Instant,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A simulated module in real time, bridged to sockets on `127.0.0.1`, and on `::1` for IPv6.
///
/// A thread of its own runs until the world is dropped.
///
/// ```
/// use embedded_io::{Read, Write};
/// use usocket_simulator::{LoopbackOptions, LoopbackWorld, Profile};
///
/// let world = LoopbackWorld::start(Profile::esp32c3_4_1(), LoopbackOptions::new());
/// let mut uart = world.uart();
/// uart.write_all(b"ATE0\r\n").unwrap();
/// let mut answer = [0; 12];
/// uart.read_exact(&mut answer).unwrap();
/// assert_eq!(&answer, b"ATE0\r\n\r\nOK\r\n");
/// ```
#[derive(Debug)]
pub struct LoopbackWorld {
    shared: Arc<Shared>,
    ports: Ports,
    read_limit: Duration,
    thread: Option<JoinHandle<()>>,
}

impl LoopbackWorld {
    /// Starts the world.
    pub fn start(profile: Profile, options: LoopbackOptions) -> Self {
        let mut sockets = Sockets::new();
        sockets.mappings = options.mappings;
        sockets.accept_tls = options.accept_tls;
        sockets.unreachable = options.unreachable;
        sockets.lookup = options.lookup;
        sockets.forwards = options.forwards;
        let ports = sockets.ports.clone();
        let mut clockwork = Clockwork::new(profile, sockets);
        clockwork.trace = Trace::passing(options.listener);
        clockwork.set_baud(options.baud);
        let module = &mut clockwork.module;
        module.timing_mut().latency = options.latency;
        if let Some(firmware) = module.esp_at() {
            firmware.air_mut().access_points = options.access_points;
            firmware.air_mut().populate();
        }
        if let Some(modem) = module.modem() {
            for [name, user, password] in &options.apns {
                modem.coverage_mut().admit(name, user, password);
            }
            modem.start_with_sim(options.sim);
            modem.start_registering(options.registers_after);
        }
        if options.joined {
            module.start_connected();
        }
        if options.ipv6 {
            module.start_with_ipv6();
        }
        if options.boots {
            module.power_up(Duration::ZERO);
        }
        let shared = Arc::new(Shared {
            state: Mutex::new(State { clockwork, stopped: false }),
            wake: Condvar::new(),
            arrived: Condvar::new(),
            start: Instant::now(),
        });
        let runner = Arc::clone(&shared);
        let thread = std::thread::spawn(move || run(&runner));
        Self { shared, ports, read_limit: options.read_limit, thread: Some(thread) }
    }

    /// The host's end of the UART; it can go to another thread.
    pub fn uart(&self) -> LoopbackUart {
        LoopbackUart { shared: Arc::clone(&self.shared), read_limit: self.read_limit }
    }

    /// Where a port of the module is reached from this machine, once it is open: that of its
    /// server, or else that of a UDP link.
    pub fn real_address(&self, port: u16) -> Option<SocketAddr> {
        self.published(Protocol::Tcp, port).or_else(|| self.real_udp_address(port))
    }

    /// Where the UDP link with this local port is reached from this machine, once it is open.
    pub fn real_udp_address(&self, port: u16) -> Option<SocketAddr> {
        self.published(Protocol::Udp, port)
    }

    fn published(&self, protocol: Protocol, port: u16) -> Option<SocketAddr> {
        let ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        ports.get(&(protocol, port)).copied()
    }

    /// What the line has carried: host to module, and module to host.
    pub fn statistics(&self) -> (Statistics, Statistics) {
        let state = self.shared.lock();
        (state.clockwork.up.statistics, state.clockwork.down.statistics)
    }

    /// Changes the speed of the host's UART.
    pub fn set_host_baud(&self, baud: u32) {
        self.shared.lock().clockwork.host_baud = baud;
    }

    /// Pulls the reset pin.
    pub fn reset_module(&self) {
        self.shared.lock().clockwork.reset_module(b"");
        self.shared.wake.notify_one();
    }
}

impl Drop for LoopbackWorld {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.wake.notify_all();
        self.shared.arrived.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by then.
            let _ = thread.join();
        }
    }
}

/// Keeps the clockwork at real time until the world stops.
fn run(shared: &Shared) {
    let mut state = shared.lock();
    while !state.stopped {
        let now = shared.start.elapsed();
        let clockwork = &mut state.clockwork;
        clockwork.run_until(now);
        if clockwork.has_received() {
            shared.arrived.notify_all();
        }
        let rest = if clockwork.network.is_active() { POLL } else { REST };
        let next = clockwork.next_activity().unwrap_or(now + rest);
        let pause = next.saturating_sub(now).clamp(Duration::from_micros(50), rest);
        let waited = shared.wake.wait_timeout(state, pause);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// The host's end of the UART of a [`LoopbackWorld`].
///
/// Bytes take their time in both directions. A write returns when all but the last 128 bytes have
/// left; a read waits for the first byte, up to the read limit.
#[derive(Debug, Clone)]
pub struct LoopbackUart {
    shared: Arc<Shared>,
    read_limit: Duration,
}

impl LoopbackUart {
    /// Changes the speed of this end.
    pub fn set_baud(&mut self, baud: u32) {
        self.shared.lock().clockwork.host_baud = baud;
    }

    /// Whether nothing is under way: the module waits for the host, and no byte is on the line or unread.
    pub fn is_idle(&self) -> bool {
        let clockwork = &self.shared.lock().clockwork;
        clockwork.module.awaits_host()
            && clockwork.next_activity().is_none()
            && !clockwork.has_received()
    }
}

impl ErrorType for LoopbackUart {
    type Error = UartError;
}

impl Read for LoopbackUart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let give_up = Instant::now() + self.read_limit;
        let mut state = self.shared.lock();
        loop {
            let count = state.clockwork.host_takes(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            if state.stopped {
                return Err(UartError::Stopped);
            }
            let left = give_up.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(UartError::TimedOut);
            }
            let waited = self.shared.arrived.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl ReadReady for LoopbackUart {
    fn read_ready(&mut self) -> Result<bool, UartError> {
        let state = self.shared.lock();
        if state.stopped { Err(UartError::Stopped) } else { Ok(state.clockwork.has_received()) }
    }
}

impl Write for LoopbackUart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, UartError> {
        let mut state = self.shared.lock();
        if state.stopped {
            return Err(UartError::Stopped);
        }
        let now = self.shared.start.elapsed();
        state.clockwork.run_until(now);
        let end = state.clockwork.host_puts(bytes);
        let baud = state.clockwork.host_baud;
        drop(state);
        self.shared.wake.notify_one();
        let slack = crate::world::line::duration_of(FIFO, baud);
        let left = end.saturating_sub(slack).saturating_sub(self.shared.start.elapsed());
        if !left.is_zero() {
            std::thread::sleep(left);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), UartError> {
        let end = self.shared.lock().clockwork.up.free_at();
        let left = end.saturating_sub(self.shared.start.elapsed());
        std::thread::sleep(left);
        Ok(())
    }
}

impl WriteReady for LoopbackUart {
    fn write_ready(&mut self) -> Result<bool, UartError> {
        Ok(true)
    }
}
