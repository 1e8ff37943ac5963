//! From reset to the program: memory is made ready, interrupts find their way.

use core::panic::PanicInfo;
use core::ptr;

/// An entry of the vector table.
pub type Vector = unsafe extern "C" fn();

/// What a processor finds behind the initial stack pointer: reset, faults, the timer, and the UART as
/// the first interrupt of the chip.
pub const fn vectors(reset: Vector, uart: Vector) -> [Vector; 16] {
    let mut vectors = [halt as Vector; 16];
    vectors[0] = reset;
    vectors[15] = uart;
    vectors
}

extern "C" fn halt() {
    loop {
        core::hint::spin_loop();
    }
}

/// Variables get their values.
///
/// # Safety
/// To be called once, before anything else.
pub unsafe fn memory() {
    unsafe extern "C" {
        static mut data_start: u32;
        static mut data_end: u32;
        static data_load: u32;
        static mut bss_start: u32;
        static mut bss_end: u32;
    }
    // SAFETY: the linker script gives these places, aligned to words; nothing uses them yet
    unsafe {
        let (mut place, end) = (&raw mut data_start, &raw mut data_end);
        let mut value = &raw const data_load;
        while place < end {
            ptr::write_volatile(place, ptr::read(value));
            place = place.add(1);
            value = value.add(1);
        }
        let (mut place, end) = (&raw mut bss_start, &raw mut bss_end);
        while place < end {
            ptr::write_volatile(place, 0);
            place = place.add(1);
        }
    }
}

/// Makes a firmware of a function that returns when there is nothing left to do.
#[macro_export]
macro_rules! program {
    ($main:path) => {
        /// # Safety
        /// The processor calls it.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn reset() {
            // SAFETY: this is the first thing that runs
            unsafe { $crate::startup::memory() };
            $crate::board::start();
            $main();
            loop {
                core::hint::spin_loop();
            }
        }

        #[unsafe(link_section = ".vector_table")]
        #[used]
        static VECTORS: [$crate::startup::Vector; 16] =
            $crate::startup::vectors(reset, $crate::board::uart_interrupt);
    };
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
