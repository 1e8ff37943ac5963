//! A UART that can show what passes through it.

use std::io::{self, IsTerminal, Stderr};
use std::time::Instant;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket::uart::Uart;
use usocket_simulator::Dialogue;

/// A UART whose dialogue is printed on standard error.
pub(crate) struct Traced {
    uart: Box<dyn Line>,
    dialogue: Option<Dialogue<Stderr>>,
    start: Instant,
}

impl Traced {
    pub(crate) fn new(uart: impl Uart + 'static, trace: bool) -> Self {
        let colour = io::stderr().is_terminal();
        Self {
            uart: Box::new(uart),
            dialogue: trace.then(|| Dialogue::new(io::stderr(), colour)),
            start: Instant::now(),
        }
    }
}

/// Any UART, its error being nothing but a kind.
trait Line {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind>;
    fn read_ready(&mut self) -> Result<bool, ErrorKind>;
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind>;
    fn flush(&mut self) -> Result<(), ErrorKind>;
}

fn kind(error: impl embedded_io::Error) -> ErrorKind {
    error.kind()
}

impl<U: Uart> Line for U {
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
}

impl ErrorType for Traced {
    type Error = ErrorKind;
}

impl Read for Traced {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        let count = self.uart.read(buf)?;
        if let (Some(dialogue), Some(bytes)) = (&mut self.dialogue, buf.get(..count)) {
            dialogue.module(self.start.elapsed(), bytes);
        }
        Ok(count)
    }
}

impl ReadReady for Traced {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.uart.read_ready()
    }
}

impl Write for Traced {
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        let count = self.uart.write(buf)?;
        if let (Some(dialogue), Some(bytes)) = (&mut self.dialogue, buf.get(..count)) {
            dialogue.host(self.start.elapsed(), bytes);
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.uart.flush()
    }
}
