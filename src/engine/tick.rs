//! Comparing ticks of a clock that wraps.

/// The longest that a deadline may lie ahead, in ms: an hour.
const AHEAD: u32 = 3_600_000;

/// Whether `deadline` has come at `now`, for ticks that wrap.
///
/// No deadline of the driver lies more than an hour ahead, so one that seems to has passed long ago:
/// a program may leave the driver alone for any time.
#[must_use]
pub(crate) const fn reached(now: u32, deadline: u32) -> bool {
    now.wrapping_sub(deadline) <= u32::MAX - AHEAD
}

#[cfg(test)]
mod tests {
    use super::reached;

    #[test]
    fn deadlines_are_reached_across_the_wrap_and_after_any_absence() {
        assert!(reached(5, 5) && reached(6, 5) && !reached(4, 5));
        assert!(reached(3, u32::MAX - 3) && !reached(u32::MAX - 3, 3));
        assert!(reached(4_000_000_000, 5) && !reached(5, 3_600_000));
    }
}
