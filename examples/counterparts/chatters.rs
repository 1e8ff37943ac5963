//! People who chat, for the simulated module to serve.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Longest time that somebody waits for the others.
const PATIENCE: Duration = Duration::from_secs(20);

/// People who begin to talk when all of them are there.
pub(crate) struct Round {
    size: usize,
    welcomed: Mutex<usize>,
    all_there: Condvar,
}

impl Round {
    pub(crate) fn new(size: usize) -> Self {
        Self { size, welcomed: Mutex::new(0), all_there: Condvar::new() }
    }

    /// Waits for the welcome and for the others, says something, and leaves when all were heard.
    pub(crate) fn talk(&self, number: usize, stream: TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(&stream).lines();
        let mut next = || lines.next().unwrap_or(Err(ErrorKind::UnexpectedEof.into()));
        if next()? != "welcome" {
            return Err(io::Error::new(ErrorKind::InvalidData, "not welcome"));
        }
        self.wait_for_all()?;
        (&stream).write_all((speech(number) + "\n").as_bytes())?;
        let mut expected: Vec<_> = (0..self.size).filter(|&it| it != number).map(speech).collect();
        while !expected.is_empty() {
            let line = next()?;
            let Some(at) = expected.iter().position(|it| *it == line) else {
                return Err(io::Error::new(ErrorKind::InvalidData, "nobody has said this"));
            };
            expected.remove(at);
        }
        Ok(())
    }

    fn wait_for_all(&self) -> io::Result<()> {
        let mut welcomed = self.welcomed.lock().unwrap_or_else(PoisonError::into_inner);
        *welcomed += 1;
        self.all_there.notify_all();
        let missing = |welcomed: &mut usize| *welcomed < self.size;
        let waited = self.all_there.wait_timeout_while(welcomed, PATIENCE, missing);
        match waited.unwrap_or_else(PoisonError::into_inner).1.timed_out() {
            true => Err(io::Error::new(ErrorKind::TimedOut, "the others have not come")),
            false => Ok(()),
        }
    }
}

/// What somebody says; the first one has more to say than the module takes at once.
fn speech(number: usize) -> String {
    let words = if number == 0 { 400 } else { 1 };
    format!("I am number {number}{}", ", hello".repeat(words))
}
