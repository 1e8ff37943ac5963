//! The driver on a simulated module, with arbitrary lines between what that says.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| usocket_fuzz::dialects::run(data));
