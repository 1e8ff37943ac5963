//! The driver on a module that is made of the input, with arbitrary calls.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| usocket_fuzz::engine::run(data));
