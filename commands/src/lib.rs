#![doc = include_str!("../README.md")]
//!
//! # How a command is written
//!
//! Every command is a plain value that implements [`atat::AtatCmd`] and [`Command`]. `write`
//! fills a buffer of at least [`esp_at::MAX_COMMAND`], [`cellular::MAX_COMMAND`] or
//! [`quectel::MAX_COMMAND`] bytes and returns the number of bytes, terminator included; it returns
//! 0 if the buffer is too short, and never panics.
//!
//! The derives of atat are not used. The derived `write` panics on a short buffer, ends a line
//! with a bare CR, and escapes `"` as `\22`, which an ESP-AT module reads as the text `22`: a
//! wrong password instead of an error. Here the commands are written by a small encoder that
//! knows how the family ends a line, and its escapes: `\\`, `\,`, `\"` in ESP-AT, none at all in
//! cellular modules, where a text that would need one is refused. It contains no `core::fmt`.
//!
//! # Arguments
//!
//! * A constructor (`new`, `tcp`, …) checks what it is given and returns [`ArgumentError`]:
//!   text too long or too short, NUL, CR or LF in a text, for a cellular module any control
//!   character or quote, a number outside its range.
//! * A builder method (`.keep_alive(60)`) takes a number and brings it into the range that the
//!   module accepts; the range stands in its documentation.
//! * A struct with public fields has nothing to check, or leaves it to the module, which then
//!   answers `ERROR`.
//!
//! # Answers
//!
//! [`atat::AtatCmd::parse`] takes the information lines of an answer together. A driver that
//! meets them one by one uses the `parse_line` of the line types. Unknown lines between them
//! are skipped, because URCs and log lines may stand anywhere in the stream.
//!
//! Payload is no part of any type: [`esp_at::data::Header`] and [`quectel::data::Header`]
//! recognise the head of a counted body, the bytes after it belong to the driver.
#![no_std]

mod address;
mod answer;
mod codes;
mod command;
mod encoder;
mod error;
mod fields;
mod host;
mod number;
mod secret;
mod table;
mod text;

pub mod cellular;
pub mod esp_at;
pub mod quectel;
pub mod simcom;

pub use address::numeric_address;
pub use atat;
pub use command::Command;
pub use error::ArgumentError;
