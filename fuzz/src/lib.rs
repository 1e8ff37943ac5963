//! What the fuzz targets do with their input, and what must hold whatever it is.
//!
//! Each target is a function of bytes, in a module of its name.

#![forbid(unsafe_code)]

pub mod commands;
pub mod dialects;
pub mod engine;
pub mod lexer;
pub mod simulator;

mod answers;
mod calls;
mod input;
mod marks;
mod program;
mod puppet;
mod tampered;
mod watch;
