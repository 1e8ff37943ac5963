//! The simulated module, and what it finds around itself.

use std::io;
use std::time::Duration;

use embedded_io::{ErrorType, Read, ReadReady, Write};
use usocket::uart::SetBaud;
use usocket_simulator::{AccessPoint, LoopbackOptions, LoopbackUart, LoopbackWorld, Sim};

use super::options::Card;
use super::{Failure, ModuleOptions, Step};

/// The Wi-Fi network that it finds.
pub(super) const SSID: &str = "haas-open";
pub(super) const PASSWORD: &str = "12345678";

/// The access point of the mobile network that lets everybody in,
pub(super) const APN: &str = "internet";
/// and the one that wants a name and a password.
const PRIVATE_APN: [&str; 3] = ["company", "me", "12345678"];

/// The PIN of a SIM that wants one, and the PUK of one that wants that.
const PIN: &str = "1234";
const PUK: &str = "12345678";

/// Starts the module of the options; `neighbours` adds hosts to its network.
pub(super) fn start(
    options: &ModuleOptions,
    neighbours: impl FnOnce(LoopbackOptions) -> io::Result<LoopbackOptions>,
) -> Result<LoopbackWorld, Failure> {
    let (_, profile) = options.choice()?;
    println!("simulated module: {}", profile.name);
    let [apn, user, password] = PRIVATE_APN;
    let mut world = LoopbackOptions::new()
        .baud(options.baud)
        .latency(Duration::from_millis(1))
        .access_point(AccessPoint::new(SSID, PASSWORD))
        .apn(APN, "", "")
        .apn(apn, user, password)
        .sim(match options.mobile.sim {
            Card::Ready => Sim::default(),
            Card::Locked => Sim::locked(PIN),
            Card::Blocked => Sim::blocked(PUK),
            Card::Missing => Sim::absent(),
        })
        .registers_after(Duration::from_secs(options.mobile.registers_after.into()));
    if !profile.is_cellular() {
        world = world.boot(); // a cellular module takes up to 12 s: it has been switched on before
    }
    let world = neighbours(world).during("start the other side")?;
    Ok(LoopbackWorld::start(profile, world))
}

/// The UART of the simulated module, at a rate that can be changed.
pub(super) struct SimulatedUart(pub(super) LoopbackUart);

impl ErrorType for SimulatedUart {
    type Error = <LoopbackUart as ErrorType>::Error;
}

impl Read for SimulatedUart {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Self::Error> {
        self.0.read(buf)
    }
}

impl ReadReady for SimulatedUart {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        self.0.read_ready()
    }
}

impl Write for SimulatedUart {
    fn write(&mut self, buf: &[u8]) -> Result<usize, Self::Error> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.0.flush()
    }
}

impl SetBaud for SimulatedUart {
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error> {
        self.0.set_baud(baud);
        Ok(())
    }
}
