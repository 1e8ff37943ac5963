//! A program that ends when it is no longer wanted.

use std::process::{Child, Command};

/// A process that is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Owned(pub(crate) Child);

impl Owned {
    /// Starts a program.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        let child = command.spawn();
        let name = command.get_program().to_string_lossy();
        child.map(Self).map_err(|error| format!("cannot start {name}: {error}"))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // one that has ended by itself cannot be killed, and need not be
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
