//! The line of a simulated module with something in between.
//!
//! The script is read a byte at a time, one for each read of the driver: nothing, a line that is
//! true, one that is not, raw bytes, bytes that are lost or changed, an overrun.

use core::cell::Cell;
use std::collections::VecDeque;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket_simulator::{Uart, VirtualWorld};

use crate::answers::Kind;
use crate::input::Input;
use crate::watch::{Watch, World};

/// A simulated world as time passes in it.
#[derive(Debug)]
pub(crate) struct Simulated(pub(crate) VirtualWorld);

impl World for Simulated {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pass(&self, ms: u32) {
        self.0.advance(core::time::Duration::from_millis(u64::from(ms)));
    }
}

/// The driver's end of the line.
#[derive(Debug)]
pub(crate) struct Tampered<'w, 'd> {
    watch: &'w Watch<Simulated>,
    uart: Uart,
    kind: Kind,
    script: Input<'d>,
    /// Most bytes of one read.
    piece: usize,
    /// What is to come before what the module says.
    inserted: VecDeque<u8>,
    /// All bytes that the driver has been given.
    given: &'w Cell<usize>,
}

impl<'w, 'd> Tampered<'w, 'd> {
    pub(crate) fn new(
        watch: &'w Watch<Simulated>,
        kind: Kind,
        habits: u8,
        script: Input<'d>,
        given: &'w Cell<usize>,
    ) -> Self {
        let piece = [64, 1, 3, 7][usize::from(habits & 3)];
        let uart = watch.world.0.uart();
        Self { watch, uart, kind, script, piece, inserted: VecDeque::new(), given }
    }

    fn insert_one_of(&mut self, lines: &[&str]) {
        let line = *self.script.one_of(lines);
        for (place, part) in line.split('#').enumerate() {
            if place > 0 {
                self.inserted.extend(self.script.number().to_string().bytes());
            }
            self.inserted.extend(part.bytes());
        }
    }
}

impl ErrorType for Tampered<'_, '_> {
    type Error = ErrorKind;
}

impl ReadReady for Tampered<'_, '_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        if !self.inserted.is_empty() {
            return Ok(true);
        }
        self.uart.read_ready().map_err(|_| ErrorKind::Other)
    }
}

impl Read for Tampered<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.watch.stir();
        let most = buffer.len().min(self.piece);
        let mut change = 0;
        if self.inserted.is_empty() {
            match self.script.byte() & 31 {
                8..=11 => self.insert_one_of(self.kind.hints()),
                12..=14 => self.insert_one_of(self.kind.lies()),
                15 => self.insert_one_of(self.kind.refusals()),
                16 => {
                    let count = usize::from(self.script.byte() & 63);
                    self.inserted.extend(self.script.bytes(count));
                }
                17 => return Err(ErrorKind::Other),
                18 => change = self.script.byte(),
                19 => self.insert_one_of(&["\r\nOK\r\n", "\r\n> ", "\r\nERROR\r\n", "\n", ","]),
                _ => {}
            }
        }
        let count = if self.inserted.is_empty() {
            self.uart.read(&mut buffer[..most]).map_err(|_| ErrorKind::Other)?
        } else {
            let count = most.min(self.inserted.len());
            for (place, byte) in buffer.iter_mut().zip(self.inserted.drain(..count)) {
                *place = byte;
            }
            count
        };
        if let Some(byte) = buffer[..count].first_mut() {
            *byte ^= change;
        }
        self.given.set(self.given.get() + count);
        Ok(count)
    }
}

impl Write for Tampered<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        self.watch.stir();
        self.uart.write(bytes).map_err(|_| ErrorKind::Other)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
