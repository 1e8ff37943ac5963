//! The machine: a UART, a millisecond tick and pins at addresses that nobody looks behind.
//!
//! What a register gives cannot be known when the program is built, so that no branch of the driver goes
//! away. None of these functions has a stack frame to speak of: those of a real board come on top.

use core::cell::Cell;
use core::convert::Infallible;
use core::ptr;

use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{ErrorType as PinErrorType, OutputPin};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket::clock::Clock;
use usocket::uart::SetBaud;

const INPUT: *const u32 = ptr::without_provenance(0x4000_0000);
const OUTPUT: *mut u32 = ptr::without_provenance_mut(0x4000_0004);

/// Some number.
#[inline(never)]
pub fn input() -> u32 {
    unsafe { INPUT.read_volatile() }
}

/// Where numbers go.
#[inline(never)]
pub fn output(value: u32) {
    unsafe { OUTPUT.write_volatile(value) }
}

/// Some text of at most `N` bytes.
pub struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    #[inline(never)]
    pub fn input() -> Self {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = input().to_le_bytes()[0];
        }
        Self(bytes)
    }

    #[inline(never)]
    pub fn text(&self) -> &str {
        let length = usize::try_from(input()).unwrap_or(0);
        core::str::from_utf8(self.0.get(..length).unwrap_or_default()).unwrap_or_default()
    }
}

/// A UART.
pub struct Line;

impl ErrorType for Line {
    type Error = ErrorKind;
}

fn failure() -> Result<(), ErrorKind> {
    match input() {
        0 => Ok(()),
        1 => Err(ErrorKind::BrokenPipe),
        _ => Err(ErrorKind::Other),
    }
}

impl Read for Line {
    #[inline(never)]
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        failure()?;
        let count = buf.len().min(usize::try_from(input()).unwrap_or(0));
        for place in buf.iter_mut().take(count) {
            *place = input().to_le_bytes()[0];
        }
        Ok(count)
    }
}

impl ReadReady for Line {
    #[inline(never)]
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        failure()?;
        Ok(input() != 0)
    }
}

impl Write for Line {
    #[inline(never)]
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        failure()?;
        for &byte in buf {
            output(u32::from(byte));
        }
        Ok(buf.len().min(usize::try_from(input()).unwrap_or(0)))
    }

    #[inline(never)]
    fn flush(&mut self) -> Result<(), ErrorKind> {
        failure()
    }
}

/// A UART of `embedded-hal-nb`.
pub struct NbLine;

impl embedded_hal_nb::serial::ErrorType for NbLine {
    type Error = embedded_hal_nb::serial::ErrorKind;
}

fn nb_failure() -> usocket::nb::Result<(), embedded_hal_nb::serial::ErrorKind> {
    use embedded_hal_nb::serial::ErrorKind;
    use usocket::nb::Error;
    match input() {
        0 => Ok(()),
        1 => Err(Error::WouldBlock),
        2 => Err(Error::Other(ErrorKind::Overrun)),
        3 => Err(Error::Other(ErrorKind::Noise)),
        _ => Err(Error::Other(ErrorKind::Other)),
    }
}

impl embedded_hal_nb::serial::Read for NbLine {
    #[inline(never)]
    fn read(&mut self) -> usocket::nb::Result<u8, Self::Error> {
        nb_failure()?;
        Ok(input().to_le_bytes()[0])
    }
}

impl embedded_hal_nb::serial::Write for NbLine {
    #[inline(never)]
    fn write(&mut self, byte: u8) -> usocket::nb::Result<(), Self::Error> {
        output(u32::from(byte));
        nb_failure()
    }

    #[inline(never)]
    fn flush(&mut self) -> usocket::nb::Result<(), Self::Error> {
        nb_failure()
    }
}

impl SetBaud for Line {
    #[inline(never)]
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
        output(baud);
        failure()
    }
}

/// A timer.
#[derive(Default)]
pub struct Ticks(pub Cell<u32>);

impl Ticks {
    pub const fn new() -> Self {
        Self(Cell::new(0))
    }
}

impl Clock for Ticks {
    #[inline(never)]
    fn now(&self) -> u32 {
        input()
    }

    #[inline(never)]
    fn pause(&self) {
        output(0);
    }
}

impl DelayNs for Ticks {
    #[inline(never)]
    fn delay_ns(&mut self, ns: u32) {
        output(ns);
    }
}

/// A pin.
pub struct Pin;

impl PinErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    #[inline(never)]
    fn set_low(&mut self) -> Result<(), Infallible> {
        output(0);
        Ok(())
    }

    #[inline(never)]
    fn set_high(&mut self) -> Result<(), Infallible> {
        output(1);
        Ok(())
    }
}

/// What is printed goes there.
pub struct Console;

impl core::fmt::Write for Console {
    #[inline(never)]
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            output(u32::from(byte));
        }
        if input() == 0 { Ok(()) } else { Err(core::fmt::Error) }
    }
}
