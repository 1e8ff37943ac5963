//! What the firmwares share: a board with a UART and a timer, and the way from reset to the program.
#![no_std]

pub mod board;
pub mod startup;
