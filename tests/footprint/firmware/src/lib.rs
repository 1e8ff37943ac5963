//! What the firmwares share: a board with a UART and a timer, the way from reset to the program, and what the
//! program does.
#![no_std]

pub mod board;
pub mod startup;
pub mod tasks;
