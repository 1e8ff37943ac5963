//! How the program ends: each way has an exit status of its own, which QEMU passes on.

use core::panic::PanicInfo;

use agreement::Status;
use cortex_m_rt::{ExceptionFrame, exception};
use semihosting::{eprintln, process};

use crate::failure::Failure;

/// Ends the program.
pub fn end(status: Status) -> ! {
    process::exit(status as i32)
}

/// Says why, and ends the program.
pub fn fail(why: Failure) -> ! {
    eprintln!("firmware: {why}");
    end(match why {
        Failure::Call(..) => Status::Failed,
        Failure::Wrong(..) => Status::Wrong,
    })
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    eprintln!("firmware: {info}");
    end(Status::Panic)
}

#[exception]
#[allow(unsafe_code, reason = "the macro wants this handler to be unsafe; nothing in it is")]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    eprintln!("firmware: hard fault at {:#010x}", frame.pc());
    end(Status::HardFault)
}
