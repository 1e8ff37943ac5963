//! The input of a target, taken from the front; when it is used up, there are zeros.

use arbitrary::Unstructured;

/// Numbers at which something ends, beside those of a byte.
const NUMBERS: [u32; 24] = [
    0,
    1,
    2,
    3,
    4,
    5,
    11,
    12,
    63,
    64,
    127,
    255,
    256,
    512,
    1024,
    1459,
    1460,
    1500,
    2048,
    8192,
    65_535,
    65_536,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
];

/// The rest of the input.
#[derive(Debug)]
pub(crate) struct Input<'d>(Unstructured<'d>);

impl<'d> Input<'d> {
    pub(crate) fn new(data: &'d [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.0.bytes(1).map_or(0, |bytes| bytes[0])
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    pub(crate) fn word(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number that is likely to be a limit of something.
    pub(crate) fn number(&mut self) -> u32 {
        let byte = self.byte();
        match NUMBERS.get(usize::from(byte & 0x3F)) {
            Some(number) => *number,
            None => u32::from(self.word()) << (byte >> 6 << 2),
        }
    }

    /// One of several, of which there is at least one.
    pub(crate) fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    /// As many bytes as there are, up to `most`.
    pub(crate) fn bytes(&mut self, most: usize) -> &'d [u8] {
        let count = most.min(self.0.len());
        self.0.bytes(count).unwrap_or_default()
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'d [u8] {
        self.bytes(usize::MAX)
    }

    /// Bytes behind their length, which is a byte.
    pub(crate) fn counted(&mut self) -> &'d [u8] {
        let count = usize::from(self.byte());
        self.bytes(count)
    }

    /// A text behind its length, up to what is no UTF-8.
    pub(crate) fn text(&mut self) -> &'d str {
        let bytes = self.counted();
        let end = core::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        core::str::from_utf8(&bytes[..end]).unwrap_or_default()
    }
}
