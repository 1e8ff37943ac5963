//! Short texts from a module.

use core::fmt;

/// A text of up to `N` bytes, at most 255, as the module printed it; it need not be UTF-8.
///
/// ```
/// use usocket_commands::cellular::identity::Identity;
///
/// let model = Identity::parse_line(b"BG96").unwrap();
/// assert_eq!(model.text.as_str(), Some("BG96"));
/// assert_eq!(model.text, "BG96");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text<const N: usize> {
    // Bytes after the first `len` are 0, so that equal texts are equal.
    bytes: [u8; N],
    len: u8,
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for Text<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self.as_str() {
            Some(text) => defmt::write!(f, "{=str:?}", text),
            None => defmt::write!(f, "{=[u8]:a}", self.as_bytes()),
        }
    }
}

impl<const N: usize> Text<N> {
    /// The text, unless it is longer than `N`.
    pub(crate) fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; N];
        let place = bytes.get_mut(..text.len())?;
        place.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        Some(Self { bytes, len: u8::try_from(text.len()).ok()? })
    }

    /// The bytes as they came.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The text, if it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(self.as_bytes()).ok()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of bytes.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => text.fmt(f),
            None => self.as_bytes().fmt(f),
        }
    }
}
