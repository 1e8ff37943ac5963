//! A byte ring over storage that somebody else owns.

/// Where the bytes of a ring lie in its storage.
///
/// The storage is passed to each call, so that a table of rings can share one array; it must have
/// the same length every time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ring {
    head: usize,
    /// Bytes that can be read.
    len: usize,
    /// Bytes behind them that have come, but do not count yet.
    staged: usize,
}

impl Ring {
    pub(crate) const EMPTY: Self = Self { head: 0, len: 0, staged: 0 };

    /// Bytes that can be read.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes for which there is room in a storage of `capacity`.
    pub(crate) const fn free(&self, capacity: usize) -> usize {
        capacity.saturating_sub(self.len + self.staged)
    }

    pub(crate) const fn clear(&mut self) {
        *self = Self::EMPTY;
    }

    /// Takes over as much of `data` as there is room for and returns how much that was.
    pub(crate) fn write(&mut self, storage: &mut [u8], data: &[u8]) -> usize {
        let count = self.stage(storage, data);
        self.commit();
        count
    }

    /// As [`write`](Self::write), but the bytes cannot be read before they are committed.
    pub(crate) fn stage(&mut self, storage: &mut [u8], data: &[u8]) -> usize {
        let capacity = storage.len();
        let tail = self.wrap(self.head + self.len + self.staged, capacity);
        let count = data.len().min(self.free(capacity));
        let upper = copy(storage.get_mut(tail..), data.get(..count));
        if upper < count {
            copy(Some(storage), data.get(upper..count));
        }
        self.staged += count;
        count
    }

    /// The staged bytes count from now on.
    pub(crate) const fn commit(&mut self) {
        self.len += self.staged;
        self.staged = 0;
    }

    /// Drops the staged bytes and returns how many there were.
    pub(crate) const fn discard(&mut self) -> usize {
        let count = self.staged;
        self.staged = 0;
        count
    }

    /// Moves up to `out.len()` bytes into `out` and returns how many.
    pub(crate) fn read(&mut self, storage: &[u8], out: &mut [u8]) -> usize {
        let count = self.peek(storage, 0, out);
        self.consume(storage.len(), count);
        count
    }

    /// Copies bytes into `out` that stay in the ring, from `at` bytes after the oldest one on, and
    /// returns how many.
    pub(crate) fn peek(&self, storage: &[u8], at: usize, out: &mut [u8]) -> usize {
        let Some(left) = self.len.checked_sub(at) else { return 0 };
        let count = left.min(out.len());
        let start = self.wrap(self.head + at, storage.len());
        let upper = copy(out.get_mut(..count), storage.get(start..));
        if upper < count {
            copy(out.get_mut(upper..count), Some(storage));
        }
        count
    }

    /// The longest run of bytes that lies in one piece, from `at` bytes after the oldest one on.
    pub(crate) fn run<'s>(&self, storage: &'s [u8], at: usize) -> &'s [u8] {
        let Some(left) = self.len.checked_sub(at) else { return &[] };
        let start = self.wrap(self.head + at, storage.len());
        let end = (start + left).min(storage.len());
        storage.get(start..end).unwrap_or_default()
    }

    /// Drops the `count` oldest bytes.
    pub(crate) const fn consume(&mut self, capacity: usize, count: usize) {
        let count = if count > self.len { self.len } else { count };
        self.len -= count;
        self.head += count;
        if self.head >= capacity {
            self.head -= capacity;
        }
        if self.len == 0 && self.staged == 0 {
            self.head = 0; // an empty ring starts anew, so that the next run is one piece
        }
    }

    /// The byte `index` places after the oldest one.
    pub(crate) fn get(&self, storage: &[u8], index: usize) -> Option<u8> {
        if index >= self.len {
            return None;
        }
        storage.get(self.wrap(self.head + index, storage.len())).copied()
    }

    /// Replaces the byte `index` places after the oldest one.
    pub(crate) fn set(&self, storage: &mut [u8], index: usize, byte: u8) {
        let at = self.wrap(self.head + index, storage.len());
        if let Some(place) = storage.get_mut(at).filter(|_| index < self.len) {
            *place = byte;
        }
    }

    const fn wrap(&self, at: usize, capacity: usize) -> usize {
        if at >= capacity { at - capacity } else { at }
    }

    /// How many bytes there are up to and including the first `wanted`.
    pub(crate) fn find(&self, storage: &[u8], wanted: u8) -> Option<usize> {
        (0..self.len).find(|&index| self.get(storage, index) == Some(wanted)).map(|index| index + 1)
    }
}

