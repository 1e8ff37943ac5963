//! A UART made of a half that receives and a half that sends.

use core::fmt;

use embedded_io::{Error, ErrorKind, ErrorType, Read, ReadReady, Write};

use super::SetBaud;

/// A UART made of a half that receives and a half that sends, as many HALs hand them out.
///
/// ```
/// use usocket::uart::{Halves, Uart};
/// # use usocket::uart::RxQueue;
/// # fn split() -> (impl embedded_io::Read + embedded_io::ReadReady, impl embedded_io::Write) {
/// #     static QUEUE: RxQueue<8> = RxQueue::new();
/// #     (QUEUE.with_writer(Vec::new()), Vec::new())
/// # }
/// let (rx, tx) = split(); // of the HAL
/// let uart = Halves::new(rx, tx);
/// # fn is_uart(_: impl Uart) {}
/// # is_uart(uart);
/// ```
#[derive(Debug)]
pub struct Halves<R, W> {
    reader: R,
    writer: W,
}

impl<R, W> Halves<R, W> {
    /// A UART that reads from `reader` and writes to `writer`.
    pub const fn new(reader: R, writer: W) -> Self {
        Self { reader, writer }
    }

    /// The two halves again.
    pub fn release(self) -> (R, W) {
        (self.reader, self.writer)
    }
}

/// Why one of the [`Halves`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HalfError<R, W> {
    /// The half that receives.
    Read(R),
    /// The half that sends.
    Write(W),
}

impl<R: fmt::Debug, W: fmt::Debug> fmt::Display for HalfError<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "reading failed: {error:?}"),
            Self::Write(error) => write!(f, "writing failed: {error:?}"),
        }
    }
}

impl<R: fmt::Debug, W: fmt::Debug> core::error::Error for HalfError<R, W> {}

impl<R: Error, W: Error> Error for HalfError<R, W> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Read(error) => error.kind(),
            Self::Write(error) => error.kind(),
        }
    }
}

impl<R: ErrorType, W: ErrorType> ErrorType for Halves<R, W> {
    type Error = HalfError<R::Error, W::Error>;
}

impl<R: Read, W: ErrorType> Read for Halves<R, W> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Self::Error> {
        self.reader.read(buf).map_err(HalfError::Read)
    }
}

impl<R: ReadReady, W: ErrorType> ReadReady for Halves<R, W> {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        self.reader.read_ready().map_err(HalfError::Read)
    }
}

impl<R: ErrorType, W: Write> Write for Halves<R, W> {
    fn write(&mut self, buf: &[u8]) -> Result<usize, Self::Error> {
        self.writer.write(buf).map_err(HalfError::Write)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.writer.flush().map_err(HalfError::Write)
    }
}

/// The half that sends sets the rate of both.
impl<R: ErrorType, W: SetBaud> SetBaud for Halves<R, W> {
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error> {
        self.writer.set_baud(baud).map_err(HalfError::Write)
    }
}
