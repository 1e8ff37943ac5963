//! The runner: a future that moves bytes between a UART and the engine, and wakes whoever waits.

use core::convert::Infallible;
use core::fmt;
use core::future::poll_fn;
use core::task::{Context, Poll};

use embassy_futures::select::{Either3, select, select3};
use embassy_futures::yield_now;
use embedded_hal_async::delay::DelayNs;
use embedded_io::{Error as _, ErrorKind};
use embedded_io_async::{Read, Write};

use crate::error::Error;
use crate::pump::{Errors, PIECE, SetBaudFn};
use crate::uart::{Baud, SetBaud};

/// Bytes taken from the UART at a time.
const TAKEN: usize = 256;

/// Longest sleep in ms; then the clock is looked at again.
const LONGEST: u32 = 60_000;

/// What the engine of a module wants of its line.
pub(super) trait Line {
    /// Somebody moves bytes from now on.
    ///
    /// # Errors
    /// `Busy`: somebody does already.
    fn begin(&self) -> Result<(), Error>;

    /// Nobody does any more.
    fn end(&self, error: Error);

    /// The rate may be changed like this.
    fn plan(&self, baud: Baud);

    /// What is to be done with the UART now; bytes to write are put into `piece`, and count as written.
    fn step(&self, piece: &mut [u8; PIECE]) -> Step;

    /// Whether there is something to be done with it.
    fn poll_step(&self, context: &mut Context<'_>) -> Poll<()>;

    /// Does what is due at this time, with the reset line, too.
    ///
    /// # Errors
    /// `PinFailed`.
    fn keep_time(&self) -> Result<(), Error>;

    /// The rate was set, or could not be.
    fn rate_set(&self, rate: u32, set: Result<(), ErrorKind>);

    /// There is nothing to be done for so many ms, unless somebody rouses.
    fn lie_down(&self) -> Option<u32>;

    /// Whether somebody has roused.
    fn poll_roused(&self, context: &mut Context<'_>) -> Poll<()>;

    /// The sleep is over.
    fn get_up(&self);

    /// Takes in what has come. `false`: a line among it has to be taken by whoever asked for it first.
    fn receive(&self, bytes: &mut &[u8]) -> bool;

    /// Whether it was taken.
    fn poll_taken(&self, context: &mut Context<'_>) -> Poll<()>;

    /// The UART has reported bytes that were lost or damaged.
    fn line_error(&self, kind: ErrorKind);

    /// The present tick in ms.
    fn now(&self) -> u32;
}

/// What is to be done.
pub(super) enum Step {
    /// So many bytes are to be written.
    Write(usize),
    /// The UART is to have this rate.
    Rate(u32),
    Nothing,
}

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
    loop {
        match rx.read(&mut buffer).await {
            Ok(0) => return Err(Error::Uart(ErrorKind::BrokenPipe)),
            Ok(count) => {
                errors.end();
                let mut bytes = buffer.get(..count).unwrap_or_default();
                while !line.receive(&mut bytes) {
                    poll_fn(|context| line.poll_taken(context)).await;
                }
            }
            Err(error) => {
                errors.add(line.now(), error.kind())?;
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
                let bytes = piece.get(..count).unwrap_or_default();
                tx.write_all(bytes).await.map_err(|error| Error::Uart(error.kind()))?;
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
