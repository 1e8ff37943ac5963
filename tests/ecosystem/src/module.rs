//! Simulated modules whose network leads to real servers on this machine.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use usocket_simulator::{AccessPoint, LoopbackOptions, LoopbackWorld, Profile};

/// The Wi-Fi network in reach,
pub const SSID: &str = "haas-open";
/// and its password.
pub const PASSWORD: &str = "12345678";

/// Rate of the line, in baud.
const BAUD: u32 = 921_600;

/// An ESP32-C3 with ESP-AT firmware; of each host its name, its port, and where it really is.
#[must_use]
pub fn wifi(hosts: &[(&str, u16, SocketAddr)]) -> LoopbackWorld {
    let options = options(hosts).access_point(AccessPoint::new(SSID, PASSWORD));
    LoopbackWorld::start(Profile::esp32c3_4_1(), options)
}

/// A BG96 of Quectel, in reach of a mobile network that lets everybody in.
#[must_use]
pub fn cellular(hosts: &[(&str, u16, SocketAddr)]) -> LoopbackWorld {
    LoopbackWorld::start(Profile::bg96(), options(hosts))
}

fn options(hosts: &[(&str, u16, SocketAddr)]) -> LoopbackOptions {
    let numbered = hosts.iter().zip(1..);
    numbered.fold(LoopbackOptions::new().baud(BAUD), |options, (&(name, port, real), number)| {
        let simulated = SocketAddrV4::new(Ipv4Addr::new(203, 0, 113, number), port);
        options.host(name, simulated, real)
    })
}
