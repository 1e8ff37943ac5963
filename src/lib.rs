#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(any(feature = "std", test))]
extern crate std;

pub mod clock;
pub mod network;
pub mod select;
#[cfg(feature = "tls")]
pub mod ssl;
pub mod uart;
pub mod wire;

mod addrinfo;
mod blocking;
mod constants;
mod engine;
mod error;
mod event;
mod memory;
mod modem;
mod pump;
mod reset;
mod socket;
mod stack;

pub use addrinfo::{
    AddrInfo, Hints, RESOLVE_LIMIT_MS, getaddrinfo, getaddrinfo_with, try_getaddrinfo,
};
pub use blocking::{Idle, IdleHook, Modem};
pub use constants::*;
pub use engine::Counters;
pub use error::{Error, StreamError};
pub use event::ModuleEvent;
pub use memory::Memory;
pub use modem::Capabilities;
pub use modem::{EspAt, Quectel, SimCom};
pub use network::Network;
pub use reset::ResetLine;
pub use socket::{CLOSE_LIMIT_MS, File, Lines, OptionValue, Socket, socket};

pub use fugit;
pub use heapless;
pub use nb;
pub use usocket_commands as commands;
