//! The board: a UART that interrupts, a timer that counts milliseconds, and somewhere to show results.

use core::convert::Infallible;
use core::ptr;

use embedded_io::{ErrorType, Write};
use usocket::clock::Clock;
use usocket::uart::{QueuedUart, RxQueue};

const UART_STATUS: *const u32 = ptr::without_provenance(0x4001_3800);
const UART_DATA: *mut u32 = ptr::without_provenance_mut(0x4001_3804);
const UART_CONTROL: *mut u32 = ptr::without_provenance_mut(0x4001_380c);
const MILLISECONDS: *const u32 = ptr::without_provenance(0x4000_0024);
const SHOWN: *mut u32 = ptr::without_provenance_mut(0x4001_0c0c);
const INTERRUPTS: *mut u32 = ptr::without_provenance_mut(0xe000_e100);

const OVERRUN: u32 = 1 << 3;
const RECEIVED: u32 = 1 << 5;
const EMPTY: u32 = 1 << 7;

/// A register.
fn get(register: *const u32) -> u32 {
    // SAFETY: the addresses above are registers of the board; reading them touches no memory
    unsafe { register.read_volatile() }
}

fn set(register: *mut u32, value: u32) {
    // SAFETY: the addresses above are registers of the board; writing them touches no memory
    unsafe { register.write_volatile(value) }
}

static RECEIVED_BYTES: RxQueue<256> = RxQueue::new();

/// UART and interrupt on.
pub fn start() {
    set(UART_CONTROL, 0x202c);
    set(INTERRUPTS, 1);
}

/// A byte has come.
pub extern "C" fn uart_interrupt() {
    let status = get(UART_STATUS);
    if status & OVERRUN != 0 {
        RECEIVED_BYTES.report_overrun();
    }
    if status & RECEIVED != 0 {
        RECEIVED_BYTES.push(&[get(UART_DATA).to_le_bytes()[0]]);
    }
}

/// The sending half of the UART.
pub struct Transmitter;

impl ErrorType for Transmitter {
    type Error = Infallible;
}

impl Write for Transmitter {
    fn write(&mut self, buf: &[u8]) -> Result<usize, Infallible> {
        for &byte in buf {
            while get(UART_STATUS) & EMPTY == 0 {}
            set(UART_DATA, u32::from(byte));
        }
        Ok(buf.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

pub type Line = QueuedUart<'static, 256, Transmitter>;

/// The UART.
pub fn uart() -> Line {
    RECEIVED_BYTES.with_writer(Transmitter)
}

/// The timer.
pub struct Ticks;

impl Clock for Ticks {
    fn now(&self) -> u32 {
        get(MILLISECONDS)
    }
}

/// Shows a number.
pub fn show(value: i32) {
    set(SHOWN, value.cast_unsigned());
}

/// Shows text.
pub fn show_bytes(bytes: &[u8]) {
    for &byte in bytes {
        show(i32::from(byte));
    }
}

/// Leaves word of how large the driver is, and its memory for one socket.
#[macro_export]
macro_rules! type_sizes {
    ($dialect:ident) => {
        #[unsafe(link_section = ".type_sizes")]
        #[unsafe(no_mangle)]
        #[used]
        static DRIVER: [u8; size_of::<usocket::Modem<'_, usocket::$dialect, (), ()>>()] =
            [0; size_of::<usocket::Modem<'_, usocket::$dialect, (), ()>>()];

        #[unsafe(link_section = ".type_sizes")]
        #[unsafe(no_mangle)]
        #[used]
        static SOCKET: [u8; size_of::<Memory<1, 4, 0>>() - 4] =
            [0; size_of::<Memory<1, 4, 0>>() - 4];
    };
}
