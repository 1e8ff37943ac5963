//! Bytes to tokens: what every AT module's output is made of, whatever it means.

mod lexer;

pub use lexer::{Lexer, Token};

/// Longest line kept, in bytes; the longest that matters is a `+CWLAP` line with an escaped SSID
/// of 32 bytes, below 150.
pub const LINE: usize = 160;
