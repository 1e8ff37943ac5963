//! A serial port of the operating system as the driver's UART.

use std::io::{self, Read as _, Write as _};
use std::time::Duration;

use serialport::SerialPort;
use usocket::uart::SetBaud;

/// Longest time that the port may hold up a write.
const WRITE_LIMIT: Duration = Duration::from_secs(2);

/// A serial port.
pub(crate) struct SerialUart(Box<dyn SerialPort>);

impl SerialUart {
    pub(crate) fn open(device: &str, baud: u32) -> serialport::Result<Self> {
        serialport::new(device, baud).timeout(WRITE_LIMIT).open().map(Self)
    }
}

impl embedded_io::ErrorType for SerialUart {
    type Error = io::Error;
}

impl embedded_io::Read for SerialUart {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
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
        self.0.write(buf)
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
