//! Passwords, PINs and keys, which appear in no log.

use core::fmt;

/// A password, a PIN or a key: printed as what it is, never as its text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret<T>(pub(crate) T);

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
