//! A UART that can show what passes through it.

use std::io::{self, Stderr};
use std::time::Instant;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket::uart::{SetBaud, Uart};
use usocket_simulator::Dialogue;

use super::coloured;
use super::mask::{ELLIPSIS, Mask};

/// A UART whose dialogue is printed on standard error, without PINs and passwords.
pub(crate) struct Traced {
    uart: Box<dyn Line>,
    trace: Option<Trace>,
}

/// The dialogue so far, and what of it is not a whole line yet.
struct Trace {
    dialogue: Dialogue<Screen>,
    start: Instant,
    from_host: bool,
    line: Vec<u8>,
    /// What the module says can be an echo of what the host said.
    masks: [Mask; 2],
}

impl Trace {
    /// Takes bytes in; prints at the end of a line and when the other side speaks.
    fn add(&mut self, from_host: bool, bytes: &[u8]) {
        if from_host != self.from_host {
            self.print();
            self.from_host = from_host;
        }
        for &byte in bytes {
            self.masks[usize::from(from_host)].pass(byte, &mut self.line);
            if byte == b'\n' && self.line.len() > 2 {
                self.print();
            }
        }
        // a command may end here, and a module that says nothing would keep it from being seen
        if from_host && self.line.ends_with(b"\r") {
            self.print();
        }
    }

    fn print(&mut self) {
        if !self.line.is_empty() {
            let (time, line) = (self.start.elapsed(), std::mem::take(&mut self.line));
            // a trace that cannot be printed is no reason to stop
            let _ = match self.from_host {
                true => self.dialogue.host(time, &line),
                false => self.dialogue.module(time, &line),
            };
        }
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.print();
    }
}

impl Traced {
    pub(crate) fn new(uart: impl Uart + SetBaud + 'static, trace: bool) -> Self {
        let stderr = io::stderr();
        let colour = coloured(&stderr);
        let trace = trace.then(|| Trace {
            dialogue: Dialogue::new(Screen(stderr), colour),
            start: Instant::now(),
            from_host: true,
            line: Vec::new(),
            masks: Default::default(),
        });
        Self { uart: Box::new(uart), trace }
    }
}

/// Standard error, on which an ellipsis that the dialogue has escaped is one again.
struct Screen(Stderr);

impl io::Write for Screen {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let escaped = ELLIPSIS.as_bytes().escape_ascii().to_string();
        let text = String::from_utf8_lossy(buf).replace(&escaped, ELLIPSIS);
        io::Write::write_all(&mut self.0, text.as_bytes())?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::Write::flush(&mut self.0)
    }
}

/// Any UART, its error being nothing but a kind.
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

impl ErrorType for Traced {
    type Error = ErrorKind;
}

impl SetBaud for Traced {
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
        self.uart.set_baud(baud)
    }
}

impl Read for Traced {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        let count = self.uart.read(buf)?;
        if let (Some(trace), Some(bytes)) = (&mut self.trace, buf.get(..count)) {
            trace.add(false, bytes);
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
        if let (Some(trace), Some(bytes)) = (&mut self.trace, buf.get(..count)) {
            trace.add(true, bytes);
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.uart.flush()
    }
}
