//! What the programs of this firmware stand on.
#![no_std]
#![deny(unsafe_code)]

pub mod arguments;
pub mod clock;
pub mod datagrams;
pub mod echo;
pub mod ending;
pub mod failure;
pub mod program;
#[allow(unsafe_code, reason = "registers are memory that the compiler knows nothing of")]
pub mod smartfusion2;
pub mod transfer;
pub mod uart;
