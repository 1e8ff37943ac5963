//! Texts and what they stand for.

/// What a text stands for.
///
/// A `match` of texts does the same, but is unrolled into code: a table takes a quarter of that.
pub(crate) fn look_up<T: Copy>(table: &[(&[u8], T)], text: &[u8]) -> Option<T> {
    table.iter().find(|(entry, _)| *entry == text).map(|&(_, value)| value)
}
