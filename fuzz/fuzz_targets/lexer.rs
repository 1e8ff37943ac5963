//! The lexer: arbitrary bytes, cut anywhere.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| usocket_fuzz::lexer::run(data));
