//! The runner: a future that moves bytes between a UART and the engine, and wakes whoever waits.

use core::convert::Infallible;
use core::fmt;
use core::future::poll_fn;

use embassy_futures::select::{Either3, select, select3};
use embassy_futures::yield_now;
use embedded_hal_async::delay::DelayNs;
use embedded_io::{Error as _, ErrorKind};
use embedded_io_async::{Read, Write};

use super::line::{Line, Step};
use crate::error::Error;
use crate::pump::{Errors, PIECE, SetBaudFn};
use crate::uart::{Baud, SetBaud};

/// Bytes taken from the UART at a time.
const TAKEN: usize = 256;

/// So many bytes of a UART that always has some, then others have their turn.
const IN_A_ROW: usize = 8 * TAKEN;

/// Errors with more than so many ms between them are not those of a line that says nothing else.
const APART: u32 = 1_000;

/// Longest sleep in ms; then the clock is looked at again.
const LONGEST: u32 = 60_000;

/// Moves the bytes of a [`Modem`](super::Modem); made by [`runner`](super::Modem::runner).
///
/// Its type names neither the module family nor the clock, so that it is easily handed to a task.
pub struct Runner<'m, R, W, T> {
    line: &'m dyn Line,
    rx: R,
    tx: W,
    delay: T,
    set_baud: Option<SetBaudFn<W>>,
}

impl<R, W, T> fmt::Debug for Runner<'_, R, W, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}

impl<'m, R: Read, W: Write, T: DelayNs> Runner<'m, R, W, T> {
    pub(super) fn new(line: &'m dyn Line, rx: R, tx: W, delay: T) -> Self {
        Self { line, rx, tx, delay, set_baud: None }
    }

    /// Lets the driver change the rate of the line, by the sending half of the UART: as
    /// [`with_baud`](crate::Modem::with_baud) of the blocking shell.
    #[must_use]
    pub fn with_baud(self, baud: Baud) -> Self
    where
        W: SetBaud,
    {
        self.line.plan(baud);
        let set_baud = |tx: &mut W, rate| tx.set_baud(rate).map_err(|error| error.kind());
        Self { set_baud: Some(set_baud), ..self }
    }

    /// Moves bytes until the line fails, and tells why it has; it can be run again then.
    ///
    /// Dropped, it leaves the module in the middle of whatever it was told; what calls wait for fails, and
    /// so do new ones until it runs again.
    ///
    /// Returns [`Error::Busy`] if another runner of the module runs.
    pub async fn run(&mut self) -> Error {
        let line = self.line;
        if let Err(error) = line.begin() {
            return error;
        }
        let mut running = Running { line, error: Error::Uart(ErrorKind::NotConnected) };
        let reading = read(line, &mut self.rx);
        let writing = write(line, &mut self.tx, self.set_baud);
        let keeping = keep_time(line, &mut self.delay);
        let (Either3::First(ended) | Either3::Second(ended) | Either3::Third(ended)) =
            select3(reading, writing, keeping).await;
        let Err(ended) = ended;
        running.error = ended;
        ended
    }

    /// Gives the halves of the UART and the timer back.
    pub fn release(self) -> (R, W, T) {
        (self.rx, self.tx, self.delay)
    }
}

/// Tells the engine in the end that nobody moves bytes any more, and why.
struct Running<'m> {
    line: &'m dyn Line,
    error: Error,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.line.end(self.error);
    }
}

/// The reading half.
async fn read(line: &dyn Line, rx: &mut impl Read) -> Result<Infallible, Error> {
    let mut buffer = [0; TAKEN];
    let mut errors = Errors::default();
    let mut last = line.now();
    let mut taken = 0;
    loop {
        match rx.read(&mut buffer).await {
            Ok(0) => return Err(Error::Uart(ErrorKind::BrokenPipe)),
            Ok(count) => {
                errors.end();
                let mut bytes = buffer.get(..count).unwrap_or_default();
                while !line.receive(&mut bytes) {
                    poll_fn(|context| line.poll_taken(context)).await;
                }
                taken += count;
                if taken >= IN_A_ROW {
                    taken = 0;
                    yield_now().await;
                }
            }
            Err(error) => {
                let now = line.now();
                if now.wrapping_sub(last) > APART {
                    errors.end(); // nothing was said in between
                }
                last = now;
                errors.add(now, error.kind())?;
                line.line_error(error.kind());
                yield_now().await; // one that fails at once must not keep others from their turn
            }
        }
    }
}

/// The writing half.
async fn write<W: Write>(
    line: &dyn Line,
    tx: &mut W,
    set_baud: Option<SetBaudFn<W>>,
) -> Result<Infallible, Error> {
    let mut piece = [0; PIECE];
    let mut unflushed = false;
    loop {
        match line.step(&mut piece) {
            Step::Write(count) => {
                let mut bytes = piece.get(..count).unwrap_or_default();
                // (`write_all` of the trait panics if nothing is taken)
                while !bytes.is_empty() {
                    let taken = tx.write(bytes).await;
                    match taken.map_err(|error| Error::Uart(error.kind()))? {
                        0 => return Err(Error::Uart(ErrorKind::WriteZero)),
                        taken => bytes = bytes.get(taken..).unwrap_or_default(),
                    }
                }
                unflushed = true;
            }
            Step::Rate(rate) => {
                tx.flush().await.map_err(|error| Error::Uart(error.kind()))?;
                unflushed = false;
                let set = set_baud.map_or(Err(ErrorKind::Unsupported), |set| set(tx, rate));
                line.rate_set(rate, set);
            }
            Step::Nothing if unflushed => {
                tx.flush().await.map_err(|error| Error::Uart(error.kind()))?;
                unflushed = false;
            }
            Step::Nothing => poll_fn(|context| line.poll_step(context)).await,
        }
    }
}

/// What keeps the time, also while the module takes no bytes (it may hold CTS until it is reset).
async fn keep_time(line: &dyn Line, delay: &mut impl DelayNs) -> Result<Infallible, Error> {
    loop {
        line.keep_time()?;
        let roused = poll_fn(|context| line.poll_roused(context));
        match line.lie_down() {
            Some(ms) => {
                select(roused, delay.delay_ms(ms.clamp(1, LONGEST))).await;
            }
            None => roused.await,
        }
        line.get_up();
    }
}
