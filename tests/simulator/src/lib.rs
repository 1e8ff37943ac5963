//! A simulated ESP-AT module for tests and for development without hardware.
//!
//! It is written from the protocol alone, and checked against recordings of genuine firmware. The
//! [`module`] is a state machine without clock and sockets; a *world* gives it both:
//!
//! * [`VirtualWorld`]: one thread, virtual time, scripted peers, fault injection;
//! * `LoopbackWorld`: real time, real sockets on `127.0.0.1`.

pub mod module;
pub mod profile;
pub mod replay;
mod world;

pub use module::{AccessPoint, Security};
pub use profile::Profile;
pub use world::{Direction, Entry, Host, Peer, Statistics, Uart, UartError, UdpHost, VirtualWorld};
