//! A world in real time: the module's network is real sockets on the loopback interface.

mod network;
mod options;
mod stream;
#[cfg_attr(not(feature = "tls"), path = "loopback/no_tls.rs")]
mod tls;

pub use options::LoopbackOptions;

use crate::profile::Profile;
use crate::world::UartError;
use crate::world::clockwork::Clockwork;
use crate::world::line::Statistics;
use crate::world::trace::Trace;
use core::net::SocketAddr;
use core::time::Duration;
use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};
use network::{Ports, Protocol, Sockets};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// How often sockets are looked at.
const POLL: Duration = Duration::from_micros(200);
/// How long the world sleeps when nothing is going on.
const REST: Duration = Duration::from_millis(5);
/// Bytes that the host may hand over before they have left, as a UART FIFO allows.
const FIFO: u64 = 128;

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
        sockets.unreachable = options.unreachable;
        sockets.lookup = options.lookup;
        sockets.forwards = options.forwards;
        let ports = sockets.ports.clone();
        let mut clockwork = Clockwork::new(profile, sockets);
        clockwork.trace = Trace::passing(options.listener);
        clockwork.set_baud(options.baud);
        let module = &mut clockwork.module;
        module.timing_mut().latency = options.latency;
        for (name, contents) in &options.files {
            module.put_file(name, contents);
        }
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
        if options.time_set {
            module.start_with_time();
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
