//! What the programs of this firmware stand on.
#![no_std]
#![deny(unsafe_code)]

pub mod arguments;
pub mod clock;
pub mod datagrams;
pub mod echo;
pub mod ending;
pub mod failure;
#[allow(unsafe_code, reason = "registers are memory that the compiler knows nothing of")]
pub mod lm3s6965;
pub mod program;
pub mod transfer;
pub mod uart;
