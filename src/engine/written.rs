//! The command in flight as it is written: it may hold a password or a key, and appears in no log.

use core::fmt;
use core::ops::{Deref, DerefMut};

use super::COMMAND;

/// The bytes of a command, and what earlier ones have left behind it.
pub(super) struct Written([u8; COMMAND]);

impl Written {
    pub(super) const NOTHING: Self = Self([0; COMMAND]);
}

impl Deref for Written {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Written {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Written")
    }
}
