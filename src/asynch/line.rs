//! What the runner asks of a module, and what that does.

use core::task::{Context, Poll};

use embedded_io::ErrorKind;

use super::inner::Runs;
use super::modem::Modem;
use crate::clock::Clock;
use crate::engine::{Control, Supply, reached};
use crate::error::Error;
use crate::modem::Dialect;
use crate::pump::PIECE;
use crate::uart::Baud;

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

impl<D: Dialect, C: Clock, const TASKS: usize> Line for Modem<'_, D, C, TASKS> {
    fn begin(&self) -> Result<(), Error> {
        let begun = self.with(|inner, _| match inner.runs {
            Runs::Now => Err(Error::Busy),
            Runs::NotYet | Runs::Ended(_) => {
                inner.runs = Runs::Now;
                Ok(())
            }
        });
        begun.ok_or(Error::Busy)?
    }

    fn end(&self, error: Error) {
        self.with(|inner, _| {
            inner.runs = Runs::Ended(error);
            inner.asleep_until = None;
            inner.line_waits = false;
            inner.engine.line_gone(error);
            if let Some(line) = inner.reset.as_mut().filter(|_| inner.pulled) {
                let _ = line.pull(false); // nobody would end the reset
                inner.pulled = false;
            }
            inner.wake_tasks();
        });
    }

    fn plan(&self, baud: Baud) {
        self.with(|inner, _| {
            inner.baud = baud.home();
            inner.engine.serial.plan(baud);
        });
    }

    fn step(&self, piece: &mut [u8; PIECE]) -> Step {
        let step = self.with(|inner, now| {
            inner.go_on(now, &Supply::default());
            if inner.wants_rate() {
                return Step::Rate(inner.engine.serial.rate());
            }
            let output = inner.engine.output(&Supply::default()).unwrap_or_default();
            let count = output.len().min(PIECE);
            if count == 0 {
                return Step::Nothing;
            }
            piece.iter_mut().zip(output).for_each(|(to, from)| *to = *from);
            // the engine is told before the line has it: what comes meanwhile may be the answer
            inner.engine.wrote(now, count);
            if matches!(inner.engine.core.control, Control::Done(_)) {
                inner.wake_tasks(); // a command without an answer
            }
            Step::Write(count)
        });
        step.unwrap_or(Step::Nothing)
    }

    fn poll_step(&self, context: &mut Context<'_>) -> Poll<()> {
        let waits = self.with(|inner, _| {
            inner.runner.register(context.waker());
            inner.writer_waits = !inner.has_step();
            inner.writer_waits
        });
        if waits == Some(false) { Poll::Ready(()) } else { Poll::Pending }
    }

    fn keep_time(&self) -> Result<(), Error> {
        let kept = self.with(|inner, now| {
            inner.go_on(now, &Supply::default());
            let pull = inner.engine.resets();
            if let Some(line) = inner.reset.as_mut().filter(|_| inner.pulled != pull) {
                line.pull(pull)?;
                inner.pulled = pull;
            }
            Ok(())
        });
        kept.unwrap_or(Ok(()))
    }

    fn rate_set(&self, rate: u32, set: Result<(), ErrorKind>) {
        self.with(|inner, _| match set {
            Ok(()) => inner.baud = rate,
            Err(_) => inner.engine.rate_refused(inner.baud),
        });
    }

    fn lie_down(&self) -> Option<u32> {
        let until = self.with(|inner, now| {
            inner.roused = false;
            inner.asleep_until = inner.until();
            inner.asleep_until.map(|at| if reached(now, at) { 0 } else { at.wrapping_sub(now) })
        });
        until.flatten()
    }

    fn poll_roused(&self, context: &mut Context<'_>) -> Poll<()> {
        let roused = self.with(|inner, _| {
            inner.runner.register(context.waker());
            inner.roused
        });
        if roused == Some(false) { Poll::Pending } else { Poll::Ready(()) }
    }

    fn get_up(&self) {
        self.with(|inner, _| inner.asleep_until = None);
    }

    fn receive(&self, bytes: &mut &[u8]) -> bool {
        let whole = self.with(|inner, now| {
            while !inner.line_waits {
                match inner.engine.receive(now, bytes) {
                    Some(event) => inner.hand_on(event),
                    None => {
                        inner.go_on(now, &Supply::default());
                        if inner.engine.take_news() {
                            inner.wake_tasks();
                        }
                        return true;
                    }
                }
            }
            inner.wake_tasks();
            false
        });
        whole.unwrap_or(false)
    }

    fn poll_taken(&self, context: &mut Context<'_>) -> Poll<()> {
        let waits = self.with(|inner, _| {
            inner.runner.register(context.waker());
            inner.line_waits
        });
        if waits == Some(true) { Poll::Pending } else { Poll::Ready(()) }
    }

    fn line_error(&self, kind: ErrorKind) {
        self.with(|inner, now| {
            inner.engine.line_error(now, kind == ErrorKind::OutOfMemory);
            inner.go_on(now, &Supply::default());
            inner.wake_tasks();
        });
    }

    fn now(&self) -> u32 {
        self.clock().now()
    }
}
