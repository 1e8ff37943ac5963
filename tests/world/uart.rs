//! The UART of a virtual world, at a rate that the driver can change.

use embedded_io::{ErrorType, Read, ReadReady, Write};
use usocket::uart::SetBaud;
use usocket_simulator::{Uart, VirtualWorld};

#[derive(Debug)]
pub(crate) struct WorldUart {
    uart: Uart,
    world: VirtualWorld,
}

impl WorldUart {
    pub(crate) fn new(world: &VirtualWorld) -> Self {
        Self { uart: world.uart(), world: world.clone() }
    }
}

impl ErrorType for WorldUart {
    type Error = <Uart as ErrorType>::Error;
}

impl Read for WorldUart {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Self::Error> {
        self.uart.read(buf)
    }
}

impl ReadReady for WorldUart {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        self.uart.read_ready()
    }
}

impl Write for WorldUart {
    fn write(&mut self, buf: &[u8]) -> Result<usize, Self::Error> {
        self.uart.write(buf)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.uart.flush()
    }
}

impl SetBaud for WorldUart {
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error> {
        self.world.set_host_baud(baud);
        Ok(())
    }
}
