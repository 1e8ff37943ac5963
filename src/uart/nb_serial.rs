//! UARTs whose HAL has the serial traits of `embedded-hal-nb`.

use core::fmt;

use embedded_hal_nb::serial::{self, Error as _};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

/// A UART, or a half of one, whose HAL has the serial traits of `embedded-hal-nb` 1.0: also for HALs whose
/// `embedded-io` is an older one.
///
/// A whole UART is wrapped as it is; of halves each is, and [`Halves`](super::Halves) joins them:
///
/// ```
/// # use embedded_hal_nb::serial::{ErrorKind, ErrorType, Read, Write};
/// # struct Hal;
/// # impl ErrorType for Hal { type Error = ErrorKind; }
/// # impl Read for Hal { fn read(&mut self) -> nb::Result<u8, ErrorKind> { Err(nb::Error::WouldBlock) } }
/// # impl Write for Hal {
/// #     fn write(&mut self, _: u8) -> nb::Result<(), ErrorKind> { Ok(()) }
/// #     fn flush(&mut self) -> nb::Result<(), ErrorKind> { Ok(()) }
/// # }
/// # let (serial, rx, tx) = (Hal, Hal, Hal);
/// use usocket::uart::{Halves, NbSerial, RxQueue};
/// let whole = NbSerial::new(serial);
/// let joined = Halves::new(NbSerial::new(rx), NbSerial::new(tx));
/// # let tx = Hal;
/// // received by an interrupt, sent by polling
/// static RECEIVED: RxQueue<256> = RxQueue::new();
/// let better = RECEIVED.with_writer(NbSerial::new(tx));
/// ```
///
/// A UART that is polled loses what comes while nobody looks. This adapter lets the driver look after each
/// byte or two that it sends, and the driver takes at most some hundred µs for anything else; but a
/// program that is away for longer than what the receiver's FIFO bridges needs an interrupt, or DMA.
///
/// A `write` waits as long as the UART takes no byte, which is for ever if hardware flow control is on
/// and CTS is not: see [`give_up_after`](Self::give_up_after).
#[derive(Debug)]
pub struct NbSerial<S> {
    serial: S,
    /// What was received while only looking for it.
    ahead: Option<Result<u8, NbError>>,
    /// How often in a row a byte may be refused.
    limit: Option<u32>,
}

/// Why an [`NbSerial`] failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NbError {
    /// What the UART says. [`serial::ErrorKind::Overrun`] counts as one
    /// ([`ErrorKind::OutOfMemory`]), noise and damaged frames as errors of the line
    /// ([`ErrorKind::InvalidData`]).
    Serial(serial::ErrorKind),
    /// The UART has taken no byte for as long as [`NbSerial::give_up_after`] allows.
    Stuck,
}

impl fmt::Display for NbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Serial(serial::ErrorKind::Overrun) => "received bytes were lost",
            Self::Serial(serial::ErrorKind::FrameFormat) => "a frame was damaged",
            Self::Serial(serial::ErrorKind::Parity) => "the parity was wrong",
            Self::Serial(serial::ErrorKind::Noise) => "the line is noisy",
            Self::Serial(_) => "the UART failed",
            Self::Stuck => "the UART takes no bytes",
        })
    }
}

impl core::error::Error for NbError {}

impl embedded_io::Error for NbError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Serial(serial::ErrorKind::Overrun) => ErrorKind::OutOfMemory,
            Self::Serial(
                serial::ErrorKind::FrameFormat
                | serial::ErrorKind::Parity
                | serial::ErrorKind::Noise,
            ) => ErrorKind::InvalidData,
            Self::Serial(_) => ErrorKind::Other,
            Self::Stuck => ErrorKind::TimedOut,
        }
    }
}

impl<S> NbSerial<S> {
    /// Wraps a UART, or a half of one.
    pub const fn new(serial: S) -> Self {
        Self { serial, ahead: None, limit: None }
    }

    /// Lets `write` and `flush` fail with [`NbError::Stuck`] when the UART has refused a byte so often in a
    /// row, which the driver takes for a line that is gone. How long that takes, the processor decides: a
    /// byte takes 1 ms at 9600 baud, and a module that holds CTS may be busy for a second.
    #[must_use]
    pub fn give_up_after(self, refusals: u32) -> Self {
        Self { limit: Some(refusals), ..self }
    }

    /// The UART again. A byte that was received ahead is lost.
    pub fn release(self) -> S {
        self.serial
    }
}

impl<S: serial::ErrorType> NbSerial<S> {
    /// Tries until the UART does it, or has refused too often.
    fn insist(
        &mut self,
        mut attempt: impl FnMut(&mut S) -> nb::Result<(), S::Error>,
    ) -> Result<(), NbError> {
        let mut refusals = 0_u32;
        loop {
            match attempt(&mut self.serial) {
                Ok(()) => return Ok(()),
                Err(nb::Error::Other(error)) => return Err(NbError::Serial(error.kind())),
                Err(nb::Error::WouldBlock) => {}
            }
            refusals = refusals.saturating_add(1);
            if self.limit.is_some_and(|limit| refusals >= limit) {
                return Err(NbError::Stuck);
            }
            core::hint::spin_loop();
        }
    }
}

impl<S: serial::Read> NbSerial<S> {
    /// The next byte that was received, if there is one.
    fn next(&mut self) -> nb::Result<u8, NbError> {
        if let Some(ahead) = self.ahead.take() {
            return ahead.map_err(nb::Error::Other);
        }
        self.serial.read().map_err(|error| error.map(|error| NbError::Serial(error.kind())))
    }
}

impl<S: serial::ErrorType> ErrorType for NbSerial<S> {
    type Error = NbError;
}

impl<S: serial::Read> Read for NbSerial<S> {
    /// Takes what is there; waits for the first byte if there is none.
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, NbError> {
        let mut count = 0;
        while let Some(place) = buf.get_mut(count) {
            match self.next() {
                Ok(byte) => {
                    *place = byte;
                    count += 1;
                }
                Err(nb::Error::WouldBlock) if count == 0 => core::hint::spin_loop(),
                Err(nb::Error::WouldBlock) => break,
                Err(nb::Error::Other(error)) if count == 0 => return Err(error),
                Err(nb::Error::Other(error)) => {
                    self.ahead = Some(Err(error)); // behind the bytes that came before it
                    break;
                }
            }
        }
        Ok(count)
    }
}

impl<S: serial::Read> ReadReady for NbSerial<S> {
    /// Looks one byte ahead. An error is something to read, too.
    fn read_ready(&mut self) -> Result<bool, NbError> {
        match self.next() {
            Ok(byte) => self.ahead = Some(Ok(byte)),
            Err(nb::Error::Other(error)) => self.ahead = Some(Err(error)),
            Err(nb::Error::WouldBlock) => return Ok(false),
        }
        Ok(true)
    }
}

impl<S: serial::Write> Write for NbSerial<S> {
    /// Waits until the UART takes the first byte, and writes those that it takes at once behind it.
    fn write(&mut self, buf: &[u8]) -> Result<usize, NbError> {
        let mut count = 0;
        for &byte in buf {
            if count == 0 {
                self.insist(|serial| serial.write(byte))?;
            } else {
                match self.serial.write(byte) {
                    Ok(()) => {}
                    Err(nb::Error::WouldBlock) => break,
                    Err(nb::Error::Other(error)) => return Err(NbError::Serial(error.kind())),
                }
            }
            count += 1;
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), NbError> {
        self.insist(|serial| serial.flush())
    }
}
