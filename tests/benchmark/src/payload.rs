//! The bytes that are moved, and whether they arrive as they were sent.

/// Bytes that differ from one place to the next in a way that no shift repeats soon: a loss, a doubling
/// or an exchange shows at once.
pub(crate) fn bytes(stream: usize, len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32 ^ (stream as u32).wrapping_mul(0x85eb_ca6b);
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..len).map(next).collect()
}

/// Lines of `line` printable bytes, their end included.
pub(crate) fn lines(stream: usize, len: usize, line: usize) -> Vec<u8> {
    let mut text: Vec<u8> = bytes(stream, len).iter().map(|byte| b'0' + byte % 75).collect();
    text.iter_mut().skip(line - 1).step_by(line).for_each(|end| *end = b'\n');
    if let Some(last) = text.last_mut() {
        *last = b'\n';
    }
    text
}

/// How many bytes of `got` are those of `sent`, from the start on.
pub(crate) fn agreeing(sent: &[u8], got: &[u8]) -> usize {
    sent.iter().zip(got).take_while(|(sent, got)| sent == got).count()
}
