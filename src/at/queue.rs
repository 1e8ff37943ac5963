//! A queue of the program's own URCs.

use core::cell::RefCell;
use core::fmt;

use heapless::{Deque, Vec};
use usocket_commands::atat::AtatUrc;

use super::{Part, UrcSink};

/// A queue of the program's own URCs: the last `N` that nobody has taken yet.
///
/// If nobody takes them, the oldest make place ([`lost`](Self::lost)). `T` says which lines are its URCs,
/// by [`AtatUrc::parse`].
///
/// A URC in two lines, which the driver knows from its beginning (`+CMT:`, `+CDS:`, `+CBM:`), is shown to
/// `T` as one text with CR LF in between, if it has at most `LONG` bytes; else it is lost. With `LONG` = 0
/// only the first line is shown. Of others, each line is a URC of its own.
///
/// ```
/// use usocket::at::{Part, UrcQueue, UrcSink};
/// use usocket::commands::atat::AtatUrc;
///
/// #[derive(Debug, Clone, PartialEq)]
/// struct Ring;
/// impl AtatUrc for Ring {
///     fn parse(line: &[u8]) -> Option<Self> {
///         (line == b"RING").then_some(Self)
///     }
/// }
///
/// let urcs = UrcQueue::<Ring, 2>::new();
/// assert!(urcs.offer(b"RING", Part::Whole));
/// assert!(!urcs.offer(b"+CCLK: 1", Part::Whole));
/// assert_eq!((urcs.take(), urcs.take(), urcs.lost()), (Some(Ring), None, 0));
/// ```
pub struct UrcQueue<T, const N: usize, const LONG: usize = 0> {
    inner: RefCell<Inner<T, N, LONG>>,
}

struct Inner<T, const N: usize, const LONG: usize> {
    waiting: Deque<T, N>,
    /// The first line of two, and a CR LF.
    begun: Option<Vec<u8, LONG>>,
    lost: u32,
}

impl<T, const N: usize, const LONG: usize> fmt::Debug for UrcQueue<T, N, LONG> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner.borrow();
        f.debug_struct("UrcQueue")
            .field("waiting", &inner.waiting.len())
            .field("lost", &inner.lost)
            .finish_non_exhaustive()
    }
}

impl<T, const N: usize, const LONG: usize> UrcQueue<T, N, LONG> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self { inner: RefCell::new(Inner { waiting: Deque::new(), begun: None, lost: 0 }) }
    }

    /// The oldest URC that has not been taken yet.
    pub fn take(&self) -> Option<T> {
        self.inner.try_borrow_mut().ok()?.waiting.pop_front()
    }

    /// How many have made place, or did not fit.
    pub fn lost(&self) -> u32 {
        self.inner.try_borrow().map_or(0, |inner| inner.lost)
    }
}

impl<T, const N: usize, const LONG: usize> Default for UrcQueue<T, N, LONG> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: AtatUrc, const N: usize, const LONG: usize> UrcSink for UrcQueue<T, N, LONG> {
    fn offer(&self, line: &[u8], part: Part) -> bool {
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return false };
        let begun = inner.begun.take();
        let urc = match (part, begun) {
            (Part::First, _) if LONG > 0 => {
                let mut first = Vec::new();
                let fits = first.extend_from_slice(line).is_ok();
                if fits && first.extend_from_slice(b"\r\n").is_ok() {
                    inner.begun = Some(first);
                } else {
                    inner.lost = inner.lost.wrapping_add(1);
                }
                return true;
            }
            (Part::Second, Some(mut both)) => {
                if both.extend_from_slice(line).is_err() {
                    inner.lost = inner.lost.wrapping_add(1);
                    return true;
                }
                T::parse(&both)
            }
            (Part::Second, None) => return true, // of a first line that nobody wanted
            (Part::Whole | Part::First, _) => T::parse(line),
        };
        let Some(urc) = urc else { return false };
        if inner.waiting.is_full() {
            inner.waiting.pop_front();
            inner.lost = inner.lost.wrapping_add(1);
        }
        let _ = inner.waiting.push_back(urc); // there is room, unless there never is
        true
    }
}
