//! The UART that the module is on: received by interrupt into a queue, written directly.

use core::convert::Infallible;
use core::hint::spin_loop;

use embedded_io::{ErrorType, Write};
use usocket::uart::RxQueue;

use crate::lm3s6965::{
    CLOCK_HZ, CONTROL_ON, DATA_ERRORS, FLAG_BUSY, FLAG_RX_EMPTY, FLAG_TX_EMPTY, FLAG_TX_FULL,
    INTERRUPTS_RX, Interrupt, LEVELS_RX_HALF, LINE_8N1_FIFO, Register,
};

/// Bytes that fit the transmitter's FIFO.
const FIFO: usize = 16;

/// The transmitting half.
#[derive(Debug)]
pub struct Transmitter(());

impl Transmitter {
    /// Starts the UART, both halves. What it receives goes where the handler of its interrupt puts it.
    pub fn start(baud: u32) -> Self {
        // in 64ths
        let divisor = (4 * CLOCK_HZ + baud / 2) / baud;
        Register::UartControl.write(0);
        Register::UartIntegerDivisor.write(divisor / 64);
        Register::UartFractionalDivisor.write(divisor % 64);
        Register::UartLineControl.write(LINE_8N1_FIFO);
        Register::UartFifoLevels.write(LEVELS_RX_HALF);
        Register::UartInterruptMask.write(INTERRUPTS_RX);
        Register::UartControl.write(CONTROL_ON);
        Interrupt::UART1.enable();
        Self(())
    }
}

impl ErrorType for Transmitter {
    type Error = Infallible;
}

impl Write for Transmitter {
    /// Writes what the FIFO takes, at least a byte; the driver looks at what has been received, and
    /// comes back with the rest.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let flags = loop {
            let flags = Register::UartFlags.read();
            if flags & FLAG_TX_FULL == 0 {
                break flags;
            }
            spin_loop();
        };
        let room = if flags & FLAG_TX_EMPTY != 0 { FIFO } else { 1 };
        let count = bytes.len().min(room);
        for &byte in &bytes[..count] {
            Register::UartData.write(byte.into());
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while Register::UartFlags.read() & FLAG_BUSY != 0 {
            spin_loop();
        }
        Ok(())
    }
}

/// What the receiver's interrupt does: hands over what has come.
pub fn receive<const N: usize>(queue: &RxQueue<N>) {
    while Register::UartFlags.read() & FLAG_RX_EMPTY == 0 {
        let [byte, errors, ..] = Register::UartData.read().to_le_bytes();
        if errors & DATA_ERRORS != 0 {
            // bytes are missing or wrong, and the driver has to know
            queue.report_overrun();
        }
        queue.push(&[byte]);
    }
}
