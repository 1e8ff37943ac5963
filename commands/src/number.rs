//! Rules for numbers in parameters: ids, ports, counts of bytes.

use crate::ArgumentError;

/// Checks an id: one of `count`, of which the first is 0.
pub(crate) const fn check_id(field: &'static str, id: u8, count: u8) -> Result<(), ArgumentError> {
    if id < count { Ok(()) } else { Err(ArgumentError::OutOfRange { field }) }
}

/// Refuses port 0.
pub(crate) const fn check_port(port: u16) -> Result<(), ArgumentError> {
    if port == 0 { Err(ArgumentError::OutOfRange { field: "port" }) } else { Ok(()) }
}

/// Checks a count of bytes: 1 to `max`, and in the form that commands keep.
pub(crate) fn check_len(len: usize, max: usize) -> Result<u16, ArgumentError> {
    match u16::try_from(len) {
        Ok(short) if len != 0 && len <= max => Ok(short),
        _ => Err(ArgumentError::OutOfRange { field: "len" }),
    }
}
