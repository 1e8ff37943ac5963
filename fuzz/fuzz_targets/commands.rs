//! The vocabulary: arbitrary lines into every parser, arbitrary arguments into every command.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| usocket_fuzz::commands::run(data));
