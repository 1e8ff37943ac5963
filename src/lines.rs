//! The lines of a file, as an iterator.

use crate::calls::Lines;
use crate::error::StreamError;

impl<const N: usize> Iterator for Lines<'_, N> {
    type Item = Result<heapless::Vec<u8, N>, StreamError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_line()
    }
}