/// Copies as much as fits and returns how much that was.
pub(crate) fn copy(to: Option<&mut [u8]>, from: Option<&[u8]>) -> usize {
    // at a time: words, which a Cortex-M3 and its successors load from any address
    const WORDS: usize = size_of::<u128>();
    let (Some(to), Some(from)) = (to, from) else { return 0 };
    let count = to.len().min(from.len());
    let (Some(to), Some(from)) = (to.get_mut(..count), from.get(..count)) else { return 0 };
    let (mut to, mut from) = (to.chunks_exact_mut(WORDS), from.chunks_exact(WORDS));
    // `copy_from_slice` asks for the lengths once more, and would panic; and the function that it calls
    // on a Cortex-M takes four times as long if the two do not lie alike in their words
    for (to, from) in to.by_ref().zip(from.by_ref()) {
        if let (Some(to), Some(from)) = (to.first_chunk_mut::<WORDS>(), from.first_chunk()) {
            *to = u128::from_ne_bytes(*from).to_ne_bytes();
        }
    }
    to.into_remainder().iter_mut().zip(from.remainder()).for_each(|(to, from)| *to = *from);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_the_order_they_went_in_for_every_offset() {
        let mut storage = [0; 7];
        for offset in 0..7 {
            let mut ring = Ring::EMPTY;
            for _ in 0..offset {
                // one byte stays behind, so that the head does not go back to 0
                assert_eq!(ring.write(&mut storage, b"ab"), 2);
                ring.consume(7, 1);
                ring.consume(7, 1);
            }
            ring.head = offset;
            assert_eq!(ring.write(&mut storage, b"12345678"), 7);
            assert_eq!(ring.write(&mut storage, b"x"), 0);
            assert_eq!(ring.find(&storage, b'7'), Some(7));
            assert_eq!(ring.find(&storage, b'8'), None);
            let mut out = [0; 3];
            assert_eq!(ring.peek(&storage, 5, &mut out), 2);
            assert_eq!(&out[..2], b"67");
            assert_eq!(ring.peek(&storage, 1, &mut out), 3);
            assert_eq!(&out, b"234");
            assert_eq!(ring.peek(&storage, 8, &mut out), 0);
            assert_eq!(ring.read(&storage, &mut out), 3);
            assert_eq!(&out, b"123");
            assert_eq!(ring.write(&mut storage, b"abc"), 3);
            let mut out = [0; 9];
            assert_eq!(ring.read(&storage, &mut out), 7);
            assert_eq!(&out[..7], b"4567abc");
            assert!(ring.is_empty());
        }
    }

    #[test]
    fn staged_bytes_can_be_read_when_they_are_committed_and_not_before() {
        let mut storage = [0; 5];
        let mut ring = Ring::EMPTY;
        ring.write(&mut storage, b"ab");
        assert_eq!(ring.stage(&mut storage, b"cdef"), 3);
        assert_eq!((ring.len(), ring.free(5)), (2, 0));
        let mut out = [0; 5];
        assert_eq!(ring.read(&storage, &mut out), 2);
        ring.commit();
        assert_eq!(ring.read(&storage, &mut out), 3);
        assert_eq!(&out[..3], b"cde");
        ring.stage(&mut storage, b"xy");
        assert_eq!(ring.discard(), 2);
        assert!(ring.is_empty());
        assert_eq!(ring.free(5), 5);
    }

    #[test]
    fn a_ring_without_storage_takes_nothing() {
        let mut ring = Ring::EMPTY;
        assert_eq!(ring.write(&mut [], b"abc"), 0);
        assert_eq!(ring.read(&[], &mut [0; 4]), 0);
        assert_eq!(ring.run(&[], 0), b"");
    }
}
