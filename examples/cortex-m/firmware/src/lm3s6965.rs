//! The registers and the interrupt of the chip, as far as they are used: its clock, and its second UART.
//!
//! All `unsafe` blocks of this firmware are here. For most chips a crate has all this.

#![allow(missing_docs, reason = "the names are those of the manual")]

use core::hint::spin_loop;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
pub use cortex_m_rt::interrupt;

pub use Interrupt as interrupt;

/// The clock of the processor and of the UART, in Hz, once [`start_clocks`] has been called.
pub const CLOCK_HZ: u32 = 50_000_000;

/// Interrupts, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupt {
    UART1 = 6,
}

// SAFETY: 6 is the interrupt of UART 1 on an LM3S6965.
unsafe impl InterruptNumber for Interrupt {
    fn number(self) -> u16 {
        self as u16
    }
}

unsafe extern "C" {
    fn UART1();
}

/// An entry of the vector table.
#[derive(Clone, Copy)]
pub union Vector {
    handler: unsafe extern "C" fn(),
    reserved: usize,
}

/// The vectors behind those of the processor itself.
// SAFETY: cortex-m-rt wants this name and this section for it, and defines neither itself.
#[unsafe(link_section = ".vector_table.interrupts")]
#[unsafe(no_mangle)]
pub static __INTERRUPTS: [Vector; 7] = {
    let mut vectors = [Vector { reserved: 0 }; 7];
    vectors[Interrupt::UART1 as usize] = Vector { handler: UART1 };
    vectors
};

impl Interrupt {
    /// Lets it come.
    pub fn enable(self) {
        // SAFETY: no critical section of this firmware works by masking a single interrupt.
        unsafe { NVIC::unmask(self) };
    }
}

/// Registers, by their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// A byte that has been received and what is wrong with it, when read; one to be sent, when written.
    UartData = 0x4000_d000,
    UartFlags = 0x4000_d018,
    UartIntegerDivisor = 0x4000_d024,
    UartFractionalDivisor = 0x4000_d028,
    UartLineControl = 0x4000_d02c,
    UartControl = 0x4000_d030,
    UartFifoLevels = 0x4000_d034,
    UartInterruptMask = 0x4000_d038,
    GpioDAlternate = 0x4000_7420,
    GpioDDigital = 0x4000_751c,
    RawInterrupts = 0x400f_e050,
    RunClocks = 0x400f_e060,
    ClockGating1 = 0x400f_e104,
    ClockGating2 = 0x400f_e108,
}

/// In the second byte of the data register: framing, parity, break, overrun.
pub const DATA_ERRORS: u8 = 0b1111;
pub const FLAG_RX_EMPTY: u32 = 1 << 4;
pub const FLAG_TX_FULL: u32 = 1 << 5;
pub const FLAG_TX_EMPTY: u32 = 1 << 7;
pub const FLAG_BUSY: u32 = 1 << 3;
/// 8 bits, no parity, 1 stop bit, and both FIFOs on.
pub const LINE_8N1_FIFO: u32 = 0b11 << 5 | 1 << 4;
/// The UART, its transmitter and its receiver.
pub const CONTROL_ON: u32 = 1 << 0 | 1 << 8 | 1 << 9;
/// An interrupt when the receiver's FIFO is half full,
pub const LEVELS_RX_HALF: u32 = 0b010 << 3;
/// and when no more has come for the time of 32 bits.
pub const INTERRUPTS_RX: u32 = 1 << 4 | 1 << 6;

impl Register {
    /// Reads it.
    pub fn read(self) -> u32 {
        // SAFETY: one of the registers above, none of which is memory of the program; any context may
        // read it.
        unsafe { (self as usize as *const u32).read_volatile() }
    }

    /// Writes it.
    pub fn write(self, value: u32) {
        // SAFETY: as above; no DMA is set up, so that nothing written to them changes memory.
        unsafe { (self as usize as *mut u32).write_volatile(value) }
    }

    /// Changes the bits of a mask.
    pub fn change(self, mask: u32, value: u32) {
        self.write(self.read() & !mask | value);
    }
}

/// Makes the processor run at [`CLOCK_HZ`] by the board's crystal of 8 MHz, and gives the UART its clock
/// and its pins.
pub fn start_clocks() {
    const BYPASS: u32 = 1 << 11;
    const DIVIDE: u32 = 1 << 22;
    const NO_CRYSTAL: u32 = 1 << 0;
    const CRYSTAL: (u32, u32) = (0b1111 << 6 | 0b11 << 4 | 1 << 13, 0b1110 << 6);
    const BY_4: u32 = 3 << 23;
    const LOCKED: u32 = 1 << 6;
    let clocks = Register::RunClocks;
    clocks.change(BYPASS | DIVIDE | NO_CRYSTAL, BYPASS);
    // until the crystal swings
    cortex_m::asm::delay(120_000);
    clocks.change(CRYSTAL.0, CRYSTAL.1);
    clocks.change(0b1111 << 23 | DIVIDE, BY_4 | DIVIDE);
    while Register::RawInterrupts.read() & LOCKED == 0 {
        spin_loop();
    }
    clocks.change(BYPASS, 0);

    const UART_1: u32 = 1 << 1;
    const GPIO_D: u32 = 1 << 3;
    const PINS_2_AND_3: u32 = 0b11 << 2;
    Register::ClockGating1.change(0, UART_1);
    Register::ClockGating2.change(0, GPIO_D);
    // three cycles until they can be used
    cortex_m::asm::delay(3);
    Register::GpioDAlternate.change(0, PINS_2_AND_3);
    Register::GpioDDigital.change(0, PINS_2_AND_3);
}
