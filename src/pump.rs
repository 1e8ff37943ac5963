//! One round of a module: what has come is taken in, the engine goes on, and what is due is written.

use core::fmt;

use embedded_io::{Error as _, ErrorKind};

use crate::clock::Clock;
use crate::engine::{Engine, Supply};
use crate::error::Error;
use crate::modem::Dialect;
use crate::reset::Pull;
use crate::uart::Uart;

/// Bytes given to the UART at a time. Between two pieces the other direction has its turn, so that it
/// does not wait longer than this many byte times.
pub(crate) const PIECE: usize = 64;
/// Bytes taken from the UART before the engine looks at them.
const GATHERED: usize = 256;

/// Errors of the UART's `read` in a row, after which others have their turn.
const READ_ERRORS: u8 = 16;
/// How long nothing but errors may come before the line is given up, in ms: a wrong rate makes errors
/// for as long as the module speaks.
const ERRORS_ONLY: u32 = 5000;

/// Errors of a UART that says nothing else.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    since: Option<u32>,
}

impl Errors {
    /// It has said something else.
    pub(crate) const fn end(&mut self) {
        self.since = None;
    }

    /// It has reported one.
    ///
    /// # Errors
    /// The line is given up.
    pub(crate) fn add(&mut self, now: u32, kind: ErrorKind) -> Result<(), Error> {
        let since = *self.since.get_or_insert(now);
        if now.wrapping_sub(since) >= ERRORS_ONLY || is_gone(kind) {
            return Err(Error::Uart(kind));
        }
        Ok(())
    }
}

/// A module's engine with its UART, its reset line and the rate that it has.
pub(crate) struct Pump<'b, D, U> {
    pub(crate) engine: Engine<'b, D>,
    pub(crate) uart: U,
    errors: Errors,
    unflushed: bool,
    /// How to change the rate of the UART, and the one that it has.
    pub(crate) set_baud: Option<SetBaudFn<U>>,
    pub(crate) baud: u32,
    pub(crate) reset: Option<&'b mut dyn Pull>,
    pub(crate) pulled: bool,
    /// Where lines go that are the program's.
    #[cfg(feature = "at-commands")]
    pub(crate) urcs: Option<&'b dyn crate::at::UrcSink>,
}

/// Changes the rate of a UART.
pub(crate) type SetBaudFn<U> = fn(&mut U, u32) -> Result<(), ErrorKind>;

impl<D: fmt::Debug, U: fmt::Debug> fmt::Debug for Pump<'_, D, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pump")
            .field("engine", &self.engine)
            .field("uart", &self.uart)
            .finish_non_exhaustive()
    }
}

impl<'b, D, U> Pump<'b, D, U> {
    pub(crate) const fn new(engine: Engine<'b, D>, uart: U) -> Self {
        Self {
            engine,
            uart,
            errors: Errors { since: None },
            unflushed: false,
            set_baud: None,
            baud: 0,
            reset: None,
            pulled: false,
            #[cfg(feature = "at-commands")]
            urcs: None,
        }
    }
}

impl<D: Dialect, U: Uart> Pump<'_, D, U> {
    /// One round: takes in, lets the engine go on, writes.
    pub(crate) fn round(
        &mut self,
        clock: &impl Clock,
        supply: &Supply<'_>,
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let result = self.go_on(clock, supply, info);
        if let Err(error) = result {
            self.engine.line_gone(error);
        }
        result
    }

    fn go_on(
        &mut self,
        clock: &impl Clock,
        supply: &Supply<'_>,
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let mut buffer = [0; GATHERED];
        let mut moved = self.take_in(clock.now(), &mut buffer, info)?;
        self.engine.tick(clock.now(), supply);
        self.set_hardware()?;
        while let Some(out) = self.engine.output(supply) {
            let piece = out.get(..PIECE).unwrap_or(out);
            let count = self.uart.write(piece).map_err(gone)?;
            if count == 0 {
                return Err(Error::Uart(ErrorKind::WriteZero));
            }
            self.engine.wrote(clock.now(), count);
            self.unflushed = true;
            moved = true;
            // the module may speak at any time, also while it listens (esp-at.md §14.1)
            self.take_in(clock.now(), &mut buffer, info)?;
        }
        if self.unflushed {
            self.uart.flush().map_err(gone)?;
            self.unflushed = false;
        }
        Ok(moved)
    }

    /// Sets rate and reset line to what the engine wants.
    fn set_hardware(&mut self) -> Result<(), Error> {
        let pull = self.engine.resets();
        if let Some(line) = self.reset.as_mut().filter(|_| self.pulled != pull) {
            line.pull(pull)?;
            self.pulled = pull;
        }
        let baud = self.engine.serial.rate();
        if let Some(set_baud) = self.set_baud.filter(|_| self.baud != baud) {
            self.uart.flush().map_err(gone)?;
            match set_baud(&mut self.uart, baud) {
                Ok(()) => self.baud = baud,
                Err(kind) if is_gone(kind) => return Err(Error::Uart(kind)),
                Err(_) => self.engine.rate_refused(self.baud),
            }
        }
        Ok(())
    }

    /// Takes in all that has been received.
    fn take_in(
        &mut self,
        now: u32,
        buffer: &mut [u8],
        info: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, Error> {
        let mut moved = false;
        let mut errors = 0;
        loop {
            let (count, end) = gather(&mut self.uart, buffer);
            if count > 0 {
                self.errors.end();
                errors = 0;
                moved = true;
                let mut bytes = buffer.get(..count).unwrap_or_default();
                while let Some(event) = self.engine.receive(now, &mut bytes) {
                    #[cfg(feature = "at-commands")]
                    let urcs = self.urcs;
                    self.engine.hand_on(
                        event,
                        #[cfg(feature = "at-commands")]
                        &mut |line, part| urcs.is_some_and(|urcs| urcs.offer(line, part)),
                        #[cfg(not(feature = "at-commands"))]
                        &mut |_, _| false,
                        info,
                    );
                }
            }
            match end {
                Ok(true) => {}
                Ok(false) => {
                    self.errors.end();
                    return Ok(moved);
                }
                Err(kind) => {
                    self.errors.add(now, kind)?;
                    self.engine.line_error(now, kind == ErrorKind::OutOfMemory);
                    errors += 1;
                    if errors >= READ_ERRORS {
                        return Ok(moved);
                    }
                }
            }
        }
    }
}

/// Reads until nothing is there, an error comes or `buffer` is full. Returns how many bytes that were,
/// and whether there may be more.
///
/// A UART may hand out bytes one by one; the engine looks at all of them together.
fn gather(uart: &mut impl Uart, buffer: &mut [u8]) -> (usize, Result<bool, ErrorKind>) {
    let mut count = 0;
    loop {
        let room = buffer.get_mut(count..).unwrap_or_default();
        if room.is_empty() {
            return (count, Ok(true));
        }
        let read = match uart.read_ready() {
            Ok(false) => return (count, Ok(false)),
            Ok(true) => uart.read(room),
            Err(error) => Err(error),
        };
        match read {
            Ok(0) => return (count, Err(ErrorKind::BrokenPipe)),
            Ok(read) => count += read,
            Err(error) => return (count, Err(error.kind())),
        }
    }
}

fn gone(error: impl embedded_io::Error) -> Error {
    Error::Uart(error.kind())
}

/// Kinds of error that do not pass by themselves.
const fn is_gone(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::NotConnected
            | ErrorKind::BrokenPipe
    )
}
