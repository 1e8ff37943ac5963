//! The program: the whole API over SIMCom modules.
#![no_std]
#![no_main]

#[unsafe(no_mangle)]
extern "C" fn reset() -> ! {
    whole_api::run::simcom();
    loop {
        core::hint::spin_loop();
    }
}

#[unsafe(link_section = ".vector_table")]
#[used]
static RESET: extern "C" fn() -> ! = reset;
