//! Rules for text in string parameters, and the escapes of ESP-AT (ESP-AT digest §2.1).

use atat::heapless::Vec;

use crate::ArgumentError;

/// Whether the module wants a backslash before this byte inside a string.
pub(crate) const fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'\\' | b',' | b'"')
}

/// Checks a string argument: `min..=max` bytes, and none that would end or clear the line.
pub(crate) fn check(
    field: &'static str,
    text: &[u8],
    min: usize,
    max: usize,
) -> Result<(), ArgumentError> {
    if text.len() < min {
        Err(ArgumentError::TooShort { field, min })
    } else if text.len() > max {
        Err(ArgumentError::TooLong { field, max })
    } else if text.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
        Err(ArgumentError::Illegal { field })
    } else {
        Ok(())
    }
}

/// Checks a string argument of a cellular module: `min..=max` bytes, no quote and no control
/// character, because there are no escapes (Quectel digest §1.1).
pub(crate) fn check_plain(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<(), ArgumentError> {
    check(field, text.as_bytes(), min, max)?;
    if text.bytes().any(|byte| byte == b'"' || byte.is_ascii_control()) {
        Err(ArgumentError::Illegal { field })
    } else {
        Ok(())
    }
}

/// Checks a string argument made of decimal digits, `min..=max` of them.
pub(crate) fn check_digits(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<(), ArgumentError> {
    check(field, text.as_bytes(), min, max)?;
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(ArgumentError::Illegal { field })
    }
}

/// Length of a text once it is escaped.
pub(crate) fn escaped_len(text: &[u8]) -> usize {
    text.iter().fold(0, |sum: usize, &byte| sum.saturating_add(1 + usize::from(is_escaped(byte))))
}

/// Takes the escapes out of a printed text; `None` if it is longer than `N`.
///
/// Firmware differs in whether it escapes what it prints, so that a backslash before any other
/// byte stands for itself.
pub(crate) fn unescape<const N: usize>(printed: &[u8]) -> Option<Vec<u8, N>> {
    let mut text = Vec::new();
    let mut bytes = printed.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let escaped = if byte == b'\\' { bytes.next_if(|&next| is_escaped(next)) } else { None };
        text.push(escaped.unwrap_or(byte)).ok()?;
    }
    Some(text)
}
