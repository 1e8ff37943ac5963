//! A serial port of the operating system as a UART.

use core::time::Duration;
use std::boxed::Box;
use std::io;

use serialport::SerialPort;

use super::SetBaud;

/// A serial port of the operating system, by the crate `serialport` 4.
///
/// ```no_run
/// use usocket::clock::StdClock;
/// use usocket::uart::{Baud, SerialUart};
/// use usocket::{Memory, Modem};
/// # fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let uart = SerialUart::open("/dev/ttyUSB0", 115_200)?;
/// let mut memory = Memory::<4>::new();
/// let modem = Modem::esp_at(uart, StdClock::new(), &mut memory)
///     .with_baud(Baud::new(115_200).raise(921_600));
/// # Ok(()) }
/// ```
///
/// A port with other settings, for example hardware flow control, is opened by `serialport` itself:
///
/// ```no_run
/// # fn f() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// let port = serialport::new("/dev/ttyUSB0", 115_200)
///     .flow_control(serialport::FlowControl::Hardware)
///     .timeout(Duration::from_secs(2))
///     .open()?;
/// let uart = usocket::uart::SerialUart::from(port);
/// # Ok(()) }
/// ```
///
/// The timeout of the port bounds how long a `write` waits for a module that holds CTS; then the line
/// counts as gone. `flush` has no bound but the operating system's. A port that has been unplugged
/// counts as gone, too.
pub struct SerialUart(Box<dyn SerialPort>);

/// Longest time that the port may hold up a write.
const WRITE_LIMIT: Duration = Duration::from_secs(2);

impl SerialUart {
    /// Opens a port by its name (`/dev/ttyUSB0`, `COM3`), for 8 data bits without parity and flow control.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(device: &str, baud: u32) -> serialport::Result<Self> {
        serialport::new(device, baud).timeout(WRITE_LIMIT).open().map(Self)
    }

    /// The port again.
    #[must_use]
    pub fn release(self) -> Box<dyn SerialPort> {
        self.0
    }
}

impl From<Box<dyn SerialPort>> for SerialUart {
    fn from(port: Box<dyn SerialPort>) -> Self {
        Self(port)
    }
}

impl core::fmt::Debug for SerialUart {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("SerialUart").field(&self.0.name()).finish()
    }
}

impl embedded_io::ErrorType for SerialUart {
    type Error = io::Error;
}

impl embedded_io::Read for SerialUart {
    /// Takes what is there; waits for the first byte if there is none, also beyond the port's timeout.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            match self.0.read(buf) {
                Err(error) if passes(&error) || error.kind() == io::ErrorKind::TimedOut => {}
                result => return result,
            }
        }
    }
}

impl embedded_io::ReadReady for SerialUart {
    fn read_ready(&mut self) -> io::Result<bool> {
        // a port that has been unplugged answers with an error of any kind
        let waiting = self.0.bytes_to_read();
        waiting.map(|count| count > 0).map_err(|_| io::ErrorKind::NotConnected.into())
    }
}

impl embedded_io::Write for SerialUart {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(buf) {
                Err(error) if passes(&error) => {}
                Ok(0) if !buf.is_empty() => return Err(io::ErrorKind::WriteZero.into()),
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl SetBaud for SerialUart {
    fn set_baud(&mut self, baud: u32) -> io::Result<()> {
        Ok(self.0.set_baud_rate(baud)?)
    }
}

/// A signal has come meanwhile: nothing has happened.
fn passes(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Interrupted
}
