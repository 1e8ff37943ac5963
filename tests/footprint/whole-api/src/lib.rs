//! Every public function of `usocket`, called once each from a function of its own.
//!
//! A function of [`call`] is where the audit begins to measure the stack: it makes one call of the API,
//! with arguments that the optimizer cannot know, and gives the result to `black_box`. To add a function
//! of the API, add a line to the file of its kind; the audit says which ones are missing.
#![no_std]

pub mod call;
pub mod hardware;
pub mod run;

/// Nothing calls this in a program without a panic, so nothing misses what it calls; a program that can
/// panic does not link.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    #[cfg(feature = "explain")]
    loop {
        core::hint::spin_loop();
    }
    #[cfg(not(feature = "explain"))]
    {
        unsafe extern "C" {
            fn this_program_can_panic() -> !;
        }
        unsafe { this_program_can_panic() }
    }
}
