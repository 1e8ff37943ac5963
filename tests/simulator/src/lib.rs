#![doc = include_str!("../README.md")]

pub mod cellular;
pub mod dialogue;
pub mod esp_at;
pub mod module;
pub mod profile;
pub mod quectel;
pub mod replay;
pub mod simcom;
mod world;

pub use cellular::{Registration, Signal, Sim, Technology};
pub use dialogue::Dialogue;
pub use esp_at::{AccessPoint, Security};
pub use module::TlsVersion;
pub use profile::Profile;
pub use world::{
    Direction, Disturbance, Disturbed, Entry, Host, LoopbackOptions, LoopbackUart, LoopbackWorld,
    Peer, Statistics, TlsHello, Uart, UartError, UdpHost, VirtualWorld,
};
