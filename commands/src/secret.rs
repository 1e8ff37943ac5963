//! Bytes that appear in no log.

use core::fmt;

/// A key: printed as what it is, never as its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
