//! Bytes that appear in no log: commands, lines, and what is in sockets.

use core::fmt;
use core::ops::{Deref, DerefMut};

/// Bytes that may be a password, a key or payload; what earlier ones have left behind is no better.
pub(crate) struct Hidden<T>(pub(crate) T);

impl<T> Deref for Hidden<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Hidden<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}
