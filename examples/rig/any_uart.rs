//! A UART of any kind: a simulated one, or a serial port.

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket::uart::{SetBaud, Uart};

/// A UART of any kind.
pub(crate) struct AnyUart(Box<dyn Line>);

impl AnyUart {
    pub(crate) fn new(uart: impl Uart + SetBaud + 'static) -> Self {
        Self(Box::new(uart))
    }
}

/// What it has to be able to do, its error being nothing but a kind.
trait Line {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind>;
    fn read_ready(&mut self) -> Result<bool, ErrorKind>;
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind>;
    fn flush(&mut self) -> Result<(), ErrorKind>;
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind>;
}

fn kind(error: impl embedded_io::Error) -> ErrorKind {
    error.kind()
}

impl<U: Uart + SetBaud> Line for U {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        Read::read(self, buf).map_err(kind)
    }
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        ReadReady::read_ready(self).map_err(kind)
    }
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        Write::write(self, buf).map_err(kind)
    }
    fn flush(&mut self) -> Result<(), ErrorKind> {
        Write::flush(self).map_err(kind)
    }
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
        SetBaud::set_baud(self, baud).map_err(kind)
    }
}

impl ErrorType for AnyUart {
    type Error = ErrorKind;
}

impl SetBaud for AnyUart {
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
        self.0.set_baud(baud)
    }
}

impl Read for AnyUart {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        self.0.read(buf)
    }
}

impl ReadReady for AnyUart {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.0.read_ready()
    }
}

impl Write for AnyUart {
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush()
    }
}
