//! Records what the driver asks of its UART, so that the same can be asked without the driver.

use core::cell::RefCell;

use heapless::Vec;

use crate::count::Window;

/// A call of the UART, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `read_ready`, which says that there is something, and `read`; so many times.
    Read(u32),
    /// `read_ready`, which says that there is nothing; so many times.
    Dry(u32),
    /// `write` of so many bytes.
    Write(u32),
    /// `flush`
    Flush,
}

/// All calls, and whether they were made while the window was open.
#[derive(Debug)]
pub struct Log {
    /// In order.
    pub calls: Vec<(Call, bool), 16384>,
    /// What was written.
    pub bytes: Vec<u8, 524_288>,
}

impl Log {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { calls: Vec::new(), bytes: Vec::new() }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.calls.clear();
        self.bytes.clear();
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes a log.
#[derive(Clone, Copy, Debug)]
pub struct Tape<'r> {
    log: &'r RefCell<&'r mut Log>,
    window: &'r Window,
}

impl<'r> Tape<'r> {
    /// Records to `log`.
    #[must_use]
    pub const fn new(log: &'r RefCell<&'r mut Log>, window: &'r Window) -> Self {
        Self { log, window }
    }

    /// Records a call.
    pub fn add(&self, call: Call, written: &[u8]) {
        let mut log = self.log.borrow_mut();
        let counted = self.window.is_open();
        match (log.calls.last_mut(), call) {
            (Some((Call::Read(times), was)), Call::Read(_)) if *was == counted => *times += 1,
            (Some((Call::Dry(times), was)), Call::Dry(_)) if *was == counted => *times += 1,
            _ => log.calls.push((call, counted)).expect("room for the call"),
        }
        log.bytes.extend_from_slice(written).expect("room for the bytes");
    }
}
