//! The simulated modules, with arbitrary bytes from the host.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| usocket_fuzz::simulator::run(data));
