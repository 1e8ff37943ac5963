//! A UART in memory with a module at its other end, which answers at once.

use core::convert::Infallible;

use embedded_io::{ErrorType, Read, ReadReady, Write};

use crate::record::{Call, Tape};

/// Longest answer: a segment with what is around it.
const ANSWER: usize = 2304;
/// Longest command.
const COMMAND: usize = 256;

/// What a module says, until it is read.
pub struct Answer {
    bytes: [u8; ANSWER],
    len: usize,
    read: usize,
}

impl Answer {
    /// Nothing yet.
    #[must_use]
    pub const fn empty() -> Self {
        Self { bytes: [0; ANSWER], len: 0, read: 0 }
    }

    /// What has not been read.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.read..self.len]
    }

    /// Says `bytes`.
    pub fn say(&mut self, bytes: &[u8]) {
        if self.read == self.len {
            (self.read, self.len) = (0, 0);
        }
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Says a number in decimal.
    pub fn number(&mut self, number: usize) {
        let mut digits = [0; 10];
        let (mut left, mut at) = (number, digits.len());
        while left > 0 || at == digits.len() {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        self.say(&digits[at..]);
    }
}

/// A module at the other end of a [`Line`].
pub trait Module {
    /// How its commands end.
    const END: &'static [u8];

    /// Answers a command, which comes without its end. Returns how many bytes of payload follow.
    fn answer(&mut self, command: &[u8], out: &mut Answer) -> usize;

    /// All payload has come.
    fn sent(&mut self, len: usize, out: &mut Answer);

    /// The driver has found nothing to read: the module may say something unasked.
    fn idle(&mut self, out: &mut Answer) {
        let _ = out;
    }
}

/// The UART.
pub struct Line<'r, M> {
    module: M,
    tape: Option<Tape<'r>>,
    /// Bytes that one `read` returns at most.
    piece: usize,
    answer: Answer,
    command: [u8; COMMAND],
    command_len: usize,
    /// Bytes of payload that are still to come, and of all of it.
    payload: usize,
    payload_len: usize,
}

impl<'r, M: Module> Line<'r, M> {
    /// A line whose reads return at most `piece` bytes; its calls may be recorded.
    pub fn new(module: M, piece: usize, tape: Option<Tape<'r>>) -> Self {
        let answer = Answer::empty();
        Self {
            module,
            tape,
            piece,
            answer,
            command: [0; COMMAND],
            command_len: 0,
            payload: 0,
            payload_len: 0,
        }
    }
}

impl<M> ErrorType for Line<'_, M> {
    type Error = Infallible;
}

impl<M: Module> ReadReady for Line<'_, M> {
    #[inline(never)]
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        if self.answer.read == self.answer.len {
            self.module.idle(&mut self.answer);
        }
        let ready = self.answer.read < self.answer.len;
        if let Some(tape) = &self.tape {
            tape.add(if ready { Call::Read(1) } else { Call::Dry(1) }, &[]);
        }
        Ok(ready)
    }
}

impl<M: Module> Read for Line<'_, M> {
    #[inline(never)]
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, Infallible> {
        let waiting = self.answer.as_bytes();
        let count = waiting.len().min(self.piece).min(buf.len());
        // as words at any address, so that it costs the same wherever the driver wants the bytes
        let (to, from) = (buf[..count].chunks_mut(16), waiting[..count].chunks(16));
        for (to, from) in to.zip(from) {
            match (<&mut [u8; 16]>::try_from(&mut *to), <[u8; 16]>::try_from(from)) {
                (Ok(to), Ok(from)) => *to = u128::from_ne_bytes(from).to_ne_bytes(),
                _ => to.copy_from_slice(from),
            }
        }
        self.answer.read += count;
        Ok(count)
    }
}

impl<M: Module> Write for Line<'_, M> {
    #[inline(never)]
    fn write(&mut self, buf: &[u8]) -> Result<usize, Infallible> {
        if let Some(tape) = &self.tape {
            tape.add(Call::Write(buf.len() as u32), buf);
        }
        if self.payload > 0 {
            assert!(buf.len() <= self.payload, "more than was announced");
            self.payload -= buf.len();
            if self.payload == 0 {
                self.module.sent(self.payload_len, &mut self.answer);
            }
            return Ok(buf.len());
        }
        self.command[self.command_len..self.command_len + buf.len()].copy_from_slice(buf);
        self.command_len += buf.len();
        if let Some(command) = self.command[..self.command_len].strip_suffix(M::END) {
            self.payload_len = self.module.answer(command, &mut self.answer);
            self.payload = self.payload_len;
            self.command_len = 0;
        }
        Ok(buf.len())
    }

    #[inline(never)]
    fn flush(&mut self) -> Result<(), Infallible> {
        if let Some(tape) = &self.tape {
            tape.add(Call::Flush, &[]);
        }
        Ok(())
    }
}

/// The number behind the last comma or `=`.
#[must_use]
pub fn last_number(command: &[u8]) -> usize {
    let digits = command.rsplit(|byte| !byte.is_ascii_digit()).next().unwrap_or_default();
    digits.iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}
