//! The registers and the interrupt of the chip's second UART, as far as they are used.
//!
//! All `unsafe` blocks of this firmware are here. For most chips a crate has all this.

#![allow(missing_docs, reason = "the names are those of the manual")]

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
pub use cortex_m_rt::interrupt;

pub use Interrupt as interrupt;

/// The clock of the processor, in Hz.
pub const PROCESSOR_HZ: u32 = 142_000_000;

/// The clock of the UART, in Hz. This is QEMU's; the chip's own is set by its configuration.
pub const UART_HZ: u32 = 16 * 115_200;

/// Interrupts, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types, reason = "the names are those of the manual")]
pub enum Interrupt {
    MMUART1 = 11,
}

// SAFETY: 11 is the interrupt of UART 1 on a SmartFusion2.
unsafe impl InterruptNumber for Interrupt {
    fn number(self) -> u16 {
        self as u16
    }
}

unsafe extern "C" {
    fn MMUART1();
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
pub static __INTERRUPTS: [Vector; 12] = {
    let mut vectors = [Vector { reserved: 0 }; 12];
    vectors[Interrupt::MMUART1 as usize] = Vector { handler: MMUART1 };
    vectors
};

impl Interrupt {
    /// Lets it come.
    pub fn enable(self) {
        // SAFETY: no critical section of this firmware works by masking a single interrupt.
        unsafe { NVIC::unmask(self) };
    }
}

/// Registers of a 16550 UART, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// What has been received, when read; what is to be sent, when written; the low half of the divisor
    /// while the line control says so.
    Data = 0,
    /// The high half of the divisor while the line control says so.
    InterruptEnable = 1,
    FifoControl = 2,
    LineControl = 3,
    LineStatus = 5,
}

pub const INTERRUPT_RX: u8 = 1 << 0;
/// Both FIFOs on and empty; an interrupt for every 8 bytes, or fewer when no more come.
pub const FIFO_ON: u8 = 0b1000_0111;
/// 8 bits, no parity, 1 stop bit.
pub const LINE_8N1: u8 = 0b11;
pub const LINE_DIVISOR: u8 = 1 << 7;
pub const STATUS_RX_READY: u8 = 1 << 0;
pub const STATUS_RX_OVERRUN: u8 = 1 << 1;
/// The transmitter's FIFO, which holds 16 bytes, is empty.
pub const STATUS_TX_EMPTY: u8 = 1 << 5;

/// UART 1.
#[derive(Debug)]
pub struct Uart1;

impl Uart1 {
    const BASE: usize = 0x4001_0000;

    /// Reads a register.
    pub fn read(register: Register) -> u8 {
        // SAFETY: a register of UART 1, which is no memory of the program; any context may read it.
        unsafe { ((Self::BASE + 4 * register as usize) as *const u32).read_volatile() as u8 }
    }

    /// Writes a register.
    pub fn write(register: Register, value: u8) {
        // SAFETY: as above; no DMA is set up, so that nothing written to the UART changes memory.
        unsafe {
            ((Self::BASE + 4 * register as usize) as *mut u32).write_volatile(value.into());
        }
    }
}

/// Reads an address at which there is nothing: the processor does not go on after this.
pub fn read_nowhere() -> u32 {
    // SAFETY: there is no memory that could be disturbed; what follows is a fault.
    unsafe { (0x9000_0000 as *const u32).read_volatile() }
}
