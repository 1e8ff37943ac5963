//! The host's end of the UART.

use super::VirtualWorld;
use crate::world::UartError;
use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};

/// The host's end of the UART of a [`VirtualWorld`].
///
/// A write takes as long as its bytes do on the line; a read waits for the first byte, but no
/// longer than the read limit of the world, after which it is [`UartError::TimedOut`].
#[derive(Debug, Clone)]
pub struct Uart {
    pub(super) world: VirtualWorld,
}

impl ErrorType for Uart {
    type Error = UartError;
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.world.host_read(buffer)
    }
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, UartError> {
        Ok(self.world.with(|inner| inner.host_ready()))
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, UartError> {
        self.world.host_write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), UartError> {
        Ok(())
    }
}

impl WriteReady for Uart {
    fn write_ready(&mut self) -> Result<bool, UartError> {
        Ok(true)
    }
}
