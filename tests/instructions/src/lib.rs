//! What the programs share: counting instructions, the module at the other end of the UART, and its own cost.
#![no_std]

pub mod count;
pub mod course;
pub mod esp_at;
pub mod line;
pub mod quectel;
pub mod record;
pub mod replay;
pub mod report;

/// Bytes of one TCP segment, which is what a module has to give at a time.
pub const SEGMENT: usize = 1460;

/// What a peer sends: letters, which no parser takes for anything else.
pub static BODY: [u8; SEGMENT] = {
    let mut body = [0; SEGMENT];
    let mut at = 0;
    while at < SEGMENT {
        body[at] = b'a' + (at * 7 % 26) as u8;
        at += 1;
    }
    body
};

/// Ends the program in failure.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    semihosting::eprintln!("{info}");
    semihosting::process::exit(1)
}
