#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(any(feature = "std", test))]
extern crate std;

#[macro_use]
mod trace;

#[cfg(feature = "async")]
pub mod asynch;
#[cfg(feature = "at-commands")]
pub mod at;
pub mod clock;
pub mod guide;
#[cfg(feature = "embedded-nal-v0.9")]
pub mod nal;
pub mod network;
pub mod select;
#[cfg(feature = "tls")]
pub mod ssl;
pub mod uart;
pub mod wire;

mod addrinfo;
mod blocking;
mod calls;
mod constants;
mod engine;
mod error;
mod event;
mod hidden;
mod io;
mod lines;
mod memory;
mod modem;
mod option_value;
mod pump;
mod reset;
mod shell;
mod stack;

pub use addrinfo::{AddrInfo, Hints, RESOLVE_LIMIT_MS};
pub use blocking::{Idle, IdleHook, Modem};
pub use calls::{
    File, Lines, Network, Socket, getaddrinfo, getaddrinfo_with, socket, try_getaddrinfo,
};
pub use constants::*;
pub use engine::Counters;
pub use error::{Error, StreamError};
pub use event::ModuleEvent;
pub use memory::Memory;
pub use modem::Capabilities;
pub use modem::{EspAt, Quectel, SimCom};
pub use option_value::OptionValue;
pub use reset::ResetLine;

pub use fugit;
pub use heapless;
pub use nb;
pub use usocket_commands as commands;
