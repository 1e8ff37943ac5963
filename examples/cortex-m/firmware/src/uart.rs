//! The UART that the module is on: received by interrupt into a queue, written directly.

use core::convert::Infallible;
use core::hint::spin_loop;

use embedded_io::{ErrorType, Write};
use usocket::uart::RxQueue;

use crate::smartfusion2::{
    FIFO_ON, INTERRUPT_RX, Interrupt, LINE_8N1, LINE_DIVISOR, Register, STATUS_RX_OVERRUN,
    STATUS_RX_READY, STATUS_TX_EMPTY, UART_HZ, Uart1,
};

/// Bytes that fit the transmitter's FIFO.
const FIFO: usize = 16;

/// The transmitting half.
#[derive(Debug)]
pub struct Transmitter(());

impl Transmitter {
    /// Starts the UART, both halves. What it receives goes where the handler of its interrupt puts it.
    pub fn start(baud: u32) -> Self {
        let [low, high, ..] = (UART_HZ / (16 * baud)).to_le_bytes();
        Uart1::write(Register::LineControl, LINE_8N1 | LINE_DIVISOR);
        Uart1::write(Register::Data, low);
        Uart1::write(Register::InterruptEnable, high);
        Uart1::write(Register::LineControl, LINE_8N1);
        Uart1::write(Register::FifoControl, FIFO_ON);
        Uart1::write(Register::InterruptEnable, INTERRUPT_RX);
        Interrupt::MMUART1.enable();
        Self(())
    }
}

impl ErrorType for Transmitter {
    type Error = Infallible;
}

impl Write for Transmitter {
    /// Writes what the FIFO takes; the driver looks at what has been received, and comes back with the
    /// rest.
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.flush()?;
        let count = bytes.len().min(FIFO);
        for &byte in &bytes[..count] {
            Uart1::write(Register::Data, byte);
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while Uart1::read(Register::LineStatus) & STATUS_TX_EMPTY == 0 {
            spin_loop();
        }
        Ok(())
    }
}

/// What the receiver's interrupt does: hands over what has come.
pub fn receive<const N: usize>(queue: &RxQueue<N>) {
    loop {
        // reading it clears the overrun
        let status = Uart1::read(Register::LineStatus);
        if status & STATUS_RX_OVERRUN != 0 {
            // bytes are missing, and the driver has to know
            queue.report_overrun();
        }
        if status & STATUS_RX_READY == 0 {
            return;
        }
        queue.push(&[Uart1::read(Register::Data)]);
    }
}
